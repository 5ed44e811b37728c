"""What ``identity-match explain`` shows: both sides of every field part by part, what each part cost, and the decision.

Holds no figure of its own. Values are shown unless they are redacted: the command is for a reviewer who has them.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from identity_match.reasons import sentence
from identity_match.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from identity_match.decide import Overall
    from identity_match.explain import Explanation
    from identity_match.match import Match

DEAR = 30  # points from which on a part is shown in red: it alone takes a score of 100 to the threshold; colours only
HIDDEN = "***"
COLOURS = {"match": "green", "review": "yellow", "no_match": "red", "insufficient_data": "dim"}


def document(result: Match, *, redact: bool) -> dict[str, Any]:
    """Give everything as a dict that survives JSON."""
    fields = {name: found.to_dict(values=not redact) for name, found in result.explain().items()}
    return {"overall": result.overall.to_dict(), "fields": fields}


def show(result: Match, *, redact: bool) -> None:
    """Print a table a field, then the decision and everybody on the account."""
    from rich.console import Console  # noqa: PLC0415 - only for tables
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(file=sys.stdout, highlight=False)
    for name, found in result.explain().items():
        score = "not compared" if found.score is None else str(found.score)
        table = Table(title=Text(f"{name}: {score}"), title_justify="left", title_style="bold")
        for column in ("part", "user", "owner", "cost", "why"):
            table.add_column(column, justify="right" if column == "cost" else "left", overflow="fold")
        for cells, style in rows(name, found, redact=redact):
            table.add_row(*(Text(printable(cell), style) for cell in cells))
        console.print(table)
    _show_decision(console, result.overall)


def rows(name: str, found: Explanation, *, redact: bool) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the rows of one field, each with its colour: green agrees, yellow differs, red costs much."""
    steps = {step.part: step for step in found.steps}
    for part in dict.fromkeys((*found.user_parts, *found.owner_parts, *steps)):
        step = steps.get(part)
        mine, theirs = (_shown(side, part, redact=redact) for side in (found.user_parts, found.owner_parts))
        points = step.points if step else 0
        why = " ".join(sentence(name, reason) for reason in step.reasons) if step else ""
        differs = points or found.user_parts.get(part) != found.owner_parts.get(part)
        style = "dim" if found.score is None else "red" if points >= DEAR else "yellow" if differs else "green"
        yield (part.replace("_", " "), mine, theirs, f"-{points}" if points else "", why), style


def _shown(parts: Mapping[str, str], part: str, *, redact: bool) -> str:
    return (HIDDEN if redact else parts[part]) if part in parts else ""


def _show_decision(console: Any, overall: Overall) -> None:
    from rich.text import Text  # noqa: PLC0415

    score = "-" if overall.score is None else str(overall.score)
    decision = str(overall.decision)
    console.print(Text(f"{decision.replace('_', ' ')}, {score} by policy {overall.policy}", COLOURS[decision]))
    for reason in overall.reasons:
        console.print(Text(f"  {sentence('overall', reason)}"))
    for person in overall.people:
        best = (person.owner, person.name) == (overall.best_owner, overall.best_name)
        chosen = "*" if best and person.holder == (overall.best_holder or 0) else " "
        name = "no name" if person.name is None else f"name {person.name}, holder {person.holder}"
        score = "-" if person.score is None else str(person.score)
        points = ", ".join(f"{e.field} {e.level} {e.points:+}" for e in person.evidence)
        console.print(Text(f"{chosen} owner {person.owner}, {name}: {score}  {points}", "dim"))
