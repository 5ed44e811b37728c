"""Say how well scores tell labelled pairs apart: what passes, what fails, at which threshold, and for whom.

Holds no rule of likeness: it scores pairs with ``Matcher`` and counts. A score that is missing counts as 0 in every
ranking, and is counted by itself, too. Rows are counted from 0. Results hold scores, labels and reason codes; values
only where they are asked for.
"""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from identity_match import __version__, report
from identity_match.errors import FileError, InputError, OptionError
from identity_match.fields import FIELDS
from identity_match.match import Matcher
from identity_match.records import Owner, User, owners_from
from identity_match.report import Evaluation, PairError, Rate, Suggestion, earlier, printable, rate, wilson

if TYPE_CHECKING:
    from identity_match.policy import Policy

THRESHOLD = 70  # the contract's threshold for every field
BIN = 5  # scores of one bar of a histogram
LISTED = 20  # worst rows that are listed; our choice
MOST_PARTS = 100  # groups, sources or kinds that stand by themselves; our choice: more is no grouping
MOST_FAULTS = 100  # faults of rows that are kept; all are counted
MOST_LABEL = 100  # characters of a source, kind or group that are kept; our choice
MOST_LINE = 1 << 20  # bytes of a line of JSON; our choice, as for files of rows
OTHER, NONE = "(other)", "(none)"
IDENTITY, OVERALL = "identity", "overall"
LABELS = ("match", "source", "kind", "group")
PAIRED = ({"a", "b"}, {"user", "owners"})  # columns of a row that is not flat
JSON_LINES = (".jsonl", ".ndjson")
MEMBERS = {"name": "legal_name", "phone": "phone_number", "email": "email_address"} | {f.name: f.name for f in FIELDS}

_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_OWN = {name: name for name in LABELS}
_NOBODY = User()
_SHARED = Matcher()


def auc(scores: Sequence[float | None], labels: Sequence[bool]) -> float | None:
    """Share of pairs of a match and a non-match that are ranked right; ties count half, a missing score is 0.

    Returns:
        0..1, or None if one of the two labels is absent.

    >>> auc([90, 70, 70, None], [True, True, False, False])
    0.875
    """
    matches, others = _ranked(scores, labels)
    if not matches or not others:
        return None
    below = sum(bisect_left(others, score) + bisect_right(others, score) for score in matches)
    return below / (2 * len(matches) * len(others))


def average_precision(scores: Sequence[float | None], labels: Sequence[bool]) -> float | None:
    """Precision at every distinct score, weighted by the recall that it adds; a missing score is 0.

    Returns:
        0..1, or None if there are no matches.

    >>> average_precision([90, 80, 70], [True, False, True])  # 1/2 * 1 + 1/2 * 2/3
    0.8333333333333333
    """
    matches, others = _ranked(scores, labels)
    found, done = 0.0, 0
    for score in sorted(set(matches), reverse=True):
        passed = len(matches) - bisect_left(matches, score)
        wrong = len(others) - bisect_left(others, score)
        found += (passed - done) * passed / (passed + wrong)
        done = passed
    return found / len(matches) if matches else None


def threshold_table(
    scores: Sequence[float | None], labels: Sequence[bool], thresholds: Iterable[float] = range(101)
) -> tuple[report.AtThreshold, ...]:
    """Say what passes and fails at each threshold; a missing score is 0.

    >>> row = threshold_table([90, 80, None], [True, False, True], [85])[0]
    >>> row.precision.value, row.recall.value, row.false_pass.value
    (1.0, 0.5, 0.0)
    """
    matches, others = _ranked(scores, labels)
    table = []
    for threshold in thresholds:
        right = len(matches) - bisect_left(matches, threshold)
        wrong = len(others) - bisect_left(others, threshold)
        failed, both = len(matches) - right, right + wrong + len(matches)
        table.append(
            report.AtThreshold(
                threshold, right, wrong, rate(right, right + wrong), rate(right, len(matches)),
                2 * right / both if both else None, rate(wrong, len(others)), rate(failed, len(matches)),
            )
        )  # fmt: skip
    return tuple(table)


