"""Evaluation: its figures by hand, its laws, every form of input, privacy, the page and the command."""

from __future__ import annotations

import csv
import gzip
import json
import math
import re
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_privacy import ADDRESS, HELD, NAME, USER, leaks, told

from identity_match import Match, Matcher, __version__, cli, evaluate, report, score
from identity_match.cli_evaluate import WARNING, sections, write_html
from identity_match.errors import FileError, InputError, MissingExtraError, OptionError
from identity_match.evaluate import (
    Pair,
    PairError,
    auc,
    average_precision,
    read_pairs,
    suggest_threshold,
    threshold_table,
    wilson,
)
from identity_match.pairs import MOST_LINE

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "pairs.jsonl"
YES, NO = True, False


def name(a: str, b: str, match: Any, **labels: Any) -> dict[str, Any]:
    return {"field": "name", "a": a, "b": b, "match": match, **labels}


ROWS = [
    name("Jane Doe", "JANE DOE", YES, source="s", kind="same", group="x"),  # 100
    name("Jenny Smith", "JENNIFER SMITH", YES, source="s", kind="nickname", group="x"),  # 94
    name("Smith", "John Smith", YES, source="t", kind="half", group="y"),  # below 70
    name("N/A", "John Smith", YES, source="t", kind="missing", group="y"),  # none
    name("Jane Doe", "JANE DOE", NO, source="s", kind="namesake", group="x"),  # 100
    name("Roberto Gonzalez", "Alberta Charleson", NO, source="t", kind="other", group="y"),  # below 50
]  # fmt: skip


# Figures by hand


@pytest.mark.parametrize(
    ("scores", "labels", "expected"),
    [
        ([90, 10], [YES, NO], 1.0),
        ([10, 90], [YES, NO], 0.0),
        ([50, 50], [YES, NO], 0.5),
        ([None, 0], [YES, NO], 0.5),  # missing ranks as 0
        ([None, 1], [YES, NO], 0.0),
        ([90, 70, 80, 60], [YES, YES, NO, NO], 0.75),  # 3 of 4 pairs
        ([90, 70, 70, 60], [YES, YES, NO, NO], 0.875),  # 3 and a tie
        ([90, 80], [YES, YES], None),
        ([90], [NO], None),
        ([], [], None),
    ],
)
def test_auc(scores: Any, labels: Any, expected: float | None) -> None:
    assert auc(scores, labels) == expected


@pytest.mark.parametrize(
    ("scores", "labels", "expected"),
    [
        ([90, 10], [YES, NO], 1.0),
        ([10, 90], [YES, NO], 1 / 2),
        ([90, 80, 70], [YES, NO, YES], 1 / 2 * 1 + 1 / 2 * 2 / 3),
        ([80, 80, 80, 80], [YES, NO, NO, NO], 1 / 4),  # a tie is one step
        ([90, None], [NO, YES], 1 / 2),
        ([90, 80, 70, 60], [NO, YES, YES, NO], 1 / 2 * 1 / 2 + 1 / 2 * 2 / 3),
        ([90], [YES], 1.0),
        ([90], [NO], None),
        ([], [], None),
    ],
)
def test_average_precision(scores: Any, labels: Any, expected: float | None) -> None:
    assert average_precision(scores, labels) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.2775),  # Source: z²/(n + z²)
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (1, 100, 0.0018, 0.0545),
        (50, 100, 0.4038, 0.5962),
        (0, 10_000, 0.0, 0.0004),
    ],
)
def test_wilson(count: int, total: int, low: float, high: float) -> None:
    assert wilson(count, total) == pytest.approx((low, high), abs=6e-5)


SCORES: list[int | None] = [95, 80, 60, None, 85, 40, 0]
LABELS = [YES, YES, YES, YES, NO, NO, NO]


@pytest.mark.parametrize(
    ("threshold", "passes", "precision", "recall", "f1", "false_pass"),
    [
        (0, (4, 3), 4 / 7, 1.0, 8 / 11, 1.0),
        (1, (3, 2), 3 / 5, 3 / 4, 6 / 9, 2 / 3),
        (60, (3, 1), 3 / 4, 3 / 4, 6 / 8, 1 / 3),
        (70, (2, 1), 2 / 3, 2 / 4, 4 / 7, 1 / 3),
        (80, (2, 1), 2 / 3, 2 / 4, 4 / 7, 1 / 3),
        (81, (1, 1), 1 / 2, 1 / 4, 2 / 6, 1 / 3),
        (86, (1, 0), 1.0, 1 / 4, 2 / 5, 0.0),
        (96, (0, 0), None, 0.0, 0.0, 0.0),
    ],
)
def test_threshold_table(  # one column an argument
    threshold: int, passes: tuple[int, int], precision: float | None, recall: float, f1: float, false_pass: float
) -> None:
    row = threshold_table(SCORES, LABELS)[threshold]
    assert (row.threshold, row.true_passes, row.false_passes) == (threshold, *passes)
    found = (row.precision.value, row.recall.value, row.f1, row.false_pass.value, row.false_fail.value)
    assert found == pytest.approx((precision, recall, f1, false_pass, 1 - recall))
    assert (row.recall.low, row.recall.high) == wilson(passes[0], 4)
    assert (row.false_pass.low, row.false_pass.high) == wilson(passes[1], 3)


