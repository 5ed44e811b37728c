"""What every input has to keep, as one function a kind of input: bytes in, an ``AssertionError`` where a law is broken.

``fuzz.py`` calls them with bytes that a fuzzer makes, ``test_fuzz.py`` with the seeds and with what was found before.
Text is UTF-8; bytes that are none become lone surrogates.
"""

from __future__ import annotations

import contextlib
import copy
import csv
import io
import itertools
import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from identity_match import IdentityMatchError, Matcher, address, cli, cli_evaluate, legal_name, phone_number
from identity_match.cli_read import CommandError, read_policy
from identity_match.decide import Decision
from identity_match.evaluate import evaluate, read_pairs
from identity_match.field import Field, Missing, Options
from identity_match.fields import FIELDS
from identity_match.files import Task, score_file
from identity_match.legal_name.titling import has_signs
from identity_match.policy import PRESETS, policy
from identity_match.records import Address

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample"
CASES = ROOT / "tests" / "cases"

# CPU seconds that one input may take: so much, and so much a byte. A dozen comparisons at the caps, each below the
# 50 ms of law I39, with the fuzzer counting every branch; a run is asked three times, because others use the machine.
MOST_SECONDS, SECONDS_A_BYTE = 1.0, 50e-6


class Target(NamedTuple):
    """One kind of input.

    Attributes:
        run: Takes the input; raises where it breaks a law.
        seeds: Inputs to begin with.
        most: Bytes of the longest input that is worth trying.
    """

    run: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]
    most: int


def checked(target: Target, data: bytes) -> None:
    """Run a target and see that it takes no longer than its input is long."""
    limit, spent = MOST_SECONDS + SECONDS_A_BYTE * len(data), float("inf")
    for _ in range(3):
        start = time.process_time()
        target.run(data)
        spent = min(spent, time.process_time() - start)
        if spent <= limit:
            return
    message = f"{spent:.2f} s for {len(data)} bytes"
    raise AssertionError(message)


def text_of(data: bytes) -> str:
    """Read bytes as text."""
    return data.decode("utf-8", "surrogateescape")


def bytes_of(text: str) -> bytes:
    """Write text as the bytes that are read as it."""
    return text.encode("utf-8", "surrogateescape")


@cache
def _our_words() -> frozenset[str]:
    """Words that a message may have: those of our own source, and the names of types."""
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "identity_match").rglob("*.py"))
    kinds = (dict, list, str, int, float, bool, type(None))
    return frozenset(re.findall(r"\w+", sources)) | {kind.__name__ for kind in kinds}


def assert_ours(error: BaseException) -> None:
    """See that an error is the library's, hangs on to no other, and has no word that is not the library's (I38)."""
    assert isinstance(error, IdentityMatchError | CommandError)
    assert error.__cause__ is None
    assert error.__context__ is None or isinstance(error.__context__, IdentityMatchError | CommandError)
    strange = {word for word in re.findall(r"[^\W\d_]\w{3,}", str(error)) if word not in _our_words()}
    assert not strange


@contextlib.contextmanager
def only_our_errors() -> Iterator[None]:
    """Let the library refuse an input, in its own words."""
    try:
        yield
    except (IdentityMatchError, CommandError) as error:
        assert_ours(error)


def assert_score(outcome: Any) -> None:
    """I01: None or a whole number from 0 to 100; flags are true, false or None."""
    assert outcome.score is None or (type(outcome.score) is int and 0 <= outcome.score <= 100)
    assert all(value is None or type(value) is bool for name, value in outcome._asdict().items() if name[:3] == "is_")


def assert_plain(answer: Any) -> None:
    """I36: an answer survives JSON and UTF-8."""
    assert json.loads(json.dumps(answer, allow_nan=False, ensure_ascii=False).encode("utf-8")) == answer


# One field: the user's value, the owner's value and perhaps a default country, a line each. An address is one line of
# text, or its parts with tabs between them.


