"""What an evaluation says: its figures as data, and a page of HTML that shows them and loads nothing.

The page has no script, and its policy forbids a browser to fetch anything. Every text in it is escaped where tags are
made. Plots need the extra ``report``; they are drawn without the user's settings and come out the same each time.
"""

from __future__ import annotations

import contextlib
import html
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from identity_match.errors import FileError, InputError, MissingExtraError
from identity_match.metrics import AtThreshold, Rate, Suggestion
from identity_match.pairs import PairError

if TYPE_CHECKING:
    from pathlib import Path


# Figures


class Bar(NamedTuple):
    """How many pairs have a score from ``low`` to ``high``, by label."""

    low: int
    high: int
    matches: int
    non_matches: int


class Part(NamedTuple):
    """Pairs of one source, kind or group.

    Attributes:
        name: The source, kind or group.
        pairs: All pairs.
        matches: Those whose label says so.
        not_compared: Pairs without a score.
        mean_score: 0..100 over the pairs with a score; None without any.
        passed: Share of all pairs that pass.
        true_pass: Share of the matches that pass.
        false_pass: Share of the non-matches that pass.
        true_pass_difference: Groups only: to the largest group; None where a rate is missing.
        false_pass_difference: Likewise.
    """

    name: str
    pairs: int
    matches: int
    not_compared: int
    mean_score: float | None
    passed: Rate
    true_pass: Rate
    false_pass: Rate
    true_pass_difference: float | None = None
    false_pass_difference: float | None = None

    def beside(self, largest: Part) -> Part:
        """Add the differences to the largest group."""
        true_pass, false_pass = self.true_pass.minus(largest.true_pass), self.false_pass.minus(largest.false_pass)
        return self._replace(true_pass_difference=true_pass, false_pass_difference=false_pass)


class ErrorRow(NamedTuple):
    """A row on the wrong side of the threshold; the two texts are None unless values were asked for."""

    row: int
    score: int | None
    match: bool
    kind: str
    reasons: tuple[str, ...]
    user_text: Any
    owner_text: Any

    def __repr__(self) -> str:
        """Show where the row stands and its score, never a value."""
        return f"ErrorRow(row={self.row}, score={self.score}, match={self.match})"


class Errors(NamedTuple):
    """Pairs on the wrong side: how many, how many have each reason code, and the worst of them."""

    total: int
    reasons: Mapping[str, int]
    rows: tuple[ErrorRow, ...]


class Column(NamedTuple):
    """What is said of one field, or of the whole identity (``overall``).

    Attributes:
        threshold: The score from which on a pair passes, 1..100.
        pairs: All pairs.
        matches: Those whose label says so.
        not_compared: Pairs without a score; they count as 0 in what follows.
        not_compared_matches: Matches among them.
        auc: Share of pairs of a match and a non-match that are ranked right, 0..1; None if a label is absent.
        auc_compared: The same over the pairs with a score.
        average_precision: 0..1; None if there are no matches.
        at: What happens at the threshold.
        thresholds: What happens at 0, 1, ... 100.
        roc: A point a threshold: false-pass rate, recall.
        precision_recall: A point a threshold at which something passes: recall, precision.
        suggestions: By precision, by false-pass rate.
        histogram: Scores of the pairs that have one.
        false_passes: Non-matches that pass, highest score first.
        false_fails: Matches that fail, lowest score first, then those without a score.
        sources: Parts, the largest first; empty if no row names one, as the next two.
        kinds: Likewise.
        groups: Likewise.
        decisions: ``overall`` only: each decision to its matches and its non-matches.
    """

    threshold: int
    pairs: int
    matches: int
    not_compared: int
    not_compared_matches: int
    auc: float | None
    auc_compared: float | None
    average_precision: float | None
    at: AtThreshold
    thresholds: tuple[AtThreshold, ...]
    roc: tuple[tuple[float, float], ...]
    precision_recall: tuple[tuple[float, float], ...]
    suggestions: tuple[Suggestion, ...]
    histogram: tuple[Bar, ...]
    false_passes: Errors
    false_fails: Errors
    sources: tuple[Part, ...]
    kinds: tuple[Part, ...]
    groups: tuple[Part, ...]
    decisions: Mapping[str, tuple[int, int]]


