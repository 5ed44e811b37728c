"""The process in which users are scored: its lines, what it forgets, and what happens when it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from serving import TOKEN, running

from identity_match import apart, score
from identity_match.service import scoring
from identity_match.service.scorer import FAULT, NO_NUMBER, Lines, Scorer
from identity_match.service.scoring import ScorerEnded, Scoring

if TYPE_CHECKING:
    from serving import Local

JANE: dict[str, Any] = {"names": ["JANE DOE"], "phone_numbers": ["2025550143"]}
OTTO: dict[str, Any] = {"names": ["OTTO GRZBRK"], "emails": ["otto@example.com"]}


def told(item: int, *accounts: list[dict[str, Any]]) -> bytes:
    return json.dumps([item, accounts]).encode()


def asked(item: int, *places: int, **typed: Any) -> bytes:
    user = dict.fromkeys(("legal_name", "phone_number", "email_address", "address")) | typed
    return json.dumps([item, user, places]).encode()


def read(line: bytes | None) -> tuple[str, str, list[int | None]]:
    """Give what came of a question, the account that passed, and the score of each account's names."""
    assert line is not None
    came_of, passed, *scores = line.decode().split("\t")
    return came_of, passed, [json.loads(scored)["legal_name"]["score"] for scored in scores]


@pytest.fixture
def scorer() -> Scorer:
    scorer = Scorer("US")
    assert scorer.take(told(1, [OTTO], [JANE], [OTTO, JANE])) is None
    return scorer


@pytest.mark.parametrize(
    ("places", "name", "expected"),
    [
        ([1], "Jane Doe", ("PASS", "1", [100])),
        ([0, 1], "Jane Doe", ("PASS", "1", [0, 100])),
        ([0], "Jane Doe", ("FAIL", "", [0])),
        ([0, 2], "Otto Grzbrk", ("PASS", "0", [100, 100])),
        ([], "Jane Doe", ("UNKNOWN", "", [])),
        ([1], None, ("UNKNOWN", "", [None])),
    ],
)
def test_questions(scorer: Scorer, places: list[int], name: str | None, expected: Any) -> None:
    assert read(scorer.take(asked(1, *places, legal_name=name))) == expected


def test_it_scores_as_the_library_does(scorer: Scorer) -> None:
    home = {"street": "1 Main St", "city": "Reno", "region": "NV", "postal_code": "89501", "country": "US"}
    owner = JANE | {"addresses": [home], "emails": ["jane@example.com"]}
    user = {"legal_name": "Jane Roe", "phone_number": "+12025550143", "email_address": "j@example.com", "address": home}
    scorer.take(told(2, [owner, OTTO]))
    line = scorer.take(asked(2, 0, **user))
    assert line is not None
    assert json.loads(line.split(b"\t")[2]) == score(user, [owner, OTTO]).to_dict()


def test_what_is_no_phone_number_is_refused(scorer: Scorer) -> None:
    assert scorer.take(asked(1, 1, phone_number="12")) == NO_NUMBER
    assert read(scorer.take(asked(1, 1, phone_number="", legal_name="Jane Doe")))[2] == [100]


def test_a_fault_costs_one_question(scorer: Scorer) -> None:
    """Where it happened is said, and no value."""
    for line in (asked(1, 7, legal_name="Jane Doe"), asked(5, 0), asked(1, 0, email="Jane Doe")):
        found = scorer.take(line)
        assert found is not None
        assert found.startswith(FAULT)
        assert b" at identity_match." in found
        assert b"Doe" not in found
    assert scorer.take(told(3, "JANE DOE")) is None  # type: ignore[arg-type]
    assert str(scorer.take(asked(3, 0, legal_name="Jane Doe"))).startswith("b'!InputError at identity_match.records:")
    assert read(scorer.take(asked(1, 1, legal_name="Jane Doe"))) == ("PASS", "1", [100])


def test_what_is_forgotten_is_not_known(scorer: Scorer) -> None:
    assert scorer.take(b"[1]") is None
    answer = scorer.take(asked(1, 0))
    assert answer is not None
    assert answer.startswith(FAULT + b"KeyError")


def test_lines_in_pieces() -> None:
    whole = b"one\n\ntwo three\n" + b"x" * 1000 + b"\nrest"
    for size in (1, 2, 3, 7, 500, len(whole)):
        lines = Lines()
        pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
        assert [line for piece in pieces for line in lines.feed(piece)] == [b"one", b"", b"two three", b"x" * 1000]
        assert lines.feed(b"\n") == [b"rest"]


# The process


def in_process(lines: bytes) -> subprocess.CompletedProcess[bytes]:
    command = apart.command("identity_match.service.scorer", "US")
    return subprocess.run(command, input=lines, capture_output=True, check=False, env=apart.environment())


def test_the_process_answers_in_order_and_ends_when_nobody_asks_any_more() -> None:
    names = ["Jane Doe", "Otto Grzbrk"] * 200
    done = in_process(b"\n".join([told(1, [JANE]), *(asked(1, 0, legal_name=name) for name in names), b""]))
    assert (done.returncode, done.stderr) == (0, b"")
    found = [read(line) for line in done.stdout.splitlines()]
    assert found == [("PASS", "0", [100]), ("FAIL", "", [0])] * 200