def test_a_table_of_nothing_has_no_rates() -> None:
    row = threshold_table([], [], [70])[0]
    assert row[1:3] == (0, 0)
    assert row.f1 is None
    assert {rate.value for rate in (row.precision, row.recall, row.false_pass, row.false_fail)} == {None}


@pytest.mark.parametrize(
    ("aim", "scores", "labels", "threshold", "says"),
    [
        ({"precision": 0.99}, SCORES, LABELS, 86, "86 is the lowest threshold with a precision of at least 0.99"),
        ({"precision": 0.75}, SCORES, LABELS, 41, "0.7500"),
        ({"precision": 0.5}, SCORES, LABELS, 1, "1 is the lowest"),
        ({"false_pass": 0.001}, SCORES, LABELS, 86, "false-pass rate of at most 0.001"),
        ({"false_pass": 0.4}, SCORES, LABELS, 41, "recall 0.7500"),
        ({"precision": 0.9}, [90, 100], [YES, NO], None, "No threshold from 1 to 100 has a precision of at least 0.9"),
        ({"precision": 0.9}, [90, 100], [YES, NO], None, "the nearest is 0.5000 at 1."),
        ({"false_pass": 0.1}, [90, 100], [YES, NO], None, "the nearest is 1.0000 at 1."),
        ({"precision": 0.9}, [90, 80], [YES, YES], None, "it takes matches and non-matches"),
        ({"false_pass": 0.9}, [90, 80], [NO, NO], None, "it takes matches and non-matches"),
        ({"false_pass": 0.9}, [], [], None, "it takes matches and non-matches"),
        ({"precision": 0.9}, [None, None], [YES, NO], None, "No threshold"),
    ],
)
def test_suggestions(aim: dict[str, float], scores: Any, labels: Any, threshold: int | None, says: str) -> None:
    found = suggest_threshold(threshold_table(scores, labels), **aim)
    assert found.threshold == threshold
    assert says in found.statement
    assert {found.aim: found.wanted} == aim


def test_a_suggestion_says_when_pairs_are_too_few() -> None:
    few, many = ([90] * n + [10] * n for n in (10, 10_000))
    tables = (threshold_table(scores, [score == 90 for score in scores]) for scores in (few, many))
    doubts = ["too few pairs" in suggest_threshold(table, precision=0.99).statement for table in tables]
    assert doubts == [True, False]


@pytest.mark.parametrize("aim", [{}, {"precision": 0.9, "false_pass": 0.1}, {"precision": 1.5}, {"false_pass": YES}])
def test_a_suggestion_takes_one_aim(aim: dict[str, float]) -> None:
    with pytest.raises(OptionError):
        suggest_threshold(threshold_table(SCORES, LABELS), **aim)


# Laws

pairs = st.lists(st.tuples(st.none() | st.integers(0, 100), st.booleans()), max_size=60)


@given(pairs)
def test_auc_is_of_the_order_only(found: list[tuple[int | None, bool]]) -> None:
    scores, labels = [score for score, _ in found], [label for _, label in found]
    assert auc(scores, labels) == auc([math.exp((score or 0) / 10) + 1 for score in scores], labels)
    assert auc(scores, labels) == auc([score or 0 for score in scores], labels)


@given(pairs)
def test_auc_of_flipped_labels_is_the_rest(found: list[tuple[int | None, bool]]) -> None:
    scores, labels = [score for score, _ in found], [label for _, label in found]
    one, other = auc(scores, labels), auc(scores, [not label for label in labels])
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one + other == pytest.approx(1)


@given(pairs)
def test_rates_fall_and_stay_in_their_intervals(found: list[tuple[int | None, bool]]) -> None:
    table = threshold_table([score for score, _ in found], [label for _, label in found])
    assert [row.threshold for row in table] == list(range(101))
    for rising in ("true_passes", "false_passes"):
        counts = [getattr(row, rising) for row in table]
        assert counts == sorted(counts, reverse=True)
    for row in table:
        for rate in (row.precision, row.recall, row.false_pass, row.false_fail):
            assert rate.value is None or 0 <= (rate.low or 0) <= rate.value <= (rate.high or 0) <= 1
        if row.recall.value is not None and row.false_fail.value is not None:
            assert row.recall.value + row.false_fail.value == pytest.approx(1)
        if row.precision.value and row.recall.value:
            mean = 2 / (1 / row.precision.value + 1 / row.recall.value)
            assert row.f1 == pytest.approx(mean)


@given(st.integers(0, 500), st.integers(1, 500))
def test_intervals_are_symmetric_and_shrink(count: int, more: int) -> None:
    total = count + more
    low, high = wilson(count, total)
    assert 0 <= low <= count / total <= high <= 1
    assert wilson(total - count, total) == pytest.approx((1 - high, 1 - low))
    assert wilson(count * 10, total * 10)[1] - wilson(count * 10, total * 10)[0] < high - low


@given(pairs, st.floats(0, 1))
def test_a_suggestion_is_the_lowest_that_holds(found: list[tuple[int | None, bool]], wanted: float) -> None:
    table = threshold_table([score for score, _ in found], [label for _, label in found])
    labels = {label for _, label in found}
    precise = [row.threshold for row in table[1:] if (row.precision.value or -1) >= wanted]
    safe = [row.threshold for row in table[1:] if row.false_pass.value is not None and row.false_pass.value <= wanted]
    if labels == {YES, NO} and wanted > 0:
        assert suggest_threshold(table, precision=wanted).threshold == next(iter(precise), None)
        assert suggest_threshold(table, false_pass=wanted).threshold == next(iter(safe), None)


