"""Laws of running: the same scores whatever process, thread, place and time they are worked out in.

And whatever fails: a library that raises, text that is long, values out of a hostile generator.
"""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import addresses, anything, at_least, at_most, emails, names, owners, phones, users

import identity_match
from identity_match import Matcher, edits, match
from identity_match.address import read as reading
from identity_match.address.names import read_place
from identity_match.fields import FIELDS
from identity_match.legal_name.firm import _word
from identity_match.legal_name.tokens import latin_token

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = [field.name for field in FIELDS]
MATCHER = Matcher(nicknames={"Xiomara": ["Xio", "Mara", "Xiomi"]})
JANE: dict[str, Any] = {
    "legal_name": "Xio Doe",
    "phone_number": "+44 20 7946 0018",
    "email_address": "jane+bank@bücher.example",
    "address": "100 Main St Apt 4, San Francisco, CA 94107",
}
HOLDER = {
    "names": ["XIOMARA DOE", "Юлия Doe"],
    "phone_numbers": ["020 7946 0018"],
    "emails": ["jane@xn--bcher-kva.example"],
    "addresses": [{"street": "100 MAIN STREET #4", "city": "SAN FRANCISCO", "region": "CA", "postal_code": "94107"}],
}


def told(user: Any, held: Any) -> str:
    """Give everything that a result says, as text."""
    result = MATCHER.score(user, held)
    return json.dumps([result.to_dict(details=True), result.overall.to_dict()])


_PROGRAM = """
import json, locale, sys, time
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
time.tzset()
from identity_match import Matcher
matcher = Matcher(nicknames={"Xiomara": ["Xio", "Mara", "Xiomi"]})
for line in sys.stdin:
    result = matcher.score(*json.loads(line))
    print(json.dumps([result.to_dict(details=True), result.overall.to_dict()]), flush=True)
"""