def suggest_threshold(
    table: Sequence[report.AtThreshold], *, precision: float | None = None, false_pass: float | None = None
) -> Suggestion:
    """Find the lowest threshold with at least a precision, or with at most a false-pass rate.

    A threshold of 0 is never suggested: it would pass what was not compared.

    Args:
        table: As ``threshold_table`` gives it.
        precision: Wanted share of matches among what passes, 0..1; or
        false_pass: wanted share of non-matches that pass, 0..1.

    Raises:
        OptionError: Not exactly one of the two, or out of 0..1.

    >>> suggest_threshold(threshold_table([90, 80, 70], [True, False, True]), precision=0.99).threshold
    81
    """
    if (precision is None) == (false_pass is None):
        message = "expected either precision or false_pass"
        raise OptionError(message)
    aim, wanted = ("false_pass", false_pass) if precision is None else ("precision", precision)
    wanted = share(wanted, aim)
    name = aim.replace("_", "-") + (" rate" if precision is None else "")
    rows = [row for row in table if row.threshold >= 1]
    if not any(row.recall.value is not None and row.false_pass.value is not None for row in rows):
        return Suggestion(aim, wanted, None, f"No threshold by {name}: it takes matches and non-matches.")
    sign = 1 if precision is not None else -1
    reached = [(sign * getattr(row, aim).value, row) for row in rows if getattr(row, aim).value is not None]
    best = next((row for value, row in reached if value >= sign * wanted), None)
    limit = f"a {name} of at {'least' if sign > 0 else 'most'} {wanted:g}"
    if best is None:
        value, at = max(((value, -row.threshold) for value, row in reached), default=(0, 0))
        nearest = f"the nearest is {abs(value):.4f} at {-at}" if reached else "nothing passes"
        return Suggestion(aim, wanted, None, f"No threshold from 1 to 100 has {limit}; {nearest}.")
    found: Rate = getattr(best, aim)
    statement = (
        f"{best.threshold} is the lowest threshold with {limit}: {found.value:.4f}, "
        f"95 % interval {found.low:.4f} to {found.high:.4f}; recall {best.recall.value:.4f}."
    )
    doubtful = found.low if sign > 0 else found.high
    if doubtful is not None and sign * doubtful < sign * wanted:
        statement += " There are too few pairs to be sure: the interval goes beyond what is wanted."
    return Suggestion(aim, wanted, int(best.threshold), statement)


def _ranked(scores: Sequence[float | None], labels: Sequence[bool]) -> tuple[list[float], list[float]]:
    """Give the sorted scores of matches and of non-matches."""
    pairs = [(score or 0, label) for score, label in zip(scores, labels, strict=True)]
    return sorted(score for score, label in pairs if label), sorted(score for score, label in pairs if not label)