# An evaluation


def test_columns_by_hand() -> None:
    found = evaluate.evaluate(ROWS)
    assert (found.version, found.rows, found.skipped, found.comparison) == (__version__, 6, 0, None)
    assert list(found.columns) == ["legal_name"]
    assert {row: members["match"] for row, members in found.scores.items()} == dict(enumerate([YES] * 4 + [NO] * 2))
    scores = [members["legal_name"] for members in found.scores.values()]
    wanted = [score({"legal_name": r["a"]}, [{"names": [r["b"]]}]).legal_name.score for r in ROWS]
    assert scores == wanted
    assert scores[:2] == [100, 94]
    assert scores[3] is None
    column = found.columns["legal_name"]
    assert (column.threshold, column.pairs, column.matches) == (70, 6, 4)
    assert (column.not_compared, column.not_compared_matches) == (1, 1)
    assert (column.at.true_passes, column.at.false_passes) == (2, 1)
    assert column.auc == auc(scores, [YES] * 4 + [NO] * 2)
    assert column.auc_compared == auc(scores[:3] + scores[4:], [YES] * 3 + [NO] * 2)
    assert sum(bar.matches for bar in column.histogram) == 3
    assert column.histogram[-1] == report.Bar(100, 100, 1, 1)
    assert [bar.low for bar in column.histogram] == list(range(0, 101, 5))
    assert column.roc[0] == (1.0, 1.0)
    assert column.roc[100] == (0.5, 0.25)
    assert column.precision_recall[100] == (0.25, 0.5)
    assert (column.false_passes.total, [e.row for e in column.false_passes.rows]) == (1, [4])
    assert (column.false_fails.total, [e.row for e in column.false_fails.rows]) == (2, [2, 3])
    assert column.false_fails.reasons["placeholder"] == 1
    assert column.false_fails.rows[1].reasons == ("placeholder",)
    assert {error.user_text for error in column.false_fails.rows} == {None}
    assert [(part.name, part.pairs, part.matches) for part in column.sources] == [("s", 3, 2), ("t", 3, 2)]
    assert len(column.kinds) == 6


def test_groups_are_set_beside_the_largest() -> None:
    column = evaluate.evaluate([*ROWS, name("Jane Doe", "JANE DOE", YES)]).columns["legal_name"]
    parts = {part.name: part for part in column.groups}
    assert list(parts) == ["x", "y", "(none)"]
    assert (parts["x"].true_pass.value, parts["x"].false_pass.value) == (1.0, 1.0)
    assert (parts["y"].true_pass.value, parts["y"].false_pass.value) == (0.0, 0.0)
    assert (parts["x"].true_pass_difference, parts["y"].true_pass_difference) == (0.0, -1.0)
    assert (parts["(none)"].true_pass_difference, parts["(none)"].false_pass_difference) == (0.0, None)
    assert (parts["y"].true_pass.low, parts["y"].true_pass.high) == wilson(0, 2)
    assert (parts["y"].not_compared, parts["y"].passed.value) == (1, 0.0)
    assert evaluate.evaluate([name("Jane Doe", "JANE DOE", YES)]).columns["legal_name"].groups == ()


def test_many_groups_are_put_together() -> None:
    rows = [name("Jane Doe", "JANE DOE", YES, group=f"g{i:03}") for i in range(evaluate.MOST_PARTS + 10)]
    groups = evaluate.evaluate(rows).columns["legal_name"].groups
    assert len(groups) == evaluate.MOST_PARTS + 1
    assert (groups[-1].name, groups[-1].pairs) == ("(other)", 10)


def identity(match: Any, **labels: Any) -> dict[str, Any]:
    user = {"legal_name": "Jane Doe", "phone_number": "+12025550143", "email_address": None, "address": None}
    return {"field": "identity", "a": user, "b": {"names": ["JANE DOE"], "phone_numbers": ["2025550143"]},
            "match": match, **labels}  # fmt: skip


def test_an_identity_has_every_column_and_bare_values_their_own() -> None:
    bare = [{"field": "phone", "a": "+12025550143", "b": "2025550143", "match": 1}]
    bare += [{"field": "email", "a": "a@example.com", "b": "a@example.com", "match": "yes"}]
    bare += [{"field": "address", "a": "100 Main St, Reno, NV 89501", "b": ADDRESS, "match": "False"}]
    found = evaluate.evaluate([identity(YES), *bare])
    assert {n: c.pairs for n, c in found.columns.items()} == {
        "legal_name": 1, "phone_number": 2, "email_address": 2, "address": 2, "overall": 1}  # fmt: skip
    whole = score(identity(YES)["a"], [identity(YES)["b"]])
    assert found.scores[0]["overall"] == whole.overall.score
    assert found.columns["overall"].decisions == {str(whole.overall.decision): (1, 0)}
    assert (found.columns["email_address"].not_compared, found.columns["address"].at.false_passes) == (1, 0)


def test_a_match_without_overall_has_no_such_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Match, "overall")
    assert list(evaluate.evaluate([identity(YES)]).columns)[-1] == "address"


