"""What ``identity-match evaluate`` shows: the tables of an evaluation, on a terminal and as a page of HTML.

Holds no figure of its own. Rows are named by their position from 0; values of people stand only in the tables of the
worst rows, and only where the evaluation was told to keep them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from identity_match.report import Section, Table, page, write_page

if TYPE_CHECKING:
    from pathlib import Path

    from identity_match.metrics import Rate
    from identity_match.report import Column, Comparison, Errors, Evaluation, Part

EVERY = 5  # thresholds between two rows of the table that is shown; our choice
WARNING = "This report shows what people typed and what is on file of them. Keep it as you keep those."


def sections(evaluation: Evaluation, *, details: bool = True) -> Iterator[Section]:
    """Lay out an evaluation: first the whole, then a section a column.

    Args:
        evaluation: What ``evaluate`` gave.
        details: False leaves out thresholds, worst rows, sources and kinds.
    """
    tables = [_summary(evaluation, details=details)]
    if evaluation.comparison is not None:
        tables += [_changes(evaluation.comparison), *_new_decisions(evaluation.comparison)]
    if evaluation.faults:
        tables.append(_faults(evaluation))
    counts = f"{evaluation.rows:,} rows, {evaluation.skipped:,} skipped. Rows are counted from 0."
    settings = f"identity_match {evaluation.version}, policy {evaluation.policy}."
    missing = "A score that is missing counts as 0. Ranges in brackets are 95 % intervals by Wilson."
    yield Section("", (counts, settings, missing), tuple(tables))
    for name, column in evaluation.columns.items():
        counted = (
            f"{column.pairs:,} pairs, {column.matches:,} of them matches. Not compared: {column.not_compared:,}, "
            f"{column.not_compared_matches:,} of them matches; AUC without those {_number(column.auc_compared)}."
        )
        said = (counted, *(suggestion.statement for suggestion in column.suggestions))
        yield Section(name.replace("_", " "), said, tuple(_tables(column, details=details)), column)


def write_html(evaluation: Evaluation, path: Path) -> None:
    """Write an evaluation as one HTML page; the file appears when it is whole.

    Raises:
        FileError: It cannot be written.
        MissingExtraError: matplotlib is not installed.
    """
    warning = WARNING if evaluation.with_values else ""
    write_page(page("identity_match evaluation", [*sections(evaluation)], warning), path)


def show(evaluation: Evaluation, *, details: bool) -> None:
    """Print an evaluation as tables on standard output."""
    from rich import box  # noqa: PLC0415 - slow to import, and piped output does not need it
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table as Grid  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal that is not UTF-8 shows question marks
    console = Console(file=sys.stdout, highlight=False)
    if evaluation.with_values:
        console.print(Text(WARNING, "bold red"))
    for section in sections(evaluation, details=details):
        if section.title:
            console.rule(Text(section.title, "bold"), align="left")
        for sentence in section.sentences:
            console.print(Text(sentence))
        for table in section.tables:
            grid = Grid(title=Text(table.title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
            for place, cell in enumerate(table.head):
                right = all(row[place][:1] in "-+0123456789" for row in table.rows)
                widest = max((len(row[place]) for row in table.rows), default=0)
                width = min(widest, 16 if place == 0 else 6)
                grid.add_column(Text(cell), justify="right" if right else "left", overflow="fold", min_width=width)
            for place, row in enumerate(table.rows):
                grid.add_row(*map(Text, row), style="yellow" if place in table.marked else None)
            console.print(grid)


def _summary(evaluation: Evaluation, *, details: bool) -> Table:
    """Say the main figures of every column, one a row; intervals only with ``details``, they are wide."""
    share = _interval if details else _share
    head = ("column", "pairs", "matches", "not compared", "AUC", "average precision", "threshold",
            "precision", "recall", "F1", "false pass")  # fmt: skip
    rows = [
        (name, f"{c.pairs:,}", f"{c.matches:,}", f"{c.not_compared:,}", _number(c.auc), _number(c.average_precision),
         str(c.threshold), share(c.at.precision), share(c.at.recall), _number(c.at.f1), share(c.at.false_pass))
        for name, c in evaluation.columns.items()
    ]  # fmt: skip
    return Table("At the threshold", head, rows)


def _changes(comparison: Comparison) -> Table:
    """Say what changed since an earlier evaluation, a column a row."""
    head = ("column", "rows", "AUC then", "AUC now", "difference", "F1 then", "F1 now", "difference",
            "matches", "non-matches")  # fmt: skip
    rows = [
        (name, f"{c.rows:,}", _number(c.auc_before), _number(c.auc), _difference(c.auc, c.auc_before),
         f"{_number(c.f1_before)} at {c.threshold_before}", f"{_number(c.f1)} at {c.threshold}",
         _difference(c.f1, c.f1_before), f"{c.matches_now_pass} up, {c.matches_now_fail} down",
         f"{c.non_matches_now_pass} up, {c.non_matches_now_fail} down")
        for name, c in comparison.columns.items()
    ]  # fmt: skip
    whose = f"version {comparison.version or '-'}, policy {comparison.policy or '-'}"
    apart = f"only now {comparison.only_now}, only then {comparison.only_then}, other label {comparison.relabelled}"
    title = f"Since {whose}: {comparison.rows:,} rows in both ({apart}); up: passes now, down: fails now"
    return Table(title, head, rows)


def _new_decisions(comparison: Comparison) -> Iterator[Table]:
    for name, change in comparison.columns.items():
        if change.decisions:
            rows = [(moved, *map(str, counts)) for moved, counts in change.decisions.items()]
            yield Table(f"Decisions that changed: {name}", ("then > now", "matches", "non-matches"), rows)


def _faults(evaluation: Evaluation) -> Table:
    """Say what was wrong with rows that were skipped."""
    rows = [(str(row), path, problem) for row, path, problem in evaluation.faults]
    return Table(f"Rows that could not be read: {evaluation.skipped:,}", ("row", "where", "problem"), rows)


def _tables(column: Column, *, details: bool = True) -> Iterator[Table]:
    """Give what is said of a column beside its summary: decisions and groups; with ``details`` everything."""
    if column.decisions:
        rows = [(name, *map(str, counts)) for name, counts in column.decisions.items()]
        yield Table("Decisions", ("decision", "matches", "non-matches"), rows)
    if details:
        yield _threshold_rows(column)
        for title, errors in (
            ("Non-matches that pass", column.false_passes),
            ("Matches that fail", column.false_fails),
        ):
            yield Table(
                f"{title}: {errors.total:,}", ("reason code", "rows"), [(c, str(n)) for c, n in errors.reasons.items()]
            )
            yield _error_rows(f"{title}: the worst", errors)
    parts = {"group": column.groups} | ({"source": column.sources, "kind": column.kinds} if details else {})
    for name, found in parts.items():
        if found:
            yield _part_rows(name, found)


def _threshold_rows(column: Column) -> Table:
    notes = {column.threshold: ["in use"]}
    for suggestion in column.suggestions:
        if suggestion.threshold is not None:
            notes.setdefault(suggestion.threshold, []).append(
                f"{suggestion.aim.replace('_', '-')} {suggestion.wanted:g}"
            )
    shown = [row for row in column.thresholds if row.threshold % EVERY == 0 or row.threshold in notes]
    rows = [
        (str(row.threshold), _interval(row.precision), _interval(row.recall), _number(row.f1),
         _interval(row.false_pass), _interval(row.false_fail), ", ".join(notes.get(int(row.threshold), ())))
        for row in shown
    ]  # fmt: skip
    head = ("threshold", "precision", "recall", "F1", "false pass", "false fail", "note")
    return Table("Thresholds", head, rows, frozenset(i for i, row in enumerate(rows) if row[-1]))


def _error_rows(title: str, errors: Errors) -> Table:
    head: tuple[str, ...] = ("row", "score", "kind", "reason codes")
    rows = [(str(e.row), "-" if e.score is None else str(e.score), e.kind, ", ".join(e.reasons)) for e in errors.rows]
    if any(e.user_text is not None or e.owner_text is not None for e in errors.rows):
        head += ("user", "owner")
        texts = [(_text(error.user_text), _text(error.owner_text)) for error in errors.rows]
        return Table(title, head, [(*row, *sides) for row, sides in zip(rows, texts, strict=True)])
    return Table(title, head, list(rows))


def _part_rows(name: str, parts: Sequence[Part]) -> Table:
    grouped = name == "group"
    gap = ("difference",) if grouped else ()
    head = (name, "pairs", "matches", "not compared", "mean score", "passed", "true pass", *gap, "false pass", *gap)
    rows = []
    for part in parts:
        true_gap, false_gap = (
            (_signed(found),) if grouped else () for found in (part.true_pass_difference, part.false_pass_difference)
        )
        rows.append((
            part.name, f"{part.pairs:,}", f"{part.matches:,}", f"{part.not_compared:,}", _number(part.mean_score, 1),
            _interval(part.passed), _interval(part.true_pass), *true_gap, _interval(part.false_pass), *false_gap,
        ))  # fmt: skip
    return Table("By group; differences are to the largest" if grouped else f"By {name}", head, rows)


def _number(value: float | None, digits: int = 4) -> str:
    """Write a figure, or a dash for none."""
    return "-" if value is None else f"{value:.{digits}f}"


def _share(found: Rate) -> str:
    return _number(found.value, 3)


def _interval(found: Rate) -> str:
    """Write a share and its interval."""
    if found.value is None:
        return "-"
    return f"{found.value:.3f} ({found.low:.3f}-{found.high:.3f})"


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.3f}"


def _difference(now: float | None, then: float | None) -> str:
    return "-" if now is None or then is None else f"{now - then:+.4f}"


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(text for text in map(_text, value.values()) if text)
    return "" if value is None else str(value)