class Change(NamedTuple):
    """One column then and now, over the rows that both evaluations have with the same label.

    Attributes:
        rows: Those rows.
        threshold_before, threshold: Where pairs passed, and pass.
        auc_before, auc: 0..1; None if a label is absent.
        f1_before, f1: 0..1 at the threshold of the time; None if there are no matches and nothing passes.
        matches_now_pass: Matches that failed before.
        matches_now_fail: Matches that passed before.
        non_matches_now_pass: Non-matches that failed before.
        non_matches_now_fail: Non-matches that passed before.
        first_rows: Positions of the first rows that changed side.
        decisions: ``overall`` only: "then > now" to the matches and the non-matches decided so.
    """

    rows: int
    threshold_before: int
    threshold: int
    auc_before: float | None
    auc: float | None
    f1_before: float | None
    f1: float | None
    matches_now_pass: int
    matches_now_fail: int
    non_matches_now_pass: int
    non_matches_now_fail: int
    first_rows: tuple[int, ...]
    decisions: Mapping[str, tuple[int, int]]


class Comparison(NamedTuple):
    """An earlier evaluation beside this one.

    Attributes:
        version: The library's version then.
        policy: Its policy's name, version and hash.
        rows: Rows that both have with the same label.
        only_now: Rows that the earlier one has not.
        only_then: Rows that this one has not.
        relabelled: Rows with another label.
        columns: Those that both have.
    """

    version: str
    policy: str
    rows: int
    only_now: int
    only_then: int
    relabelled: int
    columns: Mapping[str, Change]


class Evaluation(NamedTuple):
    """What ``evaluate`` found.

    Attributes:
        version: The library's.
        policy: Name, version and hash of the policy that decided.
        rows: Rows taken.
        skipped: Rows that could not be read.
        faults: What was wrong with the first hundred of them.
        columns: Field name, or ``overall``, to what is said of it.
        scores: Row to its label, its score by column, and its decision.
        comparison: The earlier evaluation, if there was one.
        with_values: Whether listed errors carry the texts; personal data.
    """

    version: str
    policy: str
    rows: int
    skipped: int
    faults: tuple[PairError, ...]
    columns: Mapping[str, Column]
    scores: Mapping[int, Mapping[str, Any]]
    comparison: Comparison | None
    with_values: bool

    def to_dict(self) -> dict[str, Any]:
        """Give a dict that survives JSON; rows are keyed by their position, as text."""
        found: dict[str, Any] = _plain(self)
        return found


def _plain(value: Any) -> Any:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return round(value, 6) if isinstance(value, float) else value


def earlier(document: Mapping[str, Any]) -> tuple[dict[int, Mapping[str, Any]], dict[str, int]]:
    """Read what an evaluation's ``to_dict()`` said: the scores by row, and the threshold of each column.

    Raises:
        InputError: Not in that shape.
    """
    path, problem = "baseline", "expected what an evaluation gives as JSON"
    if not isinstance(document, Mapping):
        raise InputError(path, problem)
    scores, columns = document.get("scores"), document.get("columns")
    if not isinstance(scores, Mapping) or not isinstance(columns, Mapping):
        raise InputError(path, problem)
    rows: dict[int, Mapping[str, Any]] = {}
    for row, found in scores.items():
        if not (isinstance(row, str) and row.isascii() and row.isdigit() and len(row) < 19 and _is_row(found)):
            path = "baseline.scores"
            raise InputError(path, problem)
        rows[int(row)] = found
    limits = {name: column.get("threshold") for name, column in columns.items() if isinstance(column, Mapping)}
    return rows, {name: limit for name, limit in limits.items() if type(limit) is int and 0 <= limit <= 100}


def _is_row(found: object) -> bool:
    if not isinstance(found, Mapping) or type(found.get("match")) is not bool:
        return False
    scores = [score for name, score in found.items() if name not in ("match", "decision") and score is not None]
    return isinstance(found.get("decision", ""), str) and all(type(s) is int and 0 <= s <= 100 for s in scores)


# The page


