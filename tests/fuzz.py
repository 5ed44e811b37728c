"""Look for inputs that break a law, led by which lines of the package they reach. Needs the extra ``fuzz``.

    python tests/fuzz.py TARGET [--minutes 10] [--into DIR]
    python tests/fuzz.py TARGET --show FILE

A target is one kind of input, see ``fuzz_targets.py``. The search begins with the cases and the sample, or with what an
earlier run left in DIR, and goes on when it finds something: of each kind of fault the shortest input is kept in
``DIR/found``. Give that to ``FOUND`` in ``test_fuzz.py``, or write its row in ``cases/``; ``--show`` runs it by itself.
The exit status is 1 if anything was found.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import re
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz_targets import Target

PACKAGE = "identity_match"
HERE = Path(__file__).parent
MOST_SECONDS = 60  # for one input, after which libFuzzer gives up: a hang
MOST_MEMORY = 2_048  # MB of the process
MOST_WORDS = 500  # in the fuzzer's dictionary


class Finder:
    """Runs a target and keeps the shortest input of each kind of fault.

    Args:
        target: What is called.
        found: Directory for what is found.
    """

    def __init__(self, target: Target, found: Path) -> None:
        from fuzz_targets import checked

        self._checked, self._target, self._found = checked, target, found
        self._shortest: dict[str, int] = {}

    def __call__(self, data: bytes) -> None:
        """Try one input."""
        try:
            self._checked(self._target, data)
        except Exception as fault:  # noqa: BLE001 - whatever is not refused in our own words is a finding
            kind = kind_of(fault)
            if len(data) < self._shortest.get(kind, sys.maxsize):
                self._shortest[kind] = len(data)
                name = self._found / hashlib.sha256(kind.encode()).hexdigest()[:12]
                name.write_bytes(data)
                name.with_suffix(".txt").write_text("".join(traceback.format_exception(fault)), "utf-8", "replace")


def kind_of(fault: BaseException) -> str:
    """Name a fault by its type and the last two lines of ours that it came through."""
    frames = traceback.extract_tb(fault.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames if str(HERE.parent) in frame.filename]
    return " ".join((type(fault).__name__, *places[-2:]))


def fuzz(name: str, corpus: Path, found: Path, minutes: float) -> None:
    """Fuzz one target; libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=[PACKAGE]):
        from fuzz_targets import TARGETS
    target = TARGETS[name]
    words: Counter[bytes] = Counter()
    for seed in target.seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
        words.update(word for word in re.findall(rb"\w{2,}|\W", seed) if len(word) < 32)
    lines = ("".join(f"\\x{byte:02x}" for byte in word) for word, _ in words.most_common(MOST_WORDS))
    dictionary = corpus.with_name("words")
    dictionary.write_text("".join(f'"{line}"\n' for line in lines), "ascii")
    options = {
        "max_total_time": max(1, round(60 * minutes)), "max_len": target.most, "timeout": MOST_SECONDS,
        "rss_limit_mb": MOST_MEMORY, "dict": dictionary, "artifact_prefix": f"{found}/",
    }  # fmt: skip
    atheris.Setup([PACKAGE, *(f"-{key}={value}" for key, value in options.items()), str(corpus)], Finder(target, found))
    atheris.Fuzz()


def run(name: str, into: Path, minutes: float) -> int:
    """Fuzz in a process of its own and say in one line what it did."""
    corpus, found, log = into / "corpus", into / "found", into / "log"
    for directory in (corpus, found):
        directory.mkdir(parents=True, exist_ok=True)
    child = os.fork()
    if child == 0:
        with log.open("wb") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
        fuzz(name, corpus, found, minutes)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    text = log.read_text("utf-8", "replace")
    done = re.search(r"Done (\d+) runs in (\d+) second", text)
    if status or done is None:
        sys.stdout.write("\n".join(text.splitlines()[-20:]) + "\n")
    faults = sorted(path for path in found.iterdir() if path.suffix != ".txt")
    if done is not None:
        runs, seconds = map(int, done.groups())
        covered = list(map(int, re.findall(r"\b(?:INITED|NEW|pulse|DONE) +cov: (\d+)", text))) or [0]
        first = re.search(r"INITED +cov: (\d+)", text)
        sys.stdout.write(
            f"{name}: {runs:,} inputs in {seconds} s, {runs / max(seconds, 1):,.0f} a second, "
            f"{runs / max(used.ru_utime + used.ru_stime, 0.001):,.0f} a CPU second; "
            f"edges {int(first[1]) if first else covered[0]:,} with the seeds, {covered[-1]:,} at the end; "
            f"{len(list(corpus.iterdir())):,} inputs kept; {len(faults)} kinds of fault\n"
        )
    sys.stdout.write("".join(f"{path}\n" for path in faults))
    return 1 if faults or status or done is None else 0


def main() -> int:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--into", type=Path, metavar="DIR", help="keep everything there  [default: a new directory]")
    parser.add_argument("--show", type=Path, metavar="FILE", help="run the target on this input only")
    given = parser.parse_args()
    if given.show:
        from fuzz_targets import TARGETS, checked

        checked(TARGETS[given.target], given.show.read_bytes())
        return 0
    if importlib.util.find_spec("atheris") is None:
        parser.error("fuzzing needs atheris: install identity-match[fuzz]")
    return run(given.target, given.into or Path(tempfile.mkdtemp(prefix="fuzz-")), given.minutes)


if __name__ == "__main__":
    sys.exit(main())
