"""Every block of the README is run, and what it shows is what comes out.

``python`` blocks share one set of names. With prompts they are doctests; without, a ``json`` or ``text`` block right
after one is what it prints. ``sh`` blocks are run line by line, without the part that installs; the one that serves
runs beside the ``python`` blocks, on a port that is free. After a change that was meant, ``python
tests/test_readme.py`` writes the printed blocks anew.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import itertools
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from identity_match import score
from identity_match.cli import main
from identity_match.cli_read import MAX_BYTES
from identity_match.fields import FIELDS as SCORED
from identity_match.match import MAX_ACCOUNTS, MAX_DEPTH
from identity_match.records import MAX_OWNERS, MAX_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SET_UP = [
    "pip install . && identity-match match data/sample/user.json data/sample/item.json",
    "pip install '.[test]' && pytest",
    "pip install '.[arrow]' && identity-match batch data/sample/rows.csv -o scores.csv --reasons",
    "pip install '.[service]' && identity-match serve --data data/sample",
]


class Block(NamedTuple):
    """One block of code: its language, its text, its first line in the file."""

    language: str
    text: str
    line: int


def blocks() -> list[Block]:
    """Give every block of the README in order."""
    text = README.read_text("utf-8")
    assert text.count("```") % 2 == 0
    found = re.finditer(r"^```(\w+)\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    return [Block(m[1], m[2], text.count("\n", 0, m.start()) + 2) for m in found]


def printed_blocks() -> list[tuple[Block, Block]]:
    """Give each block that shows output, after the block that prints it."""
    found = blocks()
    return [(code, output) for code, output in itertools.pairwise(found) if output.language in ("json", "text")]


PORT = "127.0.0.1:8080"  # where a block finds the service


@contextlib.contextmanager
def served() -> Iterator[list[Block]]:
    """Run the command that serves, if there is one, and give the blocks with the port it has here."""
    line = next((line for line in commands() if "identity-match serve" in line), None)
    if line is None:
        yield blocks()
        return
    call = [*shlex.split(line.rpartition("&&")[2])[1:], "--port", "0"]
    process = subprocess.Popen([sys.executable, "-m", "identity_match", *call], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    with process.stderr:
        try:
            found = next(filter(None, (re.search(r"listening on http://(\S+:\d+)", said) for said in process.stderr)))
            yield [block._replace(text=block.text.replace(PORT, found[1])) for block in blocks()]
        finally:
            process.kill()
            process.wait()


def prints(code: Block, names: dict[str, Any]) -> str:
    """Run a python block and give what it prints."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code.text, f"README.md, line {code.line}", "exec"), names)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_every_block_is_of_a_kind_that_is_run() -> None:
    assert len(README.read_text("utf-8").split("```")) == 2 * len(blocks()) + 1
    assert {block.language for block in blocks()} <= {"python", "sh", "json", "text"}
    outputs = {output for _, output in printed_blocks()}
    assert {block for block in blocks() if block.language in ("json", "text")} == outputs
    assert all(code.language == "python" and ">>>" not in code.text for code, _ in printed_blocks())


@pytest.mark.usefixtures("loopback")
def test_python_blocks_print_what_they_show() -> None:
    with served() as found:
        show(found)


def show(found: list[Block]) -> None:
    """Run the python blocks, and compare."""
    names: dict[str, Any] = {"__name__": "__main__"}
    shown = {code.line: output for code, output in printed_blocks()}
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for block in found:
        if block.language != "python":
            continue
        if ">>>" not in block.text:
            printed = prints(block, names)
            if printed or block.line in shown:
                assert block.line in shown, "what a block prints is shown below it"
                assert printed == shown[block.line].text
            continue
        example = doctest.DocTestParser().get_doctest(block.text, names, "README.md", "README.md", block.line)
        report = io.StringIO()
        runner.run(example, out=report.write, clear_globs=False)
        names.update(example.globs)
        assert runner.summarize(verbose=False).failed == 0, report.getvalue()


