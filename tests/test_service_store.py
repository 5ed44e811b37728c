"""The store: its schema, several writers at once, restarts, and a process that is killed while it writes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from serving import ADMIN_KEY, ITEM, JOINT, KEYS, TOKEN, USER, running
from sqlalchemy import create_engine

from identity_match.errors import FileError, IdentityMatchError, InputError, OptionError
from identity_match.service.admin import Teller
from identity_match.service.records import Asked, Held, NewAttempt
from identity_match.service.server import load_folder
from identity_match.service.settings import checked
from identity_match.service.store import Store
from identity_match.service.tables import METADATA

ROOT = Path(__file__).parent.parent
HOOK = {"item_id": "i1", "webhook": "http://127.0.0.1:9/hook"}
ACCOUNT = {"account_id": "a1", "name": "Checking", "type": "depository", "owners": [{"names": ["JANE DOE"]}]}

# A database to try, such as postgresql://postgres@127.0.0.1:5432/postgres: its schema public is emptied.
DATABASE = os.environ.get("IDENTITY_MATCH_TEST_DATABASE")


@pytest.fixture(
    name="where",
    params=["sqlite", pytest.param("url", marks=pytest.mark.skipif(not DATABASE, reason="needs a database by URL"))],
)
def _where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new store: a file, and a database by URL where one is given."""
    if request.param == "sqlite":
        return str(tmp_path / "store.sqlite")
    assert DATABASE is not None
    engine = create_engine(DATABASE.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    engine.dispose()
    return DATABASE


def filled(where: str) -> Store:
    store = Store(where)
    store.put_client("c1", "s1", ["identity", "identity_match"])
    store.add_item("c1", "access-one", HOOK, [ACCOUNT], 0)
    return store


def held(store: Store, token: str = "access-one") -> tuple[Any, Any]:
    return store.lookup([Asked("c1", token)])[0]


def attempt(store: Store) -> NewAttempt:
    client, item = held(store)
    return NewAttempt(client, item, "PASS", "a1", "[]")


def test_the_steps_make_the_tables(where: str) -> None:
    with Store(where) as store, store._reading.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    steps = sorted(path.stem for path in (ROOT / "identity_match/service/migrations/versions").glob("[0-9]*.py"))
    assert steps[-1].startswith(version)
    Store(where).close()  # a second time nothing is left to do


def test_what_is_written_is_there_after_a_restart(where: str) -> None:
    with filled(where) as store:
        before = held(store)
        assert store.add_attempts([attempt(store)]) == [True]
    with Store(where) as store:
        assert held(store) == before
        assert store.count_attempts() == 1


def test_tokens_and_secrets_are_not_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with filled(str(path)) as store:
        store.add_processor_token("i1", "a1", "processor-one")
        files = list(tmp_path.iterdir())
        content = b"".join(file.read_bytes() for file in files)
        assert b"JANE DOE" in content
        for secret in (b"access-one", b"processor-one", b"s1\x00", b'"s1"'):
            assert secret not in content
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.parametrize("name", ["a?mode=ro.sqlite", "a%41#.sqlite"])
def test_the_file_is_the_one_that_was_named(tmp_path: Path, name: str) -> None:
    filled(str(tmp_path / name)).close()
    assert [(file.name, stat.S_IMODE(file.stat().st_mode)) for file in tmp_path.iterdir()] == [(name, 0o600)]


def test_a_url_of_sqlite_is_its_path(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with filled(f"sqlite:///{path}") as store:
        store.add_processor_token("i1", "a1", "processor-one")
        store.delete_item("i1")
        assert held(store, "access-one")[1] is None
        assert not store.add_processor_token("i1", "a1", "processor-two"), "accounts go with their Item"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(OptionError):
        Store("sqlite://")


def test_the_file_of_another_program_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "theirs.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as theirs:
        theirs.execute("CREATE TABLE notes (text)")
    with pytest.raises(OptionError, match="another program's"):
        Store(path)
    with contextlib.closing(sqlite3.connect(path)) as theirs:
        assert theirs.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]


def test_settings_of_sqlite_are_those_that_lose_nothing(tmp_path: Path) -> None:
    with Store(tmp_path / "x") as store:
        for engine in (store._reading, store._writing):
            with engine.connect() as connection:
                found = [
                    connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                    for name in ("journal_mode", "synchronous", "foreign_keys")
                ]
                assert found == ["wal", 2, 1]
                assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() >= 1_000


def test_a_token_belongs_to_one_client(where: str) -> None:
    with filled(where) as store:
        store.put_client("c2", "s2", [])
        asked = [Asked("c1", "access-one"), Asked("c2", "access-one"), Asked("c1", "x"), Asked("x", "access-one"),
                 Asked("c1", "access-one", processor=True)]  # fmt: skip
        found = store.lookup(asked)
        assert [client and client.client_id for client, _ in found] == ["c1", "c2", "c1", None, "c1"]
        assert [item is not None for _, item in found] == [True, False, False, False, False]


def test_attempts_on_what_changed_are_not_written(where: str) -> None:
    with filled(where) as store:
        old = attempt(store)
        store.change_owners("i1", "a1", [], Teller(checked({}), "i1", "a1"))
        assert store.add_attempts([old, attempt(store)]) == [False, True]
        old = attempt(store)
        store.put_client("c1", "s2", ["identity"])
        assert store.add_attempts([old, attempt(store)]) == [False, True]
        old = attempt(store)
        store.delete_item("i1")
        assert store.add_attempts([old]) == [False]
        assert store.count_attempts() == 2


def test_many_attempts_at_once_are_all_written(where: str) -> None:
    """Also more than one statement holds; each comes back as it went in."""
    with filled(where) as store:
        scores: list[Any] = [{"account_id": "ä%s?:x", "legal_name": {"score": 96}, "address": {"score": None}}]
        one = attempt(store)
        given = [
            one._replace(scores=json.dumps(scores)),
            *[one] * 300,
            one._replace(outcome="FAIL", outcome_account_id=None),
        ]
        stale = one._replace(held=one.held._replace(revision=0))
        assert store.add_attempts([*given, stale]) == [*[True] * 302, False]
        assert store.add_attempts([stale]) == [False]
        rows = store.attempts("c1", 0, 1 << 60, most=1_000)
        found = [(row.outcome, row.outcome_account_id, row.scores) for row in rows]
        assert found == [(new.outcome, new.outcome_account_id, json.loads(new.scores)) for new in given]
        assert len({row.attempt_id for row in rows}) == 302


def test_what_is_old_is_forgotten(where: str) -> None:
    with filled(where) as store:
        store.add_attempts([attempt(store)] * 3)
        times = [row.created_at for row in store.attempts("c1", 0, 10**15)]
        assert store.forget(times[0]) == 0
        assert store.forget(times[-1] + 1) == 3


def test_old_deliveries_are_forgotten_once_they_are_done(where: str) -> None:
    with filled(where) as store:
        for now in (1, 2):
            store.change_owners("i1", "a1", [], lambda *_, now=now: (("x",), ("http://127.0.0.1/", b"{}", now)))
        done, waiting = (delivery.event_id for _, delivery in store.deliveries())
        store.record_delivery(done, status=200, delivered_at=3)
        assert store.forget(1) == 0
        assert store.forget(10) == 1
        assert [delivery.event_id for _, delivery in store.deliveries()] == [waiting]


def test_a_change_and_its_webhook_are_one(where: str) -> None:
    """Where the webhook cannot be put into the outbox, the owners stay as they were."""
    with filled(where) as store:
        with pytest.raises(Exception, match=r"NOT NULL|null value"):
            store.change_owners("i1", "a1", [], lambda *_: (("names",), (None, b"", 0)))
        assert held(store)[1].accounts[0].owners == ACCOUNT["owners"]
        assert store.deliveries() == []


def test_writers_at_once_lose_nothing(where: str) -> None:
    """Threads with stores of their own, as processes have: every change counts, every webhook is there."""
    with filled(where) as store:
        begun = held(store)[1].revision
    faults: list[BaseException] = []

    def work(name: str) -> None:
        try:
            with Store(where) as store:
                for i in range(15):
                    owners = [{"names": [f"{name} {i}"]}]
                    assert store.change_owners("i1", "a1", owners, Teller(checked({}), "i1", "a1"))
                    while store.add_attempts([attempt(store)]) != [True]:
                        pass
        except BaseException as fault:  # noqa: BLE001 - shown by the thread that waits
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(f"W{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with Store(where) as store:
        assert held(store)[1].revision == begun + 60
        assert store.count_attempts() == 60
        assert len(store.deliveries()) == 60
        assert len({row.event_id for _, row in store.deliveries()}) == 60


def test_requests_at_once_are_each_an_attempt(tmp_path: Path) -> None:
    with running(tmp_path) as local:
        body = {"access_token": TOKEN, "user": USER}
        match = ("POST", "/identity/match", {"json": body, "headers": KEYS})
        change = ("PUT", f"/admin/items/sample-item-0001/accounts/{JOINT}/owners")
        owners = ITEM["accounts"][1]["owners"]
        requests = [match] * 40
        for i in (10, 20, 30):
            key = {"authorization": f"Bearer {ADMIN_KEY}"}
            requests.insert(i, (*change, {"json": {"owners": owners if i == 20 else []}, "headers": key}))
        answers = local.http.all_at_once(requests)
        assert {answer.status_code for answer in answers} == {200}
        assert local.store.count_attempts() == 40


# What cannot be opened


def test_other_files_are_refused_and_kept(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, but long enough to be taken for one" * 40)
    with pytest.raises(OptionError, match="store: cannot be used"):
        Store(text)
    assert text.read_text().startswith("not a database")
    with pytest.raises(OptionError):
        Store(tmp_path)
    with pytest.raises(OptionError):
        Store(tmp_path / "no" / "such" / "folder")
    newer = tmp_path / "newer.sqlite"
    Store(newer).close()
    with sqlite3.connect(newer) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(OptionError, match="newer version"):
        Store(newer)


@pytest.mark.parametrize("url", ["nosuch://user:hunter2@host/db", "postgresql://user:hunter2@host:x/db", "://hunter2"])
def test_a_url_is_never_repeated(url: str) -> None:
    with pytest.raises(IdentityMatchError) as caught:
        Store(url)
    assert "hunter2" not in str(caught.value)


def test_records_show_no_value(tmp_path: Path) -> None:
    with filled(str(tmp_path / "x")) as store:
        client, item = held(store)
    for record in (item, item.accounts[0], Asked("c1", "access-one"), NewAttempt(client, item, "PASS", "a1", "[]")):
        assert "JANE" not in repr(record)
        assert "access-one" not in repr(record)
    assert isinstance(item, Held)


@pytest.mark.parametrize("tokens", [[("a1", "processor-one"), ("x", "processor-two")], [("a1", "processor-one")] * 2])
def test_a_folder_whose_tokens_are_wrong_is_wrong_every_time(tmp_path: Path, tokens: list[tuple[str, str]]) -> None:
    listed = [{"account_id": account_id, "processor_token": token} for account_id, token in tokens]
    entry = {"client_id": "c1", "access_token": "access-one", "file": "item.json", "processor_tokens": listed}
    catalogue = {"clients": [{"client_id": "c1", "secret": "s1"}], "items": [entry]}
    (tmp_path / "service.json").write_text(json.dumps(catalogue), "utf-8")
    (tmp_path / "item.json").write_text(json.dumps({"item": HOOK, "accounts": [ACCOUNT]}), "utf-8")
    with Store(tmp_path / "store.sqlite") as store:
        for _ in range(2):
            with pytest.raises(FileError, match="processor_token"):
                load_folder(store, tmp_path)
        assert store.items() == []


def test_two_that_load_one_folder_at_once_both_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"client_id": "c1", "access_token": "access-one", "file": "item.json"}
    catalogue = {"clients": [{"client_id": "c1", "secret": "s1"}], "items": [entry]}
    (tmp_path / "service.json").write_text(json.dumps(catalogue), "utf-8")
    (tmp_path / "item.json").write_text(json.dumps({"item": HOOK, "accounts": [ACCOUNT]}), "utf-8")
    with Store(tmp_path / "store.sqlite") as store:
        looked = store.items
        monkeypatch.setattr(store, "items", list)  # what the slower one saw
        assert load_folder(store, tmp_path) == 1
        seen = iter([[], looked()])
        monkeypatch.setattr(store, "items", lambda: next(seen))
        assert load_folder(store, tmp_path) == 0
        assert len(looked()) == 1


def test_what_is_there_already_is_said(where: str) -> None:
    with filled(where) as store:
        for item_id, token, account in (("i1", "access-two", "a2"), ("i2", "access-one", "a2")):
            with pytest.raises(InputError, match="already there"):
                store.add_item("c1", token, {"item_id": item_id}, [ACCOUNT | {"account_id": account}], 0)
        twice = [ACCOUNT, ACCOUNT]
        with pytest.raises(InputError, match="accounts: already there"):
            store.add_item("c1", "access-three", {"item_id": "i3"}, twice, 0)
        assert [row["item_id"] for row in store.items()] == ["i1"]


# A process that is killed

WRITER = """
import sys
from identity_match.service.admin import Teller
from identity_match.service.records import Asked, NewAttempt
from identity_match.service.settings import checked
from identity_match.service.store import Store

with Store(sys.argv[1]) as store:
    for i in range(10_000):
        client, item = store.lookup([Asked("c1", "access-one")])[0]
        store.change_owners("i1", "a1", [{"names": [f"N {item.revision}"]}], Teller(checked({}), "i1", "a1"))
        client, item = store.lookup([Asked("c1", "access-one")])[0]
        assert store.add_attempts([NewAttempt(client, item, "PASS", "a1", "[]")]) == [True]
        print(item.revision, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing is killed so on this system")
def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    """A hundred rounds through the whole server: ``benchmarks/service_kill.py``."""
    where = str(tmp_path / "store.sqlite")
    with filled(where) as store:
        begun = held(store)[1].revision
    for round_ in range(3):
        process = subprocess.Popen([sys.executable, "-c", WRITER, where], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(5 + 3 * round_)]
        process.kill()
        lines += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        answered = int([line for line in lines if line.endswith("\n")][-1])
        with Store(where) as store:
            assert store.is_whole()
            revision = held(store)[1].revision
            assert answered <= revision <= answered + 1
            # Neither half of a change is there without the other.
            changes = revision - begun
            assert len(store.deliveries(most=10_000)) == changes
            assert store.count_attempts() in (changes, changes - 1)
            if round_ < 2:
                while store.count_attempts() < changes:
                    store.add_attempts([attempt(store)])