def test_a_policy_says_where_pairs_pass() -> None:
    found = evaluate.evaluate([identity(YES)], policy="strict")
    assert {n: c.threshold for n, c in found.columns.items()} == {
        "legal_name": 85, "phone_number": 85, "email_address": 85, "address": 85, "overall": 90}  # fmt: skip
    assert found.policy.startswith("strict")
    assert found.scores[0]["decision"] == "review"  # strict wants an address
    everywhere = evaluate.evaluate([identity(YES)], policy="strict", threshold=60, matcher=Matcher(policy="lenient"))
    assert {column.threshold for column in everywhere.columns.values()} == {60}


@pytest.mark.parametrize(
    "settings",
    [{"threshold": 0}, {"threshold": 101}, {"threshold": 70.0}, {"threshold": YES}, {"precision": 1.01},
     {"false_pass": -1}, {"precision": "x"}, {"policy": NAME}],
)  # fmt: skip
def test_settings_that_make_no_sense(settings: dict[str, Any]) -> None:
    with pytest.raises(OptionError) as caught:
        evaluate.evaluate(ROWS, **settings)
    assert leaks(str(caught.value)) == []


# Comparison


def test_an_evaluation_is_no_other_than_itself() -> None:
    before = json.loads(json.dumps(evaluate.evaluate(ROWS).to_dict()))
    found = evaluate.evaluate(ROWS, baseline=before).comparison
    assert found is not None
    assert (found.version, found.rows, found.only_now, found.only_then, found.relabelled) == (__version__, 6, 0, 0, 0)
    change = found.columns["legal_name"]
    assert change.auc == change.auc_before
    assert change.f1 == change.f1_before
    assert change[7:] == (0, 0, 0, 0, (), {})


def test_changes_by_hand() -> None:
    before = evaluate.evaluate(ROWS).to_dict()
    before["scores"]["0"]["legal_name"] = 69  # passes now
    before["scores"]["2"]["legal_name"] = 70  # fails now
    before["scores"]["4"]["legal_name"] = None  # passes now
    before["scores"]["5"]["match"] = True  # another label
    before["scores"]["9"] = {"match": True, "legal_name": 100}
    del before["scores"]["1"]
    found = evaluate.evaluate(ROWS, baseline=json.loads(json.dumps(before))).comparison
    assert found is not None
    assert (found.rows, found.only_now, found.only_then, found.relabelled) == (4, 1, 1, 1)
    change = found.columns["legal_name"]
    assert change.rows == 4
    assert change[7:] == (1, 1, 1, 0, (0, 2, 4), {})
    assert (change.auc_before, change.auc) == (5 / 6, 0.5 / 3)
    assert (change.f1_before, change.f1) == (2 / 4, 2 / 5)


def test_decisions_that_changed() -> None:
    before = json.loads(json.dumps(evaluate.evaluate([identity(YES)]).to_dict()))
    found = evaluate.evaluate([identity(YES)], policy="strict", baseline=before).comparison
    assert found is not None
    assert found.columns["overall"].decisions == {"match > review": (1, 0)}
    assert (found.columns["overall"].threshold_before, found.columns["overall"].threshold) == (70, 90)


@pytest.mark.parametrize(
    "document",
    [{}, {"scores": {}}, {"columns": {}}, {"scores": [], "columns": {}}, {"scores": {"x": {}}, "columns": {}},
     *({"columns": {}, "scores": {key: row}} for key, row in [
         (NAME, {"match": True}), ("1", {"match": 1}), ("1", {"match": True, "legal_name": 101}), ("1", NAME),
         ("1", {"match": True, "legal_name": NAME}), ("1", {"match": True, "decision": 5}), ("-1", {"match": True}),
         ("1" * 30, {"match": True})])],
)  # fmt: skip
def test_a_baseline_of_another_shape(document: Any) -> None:
    with pytest.raises(InputError, match=r"^baseline") as caught:
        evaluate.evaluate(ROWS, baseline=document)
    assert leaks(str(caught.value)) == []
    with pytest.raises(InputError, match=r"^baseline"):
        evaluate.evaluate(ROWS, baseline=[document])  # type: ignore[arg-type]


# Forms of input

FLAT = [
    {"legal_name": "Jane Doe", "phone_number": "+1 202 555 0143", "street": "100 Main St", "city": "Reno",
     "region": "NV", "postal_code": "02145", "owner_legal_name": "JANE W DOE", "owner_phone_number": "2025550143",
     "owner_street": "100 MAIN STREET", "owner_city": "RENO", "owner_region": "NV", "owner_postal_code": "02145-1234",
     "match": "true", "kind": "k", "source": "s", "group": "g"},
    {"legal_name": "Jane Doe", "phone_number": "", "street": "", "city": "", "region": "", "postal_code": "",
     "owner_legal_name": "JOHN ROE", "owner_phone_number": "2025550143", "owner_street": "1 Elm St", "owner_city": "",
     "owner_region": "", "owner_postal_code": "", "match": "no", "kind": "", "source": "t", "group": ""},
]  # fmt: skip
PARTS = ("street", "city", "region", "postal_code")


