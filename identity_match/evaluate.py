"""Say how well scores tell labelled pairs apart: what passes, what fails, at which threshold, and for whom.

Holds no rule of likeness: it scores pairs with ``Matcher`` and counts. A score that is missing counts as 0 in every
ranking, and is counted by itself, too. Rows are counted from 0. Results hold scores, labels and reason codes; values
only where they are asked for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from identity_match import __version__, report
from identity_match.errors import InputError, OptionError
from identity_match.fields import FIELDS
from identity_match.match import Matcher
from identity_match.metrics import auc, average_precision, rate, share, suggest_threshold, threshold_table, wilson
from identity_match.pairs import IDENTITY, MOST_LABEL, Pair, PairError, label, pair_of, read_pairs
from identity_match.records import User
from identity_match.report import Evaluation, earlier
from identity_match.text import printable

if TYPE_CHECKING:
    from identity_match.policy import Policy

THRESHOLD = 70  # the contract's threshold for every field
BIN = 5  # scores of one bar of a histogram
LISTED = 20  # worst rows that are listed; our choice
MOST_PARTS = 100  # groups, sources or kinds that stand by themselves; our choice: more is no grouping
MOST_FAULTS = 100  # faults of rows that are kept; all are counted
OTHER, NONE = "(other)", "(none)"
OVERALL = "overall"

_NOBODY = User()
_SHARED = Matcher()


# Pairs


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
        pair = row if isinstance(row, Pair | PairError) else pair_of(row, count - 1)
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
            texts = tuple(_shown(side if name == OVERALL else side[name]) for side in sides)
        codes = tuple(dict.fromkeys(str(reason.code) for reason in outcome.reasons))
        decision = str(outcome.decision) if name == OVERALL else ""
        yield name, _Scored(bare, outcome.score, codes, decision, texts)


def _shown(text: Any) -> Any:
    """Make texts fit for a terminal: one, none, or one a field."""
    if isinstance(text, Mapping):
        return {name: _shown(part) for name, part in text.items()}
    return printable(text) if isinstance(text, str) else text


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
    version, policy = (label(baseline.get(name), f"baseline.{name}") for name in ("version", "policy"))
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