class Table(NamedTuple):
    """Text in rows and columns; the rows at the positions ``marked`` stand out."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    marked: frozenset[int] = frozenset()


class Section(NamedTuple):
    """One part of a report: a title, sentences, tables, and the column whose curves are drawn, if any."""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    column: Column | None = None


class _Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def _tag(name: str, *content: str, **attributes: str) -> _Markup:
    """Make an element; what is not markup is escaped here and nowhere else."""
    inside = "".join(part if isinstance(part, _Markup) else html.escape(part) for part in content)
    said = "".join(f' {key.rstrip("_")}="{html.escape(value)}"' for key, value in attributes.items())
    return _Markup(f"<{name}{said}>{inside}</{name}>")


_STYLE = """
:root{color-scheme:light dark;--ink:#1c2127;--dim:#59636e;--paper:#fff;--soft:#f2f4f7;--line:#cfd6dd;--mark:#fff3cf}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ed;--dim:#9aa5b1;--paper:#14171b;--soft:#1e2329;--line:#3a424c;
--mark:#3d3413}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1240px;padding:16px;background:var(--paper);color:var(--ink)}
body{font:15px/1.5 system-ui,sans-serif}
h1{font-size:24px;margin:0 0 4px}
h2{font-size:20px;margin:40px 0 8px;border-top:1px solid var(--line);padding-top:16px}
h3{font-size:15px;margin:20px 0 6px}
p{margin:6px 0;overflow-wrap:anywhere}a{color:inherit}nav{margin-top:20px}nav a{margin-right:14px}
.dim{color:var(--dim)}.danger{background:#b3261e;color:#fff;padding:10px 14px;border-radius:6px;font-weight:600}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:16px}
figure{margin:0;min-width:0}svg{display:block;width:100%;height:auto}svg *{stroke-linejoin:round;stroke-linecap:butt}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:6px;width:fit-content;max-width:100%}
table{border-collapse:collapse;font-size:13px;width:max-content;font-variant-numeric:tabular-nums}
th,td{padding:4px 10px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);max-width:42ch}
th{background:var(--soft);font-weight:600}td{overflow-wrap:break-word}.n{text-align:right;white-space:nowrap}
tr:last-child td{border-bottom:0}.marked td{background:var(--mark)}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(title: str, sections: Sequence[Section], warning: str = "") -> str:
    """Give a whole report as one HTML page that loads nothing.

    Args:
        title: What it is about.
        sections: The first one has no heading of its own.
        warning: Stands in red at the top.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    first, *others = sections
    links = (_tag("a", section.title, href=f"#part-{i}") for i, section in enumerate(others))
    body = [_tag("h1", title), *([_tag("p", warning, class_="danger", role="alert")] if warning else ())]
    body += [*_section(first, ""), _tag("nav", *links)]
    for i, section in enumerate(others):
        body.append(_tag("section", _tag("h2", section.title), *_section(section, f"p{i}"), id=f"part-{i}"))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(_POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{_tag('title', title)}<style>{_STYLE}</style></head>{_tag('body', _tag('main', *body))}</html>\n"
    )


def _section(section: Section, prefix: str) -> Iterator[_Markup]:
    yield from (_tag("p", sentence) for sentence in section.sentences)
    if section.column is not None:
        yield _tag("div", *_plots(section.column, prefix), class_="plots")
    for table in section.tables:
        head = _tag("tr", *(_tag("th", cell, class_=_side(table.rows, i)) for i, cell in enumerate(table.head)))
        rows = [
            _tag("tr", *(_tag("td", cell, class_=_side(table.rows, i)) for i, cell in enumerate(row)),
                 class_="marked" if place in table.marked else "")
            for place, row in enumerate(table.rows)
        ]  # fmt: skip
        yield _tag("h3", table.title)
        yield _tag("div", _tag("table", _tag("thead", head), _tag("tbody", *rows)), class_="scroll", tabindex="0")


def _side(rows: Sequence[Sequence[str]], place: int) -> str:
    """Put columns of figures on the right."""
    return "n" if all(re.match(r"[-+]?\d|-?$", row[place]) for row in rows) else ""


def write_page(text: str, path: Path) -> None:
    """Put a page in its place in one step.

    Raises:
        FileError: It cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(text, "utf-8")
        part.replace(path)
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            part.unlink(missing_ok=True)
    else:
        return
    message = "the report: cannot be written"
    raise FileError(message)


# Plots