def field_target(field: Field) -> Target:
    """Give the target of one field."""

    def run(data: bytes) -> None:
        user, owner, country = [*text_of(data).split("\n", 2), "", ""][:3]
        options = Options(country if re.fullmatch("[A-Z]{2}", country) else "US")
        raws = [_value(field, side) for side in (user, owner)]
        keys = [field.normalize(raw, options) for raw in raws]
        for key in keys:
            _hold_for_a_key(field, key, options)
        if not any(isinstance(key, Missing) for key in keys):
            _hold_for_a_pair(field, keys[0], keys[1])
        _hold_for_a_score(field, raws, keys, options)

    def seeds() -> Iterator[bytes]:
        for line in (CASES / f"{field.name}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            sides = (_written(row["user"]), _written(row["owner"]), row.get("default_country", ""))
            yield bytes_of("\n".join(sides))

    return Target(run, seeds, 1_200)


def _value(field: Field, text: str) -> Any:
    if field.name != "address" or "\t" not in text:
        return text
    return Address(*(part or None for part in text.split("\t")[: len(Address._fields)]))


def _written(raw: Any) -> str:
    if isinstance(raw, dict):
        return "\t".join(str(raw.get(part) or "") for part in Address._fields)
    return str(raw or "").replace("\n", " ")


def _hold_for_a_key(field: Field, key: Any, options: Options) -> None:
    if isinstance(key, Missing):
        return
    assert field.normalize(key.text, options) == key, "I32"
    assert len(key.text) <= 4 * 512, "I33"  # the longest of the fields' bounds
    score = field.compare(key, key).score
    if isinstance(key, address.AddressKey):
        street = key.name or key.numbers or key.box or key.extra
        assert score == 100 if street and not key.truncated else score < 70, "I03"
    elif not isinstance(key, phone_number.PhoneKey) or key.state == phone_number.VALID:
        assert score == 100, "I03"


def _hold_for_a_pair(field: Field, ours: Any, theirs: Any) -> None:
    there, back = field.compare(ours, theirs), field.compare(theirs, ours)
    for outcome in (there, back):
        assert_score(outcome)
    if field.name == "legal_name":
        if all(_is_one_person(key) for key in (ours, theirs)):
            assert there.score == back.score or max(there.score, back.score) < 50, "I06"
    elif phone_number.PLACEHOLDER not in (getattr(ours, "state", ""), getattr(theirs, "state", "")):
        assert there.score == back.score, "I06"


def _is_one_person(key: legal_name.NameKey) -> bool:
    """Tell a line that law I06 speaks of: one person's name, no sign of titling, no word twice, nothing of a firm."""
    words = [token.text for token in key.user.person.names]
    firm = key.user.firm.detected or key.user.firm.likely or not key.user.personal
    return key.clear and not has_signs(key.written) and not firm and len(set(words)) == len(words)


def _hold_for_a_score(field: Field, raws: list[Any], keys: list[Any], options: Options) -> None:
    matcher = Matcher(default_country=options.default_country)
    missing = any(isinstance(key, Missing) for key in keys)
    result = matcher.score({field.name: raws[0]}, [{field.owner_values: [raws[1]]}])
    outcome = getattr(result, field.name)
    if missing:
        assert outcome.score is None, "I04"
        assert outcome.reasons, "I04"
    else:
        assert outcome.score == field.compare(*keys).score, "I02"
    found = result.explain()[field.name]
    if found.score is not None:
        assert found.score == outcome.score
        assert found.score + sum(step.points for step in found.steps) == 100


# A whole request, a line a value. The first letter says whose: N P E A the user's, n p e a the owner's, and - begins
# another owner. What can be read as JSON is what it is, anything else is text.

MEMBERS = {"N": "legal_name", "P": "phone_number", "E": "email_address", "A": "address"}
LISTS = {"n": "names", "p": "phone_numbers", "e": "emails", "a": "addresses"}


def _request(text: str) -> tuple[dict[str, Any], list[Any]]:
    user: dict[str, Any] = {}
    owners: list[Any] = []
    for line in text.split("\n"):
        mark, value = line[:1], _anything(line[1:])
        if mark in MEMBERS:
            user[MEMBERS[mark]] = value
        elif mark in LISTS:
            owners = owners or [{}]
            owners[-1].setdefault(LISTS[mark], []).append(value)
        elif mark == "-":
            owners.append({})
    return user, owners


def _anything(text: str) -> Any:
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(text)
    return text


def run_request(data: bytes) -> None:
    """See what holds for every user and every list of owners, in the scores, the decision and the whole answer."""
    user, owners = _request(text_of(data))
    before = copy.deepcopy((user, owners))
    with only_our_errors():
        result = Matcher().score(user, owners)
        names = [field.name for field in FIELDS]
        outcomes = {name: getattr(result, name) for name in names}
        for outcome in outcomes.values():
            assert_score(outcome)
        back = Matcher().score(user, [*owners[::-1], *owners[:1]])
        assert outcomes == {name: getattr(back, name) for name in names}, "I13"
        alone = [Matcher().score(user, [owner]) for owner in owners]
        for name in names:
            scores = [getattr(one, name).score for one in alone]
            best = max((score for score in scores if score is not None), default=None)
            assert outcomes[name].score == best, "I12"
        for preset in PRESETS:
            overall = result.decide(preset)
            assert_score(overall)
            assert overall.decision in Decision
            assert_plain(overall.to_dict())
        for found in result.explain().values():
            assert found.score is None or found.score + sum(step.points for step in found.steps) == 100
        account = {"account_id": text_of(data), "name": text_of(data[:40]), "owners": owners}
        for sparse, details in itertools.product((False, True), (False, True, "values")):
            assert_plain(Matcher().match(user, [account], sparse=sparse, details=details))  # type: ignore[arg-type]
    assert before == (user, owners) or "nan" in repr(before), "I34"


def request_seeds() -> Iterator[bytes]:
    """Give users and owners of the samples, and a pair of values of every field."""
    for row in _sample_pairs():
        yield bytes_of("\n".join(_lines(row["a"], [row["b"]])))
    for user, owners in _sample_requests():
        yield bytes_of("\n".join(_lines(user, owners)))
    rows = [
        [json.loads(line) for line in (CASES / f"{field.name}.jsonl").read_text("utf-8").splitlines()]
        for field in FIELDS
    ]
    for chosen in zip(*rows, strict=False):
        user = {field.name: row["user"] for field, row in zip(FIELDS, chosen, strict=True)}
        owner = {field.owner_values: [row["owner"]] for field, row in zip(FIELDS, chosen, strict=True)}
        yield bytes_of("\n".join(_lines(user, [owner, {}])))
    yield b'N5\nP5e400\nE[]\nA{"street": true, "postal_code": 2139}\n-\nn[]\npNaN\ne{"data": "a@x.test"}\na{"data": []}'


def _lines(user: dict[str, Any], owners: list[Any]) -> Iterator[str]:
    for mark, name in MEMBERS.items():
        if user.get(name) is not None:
            yield mark + _line(user[name])
    for owner in owners:
        yield "-"
        yield from (mark + _line(value) for mark, name in LISTS.items() for value in owner.get(name, ()))


def _line(value: Any) -> str:
    return value.replace("\n", " ") if isinstance(value, str) else json.dumps(value)


@cache
def _sample_pairs() -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (SAMPLE / "pairs.jsonl").read_text("utf-8").splitlines()]
    return rows[::8]  # some of each kind