def commands() -> list[str]:
    """Give the lines of all ``sh`` blocks."""
    return [line for block in blocks() if block.language == "sh" for line in block.text.splitlines()]


def test_the_set_up_commands_are_there() -> None:
    assert [line for line in commands() if line.startswith("pip")] == SET_UP


@pytest.mark.parametrize("line", commands())
def test_commands_run(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call = shlex.split(line.rpartition("&&")[2])
    if call == ["pytest"]:
        return  # this run is that command
    if "<" in call:
        given = Path(call[call.index("<") + 1]).read_bytes()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
        call = call[: call.index("<")]
    assert call[0] == "identity-match"
    if call[1] == "serve":
        return  # the python blocks are run beside it
    if "-o" in call:
        target = tmp_path / call[call.index("-o") + 1]
        call[call.index("-o") + 1] = str(target)
        assert main(call[1:]) == 0
        assert target.read_text("utf-8").startswith("id,legal_name_score,")
        return
    assert main(call[1:]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    if "--table" in call:
        assert "legal_name" in out
    else:
        json.loads(out)


def test_files_and_sections_that_are_linked_exist() -> None:
    text = README.read_text("utf-8")
    headings = {
        re.sub(r"[^\w -]", "", h).strip().lower().replace(" ", "-")
        for h in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert target.removeprefix("#") in headings if target.startswith("#") else (ROOT / target).exists(), target
    for path in re.findall(r"\b(?:data|tests|benchmarks)/[\w./-]+\w", text):
        assert (ROOT / path).exists(), path


def test_limits_are_those_of_the_code() -> None:
    text = README.read_text("utf-8")
    assert MAX_OWNERS == MAX_ACCOUNTS == 1_000
    assert "| 1,000 each |" in text
    assert f"| {MAX_VALUES} each |" in text
    assert f"| {MAX_DEPTH} |" in text
    assert f"| {MAX_BYTES // 2**20} MB |" in text


FIELDS = {"a name": "legal_name", "a phone": "phone_number", "an e-mail": "email_address", "an address": "address"}


def examples() -> list[Any]:
    """Give every example of the score tables: field, band, user's value, owner's value."""
    found = []
    sections = re.split(r"^### What (an? [\w-]+) score means$", README.read_text("utf-8"), flags=re.MULTILINE)[1:]
    for name, section in zip(sections[::2], sections[1::2], strict=True):
        rows = re.findall(r"^\| ([\w ]*\d[\d to]*) \| .*? \| `([^`]+)` `([^`]+)` \|$", section, re.MULTILINE)
        found += [pytest.param(FIELDS[name], *row, id=f"{name}-{row[1]}") for row in rows]
    return found


def test_every_field_has_examples() -> None:
    assert {row.values[0] for row in examples()} == set(FIELDS.values())
    assert len(examples()) > 30


@pytest.mark.parametrize(("member", "band", "user", "owner"), examples())
def test_examples_have_their_scores(member: str, band: str, user: str, owner: str) -> None:
    values = next(field.owner_values for field in SCORED if field.name == member)
    found = getattr(score({member: user}, [{values: [owner]}]), member).score
    bounds = [int(number) for number in re.findall(r"\d+", band)]
    low, high = (0, bounds[0] - 1) if band.startswith("below") else (bounds[0], bounds[-1])
    assert found is not None
    assert low <= found <= high, (user, owner, found)


def rewrite() -> None:
    """Write what the blocks print into the README."""
    os.chdir(ROOT)
    with served() as found:
        texts = {block.line: block for block in found}
        pairs = [(texts[code.line], output) for code, output in printed_blocks()]
        written = [(output, prints(code, {"__name__": "__main__"})) for code, output in pairs]
    for output, printed in written:
        text = README.read_text("utf-8")
        README.write_text(
            text.replace(f"```{output.language}\n{output.text}```", f"```{output.language}\n{printed}```"), "utf-8"
        )


if __name__ == "__main__":
    rewrite()