def nested(row: dict[str, str]) -> dict[str, Any]:
    """Give a flat row as user and owner."""
    user = {"legal_name": row["legal_name"], "phone_number": row["phone_number"], "email_address": None,
            "address": {part: row[part] for part in PARTS}}  # fmt: skip
    owner = {"names": [row["owner_legal_name"]], "phone_numbers": [{"data": row["owner_phone_number"]}], "emails": [],
             "addresses": [{"data": {part: row[f"owner_{part}"] for part in PARTS}}]}  # fmt: skip
    labels = {label: row[label] for label in ("kind", "source", "group")}
    return {"id": "ignored", "field": "identity", "a": user, "b": owner, "match": row["match"] == "true"} | labels


def put(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write rows in the format that the name says."""
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
        return path
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        if ".csv" in path.name:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        else:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    return path


FORMS: dict[str, tuple[list[dict[str, Any]], dict[str, str] | None]] = {
    "a.jsonl": ([nested(row) for row in FLAT], None),
    "a.ndjson": (FLAT, None),
    "b.jsonl.gz": ([nested(row) | {"b": [nested(row)["b"]]} for row in FLAT], None),
    "c.jsonl": ([{"user": nested(r)["a"], "owners": [nested(r)["b"]], **r} for r in FLAT], None),
    "d.jsonl": ([{f"x {key}": value for key, value in row.items()} for row in FLAT], {n: f"x {n}" for n in FLAT[0]}),
    "a.csv": (FLAT, None),
    "a.csv.gz": (FLAT, None),
    "b.csv": ([{"same": row["match"], **row, "match": "?"} for row in FLAT], {"match": "same"}),
    "c.csv": ([{"a": "7", **row} for row in FLAT], None),  # a column of that name alone means nothing
    "a.parquet": (FLAT, None),
    "b.parquet": ([nested(row) for row in FLAT], None),
    "c.parquet": ([row | {"match": row["match"] == "true"} for row in FLAT], {n: n for n in FLAT[0]}),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same(form: str, tmp_path: Path) -> None:
    rows, columns = FORMS[form]
    found = evaluate.evaluate(read_pairs(put(tmp_path / form, rows), columns))
    wanted = evaluate.evaluate([nested(row) for row in FLAT])
    assert found == wanted
    assert wanted.scores[0]["address"] == 100
    assert wanted.columns["legal_name"].kinds[1].name == "k"


def test_bare_values_may_stand_in_csv(tmp_path: Path) -> None:
    assert evaluate.evaluate(read_pairs(put(tmp_path / "a.csv", ROWS))) == evaluate.evaluate(ROWS)


BAD = [
    ("nonsense", "row", "not JSON"),
    ("[1]", "row", "expected an object, found list"),
    ("[" * 100_000, "row", "not JSON"),
    ("{}", "match", "expected true or false"),
    ('{"match": 2, "a": {}, "b": {}}', "match", "expected true or false"),
    ('{"match": "maybe", "a": {}, "b": {}}', "match", "expected true or false"),
    ('{"match": true}', "row", "neither a and b, user and owners, nor flat columns"),
    ('{"match": true, "a": 5, "b": {}}', "a", "expected an object, found int"),
    ('{"match": true, "a": {"legal_name": []}, "b": {}}', "a.legal_name", "expected text, found list"),
    ('{"match": true, "a": {}, "b": 5}', "b", "expected a list, found int"),
    ('{"match": true, "a": {}, "b": [{"names": 5}]}', "b[0].names", "expected a list, found int"),
    ('{"match": true, "a": "x", "b": [], "field": "name"}', "b.names[0]", "expected text, found list"),
    ('{"match": true, "a": "x", "b": "y", "field": "nose"}', "field", "expected identity, name, phone"),
    ('{"match": true, "a": {}, "b": {}, "field": ["x"]}', "field", "expected identity, name, phone"),
    ('{"match": true, "a": {}, "b": {}, "kind": []}', "kind", "expected text, found list"),
    ('{"match": true, "a": "' + "x" * MOST_LINE + '", "b": ""}', "row", "longer than 1048576 bytes"),
]


def test_rows_that_cannot_be_read_cost_themselves_only(tmp_path: Path) -> None:
    good = json.dumps(ROWS[0])
    path = tmp_path / "a.jsonl"
    path.write_text("\n\n".join(f"{good}\n{line}" for line, _, _ in BAD), "utf-8")
    found = evaluate.evaluate(read_pairs(path))
    assert (found.rows, found.skipped, len(found.scores)) == (2 * len(BAD), len(BAD), len(BAD))
    for i, (fault, (_, place, problem)) in enumerate(zip(found.faults, BAD, strict=True)):
        assert (fault.row, fault.path) == (2 * i + 1, place)
        assert fault.problem.startswith(problem)
    with pytest.raises(InputError, match=re.escape("rows[1].row: not JSON")):
        evaluate.evaluate(read_pairs(path), fail_fast=True)


def test_rows_of_csv_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("field,a,b,match\nname,Jane Doe,JANE DOE,1\nname,Jane\nname,x,y,perhaps\n", "utf-8")
    found = evaluate.evaluate(read_pairs(path))
    assert [fault[:2] for fault in found.faults] == [(1, "row"), (2, "match")]
    assert found.columns["legal_name"].pairs == 1


@pytest.mark.parametrize("row", [NAME, [NAME], {NAME}, 5, None])
def test_a_row_that_is_no_object_costs_itself(row: Any) -> None:
    found = evaluate.evaluate([ROWS[0], row])
    assert found.faults == (PairError(1, "row", f"expected an object, found {type(row).__name__}"),)
    with pytest.raises(InputError, match=r"^rows\[1\]\.row: expected an object"):
        evaluate.evaluate([ROWS[0], row], fail_fast=True)


def test_a_value_that_python_cannot_hold_costs_its_row(tmp_path: Path) -> None:
    days = pa.array([2**30, None], pa.date32())
    rows = {"legal_name": ["Jane Doe"] * 2, "owner_legal_name": ["JANE DOE"] * 2, "match": [True] * 2, "group": days}
    pq.write_table(pa.table(rows), tmp_path / "a.parquet")
    fault, pair = read_pairs(tmp_path / "a.parquet")
    assert fault == PairError(0, "row", "a value that cannot be read")
    assert isinstance(pair, Pair)


def test_nothing_that_can_be_read_is_an_error() -> None:
    with pytest.raises(InputError, match=r"^rows: none of 1 can be read; rows\[0\]\.match: expected true or false$"):
        evaluate.evaluate([{}])
    with pytest.raises(InputError, match=r"^rows: none of 0 can be read$"):
        evaluate.evaluate([])


@pytest.mark.parametrize(
    ("file", "columns", "error", "says"),
    [
        ("a.txt", None, OptionError, "file endings are"),
        ("a.arrow", None, OptionError, "pairs are read from"),
        ("none.jsonl", None, FileError, "the pairs: no such file"),
        ("none.csv", None, FileError, "the pairs: no such file"),
        ("none.parquet", None, FileError, "the pairs: no such file"),
        ("folder.jsonl", None, FileError, "the pairs: cannot be read"),
        ("a\0.jsonl", None, FileError, "the pairs: cannot be read"),
        ("a\0.csv", None, FileError, "the pairs: cannot be read"),
        ("text.parquet", None, FileError, "the pairs: cannot be read as parquet"),
        ("text.jsonl.gz", None, FileError, "the pairs: cannot be read"),
        ("text.csv.gz", None, FileError, "the pairs: cannot be read"),
        ("text.csv", None, InputError, "neither user and owners"),
        ("flat.csv", {"legal_name": "nowhere"}, OptionError, "maps to a column that is not there"),
        ("flat.csv", {"match": "nowhere"}, OptionError, "maps to a column that is not there"),
        ("flat.csv", {"nose": "legal_name"}, OptionError, "expected names among"),
        ("flat.jsonl", {"nose": "legal_name"}, OptionError, "expected names among"),
        ("twice.csv", None, InputError, "columns: two columns have one name"),
        ("broken.csv.gz", None, FileError, "the pairs: cannot be read"),
        ("broken.jsonl.gz", None, FileError, "the pairs: cannot be read"),
    ],
)
def test_files_that_cannot_be_read(
    file: str, columns: dict[str, str] | None, error: type[Exception], says: str, tmp_path: Path
) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    for ending in ("parquet", "jsonl.gz", "csv.gz", "csv"):
        (tmp_path / f"text.{ending}").write_text(f"{NAME}\n", "utf-8")
    for ending in ("csv", "jsonl"):
        put(tmp_path / f"flat.{ending}", FLAT)
        (tmp_path / f"broken.{ending}.gz").write_bytes(gzip.compress(b"")[:10] + b"\x06")  # no such block
    (tmp_path / "twice.csv").write_text("legal_name,owner_legal_name,match,match\nx,x,1,0\n", "utf-8")
    with pytest.raises(error, match=says) as caught:
        list(read_pairs(tmp_path / file, columns))
    assert leaks(str(caught.value)) == []


# Extras


def test_json_lines_need_no_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for module in (
        "pyarrow",
        *(f"identity_match.{own}" for own in ("batch", "columns", "files", "writer")),
        "matplotlib",
    ):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert evaluate.evaluate(read_pairs(put(tmp_path / "a.jsonl", ROWS))) == evaluate.evaluate(ROWS)
    with pytest.raises(MissingExtraError, match=r"install identity-match\[arrow\]"):
        list(read_pairs(put(tmp_path / "a.csv", ROWS)))
    with pytest.raises(MissingExtraError, match=r"install identity-match\[report\]"):
        write_html(evaluate.evaluate(ROWS), tmp_path / "a.html")
    assert cli.main(["evaluate", str(tmp_path / "a.jsonl"), "--html", str(tmp_path / "a.html")]) == 2
    assert not (tmp_path / "a.html").exists()


# Privacy

CANARIES = [
    {"id": NAME, "field": "identity", "a": USER, "b": HELD, "match": False, "kind": "k"},
    {"field": "identity", "a": USER, "b": [{"names": ["JOHN ROE"]}, HELD | {"names": [NAME]}], "match": False},
    {"field": "identity", "a": USER, "b": {"names": ["JOHN ROE"]}, "match": True},
    {"field": "name", "a": NAME, "b": "JOHN ROE", "match": True},
    {"field": "address", "a": ADDRESS, "b": ADDRESS, "match": False},
    {"field": NAME, "a": NAME, "b": NAME, "match": True},
    {"field": "name", "a": [NAME], "b": {NAME: NAME}, "match": True},
    {"a": USER, "b": HELD, "match": NAME},
    {"a": USER | {"legal_name": {NAME: NAME}}, "b": HELD, "match": True},
    {"a": USER, "b": HELD, "match": True, "kind": {NAME: NAME}},
    {NAME: NAME, "match": True},
    NAME,
]


@pytest.fixture
def canaries(tmp_path: Path) -> str:
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in CANARIES) + f'{{"a": "{NAME}', "utf-8")
    return str(path)


SHOWN = [["--json"], ["--table"], ["--table", "--details"]]


@pytest.mark.parametrize("shown", SHOWN)
def test_no_output_holds_a_value(
    shown: list[str], canaries: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "a.html"
    assert cli.main(["evaluate", canaries, *shown, "--html", str(page)]) == 0
    out, err = capfd.readouterr()
    for text in (out, err, page.read_text("utf-8")):
        assert told(text) == []
    assert "legal_name" in out
    assert WARNING not in out + page.read_text("utf-8")


@pytest.mark.parametrize("shown", [SHOWN[0], SHOWN[2]])
def test_values_are_shown_where_asked_for_with_a_warning(
    shown: list[str], canaries: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    page = tmp_path / "a.html"
    assert cli.main(["evaluate", canaries, *shown, "--html", str(page), "--with-values"]) == 0
    out, err = capfd.readouterr()
    assert NAME in out
    assert NAME in page.read_text("utf-8")
    assert f'<p class="danger" role="alert">{WARNING}' in page.read_text("utf-8")
    assert ('"with_values": true' if shown == ["--json"] else WARNING) in out
    assert told(err) == []


def test_reprs_and_errors_hold_no_value(canaries: str) -> None:
    rows = list(read_pairs(canaries))
    assert {type(row) for row in rows} == {Pair, PairError}
    assert told(repr(rows)) == []
    assert told(repr(evaluate.evaluate(rows, with_values=True))) == []
    for row in rows:
        if isinstance(row, PairError):
            with pytest.raises(InputError) as caught:
                evaluate.evaluate([row], fail_fast=True)
            assert told(str(caught.value)) == []


# The page


class Reader(HTMLParser):
    """Collects what a browser would find, and fails where elements are not nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(key, value or "") for key, value in attrs]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&amp;<b>", "\x1b[2J\u202e\ud800"]
HOSTILE_ROWS = [
    row
    for text in HOSTILE
    for row in (
        name(text, text, NO, source=text, kind=text, group=text),
        name("Jane Doe", f"ROE {text}", YES, source=text, kind=text, group=text),
    )
] + [identity(YES, group="x"), identity(NO, group="y")]


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "a.html"
    before = evaluate.evaluate(HOSTILE_ROWS, policy="strict").to_dict() | {"version": HOSTILE[0], "policy": HOSTILE[1]}
    write_html(evaluate.evaluate([*HOSTILE_ROWS, {}], baseline=before, with_values=True), path)
    assert [file.name for file in path.parent.iterdir()] == ["a.html"]
    return path.read_text("utf-8")


def test_the_page_loads_nothing(hostile_page: str) -> None:
    found = Reader(hostile_page)
    assert "<script" not in hostile_page.lower()
    assert "http://" not in hostile_page
    assert "https://" not in hostile_page
    assert not {"script", "link", "iframe", "img", "image", "object", "embed", "base", "form"} & set(found.tags)
    for key, value in found.attributes:
        assert not key.startswith("on")
        assert key not in ("src", "srcset", "action", "data", "xmlns")
        assert "href" not in key or value.startswith("#"), value
    assert set(re.findall(r"url\((.)", hostile_page)) == {"#"}
    assert "@import" not in hostile_page
    policy = dict(found.attributes)["content"], [v for k, v in found.attributes if k == "http-equiv"]
    assert policy[1] == ["Content-Security-Policy"]
    assert 'content="default-src &#x27;none&#x27;; style-src &#x27;unsafe-inline&#x27;' in hostile_page


def test_the_page_escapes_every_text(hostile_page: str) -> None:
    texts = " ".join(Reader(hostile_page).texts)
    for text in HOSTILE[:3]:
        assert text in texts
        assert text not in hostile_page
    for char in "\x1b\u202e\ud800":
        assert char not in texts


def test_references_in_the_page_have_one_target(hostile_page: str) -> None:
    found = Reader(hostile_page).attributes
    ids = Counter(value for key, value in found if key == "id")
    assert set(ids.values()) == {1}
    assert {value[1:] for key, value in found if key == "href"} <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", hostile_page)) <= set(ids)


def test_the_page_has_a_section_a_column_with_its_curves(hostile_page: str) -> None:
    found = Reader(hostile_page)
    columns = ["legal name", "phone number", "email address", "address", "overall"]
    assert found.tags["section"] == len(columns)
    assert all(column in found.texts for column in columns)
    assert found.tags["svg"] >= 2 * len(columns)
    assert found.tags["table"] == hostile_page.count('<div class="scroll" tabindex="0"><table>')
    labels = {value for key, value in found.attributes if key == "aria-label"}
    assert labels == {"ROC", "Precision and recall", "Scores by label"}


def test_the_page_is_the_same_each_time_and_takes_no_settings(tmp_path: Path) -> None:
    import matplotlib as mpl

    found = evaluate.evaluate(ROWS)
    write_html(found, tmp_path / "a.html")
    with mpl.rc_context({"font.size": 30, "svg.fonttype": "path", "xtick.direction": "in", "svg.hashsalt": None}):
        write_html(found, tmp_path / "b.html")
        assert mpl.rcParams["font.size"] == 30
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_page_with_one_label_has_no_curves(tmp_path: Path) -> None:
    write_html(evaluate.evaluate(ROWS[:2]), tmp_path / "a.html")
    assert Reader((tmp_path / "a.html").read_text("utf-8")).tags["svg"] == 1


def test_a_page_that_cannot_be_written_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, path = evaluate.evaluate(ROWS), tmp_path / "a.html"
    path.write_text("before", "utf-8")

    def fail(*_: Any) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(FileError, match="cannot be written"):
        write_html(found, path)
    assert [(file.name, file.read_text("utf-8")) for file in tmp_path.iterdir()] == [("a.html", "before")]
    with pytest.raises(FileError, match="cannot be written"):
        write_html(found, tmp_path / "none" / "a.html")


def test_every_table_is_a_rectangle() -> None:
    found = evaluate.evaluate([*HOSTILE_ROWS, {}], baseline=evaluate.evaluate(HOSTILE_ROWS).to_dict())
    for section in sections(found):
        for table in section.tables:
            assert {len(row) for row in table.rows} <= {len(table.head)}
            assert all(place < len(table.rows) for place in table.marked)


# The command


def test_the_command_prints_json_when_piped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(put(tmp_path / "a.jsonl", [*ROWS, {}]))
    assert cli.main(["evaluate", path]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    wanted = evaluate.evaluate([*ROWS, {}]).to_dict()
    assert json.loads(out) == json.loads(json.dumps(wanted))
    (tmp_path / "before.json").write_text(out, "utf-8")
    assert cli.main(["evaluate", path, "--compare", str(tmp_path / "before.json"), "--policy", "strict"]) == 0
    change = json.loads(capsys.readouterr().out)["comparison"]["columns"]["legal_name"]
    assert (change["rows"], change["threshold_before"], change["threshold"]) == (6, 70, 85)


def test_the_command_passes_its_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"same": row["match"], **row} for row in FLAT]
    path = str(put(tmp_path / "a.csv", rows))
    call = ["evaluate", path, "--map", "match=same", "--threshold", "60", "--precision", "0.8", "--false-pass", "0.2"]
    assert cli.main(call) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["columns"]["address"]["threshold"] == 60
    assert [s["wanted"] for s in found["columns"]["address"]["suggestions"]] == [0.8, 0.2]