def _sample_requests() -> Iterator[tuple[dict[str, Any], list[Any]]]:
    items = json.loads((SAMPLE / "item.json").read_text("utf-8"))["accounts"]
    for name in ("user", "user_joint", "user_business"):
        user = json.loads((SAMPLE / f"{name}.json").read_text("utf-8"))
        yield from ((user, account["owners"]) for account in items)


# Files


@cache
def _place() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fuzz-")


def _file(name: str, data: bytes = b"") -> Path:
    path = Path(_place().name) / name
    path.write_bytes(data)
    return path


def _score_file(source: Path, rows: list[tuple[dict[str, Any], Any] | None]) -> None:
    """See that a file's result has a row for each row, with the scores of a single call, or nothing at all.

    Args:
        source: File to score.
        rows: User and owners of each row, or None for a row that cannot be read.
    """
    target = _file("out.jsonl")
    report = target.with_name("out.jsonl.errors.jsonl")
    with only_our_errors():
        summary = score_file(Task(source, target, reasons=True))
        scored = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
        faults = [json.loads(line) for line in report.read_text("utf-8").splitlines()] if report.exists() else []
        assert len(scored) == summary.rows == len(rows)
        assert len(faults) == summary.errors
        wrong = {fault["row"] for fault in faults}
        for place, (row, found) in enumerate(zip(rows, scored, strict=True)):
            wanted: Any = None
            if row is not None:
                with only_our_errors():
                    wanted = Matcher().score(*row)
            assert (wanted is None) == (place in wrong)
            for field in FIELDS:
                assert found[f"{field.name}_score"] == getattr(getattr(wanted, field.name, None), "score", None)
        for fault in faults:
            assert fault.keys() == {"row", "field", "problem"}
            words = set(re.findall(r"[^\W\d_]\w{3,}", f"{fault['field']} {fault['problem']}"))
            assert words <= _our_words(), "I38"
    assert not target.with_name("out.jsonl.parts").exists()
    report.unlink(missing_ok=True)


def run_csv(data: bytes) -> None:
    """Score a CSV file: rows of text by flat columns."""
    source = _file("in.csv", data)
    text = io.StringIO(data.decode("utf-8-sig", "replace"), newline="")
    _score_file(source, list(_csv_rows(csv.reader(text))))