class Process:
    """A process of its own that is asked for one result after the other."""

    def __init__(self, folder: Path, **environment: str) -> None:
        root = str(Path(identity_match.__file__).parent.parent)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder,
            env={"PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        )  # fmt: skip

    def told(self, user: Any, held: Any) -> str:
        """Ask for one result."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([user, held]) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().rstrip("\n")

    def end(self) -> None:
        """End the process."""
        self._process.communicate()


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Process]]:
    """Start processes whose seed of hashes, language, time zone, folder and home differ."""
    turkish = {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu", "PYTHONUTF8": "0"}
    plain = {"LC_ALL": "C", "TZ": "America/New_York", "PYTHONOPTIMIZE": "2", "NO_COLOR": "1", "COLUMNS": "20"}
    found = [
        Process(tmp_path_factory.mktemp("here"), PYTHONHASHSEED="0", **turkish),
        Process(tmp_path_factory.mktemp("there"), PYTHONHASHSEED="1234", HOME="/nowhere", USER="jane", **plain),
    ]
    yield found
    for process in found:
        process.end()


@given(user=users(), held=owners())
@example(user=JANE, held=[HOLDER])
@example(user=JANE | {"legal_name": "IŞIK İNCİ"}, held=[HOLDER | {"names": ["ışık inci"]}])
def test_i02_i44_i47_other_processes_and_places_give_the_same(processes: list[Process], user: Any, held: Any) -> None:
    """I02: Calling twice with equal input gives equal output, in two processes with different PYTHONHASHSEED.

    I44: Changing the locale, the time zone or the environment changes nothing. I47: Scores depend only on the data and
    the reported rules version. One version of Python: others run these tests and hold the same frozen scores.
    """
    assert {process.told(user, held) for process in processes} == {told(user, held)}


@pytest.fixture
def many_switches() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


THREADS = 8


@pytest.mark.usefixtures("many_switches")
@at_most(5)
@given(pairs=st.lists(st.tuples(users(), owners()), min_size=4, max_size=8), seed=st.integers(0, 99))
@example(pairs=[(JANE, [HOLDER])], seed=0)
def test_i40_threads_give_the_serial_results(pairs: list[tuple[Any, Any]], seed: int) -> None:
    """I40: 8 threads sharing one matcher give the serial results.

    They share everything else, too: each scores every pair, in an order of its own, and what the library remembers of
    words is forgotten first, so that they meet while it is filled.
    """
    _forget()
    together = threading.Barrier(THREADS)

    def scored(number: int) -> dict[int, str]:
        order = random.Random(seed + number).sample(range(len(pairs)), len(pairs))
        together.wait(timeout=600)
        return {place: told(*pairs[place]) for place in order}

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(scored, range(THREADS)))
    serial = {place: told(*pair) for place, pair in enumerate(pairs)}
    assert found == [serial] * THREADS


def _forget() -> None:
    """Forget what was remembered of single values, so that libraries are asked again."""
    for remembered in (latin_token, _word, read_place, reading._short):
        remembered.cache_clear()
    for metric in ("distance", "similarity", "overlap"):
        setattr(edits._METRICS, metric, None)


LIBRARIES = {
    "phonenumbers": ("parse", "is_valid_number", "national_significant_number", "region_code_for_country_code",
                     "is_possible_number_with_reason"),
    "email_validator": ("validate_email",),
    "idna": ("encode", "decode"),
    "usaddress": ("tag", "parse"),
    "nameparser": ("HumanName",),
    "anyascii": ("anyascii",),
    "rapidfuzz.distance.OSA": ("distance", "normalized_similarity"),
    "rapidfuzz.distance.Indel": ("normalized_similarity",),
}  # fmt: skip
CALLS = [f"{library}.{function}" for library, functions in LIBRARIES.items() for function in functions]
ERRORS = [SystemError, KeyError, ValueError, RecursionError, MemoryError, UnicodeEncodeError("x", "y", 0, 1, "z")]
EVERY_FIELD = st.fixed_dictionaries(
    {"legal_name": names(), "phone_number": phones(), "email_address": emails(), "address": addresses()}
)
ONE_EACH = st.fixed_dictionaries({
    "names": names().map(lambda text: [text]), "phone_numbers": phones().map(lambda text: [text]),
    "emails": emails().map(lambda text: [text]), "addresses": addresses().map(lambda value: [value]),
})  # fmt: skip


@at_least(200)
@given(EVERY_FIELD, ONE_EACH, st.sampled_from(CALLS), st.sampled_from(ERRORS))
@example(JANE, HOLDER, "phonenumbers.parse", SystemError)
@example(JANE, HOLDER, "anyascii.anyascii", KeyError)
@example(JANE, HOLDER, "idna.encode", MemoryError)
@example({"legal_name": "Jnae Deo"}, {"names": ["Jane Doe"]}, "rapidfuzz.distance.OSA.distance", MemoryError)
def test_i45_a_library_that_fails_never_raises_a_score(user: Any, held: Any, call: str, error: Any) -> None:
    """I45: With each dependency call made to raise, the result is a defined one; it is never a higher score.

    The result is what is known without the library: values are compared as they stand. From 70 on, where something is
    decided; below, two words that are not transliterated may be a little nearer than they were. A value that nothing
    was compared of stays below 70, too.
    """
    _forget()
    before = MATCHER.score(user, [held])

    def fail(*_: object, **__: object) -> None:
        raise error

    with patch(call, fail):
        _forget()
        after = MATCHER.score(user, [held])
    _forget()
    for name in NAMES:
        then, now = (getattr(result, name).score for result in (before, after))
        assert now is None or now < 70 or (then is not None and now <= then)


@pytest.mark.parametrize("call", CALLS)
def test_i45_every_library_is_asked_for_something(call: str) -> None:
    """I45: the law above would say nothing of a call that is never made."""
    asked = []

    def fail(*_: object, **__: object) -> None:
        asked.append(call)
        raise SystemError

    user = JANE | {"legal_name": "Doe, Jane, PhD, Юлия", "address": "804 Northpoint San Francisco"}
    held = HOLDER | {"names": ["Jnae Юлия Deo"], "emails": ["j%k@xn--bcher-kva.example", "jane@bücher.example"]}
    with patch(call, fail):
        _forget()
        MATCHER.score(user, [held])
    _forget()
    if call != "usaddress.parse":  # what tag itself calls
        assert asked


@given(users(), owners(), users(), owners(), anything())
@example(JANE, [HOLDER], JANE, [HOLDER], None)
def test_i47_nothing_but_the_data_counts(user: Any, held: Any, other: Any, others: Any, noise: Any) -> None:
    """I47: Scores depend only on the data and the reported rules version.

    Not on what was scored before, on random numbers, on the clock, nor on what else a request says. The version is
    ``identity_match.__version__``, beside the policy's label in every decision; with it the scores of the sample pairs
    are frozen. One thing is left to an installed library: ``phonenumbers`` knows the plans of the other countries.
    """
    account = {"account_id": "a", "owners": held}
    expected = told(user, held), match(user, [account], request_id="r", details=True)["accounts"][0]
    random.seed(7)
    told(other, others)
    with patch("time.time", lambda: 0.0), patch("os.urandom", lambda size: b"\0" * size):
        assert told(user, held) == expected[0]
    more = [
        one | {"emails": [entry | {"primary": False, "verified": noise} if isinstance(entry, dict) else entry
                          for entry in one["emails"]]}
        if "emails" in one else one
        for one in held
    ]  # fmt: skip
    elsewhere = {"account_id": "b", "name": "Other", "mask": "0000", "type": "credit", "owners": more}
    elsewhere["balances"] = noise
    answer = match(user, [{"account_id": "x", "owners": others}, elsewhere], item={"item_id": "z"}, details=True)
    assert {name: answer["accounts"][1][name] for name in (*NAMES, "details")} == {
        name: expected[1][name] for name in (*NAMES, "details")
    }


SCORING = (
    "text edits field records legal_name phone_number email_address address evidence decide explain policy reasons"
)
STRANGE = "os time datetime random secrets locale socket urllib getpass platform uuid"


def test_i44_i47_what_scores_reads_no_clock_and_no_environment() -> None:
    """I44, I47: what works out a score imports nothing that knows the time, the place or chance, and opens no socket.

    ``match`` alone draws a random id for an answer, and knows dates to write them down.
    """
    scoring, strange = SCORING.split(), STRANGE.split()
    package = Path(identity_match.__file__).parent
    seen = 0
    for path in package.rglob("*.py"):
        if path.relative_to(package).parts[0].removesuffix(".py") not in scoring:
            continue
        seen += 1
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                assert not {alias.name.split(".")[0] for alias in node.names} & {*strange}, path.name
            elif isinstance(node, ast.ImportFrom):
                assert str(node.module).split(".")[0] not in strange, path.name
    assert seen > 40