def test_a_question_that_is_cut_off_is_not_answered() -> None:
    done = in_process(told(1, [JANE]) + b"\n" + asked(1, 0))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_where_nobody_reads_its_answers_it_ends_in_silence() -> None:
    command = apart.command("identity_match.service.scorer", "US")
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, env=apart.environment()) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(told(1, [JANE]) + b"\n" + asked(1, 0) + b"\n")
        process.stdin.flush()
        assert process.wait(20) == 0
        assert process.stderr.read() == b""


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_signals_are_for_the_service() -> None:
    """It may still have questions when it is told to end; the process ends with it."""
    command = apart.command("identity_match.service.scorer", "US")
    with subprocess.Popen(command, stdin=-1, stdout=-1, env=apart.environment()) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for stop in (None, signal.SIGTERM, signal.SIGINT):
            if stop is not None:
                process.send_signal(stop)
            process.stdin.write(told(1, [JANE]) + b"\n" + asked(1, 0, legal_name="Jane Doe") + b"\n")
            process.stdin.flush()
            assert read(process.stdout.readline()) == ("PASS", "0", [100])
        process.stdin.close()
        assert process.wait(10) == 0


class Asking:
    """Asks, and notes what is told."""

    def __init__(self) -> None:
        self.scoring = Scoring("US")
        self.told: list[int] = []

    def _told(self, item: int) -> bytes:
        self.told.append(item)
        return told(item, [JANE])

    def ask(self, item: int) -> asyncio.Future[bytes]:
        done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def then(found: bytes | Exception) -> None:
            if isinstance(found, Exception):
                done.set_exception(found)
            else:
                done.set_result(found)

        self.scoring.ask(item, partial(self._told, item), asked(item, 0, legal_name="Jane Doe"), then)
        return done

    def send(self, what: signal.Signals) -> None:
        run = self.scoring._run
        assert run is not None
        assert run._transport is not None
        run._transport.send_signal(what)


def test_an_item_is_told_of_once_and_again_when_it_was_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "MOST_TOLD", 2)
    asyncio.run(_told_again())


async def _told_again() -> None:
    asking = Asking()
    found = await asyncio.gather(*(asking.ask(item) for item in (1, 1, 2, 1, 3, 1, 2, 2)))
    await asking.scoring.close()
    assert [read(line) for line in found] == [("PASS", "0", [100])] * 8
    assert asking.told == [1, 2, 3, 2]


def test_a_process_that_ends_is_started_anew(caplog: pytest.LogCaptureFixture) -> None:
    asyncio.run(_started_anew())
    assert [record.getMessage() for record in caplog.records] == ["the process that scores users ended with status -9"]


async def _started_anew() -> None:
    asking = Asking()
    await asking.ask(1)
    asking.send(signal.SIGKILL)
    found = await asyncio.gather(*(asking.ask(1) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in found] == [ScorerEnded] * 3
    assert read(await asking.ask(1)) == ("PASS", "0", [100])
    assert asking.told == [1, 1]
    await asking.scoring.close()


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_a_process_that_is_stuck_is_started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "STUCK_SECONDS", 0.5)
    asyncio.run(_stuck())


async def _stuck() -> None:
    asking = Asking()
    await asking.ask(1)
    await asyncio.sleep(1.2)  # nobody waits
    await asking.ask(1)
    asking.send(signal.SIGSTOP)
    with pytest.raises(ScorerEnded):
        await asyncio.wait_for(asking.ask(1), 20)
    assert read(await asking.ask(1)) == ("PASS", "0", [100])
    assert asking.told == [1, 1]
    await asking.scoring.close()


def test_a_process_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "command", lambda *_: [str(Path(__file__).parent / "no such program")])
    asyncio.run(_not_started())


async def _not_started() -> None:
    asking = Asking()
    for _ in range(2):
        with pytest.raises(ScorerEnded):
            await asking.ask(1)
    await asking.scoring.close()


def test_nobody_asked() -> None:
    asyncio.run(Scoring("US").close())


# The service


@pytest.fixture
def own(tmp_path: Path) -> Any:
    with running(tmp_path) as local:
        yield local


def scorers() -> list[int]:
    """Give the processes that score users for this one."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text("ascii", "replace").rpartition(")")[2].split()[1])
            command = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == os.getpid() and b"service.scorer" in command:
            found.append(int(path.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")
def test_the_service_goes_on_when_its_scorer_is_killed(own: Local, caplog: pytest.LogCaptureFixture) -> None:
    """What is under way is asked again, once: nothing was written."""
    body = {"access_token": TOKEN, "user": {"legal_name": "Alberta Bobbeth Charleson"}}
    assert own.ask("/identity/match", body).status_code == 200
    for _ in range(3):
        for pid in scorers():
            os.kill(pid, signal.SIGKILL)
        answers = [own.ask("/identity/match", body) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200] * 3
    assert own.store.count_attempts() == 10
    assert all("Alberta" not in record.getMessage() for record in caplog.records)


def test_a_fault_of_the_scorer_is_told_without_a_value(
    own: Local, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong(number: int, *_: Any) -> bytes:
        return json.dumps([number, {"x": "Jane Doe"}, [0]]).encode()

    monkeypatch.setattr("identity_match.service.matching._question", wrong)
    answer = own.ask("/identity/match", {"access_token": TOKEN, "user": {"legal_name": "Jane Doe"}})
    assert (answer.status_code, answer.json()["error_code"]) == (500, "INTERNAL_SERVER_ERROR")
    said = caplog.records[-1].getMessage()
    assert said.endswith(tuple(f"/identity/match: KeyError at identity_match.service.scorer:{n}" for n in range(200)))
    assert own.store.count_attempts() == 0
