"""No input value appears in anything that is given out beside the result: a table of outputs, and calls that fill it.

I38, for every value at every place, as it should be and as it should not, through every call, every subcommand and
every form of file. What a single place must refuse, and how, is in ``test_privacy.py``.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import gc
import importlib
import io
import itertools
import json
import logging
import multiprocessing
import os
import pickle
import pkgutil
import re
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from test_privacy import (
    ADDRESS,
    EVERY,
    HELD,
    LINE,
    MAIL,
    NAME,
    OTHER_NAME,
    PHONE,
    USER,
    WRAPPERS,
    leaks,
)

import identity_match
from identity_match import (
    Address,
    IdentityMatchError,
    Matcher,
    Owner,
    User,
    batch,
    cli,
    files,
    match,
    score,
    score_batches,
    score_table,
)
from identity_match.cli import main
from identity_match.cli_evaluate import sections, write_html
from identity_match.errors import FileError
from identity_match.evaluate import evaluate, read_pairs
from identity_match.field import DEFAULT_OPTIONS
from identity_match.fields import FIELDS
from identity_match.files import Task, score_file
from identity_match.policy import Policy, policy, policy_from_toml
from identity_match.report import write_page

if TYPE_CHECKING:
    from collections.abc import Callable

# Everything that is given out beside the result. Every kind is seen at least once below, and so are every class, every
# error and every subcommand, so that what is new and missing here makes a test fail.

OUTPUTS = {
    "message": "text of an error",
    "arguments": "what an error was made of, and all its attributes",
    "cause": "the error it came from; a worker process hands its traceback on in one",
    "context": "the error that was handled when it was raised, shown or not",
    "notes": "notes of an error",
    "traceback": "what Python prints of an error, values of variables left out",
    "pickled error": "an error on its way to another process",
    "repr": "repr, str and format of every object of ours, and of its members",
    "answer": "the answer where values are not asked for, as dicts and columns",
    "standard output": "the same, and summaries, by the command",
    "standard error": "the command's complaint, its progress, and whatever a worker process says",
    "file name": "names of results, parts, temporary files and reports",
    "file content": "results, parts, plans, faults of rows, reports; half-way, too",
    "log": "records of every logger, DEBUG and above",
    "warning": "warnings of every category",
}
SILENT = {"notes", "warning", "log"}  # there may be none; what is logged is matplotlib's, when it is first used

# Classes of which no object is given out by itself.
INSIDE = {
    "text.Cleaned": "text on its way into a key",
    "batch.Block": "rows on their way into a process",
    "columns.Rows": "likewise",
    "files.Source": "an open file",
    "files.Parts": "likewise",
    "writer.Writer": "likewise",
    "evidence.Weighed": "on its way into a Person",
    "cli_read.CommandError": "caught and printed by the command",
    "cli_read.CommandFileError": "likewise",
    "errors.TableError": "a shipped table is broken; nothing of a caller is near",
    "field.Outcome": "a protocol",
    "field.Repeated": "rows on their way through columns",
    "match.Account": "on its way into an answer",
    "remember.Memory": "remembers for the service; shows nothing",
    "remember.Remembered": "likewise",
    "errors.LibraryError": "pyarrow failed: test_torture.py",
    "errors.DocumentError": "fixed sentences: test_documents.py",
    "errors.WebhookError": "fixed words: test_webhooks.py",
}


class Stream(io.TextIOWrapper):
    """Standard output or error that may say it is a terminal."""

    terminal = False

    def isatty(self) -> bool:
        return self.terminal


class Observer:
    """Collects what calls give out.

    Args:
        place: An empty directory, in which calls read and write.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.found: dict[str, list[str]] = {kind: [] for kind in OUTPUTS}
        self.types: set[type] = set()
        self.commands: set[str] = set()
        self._given: set[Path] = set()
        self._read: set[tuple[Path, int, int]] = set()

    def put(self, name: str, content: str | bytes | pa.Table) -> str:
        """Make a file that is given to the package."""
        path = self.place / name
        if not isinstance(content, pa.Table):
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        elif path.suffix == ".parquet":
            pq.write_table(content, path)
        else:
            pyarrow.feather.write_feather(content, str(path))
        self._given.add(path)
        return str(path)

    def look(self, *_: object) -> None:
        """Read every file that was not given, or read before."""
        for path in self.place.rglob("*"):
            state = (path, path.stat().st_mtime_ns, path.stat().st_size)
            if path not in self._given and state not in self._read:
                self._read.add(state)
                self.found["file name"].append(path.name)
                self.found["file content"].append(path.read_bytes().decode("latin-1") if path.is_file() else "")

    def call(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Call something and keep the reprs of its result, or all that its error says; None then."""
        result = None
        try:
            result = function(*args, **options)
            result = [*result] if isinstance(result, Iterator) else result
        except IdentityMatchError as error:
            self.objects(error)
        self.objects(result)
        return result

    def answer(self, *answers: Any) -> None:
        self.found["answer"] += [json.dumps(answer) for answer in answers]

    def objects(self, *values: Any) -> None:
        """Show objects of ours, and all that they hold."""
        todo, done = [*values], dict[int, object]()
        while todo:
            value = todo.pop()
            if isinstance(value, BaseException):
                self._error(value)
            elif _is_shown(type(value)) and id(value) not in done:
                done[id(value)] = value
                self.types.add(type(value))
                self.found["repr"] += [repr(value), str(value), f"{value}"]
                todo += value if isinstance(value, tuple) else []
                properties = [name for name, one in vars(type(value)).items() if isinstance(one, property)]
                todo += [getattr(value, name) for name in properties]
            elif isinstance(value, Mapping):
                todo += value.values()
            elif isinstance(value, list | tuple | set | frozenset):
                todo += value

    def _error(self, error: BaseException) -> None:
        self.types.add(type(error))
        self.found["traceback"].append("".join(traceback.format_exception(error)))
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))
        self.found["pickled error"].append(pickle.dumps(error).decode("latin-1"))
        for kind, one in chain_of(error):
            members = {name: getattr(one, name, None) for name in dir(one) if not name.startswith("__")}
            members = {name: member for name, member in members.items() if not callable(member)}
            self.found[kind].append(f"{one} {one!r}")
            self.found["arguments"].append(f"{one.args} {members}")
            self.found["notes"] += getattr(one, "__notes__", [])

    def command(self, *arguments: str, status: int = 0, terminal: bool = False) -> None:
        """Run the command, and see that it ends as it should."""
        self.commands.add(arguments[0])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Stream, "terminal", terminal)
            patch.setattr(cli, "EVERY", 0)
            assert main(arguments) == status, arguments
        self.look()

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Catch what goes to the screen, to logs, to warnings and to temporary files, from other processes, too."""
        logged: list[logging.LogRecord] = []
        root, handler = logging.getLogger(), logging.Handler()
        handler.emit = logged.append  # type: ignore[method-assign, assignment]
        temporary = self.place / "temporary"
        temporary.mkdir()
        names = ("standard output", "standard error")
        with contextlib.ExitStack() as stack:
            patch = stack.enter_context(pytest.MonkeyPatch.context())
            for number, name in enumerate(("stdout", "stderr"), 1):
                file = stack.enter_context(tempfile.TemporaryFile())
                kept = os.dup(number)
                os.dup2(file.fileno(), number)
                stack.callback(self._screen, names[number - 1], file, kept, number)
                stream = Stream(os.fdopen(os.dup(number), "wb"), "utf-8", write_through=True)
                patch.setattr(sys, name, stack.enter_context(stream))
            patch.setenv("TMPDIR", str(temporary))
            patch.setattr(tempfile, "tempdir", None)
            patch.setattr(root, "level", logging.DEBUG)
            patch.setattr(root, "handlers", [handler])
            told = stack.enter_context(warnings.catch_warnings(record=True))
            warnings.simplefilter("always")
            yield
            gc.collect()  # a file that is left open is named in a warning
        self._given.add(temporary)
        self.look()
        self.found["log"] += [f"{record.getMessage()} {record.args} {record.exc_text}" for record in logged]
        self.found["warning"] += [str(one.message) for one in told]
        for kind, texts in self.found.items():  # letters that chance put into the name of the folder are nobody's
            self.found[kind] = [text.replace(str(self.place), "") for text in texts]

    def _screen(self, kind: str, file: Any, kept: int, number: int) -> None:
        os.dup2(kept, number)
        os.close(kept)
        file.seek(0)
        self.found[kind].append(file.read().decode("utf-8", "replace"))


def _is_shown(kind: type) -> bool:
    """Tell a class of ours; of a field's, only keys and outcomes: the others are words of a key, which shows none."""
    _, _, module = kind.__module__.partition("identity_match.")
    of_a_field = module.partition(".")[0] in {field.name for field in FIELDS}
    return module != "" and (not of_a_field or kind.__name__.endswith(("Key", "Match")))


def chain_of(error: BaseException, how: str = "message") -> Iterator[tuple[str, BaseException]]:
    """Give an error and the errors that it hangs on to, each with how."""
    yield how, error
    for kind, other in (("cause", error.__cause__), ("context", error.__context__)):
        if other is not None:
            yield from chain_of(other, kind)


# What is given: every value of a user and of owners, at every position, as it should be and as it should not.

OWNERS = [
    {"names": [NAME, f"{OTHER_NAME} OR {NAME}"], "emails": [{"data": MAIL}, MAIL], "phone_numbers": [PHONE, None]},
    HELD,
    {"names": [f"{OTHER_NAME} & {NAME} JR"], "addresses": [LINE, ADDRESS]},
]
ROW = {"user": USER, "owners": OWNERS}
PAIR = {"a": USER, "b": OWNERS, "match": True, "field": "identity", "source": "s", "kind": "k", "group": "g"}
FLAT_USER = {"legal_name": NAME, "phone_number": PHONE, "email_address": MAIL, **ADDRESS}
FLAT = {**FLAT_USER, **{f"owner_{name}": value for name, value in FLAT_USER.items()}}
WRONG: list[Callable[[str], Any]] = [
    lambda value: [value],
    lambda value: [[value]],
    lambda value: {value: value},
    lambda value: {"data": {value: value}},
    lambda value: {"data": [value], value: 5},
    lambda value: 9731.98765,
    lambda value: -9731.0,
    lambda value: True,
]


def leaves(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the path to every value of a document, and to every object and list that holds some."""
    yield path
    inside = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in inside:
        yield from leaves(value, (*path, key))


def with_value(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Give a copy of a document with another value at a path."""
    if not path:
        return value
    copied = copy.copy(document)
    copied[path[0]] = with_value(document[path[0]], path[1:], value)
    return copied


def spoiled(document: Any) -> Iterator[Any]:
    """Give a document once for every place in it and every way to be wrong."""
    for path in leaves(document):
        for number, wrong in enumerate(WRONG):
            yield with_value(document, path, wrong(EVERY[number % len(EVERY)]))


def lines(rows: Iterable[Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def _records(see: Observer) -> None:
    user, owner = User.from_dict(USER), Owner.from_dict(HELD)
    see.objects(user, owner, Address(**ADDRESS), User(address=LINE), Owner())
    result = see.call(score, user, [owner, *OWNERS])
    explained = result.explain()
    see.objects(score({"legal_name": f"{NAME} Jr"}, [HELD | {"names": [NAME.upper()]}]).explain())
    see.objects(result.overall, result.decide("strict"), explained)
    see.answer(result.to_dict(), result.to_dict(details=True), result.to_dict(sparse=True), result.overall.to_dict())
    see.answer([found.to_dict() for found in explained.values()])
    for field in FIELDS:
        ours = field.normalize(getattr(user, field.name), DEFAULT_OPTIONS)
        for theirs in (field.normalize(value, DEFAULT_OPTIONS) for value in getattr(owner, field.owner_values)):
            see.objects(field, ours, theirs, field.compare(ours, theirs), list(field.repairs(ours, theirs)))


def _wrong_records(see: Observer) -> None:
    account = {"account_id": "a1", "name": "Checking", "owners": OWNERS}
    for row in spoiled(ROW):
        if isinstance(row, dict):
            see.call(score, row.get("user"), row.get("owners"))
            see.call(match, row.get("user"), [account | {"owners": row.get("owners")}], request_id="r1")
    for details in (False, True):
        see.answer(match(USER, [account], details=details, request_id="r1"))
    wrappers: list[Callable[[str], Any]] = WRAPPERS
    for value in (wrong(NAME) for wrong in wrappers):
        for key in (*account, "mask", "verification_name", "verification_insights"):
            see.call(match, USER, [account | {key: value if key == "owners" else {1: value}}])
        for option in ("item", "account_ids", "request_id", "details"):
            see.call(match, USER, [account], **{option: [value] if option == "account_ids" else {NAME: [value]}})


class Unknown:
    """Something that no argument may be."""

    def __repr__(self) -> str:
        return NAME


def _settings(see: Observer) -> None:
    see.objects(Matcher(nicknames={NAME: [OTHER_NAME]}), Matcher(policy="strict"))
    for wrong in (NAME, [NAME], {NAME: NAME}, {NAME: [5]}, {5: NAME}, Unknown()):
        for option in ("default_country", "nicknames", "policy"):
            see.call(Matcher, **{option: wrong})
        for setting in (*Policy._fields, "base", NAME):
            if wrong != NAME or setting not in ("name", "version"):  # these two are labels, shown in every result
                see.call(policy, {setting: wrong})
        see.call(policy, wrong)
        see.call(score({}, []).decide, wrong)
    for text in (
        f"{NAME} = 1",
        f"base = '{NAME}'",
        f"match = '{NAME}'",
        f"{NAME}",
        f"name = '{NAME}",
        f"[{NAME}]\na=1",
    ):
        see.call(policy_from_toml, text)
    see.call(policy_from_toml, f"# {NAME}\nname = 'ours'\nmatch = 80")


def _not_utf8(values: list[str]) -> pa.Array:
    """Make a column of text that is none; Arrow does not look."""
    written = [value.encode() + b"\xff" for value in values]
    starts = [0, *itertools.accumulate(map(len, written))]
    buffers = [None, pa.array(starts, pa.int32()).buffers()[1], pa.py_buffer(b"".join(written))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


TWICE = [NAME, OTHER_NAME]
COLUMNS = {
    "text": pa.array(TWICE),
    "no UTF-8": _not_utf8(TWICE),
    "bytes": pa.array([value.encode() for value in TWICE]),
    "words": pa.array(TWICE).dictionary_encode(),
    "words that are no UTF-8": pa.DictionaryArray.from_arrays(pa.array([0, 1]), _not_utf8(TWICE)),
    "lists": pa.array([[value] for value in TWICE]),
    "objects": pa.array([{value: value} for value in TWICE]),
    "fractions": pa.array([9731.98765, 8642.5]),
    "days": pa.array([973198765, 864299731], pa.date32()),
    "seconds": pa.array([9731 * 10**10, 8642 * 10**10], pa.timestamp("s")),
    "another time zone": pa.array([1, 2], pa.timestamp("s", tz=NAME.replace(" ", "/"))),
}


def _tables() -> Iterator[pa.Table]:
    """Give tables of two rows, in both forms, with each column at every place."""
    plain = pa.array(["JANE DOE", "JOHN ROE"])
    for column in COLUMNS.values():
        for name in ("legal_name", "postal_code", "owner_phone_number", "id"):
            yield pa.table({"legal_name": plain, "owner_legal_name": plain} | {name: column})
        users = pa.StructArray.from_arrays([column], ["legal_name"])
        names = pa.ListArray.from_arrays([0, 1, 2], column)
        owners = pa.ListArray.from_arrays([0, 1, 2], pa.StructArray.from_arrays([names], ["names"]))
        yield pa.table({"user": users, "owners": owners})
    yield pa.Table.from_pylist([FLAT, FLAT])
    yield pa.table([plain, plain, pa.array(TWICE)], ["legal_name", "owner_legal_name", "legal_name"])
    yield pa.table([plain], [NAME])


def _columns(see: Observer) -> None:
    for table in _tables():
        see.call(score_table, table)
        scored = see.call(score_table, table, on_error=see.objects, reasons=True)
        if scored is not None:
            see.answer(scored.drop_columns(["id"] if "id" in scored.column_names else []).to_pylist())
    named = pa.table({NAME: TWICE, OTHER_NAME: TWICE})
    for columns in ({"legal_name": NAME, "owner_legal_name": OTHER_NAME}, {NAME: NAME}, {"legal_name": MAIL}):
        see.call(score_table, named, columns=columns)


def _workers(see: Observer) -> None:
    table = pa.Table.from_pylist([{"user": USER, "owners": [{"names": TWICE, "phone_numbers": [PHONE]}]}] * 80)
    wrong = table.append_column("legal_name", pa.array([NAME] * len(table))).select(["legal_name"])
    see.call(score_table, wrong, workers=2)  # found wrong by a worker, which hands its error on
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "CHUNK_ROWS", 4)
        scored = score_batches(table.to_batches(max_chunksize=4), workers=2)
        next(scored)
        for worker in multiprocessing.active_children():
            worker.kill()
        see.call(list, scored)  # found dead


class StopError(Exception):
    """Stops a run."""


def _stop(*_: object) -> None:
    raise StopError


def _files(see: Observer) -> None:
    good = pa.Table.from_pylist([FLAT] * 9)
    flat = lines([FLAT] * 9)
    sources = {"a.parquet": good, "a.arrow": good, "a.jsonl": flat + lines(spoiled(ROW)) + f'{{"{NAME}": "{NAME}'}
    cells = [list(FLAT), list(FLAT.values()), [NAME], [*FLAT.values(), MAIL]]
    sources["a.csv"] = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in cells)
    for number, table in enumerate(_tables()):
        if "id" not in table.schema.names:  # ids are repeated in the result, and so in its parts
            sources[f"{number}.parquet"] = table
    named = {"legal_name": NAME, "owner_legal_name": OTHER_NAME}
    matcher = Matcher(nicknames={NAME: [OTHER_NAME]})
    for name, content in sources.items():
        task = Task(Path(see.put(name, content)), see.place / f"{name}.out.csv", reasons=True)
        see.call(score_file, task, see.look)
        see.call(score_file, task._replace(target=see.place / f"{name}.out.jsonl", fail_fast=True))
        see.look()
    named_rows = Path(see.put("named.csv", f"{NAME},{OTHER_NAME}\n" + f"{NAME},{OTHER_NAME}\n" * 9))
    task = Task(named_rows, see.place / "out.csv", matcher, named, resume=True)
    see.objects(task._replace(keep=[NAME]))
    with contextlib.suppress(StopError):
        score_file(task, _stop)
    see.look()
    see.call(score_file, task._replace(columns=None))
    see.call(score_file, task._replace(keep=[NAME]))
    see.call(score_file, task)
    # A file may be named after a person, too.
    for source, target in (
        (see.place / f"{NAME}.csv", see.place / "out.csv"),
        (named_rows, see.place / NAME / f"{NAME}.csv"),
        (named_rows, see.place / f"{NAME}.xls"),
        (Path(see.put(f"{NAME}.parquet", NAME)), see.place / "out.csv"),
        (Path(see.put(f"{NAME}.arrow", NAME)), see.place / "out.csv"),
        (Path(see.put(f"{NAME}.csv.gz", NAME)), see.place / "out.csv"),
        (see.place, see.place / "out.csv"),
        (Path(f"{NAME}\0.csv"), see.place / "out.csv"),
        (named_rows, Path(f"{NAME}\0.csv")),
    ):
        see.call(score_file, Task(source, target, columns=named))


def _pairs(see: Observer) -> None:
    few = [PAIR, {**FLAT, "match": 1}, {"field": "name", "a": NAME, "b": OTHER_NAME, "match": "yes"}]
    few += [PAIR | {"match": False}, {**ROW, "match": 0}]
    pairs = [*few, *spoiled(PAIR)]
    found = see.call(evaluate, pairs, policy="strict")
    see.answer(found.to_dict())
    compared = see.call(evaluate, few, baseline=found.to_dict(), with_values=True)
    see.objects([*sections(found)], compared)
    write_html(found, see.place / "report.html")
    sources: dict[str, str | pa.Table] = {f"{NAME}.parquet": NAME, "a.jsonl": lines(pairs) + f'{{"{NAME}": "{NAME}'}
    sources["a.csv"] = f"legal_name,owner_legal_name,match\n{NAME},{NAME},{NAME}\n{NAME}\n"
    for number, table in enumerate(_tables()):
        sources[f"{number}.parquet"] = table.append_column("match", pa.array([True, False]))
    for name, content in sources.items():
        path = see.put(name, content)
        for columns in (None, {"match": NAME}, {NAME: NAME}):
            see.call(read_pairs, path, columns)
        see.call(evaluate, read_pairs(path), fail_fast=True)
    for name in (f"{NAME}.jsonl", f"{NAME}.xls", f"{NAME}\0.jsonl", f"{NAME}\0.csv", f"{NAME}/{NAME}.csv", "."):
        see.call(read_pairs, see.place / name)
    for wrong in (NAME, [NAME], {NAME: NAME}, {"scores": {NAME: NAME}, "columns": {NAME: NAME}}):
        see.call(evaluate, [wrong])
        for option in ("baseline", "policy", "threshold", "precision", "false_pass"):
            see.call(evaluate, few[:1], **{option: wrong})
    for name in (f"{NAME}/{NAME}.html", f"{NAME}\0.html"):
        see.call(write_page, "", see.place / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "matplotlib", None)
        see.call(write_html, found, see.place / "other.html")


def _commands(see: Observer) -> None:
    account = {"account_id": "a1", "name": "Checking", "owners": OWNERS}
    user, held = see.put("user.json", json.dumps(USER)), see.put("owners.json", json.dumps(OWNERS))
    item = see.put("item.json", json.dumps({"accounts": [account], "request_id": "r1"}))
    rows, pairs = (
        see.put("rows.jsonl", lines([ROW, FLAT, *spoiled(ROW)])),
        see.put("pairs.jsonl", lines([PAIR, *spoiled(PAIR)])),
    )
    ours, wrong = see.put("ours.toml", "match = 80"), see.put("wrong.toml", f"match = '{NAME}'")
    named = see.put("named.csv", f"{NAME},{OTHER_NAME},same\n{NAME},{OTHER_NAME},1\n{NAME},{MAIL},0\n")
    mapped = ["--map", f"legal_name={NAME}", "--map", f"owner_legal_name={OTHER_NAME}"]
    before, out, page = (
        see.put("before.json", json.dumps({NAME: NAME})),
        str(see.place / "out.csv"),
        str(see.place / "a.html"),
    )
    for shown in (["--json"], ["--table"], ["--table", "--details"]):
        see.command("score", user, held, *shown)
        see.command("match", user, item, *shown)
        see.command("evaluate", pairs, *shown)
    see.command("evaluate", pairs, "--html", page)
    for shown in (["--json"], ["--table"]):
        see.command("explain", user, held, "--redact", "--policy", ours, *shown)
    for terminal in (False, True):
        see.command("batch", rows, "-o", out, "--reasons", terminal=terminal)
        see.command("batch", named, "-o", out, *mapped, terminal=terminal)
        see.command("evaluate", named, "--map", "match=same", *mapped, terminal=terminal)
    refused = [
        ["explain", user, held, "--policy", wrong], ["explain", user, held, "--policy", NAME],
        ["score", user, item], ["match", user, item, "--account-id", NAME], ["score", f"{NAME}.json", held],
        ["batch", f"{NAME}.csv", "-o", out], ["batch", named, "-o", f"{NAME}.xls", *mapped], ["batch", NAME, "-o", out],
        ["batch", named, "-o", str(see.place / NAME / "out.csv"), *mapped], ["batch", named, "-o", out, "--map", NAME],
        ["batch", named, "-o", out, "--map", f"{NAME}={NAME}"], ["batch", rows, "-o", out, "--columns", NAME],
        ["batch", rows, "-o", out, "--fail-fast"], ["batch", named, "-o", out, "--workers", NAME],
        ["evaluate", f"{NAME}.jsonl"], ["evaluate", pairs, "--compare", before], ["evaluate", pairs, "--policy", wrong],
        ["evaluate", pairs, "--compare", f"{NAME}.json"], ["evaluate", named, "--map", f"match={NAME}", *mapped],
        ["evaluate", pairs, "--fail-fast"], ["evaluate", pairs, "--threshold", NAME],
    ]  # fmt: skip
    for arguments in refused:
        see.command(*arguments, status=2)
    see.command("evaluate", pairs, "--html", str(see.place / NAME / "a.html"), status=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Matcher, "score", lambda *_: dict[str, Any]()[NAME])  # a bug of ours
        see.command("score", user, held, status=1)


CALLS = {
    "records": _records, "wrong records": _wrong_records, "settings": _settings, "columns": _columns,
    "workers": _workers, "files": _files, "pairs": _pairs, "commands": _commands,
}  # fmt: skip


@functools.cache
def observed(call: str) -> Observer:
    """Make one group of calls, once."""
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "CHUNK_ROWS", 4)
        see = Observer(Path(place))
        with see.listening():
            CALLS[call](see)
        return see


@pytest.mark.parametrize("call", CALLS)
def test_nothing_that_is_given_out_holds_a_value(call: str) -> None:
    """I38: No fragment of 4 or more characters of any input value appears in what is raised, logged or left behind."""
    found = observed(call).found
    assert {
        kind: bad for kind, texts in found.items() if (bad := sorted({one for text in texts for one in leaks(text)}))
    } == {}


def test_every_kind_of_output_was_seen() -> None:
    seen = {kind for call in CALLS for kind, texts in observed(call).found.items() if any(texts)}
    assert seen - SILENT == OUTPUTS.keys() - SILENT


def test_every_class_was_seen() -> None:
    seen = tuple(kind for call in CALLS for kind in observed(call).types)
    found = {key: kind for key, kind in _classes() if key not in INSIDE and _is_shown(kind)}
    assert [key for key, kind in found.items() if not any(issubclass(one, kind) for one in seen)] == []
    assert INSIDE.keys() <= dict(_classes()).keys()


# Spark has no class. Statements, webhooks and the service have tests of what they show, beside their own.
ELSEWHERE = r"__main__|\.(spark|documents|webhooks|service)\b"
SERVING = {"serve", "openapi"}  # likewise


def _classes() -> Iterator[tuple[str, type]]:
    for module in pkgutil.walk_packages(identity_match.__path__, "identity_match."):
        if not re.search(ELSEWHERE, module.name):
            for name, kind in vars(importlib.import_module(module.name)).items():
                if isinstance(kind, type) and kind.__module__ == module.name and not name.startswith("_"):
                    yield f"{module.name.removeprefix('identity_match.')}.{name}", kind


def test_every_subcommand_was_run() -> None:
    assert observed("commands").commands == cli._COMMAND.commands.keys() - SERVING


def test_the_observer_sees_what_it_should(tmp_path: Path) -> None:
    """Each kind of output, spoiled on purpose."""
    see = Observer(tmp_path)
    fault = FileError(NAME)
    fault.add_note(NAME)
    fault.__context__ = OSError(5, "", NAME)
    fault.__cause__ = KeyError(NAME)
    with see.listening():
        see.objects(fault, Policy(NAME, "", 1, 1, (), (), ""))  # type: ignore[arg-type]
        see.answer(NAME)
        print(NAME)  # noqa: T201
        subprocess.run([sys.executable, "-c", f"import sys; sys.exit({NAME!r})"], check=False)
        tempfile.mkdtemp(prefix=NAME)
        (tmp_path / "out").write_text(NAME)
        logging.getLogger("identity_match.anything").debug("%s", NAME)
        warnings.warn(NAME, stacklevel=1)
    assert [kind for kind, texts in see.found.items() if not any(map(leaks, texts))] == []