FLAT = ("legal_name", "phone_number", "email_address", "address")


def _csv_rows(reader: Any) -> Iterator[tuple[dict[str, Any], Any] | None]:
    header: list[str] = []
    with contextlib.suppress(csv.Error):
        header = next(reader, [])
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None
            continue
        if cells:
            yield _flat(dict(zip(header, cells, strict=True))) if len(cells) == len(header) else None


def _flat(row: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Give user and owners of a row of flat columns."""
    sides = []
    for prefix in ("", "owner_"):
        side = {name: row.get(prefix + name) for name in FLAT}
        parts = {part: row[prefix + part] for part in Address._fields if prefix + part in row}
        if any(part not in (None, "") for part in parts.values()) or (parts and side["address"] is None):
            side["address"] = parts
        sides.append(side)
    return sides[0], [{field.owner_values: [sides[1][field.name]] for field in FIELDS}]


def csv_seeds() -> Iterator[bytes]:
    """Give each row of the sample by itself, and rows of one line of address."""
    header, *rows = (SAMPLE / "rows.csv").read_text("utf-8").splitlines()
    for row in rows:
        yield bytes_of(f"{header}\n{row}\n")
    yield bytes_of("\r\n".join([header, *rows]))
    for pair in _sample_pairs()[:40]:
        out = io.StringIO()
        columns = _flat_columns(pair["a"], pair["b"])
        writer = csv.DictWriter(out, list(columns))
        writer.writeheader()
        writer.writerow(columns)
        yield bytes_of(out.getvalue())
    yield b'\xef\xbb\xbflegal_name,owner_legal_name\n"a\nb",\'=1+1\n'


def _flat_columns(user: dict[str, Any], owner: dict[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {"id": "1"}
    held = {field.name: next(iter(owner.get(field.owner_values, ())), None) for field in FIELDS}
    for prefix, side in (("", user), ("owner_", held)):
        for name, value in side.items():
            value = value.get("data", value) if isinstance(value, dict) else value  # noqa: PLW2901
            columns |= (
                {prefix + part: v for part, v in value.items()} if isinstance(value, dict) else {prefix + name: value}
            )
    return columns


def run_jsonl(data: bytes) -> None:
    """Score a file of JSON Lines: nested or flat rows."""
    rows = [_json_row(line) for line in data.split(b"\n") if line.strip()]
    _score_file(_file("in.jsonl", data), rows)


def _json_row(line: bytes) -> tuple[dict[str, Any], Any] | None:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict):
        return None
    return (row.get("user"), row.get("owners")) if row.keys() & {"user", "owners"} else _flat(row)  # type: ignore[return-value]


def jsonl_seeds() -> Iterator[bytes]:
    """Give nested and flat rows of the samples."""
    for row in _sample_pairs():
        yield json.dumps({"id": row["id"], "user": row["a"], "owners": [row["b"]]}).encode()
        yield json.dumps(_flat_columns(row["a"], row["b"]), ensure_ascii=False).encode()
    yield b'{"user": {"legal_name": 5}, "owners": []}\n\n[1]\n{"owners": null}\n{"id": [1], "postal_code": 2139}\n{'


def run_json(data: bytes) -> None:
    """Give one document to the commands as the user, as the owners and as the item; the exit status says what is wrong.

    0 with JSON on standard output, or 2 with one line on standard error, never anything else.
    """
    path = str(_file("body.json", data))
    for command in ("match", "score", "explain"):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = cli.main([command, path, path])
        said = err.getvalue()
        if status == 0:
            assert not said
            json.loads(out.getvalue())
        else:
            assert status == 2, said
            assert out.getvalue() == ""
            assert re.fullmatch("[ -~]*\n", said)
            strange = {word for word in re.findall(r"[^\W\d_]\w{3,}", said) if word not in _our_words()}
            assert not strange, "I38"


def json_seeds() -> Iterator[bytes]:
    """Give documents that are user, owners and item at once."""
    item = json.loads((SAMPLE / "item.json").read_text("utf-8"))
    for user, owners in _sample_requests():
        one = [account for account in item["accounts"] if account["owners"] == owners]
        yield json.dumps({**user, "owners": owners, "accounts": one, "item": item["item"], "request_id": "r"}).encode()
    for row in _sample_pairs():
        account = {"account_id": "a", "name": "n", "mask": "0000", "owners": [row["b"]]}
        yield json.dumps({**row["a"], "owners": [row["b"]], "accounts": [account]}, ensure_ascii=False).encode()
    yield b'{"accounts": [{"account_id": "\\ud800", "owners": [], "verification_insights": {"a": [1e5, null]}}]}'


def run_policy(data: bytes) -> None:
    """Read a policy file, and decide by what it gives."""
    path = _file("ours.toml", data)
    with only_our_errors():
        found = read_policy(str(path))
        assert 0 <= found.review <= found.match <= 100
        assert all(type(score) is int and 0 <= score <= 100 for score in (*found.thresholds, found.payee_match))
        assert found.label.isprintable()
        assert policy(found._asdict()) == found
        assert policy({}, base=found).hash == found.hash
        for result in _decided():
            overall = result.decide(found)
            assert overall.decision in Decision
            assert_plain(overall.to_dict())


@cache
def _decided() -> list[Any]:
    return [Matcher().score(user, owners) for user, owners in _sample_requests()]


def policy_seeds() -> Iterator[bytes]:
    """Give presets written out, and policies of each setting."""
    for preset in PRESETS.values():
        lines = [f"{name} = {json.dumps(value)}" for name, value in preset._asdict().items() if name != "thresholds"]
        lines += ["[thresholds]", *(f"{name} = {score}" for name, score in preset.thresholds._asdict().items())]
        yield "\n".join(lines).encode()
    for line in ('base = "strict"', "match = 80", 'absent = "fail"', "thresholds.address = 90", "many_owners = 0x10"):
        yield f'name = "ours"\nversion = "2026-11"\n{line}\n'.encode()
    yield b'\xef\xbb\xbfname = """a\\u00e9"""\nmatch = 1_0\nreview = 1.5\nrequired = [\'address\', ]\nx = 2026-11-22'


def run_pairs(data: bytes) -> None:
    """Evaluate a file of labelled pairs: JSON Lines where it begins with a brace, else CSV."""
    path = _file("pairs.jsonl" if data[:1] == b"{" else "pairs.csv", data)
    with only_our_errors():
        rows = list(read_pairs(path))
        found = evaluate(rows, with_values=True)
        assert found.rows == len(rows) == found.skipped + len(found.scores)
        for name, column in found.columns.items():
            assert column.pairs == sum(name in row for row in found.scores.values())
            assert column.false_passes.total + column.false_fails.total <= column.pairs
            assert column.auc is None or 0 <= column.auc <= 1
        document = found.to_dict()
        assert_plain(document)
        again = evaluate(rows, baseline=document)
        assert again.comparison is not None
        for change in again.comparison.columns.values():
            assert not change.first_rows
        shown = [
            text for part in cli_evaluate.sections(found) for table in part.tables for row in table.rows for text in row
        ]
        assert all(text.isprintable() for text in shown)
        for fault in found.faults:
            words = set(re.findall(r"[^\W\d_]\w{3,}", f"{fault.path} {fault.problem}"))
            assert words <= _our_words(), "I38"


def pair_seeds() -> Iterator[bytes]:
    """Give labelled pairs in every shape."""
    for row in _sample_pairs():
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"
        columns = _flat_columns(row["a"], row["b"]) | {"match": "yes", "group": row["group"], "kind": row["kind"]}
        out = io.StringIO()
        writer = csv.DictWriter(out, list(columns))
        writer.writeheader()
        writer.writerow(columns)
        yield out.getvalue().encode()
    for name in ("name", "phone", "email", "address"):
        field = next(field for field in FIELDS if field.name.startswith(name) or name in field.name)
        first = json.loads((CASES / f"{field.name}.jsonl").read_text("utf-8").splitlines()[0])
        pair = {"field": name, "a": first["user"], "b": first["owner"], "match": 1, "source": "s"}
        yield f"{json.dumps(pair)}\n{json.dumps(pair | {'match': 'no', 'kind': 5})}\n".encode()
    yield b'{"user": {"legal_name": "a"}, "owners": [{}], "match": 0.0}\n{"a": 1, "b": [], "match": true, "field": 5}'


TARGETS = {
    **{field.name: field_target(field) for field in FIELDS},
    "request": Target(run_request, request_seeds, 2_400),
    "csv": Target(run_csv, csv_seeds, 2_000),
    "jsonl": Target(run_jsonl, jsonl_seeds, 2_000),
    "json": Target(run_json, json_seeds, 4_000),
    "policy": Target(run_policy, policy_seeds, 1_500),
    "pairs": Target(run_pairs, pair_seeds, 3_000),
}