def share(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        message = f"{name}: expected a number from 0 to 1"
        raise OptionError(message)
    return float(value)


# Pairs


class Pair(NamedTuple):
    """One labelled pair.

    Attributes:
        row: Its position among the rows, from 0.
        user: What the user typed; personal data.
        owners: What the bank has; personal data.
        match: Whether they are the same.
        field: The only field that is compared, or ``identity`` for all.
        source: Where the pair comes from; may be empty, as the next two.
        kind: How the two sides differ.
        group: Group of people for which rates are set side by side.
    """

    row: int
    user: User
    owners: Sequence[Owner]
    match: bool
    field: str = "identity"
    source: str = ""
    kind: str = ""
    group: str = ""

    def __repr__(self) -> str:
        """Show the position and the label, never a value."""
        return f"Pair(row={self.row}, field={self.field!r}, match={self.match})"


def read_pairs(path: Path | str, columns: Mapping[str, str] | None = None) -> Iterator[Pair | PairError]:
    """Read labelled pairs from a file; its ending says the format.

    A row has ``match``, and if you like ``source``, ``kind`` and ``group``, beside ``a`` and ``b`` with or without
    ``field``, or ``user`` and ``owners``, or the flat columns of a file of rows: ``legal_name``, ``owner_legal_name``
    and so on.

    Args:
        path: File that ends in .jsonl, .csv or .parquet; the first two may be gzipped. All but JSON Lines with ``a``
            and ``b`` need the extra ``arrow``.
        columns: Our names of flat columns, ``match``, ``source``, ``kind`` and ``group`` to those of the file.

    Returns:
        Pairs in order, and in the place of each row that cannot be read what is wrong with it.

    Raises:
        FileError: The file cannot be read; this and the others come while rows are taken.
        InputError: No columns that we know.
        OptionError: An ending that we do not know, or ``columns`` names what is not there.
        MissingExtraError: The format needs the extra ``arrow``.
    """
    path, flat = Path(path), dict(columns or {})
    zipped = path.suffix.lower() == ".gz"
    names, places = None, None
    renamed = {name: flat.pop(name, name) for name in LABELS}
    if (Path(path.stem) if zipped else path).suffix.lower() in JSON_LINES:
        records = _json_lines(path, zipped=zipped)
    else:
        records = _table(path, zipped=zipped)
        names = list(next(records))
    if flat or names is not None:
        from identity_match.columns import flat_places, once  # noqa: PLC0415 - pyarrow is optional, and slow to load

        if flat or not any(pair <= set(names or ()) for pair in PAIRED):
            places = flat_places([*flat.values()] if names is None else names, flat or None)
        if any(place not in (names or renamed.values()) for name, place in renamed.items() if place != name):
            message = "columns: maps to a column that is not there"
            raise OptionError(message)
        once(names or (), [*(places or {}).values(), *renamed.values(), *set().union(*PAIRED)])
    for row, record in enumerate(records):
        yield PairError(row, "row", record) if isinstance(record, str) else _read(record, row, renamed, places)


def _json_lines(path: Path, *, zipped: bool) -> Iterator[Mapping[str, Any] | str]:
    """Give the object of each line that is not blank, or what is wrong with it."""
    opened: Callable[[Path, str], IO[bytes]] = gzip.open if zipped else open  # type: ignore[assignment]
    try:
        with opened(path, "rb") as file:
            while line := file.readline(MOST_LINE):
                whole = len(line) < MOST_LINE or line.endswith(b"\n")
                while not whole and (rest := file.readline(MOST_LINE)):
                    whole = rest.endswith(b"\n")
                    line = b""
                if line.strip() or not line:
                    yield _json_object(line) if line else f"longer than {MOST_LINE} bytes"
    except FileNotFoundError:
        problem = "no such file"
    except (OSError, EOFError, zlib.error, ValueError):  # ValueError: a path with a NUL
        problem = "cannot be read"
    else:
        return
    message = f"the pairs: {problem}"
    raise FileError(message)


def _json_object(line: bytes) -> Mapping[str, Any] | str:
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return "not JSON"
    return found if isinstance(found, dict) else f"expected an object, found {type(found).__name__}"


def _table(path: Path, *, zipped: bool) -> Iterator[Any]:
    """Give the names of a table's columns, then each row by them, or what is wrong with it."""
    from identity_match.columns import CHUNK_ROWS, python_rows  # noqa: PLC0415 - pyarrow is optional; this says so
    from identity_match.files import BROKEN, MOST_CELL, csv_rows, guarded, kind_of, open_text, refuse  # noqa: PLC0415

    kind, _ = kind_of(path)
    if kind == "arrow":
        message = "pairs are read from .jsonl, .csv and .parquet"
        raise OptionError(message)
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        if kind == "parquet":
            with pq.ParquetFile(path, pre_buffer=False) as file:
                yield file.schema_arrow.names
                for batch in guarded(file.iter_batches(CHUNK_ROWS), kind):
                    yield from python_rows(batch)
            return
        with open_text(path, zipped=zipped) as text:
            csv.field_size_limit(MOST_CELL)
            reader = csv.reader(text)
            header = next(reader, [])
            yield header
            for cells in csv_rows(reader, len(header)):
                yield cells if isinstance(cells, str) else dict(zip(header, cells, strict=True))
    except FileNotFoundError:
        problem = "no such file"
    except (*BROKEN, ValueError, csv.Error, pa.ArrowException):
        problem = f"cannot be read as {kind}"
    else:
        return
    refuse("the pairs", problem)


def _read(record: object, row: int, renamed: Mapping[str, str], places: Mapping[str, str] | None) -> Pair | PairError:
    """Check the shape of a row."""
    if not isinstance(record, Mapping):
        return PairError(row, "row", f"expected an object, found {type(record).__name__}")
    try:
        match = _match(record.get(renamed["match"]))
        labels = [_label(record.get(renamed[name]), name) for name in LABELS[1:]]
        user, owners, field = _sides(record, places)
        return Pair(row, user, owners, match, field, *labels)
    except InputError as fault:
        return PairError(row, *fault.args)


def _sides(record: Mapping[str, Any], places: Mapping[str, str] | None) -> tuple[User, Sequence[Owner], str]:
    """Give user, owners and the field that is compared, or ``identity``."""
    a, b, field = record.get("a"), record.get("b"), record.get("field") or IDENTITY
    if places is not None or not any(pair <= record.keys() for pair in PAIRED):
        user, owners = _flat(record, places)
        return User.from_dict(user), owners_from(owners), IDENTITY
    if not PAIRED[0] <= record.keys():
        return User.from_dict(record.get("user")), owners_from(record.get("owners")), IDENTITY
    if field == IDENTITY:
        held = [Owner.from_dict(b, "b")] if isinstance(b, Mapping | Owner) else owners_from(b, "b")
        return User.from_dict(a, "a"), held, IDENTITY
    member = MEMBERS.get(field) if isinstance(field, str) else None
    if member is None:
        path = "field"
        raise InputError(path, f"expected {IDENTITY}, {', '.join(MEMBERS)}")
    values = next(f.owner_values for f in FIELDS if f.name == member)
    return User.from_dict({member: a}, "a"), [Owner.from_dict({values: [b]}, "b")], member


def _flat(record: Mapping[str, Any], places: Mapping[str, str] | None) -> tuple[Any, Any]:
    """Give user and owners of a flat row."""
    if places is None and not any(name.startswith("owner_") for name in record):
        path = "row"
        raise InputError(path, "neither a and b, user and owners, nor flat columns")
    from identity_match.columns import flat_places, flat_rows  # noqa: PLC0415 - as above

    places = flat_places(list(record), None) if places is None else places
    users, owners = flat_rows({ours: [record.get(theirs)] for ours, theirs in places.items()}, 1)
    return users[0], owners[0]


def _match(value: object) -> bool:
    if isinstance(value, str) and (word := value.strip().lower()) in _WORDS:
        return _WORDS[word]
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    path = "match"
    raise InputError(path, "expected true or false")


def _label(value: object, path: str) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN alone differs from itself
        return ""
    if not isinstance(value, str | int):
        raise InputError(path, f"expected text, found {type(value).__name__}")
    return str(printable(str(value)[:MOST_LABEL]))


# Evaluation


class _Scored(NamedTuple):
    """One pair's score in one column; of the pair itself only the labels are kept."""

    pair: Pair
    score: int | None
    reasons: tuple[str, ...]
    decision: str
    texts: tuple[Any, Any]


def evaluate(  # noqa: PLR0913 - settings, all by name
    rows: Iterable[Pair | PairError | Mapping[str, Any]],
    *,
    matcher: Matcher = _SHARED,
    policy: Policy | str | None = None,
    baseline: Mapping[str, Any] | None = None,
    threshold: int | None = None,
    precision: float = 0.99,
    false_pass: float = 0.001,
    with_values: bool = False,
    fail_fast: bool = False,
) -> Evaluation:
    """Score labelled pairs and say how well the scores tell them apart.

    Args:
        rows: What ``read_pairs`` gives, or dicts in the shape of its rows.
        matcher: Settings.
        policy: A policy or a preset's name: it decides, and its thresholds are where pairs pass. None takes the
            matcher's policy for decisions, and 70 for all columns.
        baseline: An earlier evaluation's ``to_dict()`` to compare with, row by row.
        threshold: Where pairs pass in every column, 1..100, whatever the policy says.
        precision: Precision that a suggested threshold should reach, 0..1.
        false_pass: Rate of false passes that a suggested threshold should not exceed, 0..1.
        with_values: Keep the two texts of the rows that are listed as errors; personal data.
        fail_fast: Raise at the first row that cannot be read, in place of counting it.

    Returns:
        A column for each field that some pair is about, and ``overall`` if whole identities are decided.

    Raises:
        InputError: No row can be read; or, with ``fail_fast``, the first that cannot; or ``baseline`` is no evaluation.
        OptionError: A setting out of its range.

    >>> rows = [{"field": "name", "a": "Jane Doe", "b": "DOE JANE", "match": True},
    ...         {"field": "name", "a": "Jane Doe", "b": "JOHN ROE", "match": "no"}]
    >>> evaluate(rows).columns["legal_name"].auc
    1.0
    """
    if threshold is not None and (type(threshold) is not int or threshold not in range(1, 101)):
        message = "threshold: expected a whole number from 1 to 100"
        raise OptionError(message)
    aims = {"precision": share(precision, "precision"), "false_pass": share(false_pass, "false_pass")}
    policy = policy if policy is None else Matcher(policy=policy).policy  # a preset's name will do
    limits = dict.fromkeys([*(f.name for f in FIELDS), OVERALL], threshold or THRESHOLD)
    if policy is not None and threshold is None:
        limits = policy.thresholds._asdict() | {OVERALL: policy.match}
    columns: dict[str, list[_Scored]] = {name: [] for name in limits}
    scores: dict[int, dict[str, Any]] = {}
    faults: list[PairError] = []
    count = wrong = 0
    for count, row in enumerate(rows, 1):
        pair = row if isinstance(row, Pair | PairError) else _read(row, count - 1, _OWN, None)
        if isinstance(pair, Pair):
            members = scores[pair.row] = {"match": pair.match}
            for name, scored in _score(pair, matcher, policy, limits, with_values=with_values):
                columns[name].append(scored)
                members |= {name: scored.score} | ({"decision": scored.decision} if name == OVERALL else {})
            continue
        if fail_fast:
            path = f"rows[{pair.row}].{pair.path}"
            raise InputError(path, pair.problem)
        wrong += 1
        if wrong <= MOST_FAULTS:
            faults.append(pair)
    if wrong == count:
        path = "rows"
        first = "".join(f"; rows[{fault.row}].{fault.path}: {fault.problem}" for fault in faults[:1])
        raise InputError(path, f"none of {count} can be read{first}")
    return Evaluation(
        __version__, (policy or matcher.policy).label, count, wrong, tuple(faults),
        {name: _column(found, limits[name], aims) for name, found in columns.items() if found},
        scores, None if baseline is None else _comparison(scores, limits, baseline), with_values,
    )  # fmt: skip


def _score(
    pair: Pair, matcher: Matcher, policy: Policy | None, limits: Mapping[str, int], *, with_values: bool
) -> Iterator[tuple[str, _Scored]]:
    """Score a pair in the columns that it is about."""
    result = matcher.score(pair.user, pair.owners)
    bare = pair._replace(user=_NOBODY, owners=())
    names = [f.name for f in FIELDS] if pair.field == IDENTITY else [pair.field]
    outcomes: dict[str, Any] = {name: getattr(result, name) for name in names}
    if pair.field == IDENTITY:
        overall = getattr(result, "overall", None) if policy is None else result.decide(policy)
        outcomes |= {} if overall is None else {OVERALL: overall}
    details: dict[str, Any] = {}
    for name, outcome in outcomes.items():
        texts: tuple[Any, Any] = (None, None)
        if with_values and pair.match != ((outcome.score or 0) >= limits[name]):
            details = details or result.to_dict(details="values")["details"]
            sides = [{member: details[member][side] for member in names} for side in ("user_text", "owner_text")]
            texts = tuple(printable(side if name == OVERALL else side[name]) for side in sides)
        codes = tuple(dict.fromkeys(str(reason.code) for reason in outcome.reasons))
        decision = str(outcome.decision) if name == OVERALL else ""
        yield name, _Scored(bare, outcome.score, codes, decision, texts)


def _column(found: Sequence[_Scored], limit: int, aims: Mapping[str, float]) -> report.Column:
    scores, labels = [one.score for one in found], [one.pair.match for one in found]
    compared = [one for one in found if one.score is not None]
    table = threshold_table(scores, labels)
    bars = Counter((min(100, one.score // BIN * BIN), one.pair.match) for one in compared if one.score is not None)
    decisions = Counter((one.decision, one.pair.match) for one in found if one.decision)
    wrong = [one for one in found if one.pair.match != ((one.score or 0) >= limit)]
    wrong.sort(key=lambda one: (one.score is None, one.score))
    return report.Column(
        threshold=limit,
        pairs=len(found),
        matches=sum(labels),
        not_compared=len(found) - len(compared),
        not_compared_matches=sum(labels) - sum(one.pair.match for one in compared),
        auc=auc(scores, labels),
        auc_compared=auc([one.score for one in compared], [one.pair.match for one in compared]),
        average_precision=average_precision(scores, labels),
        at=table[limit],
        thresholds=table,
        roc=_points((row.false_pass.value, row.recall.value) for row in table),
        precision_recall=_points((row.recall.value, row.precision.value) for row in table),
        suggestions=tuple(suggest_threshold(table, **{aim: wanted}) for aim, wanted in aims.items()),
        histogram=tuple(
            report.Bar(low, min(100, low + BIN - 1), bars[low, True], bars[low, False]) for low in range(0, 101, BIN)
        ),
        false_passes=_errors(sorted((one for one in wrong if not one.pair.match), key=lambda one: -(one.score or 0))),
        false_fails=_errors([one for one in wrong if one.pair.match]),
        sources=_parts(found, "source", limit),
        kinds=_parts(found, "kind", limit),
        groups=_groups(found, limit),
        decisions={name: (decisions[name, True], decisions[name, False]) for name in sorted({d for d, _ in decisions})},
    )


def _points(pairs: Iterable[tuple[float | None, float | None]]) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for x, y in pairs if x is not None and y is not None)


def _errors(wrong: Sequence[_Scored]) -> report.Errors:
    codes = Counter(code for one in wrong for code in one.reasons)
    rows = [
        report.ErrorRow(one.pair.row, one.score, one.pair.match, one.pair.kind, one.reasons, *one.texts)
        for one in wrong[:LISTED]
    ]
    return report.Errors(len(wrong), dict(codes.most_common()), tuple(rows))


def _parts(found: Iterable[_Scored], label: str, limit: int) -> tuple[report.Part, ...]:
    """Divide pairs by a label, the largest part first; empty if no pair has the label."""
    parts: dict[str, list[_Scored]] = defaultdict(list)
    for one in found:
        parts[getattr(one.pair, label) or NONE].append(one)
    if set(parts) == {NONE}:
        return ()
    ordered = sorted(parts.items(), key=lambda part: (-len(part[1]), part[0]))
    if rest := ordered[MOST_PARTS:]:
        ordered = [*ordered[:MOST_PARTS], (OTHER, [one for _, ones in rest for one in ones])]
    return tuple(_part(name, ones, limit) for name, ones in ordered)


def _groups(found: Iterable[_Scored], limit: int) -> tuple[report.Part, ...]:
    """Divide pairs by group, and add the differences to the largest group that has a name."""
    parts = _parts(found, "group", limit)
    largest = next((part for part in parts if part.name not in (NONE, OTHER)), None)
    return parts if largest is None else tuple(part.beside(largest) for part in parts)


def _part(name: str, found: Sequence[_Scored], limit: int) -> report.Part:
    scores = [one.score for one in found if one.score is not None]
    at = threshold_table([one.score for one in found], [one.pair.match for one in found], [limit])[0]
    return report.Part(
        name, len(found), sum(one.pair.match for one in found), len(found) - len(scores),
        sum(scores) / len(scores) if scores else None,
        rate(at.true_passes + at.false_passes, len(found)), at.recall, at.false_pass,
    )  # fmt: skip


# Comparison


def _comparison(
    scores: Mapping[int, Mapping[str, Any]], limits: Mapping[str, int], baseline: Mapping[str, Any]
) -> report.Comparison:
    """Set the scores of the rows that both evaluations have, with the same label, side by side."""
    then, before = earlier(baseline)
    both = [row for row in scores if row in then and then[row]["match"] == scores[row]["match"]]
    columns = {}
    for name, limit in limits.items():
        pairs = [(row, then[row], scores[row]) for row in both if name in scores[row] and name in then[row]]
        if pairs:
            columns[name] = _change(pairs, name, before.get(name, THRESHOLD), limit)
    version, policy = (_label(baseline.get(name), f"baseline.{name}") for name in ("version", "policy"))
    return report.Comparison(
        version, policy, len(both), len(scores.keys() - then.keys()),
        len(then.keys() - scores.keys()), sum(row in then for row in scores) - len(both), columns,
    )  # fmt: skip


def _change(
    pairs: Sequence[tuple[int, Mapping[str, Any], Mapping[str, Any]]], name: str, before: int, limit: int
) -> report.Change:
    labels = [now["match"] for _, _, now in pairs]
    scores = [[then[name] for _, then, _ in pairs], [now[name] for _, _, now in pairs]]
    sides = [[(s or 0) >= at for s in column] for column, at in zip(scores, (before, limit), strict=True)]
    moves = Counter(zip(labels, *sides, strict=True))
    decided: Counter[tuple[str, bool]] = Counter()
    if name == OVERALL:
        words = [(then.get("decision", "")[:MOST_LABEL], now["decision"], now["match"]) for _, then, now in pairs]
        decided = Counter((printable(f"{then} > {now}"), match) for then, now, match in words if then != now)
    f1 = [threshold_table(column, labels, [at])[0].f1 for column, at in zip(scores, (before, limit), strict=True)]
    rows = [row for (row, _, _), then, now in zip(pairs, *sides, strict=True) if then != now]
    return report.Change(
        len(pairs), before, limit, auc(scores[0], labels), auc(scores[1], labels), f1[0], f1[1],
        moves[True, False, True], moves[True, True, False], moves[False, False, True], moves[False, True, False],
        tuple(rows[:LISTED]), {name: (decided[name, True], decided[name, False]) for name, _ in sorted(decided)},
    )  # fmt: skip


__all__ = [
    "Evaluation", "Pair", "PairError", "auc", "average_precision", "evaluate", "read_pairs", "suggest_threshold",
    "threshold_table", "wilson",
]  # fmt: skip