_INK = "#010203"  # becomes the colour of the page's text
_MATCHES, _OTHERS = "#2f7fd8", "#d9762b"  # told apart by those who see few colours, on light and on dark
_SETTINGS = {
    "svg.hashsalt": "identity-match", "svg.fonttype": "none", "font.family": ["sans-serif"], "font.size": 10,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "axes.axisbelow": True,
    "grid.alpha": 0.15, "legend.frameon": False, "figure.constrained_layout.use": True,
    "text.color": _INK, "axes.edgecolor": _INK, "axes.labelcolor": _INK, "xtick.color": _INK, "ytick.color": _INK,
    "grid.color": _INK,
}  # fmt: skip


def load_matplotlib() -> Any:
    """Import matplotlib.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415 - optional, and slow to load
        from matplotlib.figure import Figure  # noqa: PLC0415, F401
    except ImportError:
        message = "an HTML report needs matplotlib: install identity-match[report]"
        raise MissingExtraError(message) from None
    return mpl


def _plots(column: Column, prefix: str) -> Iterator[_Markup]:
    at = column.at
    if column.roc:
        here = (at.false_pass.value or 0.0, at.recall.value or 0.0)
        yield _curve([*column.roc, (0.0, 0.0)], here, f"{prefix}r", "ROC", ("false-pass rate", "recall"))
    if column.roc and at.precision.value is not None:
        here = (at.recall.value or 0.0, at.precision.value)
        yield _curve(column.precision_recall, here, f"{prefix}p", "Precision and recall", ("recall", "precision"))
    yield _bars(column, f"{prefix}h")


def _curve(
    points: Sequence[tuple[float, float]], here: tuple[float, float], prefix: str, title: str, names: tuple[str, str]
) -> _Markup:
    diagonal = title == "ROC"

    def draw(axes: Any) -> None:
        if diagonal:
            axes.plot((0, 1), (0, 1), color=_INK, alpha=0.4, linewidth=1, linestyle="--")
        axes.plot(*zip(*points, strict=True), color=_MATCHES, linewidth=1.8, marker=".", markersize=4)
        axes.plot(*here, color=_OTHERS, marker="o", markersize=8, linestyle="", label="threshold in use")
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel=names[0], ylabel=names[1])
        axes.legend(loc="lower right" if diagonal else "lower left")

    return _svg(draw, title, prefix)


def _bars(column: Column, prefix: str) -> _Markup:
    def draw(axes: Any) -> None:
        sides = (("matches", _MATCHES, 0.0, [bar.matches for bar in column.histogram]),
                 ("non-matches", _OTHERS, 2.1, [bar.non_matches for bar in column.histogram]))  # fmt: skip
        for label, colour, shift, counts in sides:
            low = [bar.low + 0.4 + shift for bar in column.histogram]
            shares = [count / (sum(counts) or 1) for count in counts]
            axes.bar(low, shares, width=2.1, align="edge", color=colour, label=label)
        axes.axvline(column.threshold, color=_INK, alpha=0.6, linewidth=1, linestyle="--")
        axes.set(xlim=(-1, 106), xlabel="score; dashed: threshold in use", ylabel="share of the label's pairs")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)

    return _svg(draw, "Scores by label", prefix)


def _svg(draw: Callable[[Any], None], title: str, prefix: str) -> _Markup:
    """Draw one plot as an element that needs nothing around it; identifiers begin with the prefix."""
    mpl, sink = load_matplotlib(), io.StringIO()
    with mpl.rc_context():
        mpl.rcdefaults()  # not what a user has set
        mpl.rcParams.update(_SETTINGS)
        figure = mpl.figure.Figure(figsize=(4.2, 3.3))
        draw(figure.subplots())
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(sink, format="svg", transparent=True, metadata=nothing)
    text = sink.getvalue()
    text = re.sub(
        r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", text[text.index("<svg") :], flags=re.DOTALL
    )
    text = re.sub(r' xmlns(:\w+)?="[^"]*"| (width|height)="[\d.]+pt"', "", text).replace("xlink:href", "href")
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', text))
    text = re.sub(r' id="([^"]*)"', lambda found: f' id="{prefix}{found[1]}"' if found[1] in used else "", text)
    text = re.sub(r'(url\(#|href="#)', rf"\g<1>{prefix}", text).replace(_INK, "currentColor")
    text = text.replace("<svg", f'<svg role="img" aria-label="{html.escape(title)}"', 1)
    return _tag("figure", _tag("figcaption", title), _Markup(text))