def test_the_command_prints_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    path = str(put(tmp_path / "a.jsonl", [*ROWS, {}]))
    assert cli.main(["evaluate", path, "--table"]) == 0
    brief = capsys.readouterr().out
    for text in ("7 rows, 1 skipped", "expected true or false", "By group", "No threshold from 1 to 100", __version__):
        assert text in brief
    assert "By kind" not in brief
    assert cli.main(["evaluate", path, "--table", "--details"]) == 0
    whole = capsys.readouterr().out
    for text in ("By kind", "By source", "Thresholds", "Matches that fail: 2", "placeholder"):
        assert text in whole


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["none.jsonl"], "the pairs: no such file"),
        (["a.txt"], "file endings are .parquet, .arrow, .feather, .csv, .jsonl, .ndjson, and .gz after those of text"),
        (["empty.jsonl"], "rows: none of 0 can be read"),
        (["bad.jsonl"], "rows: none of 1 can be read; rows[0].row: not JSON"),
        (["mixed.jsonl", "--fail-fast"], "rows[1].match: expected true or false"),
        (["a.jsonl", "--compare", "none.json"], "OTHER.json: no such file"),
        (["a.jsonl", "--compare", "bad.jsonl"], "OTHER.json: not JSON, see line 1, column 1"),
        (["a.jsonl", "--compare", "empty.json"], "baseline: expected what an evaluation gives as JSON"),
        (["a.jsonl", "--map", "match"], "--map: expected NAME=COLUMN"),
        (["a.jsonl", "--threshold", "0"], "threshold: expected a whole number from 1 to 100"),
        (["a.jsonl", "--threshold", "x"], "threshold has a value it cannot have; see --help"),
        (["a.jsonl", "--precision", "2"], "precision: expected a number from 0 to 1"),
        (["a.jsonl", "--policy", "lax"], "policy.base: expected one of strict, balanced, lenient"),
        ([], "PAIRS is missing; see --help"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str], line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put(Path("a.jsonl"), ROWS)
    put(Path("mixed.jsonl"), [ROWS[0], {}])
    for file, text in (("bad.jsonl", NAME), ("empty.jsonl", "\n"), ("empty.json", "{}")):
        Path(file).write_text(text, "utf-8")
    assert cli.main(["evaluate", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"identity-match: {line}\n"


def test_a_report_that_cannot_be_written_has_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(put(tmp_path / "a.jsonl", ROWS))
    assert cli.main(["evaluate", path, "--html", str(tmp_path / "none" / "a.html")]) == 1
    assert capsys.readouterr() == ("", "identity-match: the report: cannot be written\n")


def test_the_sample_is_told_apart() -> None:
    found = evaluate.evaluate(read_pairs(SAMPLE))
    assert found.skipped == 0
    assert len(found.columns["overall"].groups) > 5
    assert (found.columns["overall"].auc or 0) > 0.9
