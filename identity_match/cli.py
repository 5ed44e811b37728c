"""The command ``identity-match``: score files, print a table on a terminal and JSON everywhere else.

Holds no rule of likeness: it reads JSON, calls ``Matcher`` and prints. What goes wrong is one line on standard error
and exit status 2; that line names the argument and the kind of the fault, never a value and never a file name.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import click

from identity_match import IdentityMatchError, Matcher, __version__
from identity_match.cli_read import CommandError, read_json, read_policy, read_text, read_two
from identity_match.errors import FileError
from identity_match.text import printable

STRONG, PARTIAL = 85, 70  # colours only. Source: name bands of the contract, 70 is its threshold for every field

EVERY = 10  # seconds between two lines of progress where there is no terminal; our choice

Details = Literal["values"] | bool


def main(args: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        args: Arguments after the program's name; None takes those of the process.

    Returns:
        Exit status: 0 answered, whatever the scores; 2 bad arguments or bad input; 1 the answer could not be
        written or the library failed; 130 interrupted.

    >>> main(["--version"])
    identity-match 0.1.0
    0
    """
    given = list(sys.argv[1:] if args is None else args)
    try:
        status = _COMMAND.main(args=given or ["--help"], prog_name="identity-match", standalone_mode=False)
        sys.stdout.flush()
    except (CommandError, IdentityMatchError) as fault:
        return _complain(str(fault), 2)
    except click.UsageError as fault:
        return _complain(_usage(fault), 2)
    except (KeyboardInterrupt, click.Abort):
        return 130
    except OSError as fault:
        return _output_failed(fault)
    except Exception as fault:  # noqa: BLE001 - a traceback could carry what was read; the kind is enough to report it
        return _complain(f"internal error ({type(fault).__name__}); please report it", 1)
    return status if isinstance(status, int) else 0


def _complain(line: str, status: int) -> int:
    print(f"identity-match: {line}", file=sys.stderr)  # noqa: T201 - this is the command's voice
    return status


def _usage(fault: click.UsageError) -> str:
    """Say in our words what is wrong with the arguments, because click's words repeat what was typed."""
    if isinstance(fault, click.MissingParameter):
        name = fault.param.human_readable_name if fault.param else "an argument"
        problem = f"{name} is missing"
    elif isinstance(fault, click.NoSuchOption):
        problem = "no such option"
    elif isinstance(fault, click.BadParameter):
        problem = f"{fault.param.human_readable_name if fault.param else 'an option'} has a value it cannot have"
    elif isinstance(fault, click.BadOptionUsage):
        problem = "an option lacks its value, or has one it does not take"
    elif fault.ctx is not None and fault.ctx.command is _COMMAND:
        problem = "no such command"
    else:
        problem = "too many arguments"
    return f"{problem}; see --help"


def _output_failed(fault: OSError) -> int:
    """End quietly when the reader went away, as ``head`` does; anything else is said."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(devnull, sys.stdout.fileno())  # the interpreter flushes once more when it ends
    except (OSError, ValueError):
        pass  # standard output is no file, as in a test
    finally:
        os.close(devnull)
    if isinstance(fault, BrokenPipeError) or fault.errno == errno.EPIPE:
        return 1
    return _complain("the output cannot be written", 1)


# Printing


def _print_json(answer: object) -> None:
    """Print JSON in ASCII: safe in any encoding, and nothing in it can steer a terminal."""
    click.echo(json.dumps(answer, indent=2, allow_nan=False))


def _print_tables(tables: Iterable[tuple[str, dict[str, Any]]], *, details: Details) -> None:
    """Print one table an account.

    Args:
        tables: A title and the account's score objects with their ``details``.
        details: As for ``Match.to_dict``: adds positions, ``"values"`` the values too.
    """
    from rich.console import Console  # noqa: PLC0415 - slow to import, and piped output does not need it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal that is not UTF-8 shows question marks
    console = Console(file=sys.stdout, highlight=False)
    for title, answer in tables:
        table = Table(title=Text(printable(title)) if title else None, title_justify="left", title_style="bold")
        columns: tuple[str, ...] = ("field", "score", "flags", "reasons")
        columns += ("owner", "value") if details else ()
        columns += ("user text", "owner text") if details == "values" else ()
        for column in columns:
            right = column in ("score", "owner", "value")
            table.add_column(column, justify="right" if right else "left", overflow="fold", no_wrap=column == "field")
        for name, found in answer["details"].items():
            table.add_row(*(Text(printable(t), s) for t, s in _cells(name, answer[name], found, details)))
        console.print(table)
    legend = ((f"{STRONG} to 100", "green"), (f"{PARTIAL} to {STRONG - 1}", "yellow"), (f"below {PARTIAL}", "red"))
    console.print(Text("  ").join([*(Text(text, style) for text, style in legend), Text("- not compared", "dim")]))


def _cells(name: str, scored: dict[str, Any], found: dict[str, Any], details: Details) -> Iterable[tuple[str, str]]:
    """Give text and style of the cells of one field."""
    score = scored["score"]
    flags = [flag.removeprefix("is_").replace("_", " ") for flag, value in scored.items() if value is True]
    reasons = [
        f"{reason['code']} ({reason['part']})" if reason["part"] else reason["code"] for reason in found["reasons"]
    ]
    dim = "dim" if score is None else ""
    yield name, dim
    yield _dash(score), _colour(score)
    yield "\n".join(flags), dim
    yield "\n".join(reasons), dim
    if details:
        yield _dash(found["owner"]), dim
        yield _dash(found["value"]), dim
    if details == "values":
        yield _value(found["user_text"]), dim
        yield _value(found["owner_text"]), dim


def _colour(score: int | None) -> str:
    if score is None:
        return "dim"
    return "green" if score >= STRONG else "yellow" if score >= PARTIAL else "red"


def _dash(value: int | None) -> str:
    return "-" if value is None else str(value)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(str(part) for part in value.values() if part is not None)
    return "-" if value is None else str(value)


def _title(account: Mapping[str, Any]) -> str:
    kind = "/".join(str(account[key]) for key in ("type", "subtype") if account.get(key))
    mask = f" ({account['mask']})" if account.get("mask") else ""
    return f"{account['name'] or account['account_id']}{mask} {kind}"


# Commands

_OPTIONS = (
    click.option("--json/--table", "as_json", default=None, help="JSON or a table.  [default: table on a terminal]"),
    click.option("--details", is_flag=True, help="Say which owner and which value won, by position, and why."),
    click.option("--values", is_flag=True, help="Print the two values compared, too. These are personal data."),
    click.option("--sparse", is_flag=True, help="Leave out what was not compared, as older responses did; JSON only."),
    click.option(
        "--default-country", default="US", metavar="CC", show_default=True,
        help="ISO 3166-1 code of the country of phone numbers and addresses that name none.",
    ),
)  # fmt: skip


def _shared_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _user_and_owners(user: str, owners: str) -> tuple[Any, Any]:
    claimed, holders = read_two((user, "USER.json"), (owners, "OWNERS.json"))
    if isinstance(holders, dict):
        if "owners" not in holders:
            message = 'OWNERS.json: expected a list of owners, or an object with "owners"'
            raise CommandError(message)
        holders = holders["owners"]
    return claimed, holders


def _wants_json(as_json: bool | None, *, sparse: bool) -> bool:  # noqa: FBT001 - a switch with three positions
    if as_json is None:
        return sparse or not sys.stdout.isatty()
    return as_json


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="identity-match", message="%(prog)s %(version)s")
def _COMMAND() -> None:  # noqa: N802 - a constant of this module
    """Score how well the identity a user typed matches the owners a bank has on file.

    Four scores, each 0 to 100: legal name, phone number, e-mail address, address. 0 means compared and different;
    null means that a side has no usable value. Nothing leaves this machine.

    Exit status: 0 answered, whatever the scores; 2 bad arguments or bad input; 1 the answer could not be written.

    \b
    Examples:
      identity-match score user.json owners.json
      identity-match match user.json item.json --json | jq '.accounts[].legal_name.score'
    """  # noqa: D301 - click wants the character itself


@_COMMAND.command("score")
@click.argument("user", metavar="USER.json")
@click.argument("owners", metavar="OWNERS.json")
@_shared_options
def _score(  # noqa: PLR0913 - one parameter an option
    user: str, owners: str, *, as_json: bool | None, details: bool, values: bool, sparse: bool, default_country: str
) -> None:
    """Score one user against the owners of one account.

    USER.json is an object with legal_name, phone_number, email_address and address; each may be missing. OWNERS.json
    is a list of owners, each with names, phone_numbers, emails and addresses, or an object that has such a list as
    "owners". "-" reads standard input.

    \b
    Example:
      echo '{"legal_name": "Jenny Smith"}' | identity-match score - owners.json --details
    """  # noqa: D301 - click wants the character itself
    claimed, holders = _user_and_owners(user, owners)
    result = Matcher(default_country=default_country).score(claimed, holders)
    wanted: Details = "values" if values else details
    if _wants_json(as_json, sparse=sparse):
        _print_json(result.to_dict(sparse=sparse, details=wanted))
    else:
        _print_tables([("", result.to_dict(details=wanted or True))], details=wanted)


@_COMMAND.command("explain")
@click.argument("user", metavar="USER.json")
@click.argument("owners", metavar="OWNERS.json")
@click.option(
    "--policy",
    default="balanced",
    show_default=True,
    metavar="NAME|FILE.toml",
    help="strict, balanced, lenient, or a file.",
)
@click.option("--redact", is_flag=True, help="Hide the values: show which parts there are, and what they cost.")
@click.option("--json/--table", "as_json", default=None, help="JSON or tables.  [default: tables on a terminal]")
@_OPTIONS[-1]
def _explain(  # noqa: PLR0913 - one parameter an option
    user: str, owners: str, *, policy: str, redact: bool, as_json: bool | None, default_country: str
) -> None:
    """Show a reviewer both sides part by part, what each part cost, who on the account it is, and the decision.

    Files as for score. Values are personal data: --redact hides them.

    \b
    Example:
      identity-match explain user.json owners.json --policy strict
    """  # noqa: D301 - click wants the character itself
    from identity_match import cli_explain  # noqa: PLC0415 - only here

    claimed, holders = _user_and_owners(user, owners)
    result = Matcher(default_country=default_country, policy=read_policy(policy)).score(claimed, holders)
    if _wants_json(as_json, sparse=False):
        _print_json(cli_explain.document(result, redact=redact))
    else:
        cli_explain.show(result, redact=redact)


@_COMMAND.command("match")
@click.argument("user", metavar="USER.json")
@click.argument("item", metavar="ITEM.json")
@click.option("--account-id", "account_ids", multiple=True, metavar="ID", help="Only this account; may be repeated.")
@_shared_options
def _match(  # noqa: PLR0913 - one parameter an option
    user: str,
    item: str,
    *,
    account_ids: tuple[str, ...],
    as_json: bool | None,
    details: bool,
    values: bool,
    sparse: bool,
    default_country: str,
) -> None:
    """Score one user against every account of an item, and answer as /identity/match does.

    USER.json is as for "score". ITEM.json has the shape of a response of /identity/get: accounts, each with its
    owners, and if you like item and request_id, which are repeated in the answer. "-" reads standard input.

    \b
    Example:
      identity-match match user.json item.json --account-id acc-1 --json
    """  # noqa: D301 - click wants the character itself
    claimed, held = read_two((user, "USER.json"), (item, "ITEM.json"))
    if not isinstance(held, dict) or "accounts" not in held:
        message = 'ITEM.json: expected an object with "accounts"'
        raise CommandError(message)
    json_wanted = _wants_json(as_json, sparse=sparse)
    wanted: Details = "values" if values else details
    answer = Matcher(default_country=default_country).match(
        claimed,
        held["accounts"],
        item=held.get("item"),
        request_id=held.get("request_id"),
        account_ids=account_ids or None,
        sparse=sparse and json_wanted,
        details=wanted if json_wanted else wanted or True,
    )
    if json_wanted:
        _print_json(answer)
    else:
        _print_tables(((_title(account), account) for account in answer["accounts"]), details=wanted)


@_COMMAND.command("batch")
@click.argument("source", metavar="IN")
@click.option("-o", "--output", required=True, metavar="OUT", help="File to write; its ending says the format.")
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="NAME=COLUMN",
    help="Where a flat value stands, as legal_name=full_name or owner_postal_code=zip; may be repeated.",
)
@click.option("--workers", default=1, show_default=True, metavar="N", help="Processes; 0 takes one a core.")
@click.option("--reasons", is_flag=True, help="Add a column of reasons a field.")
@click.option("--columns", metavar="A,B,...", help="Columns of the result to write, in this order.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first row that cannot be read.")
@click.option("--resume", is_flag=True, help="Go on from the last finished part of a run that was stopped.")
@_OPTIONS[-1]
def _batch(  # noqa: PLR0913 - one parameter an option
    source: str,
    *,
    output: str,
    mapped: tuple[str, ...],
    workers: int,
    reasons: bool,
    columns: str | None,
    fail_fast: bool,
    resume: bool,
    default_country: str,
) -> None:
    """Score every row of a file: .parquet, .arrow, .csv, .jsonl, the last two also .gz.

    A row holds "user" and "owners" as for "score", or flat columns: legal_name, phone_number, email_address, street,
    city, region, postal_code, country or address (one line), and the same with owner_ in front. A column "id" is
    repeated in the result. CSV is read as text, so no zero is lost; cells that a spreadsheet would run get a "'".

    A row that cannot be read costs itself only: it is null in OUT, and its position and fault, never its text, stand in
    OUT.errors.jsonl. OUT appears when it is whole. Finished parts stand in OUT.parts until then; an interrupt takes
    them away unless --resume is given.

    \b
    Examples:
      identity-match batch rows.parquet -o scores.parquet --workers 0
      identity-match batch rows.csv.gz -o scores.csv --map legal_name=full_name --map owner_legal_name=holder
    """  # noqa: D301 - click wants the character itself
    try:
        from identity_match import files  # noqa: PLC0415 - pyarrow is optional, and slow to load
    except ImportError as fault:
        raise (
            fault if isinstance(fault, IdentityMatchError) else CommandError("install identity-match[arrow]")
        ) from None

    if workers < 0:
        message = "--workers: expected 0 or more"
        raise CommandError(message)
    task = files.Task(
        source=Path(source),
        target=Path(output),
        matcher=Matcher(default_country=default_country),
        columns=_mapping(mapped),
        reasons=reasons,
        keep=None if columns is None else [name.strip() for name in columns.split(",")],
        workers=workers or os.cpu_count() or 1,
        fail_fast=fail_fast,
        resume=resume,
    )
    with _progress() as told:
        summary = files.score_file(task, told)
    _print_summary(summary)


def _mapping(mapped: tuple[str, ...]) -> dict[str, str] | None:
    pairs = [text.partition("=") for text in mapped]
    if not all(name and sign and column for name, sign, column in pairs):
        message = "--map: expected NAME=COLUMN"
        raise CommandError(message)
    return {name: column for name, _, column in pairs} or None


@contextmanager
def _progress() -> Iterator[Callable[[int, int | None], None]]:
    """Tell on standard error how far a file is: a bar on a terminal, a line every ten seconds elsewhere."""
    if sys.stderr.isatty():
        from rich.console import Console  # noqa: PLC0415 - slow to import, and only a terminal needs it
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        rate = TextColumn("{task.fields[rate]} rows/s")
        with Progress(
            BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn(), console=Console(file=sys.stderr)
        ) as bar:
            shown, begun = bar.add_task("", total=None, rate="-"), time.monotonic()

            def tell(done: int, total: int | None) -> None:
                rate = f"{done / max(time.monotonic() - begun, 0.001):,.0f}"
                bar.update(shown, completed=done, total=total, rate=rate)

            yield tell
        return
    begun = last = time.monotonic()

    def say(done: int, total: int | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= EVERY:
            last = now
            whole = "" if total is None else f" of {total:,}"
            click.echo(f"{done:,}{whole} rows, {done / (now - begun):,.0f} a second", err=True)

    yield say


def _print_summary(summary: Any) -> None:
    """Print what a run did, one line a figure; numbers only."""
    lines = [("rows", summary.rows), ("scored", summary.scored), ("errors", summary.errors)]
    click.echo("\n".join(f"{name:16}{count:>14,}" for name, count in lines))
    click.echo(f"{'':16}{'missing':>14}{f'{PARTIAL} and above':>16}")
    for name, missing in summary.missing.items():
        there = summary.rows - missing
        share = f"{100 * summary.passed[name] / there:.1f} %" if there else "-"
        click.echo(f"{name:16}{missing:>14,}{share:>16}")


@_COMMAND.command("evaluate")
@click.argument("pairs", metavar="PAIRS")
@click.option("--map", "mapped", multiple=True, metavar="NAME=COLUMN", help="As for batch; match and labels, too.")
@click.option("--policy", metavar="NAME|FILE.toml", help="As for explain: decide by it, and pass at its thresholds.")
@click.option("--threshold", type=int, metavar="N", help="Score from which pairs pass.  [default: 70, or the policy's]")
@click.option("--precision", default=0.99, show_default=True, metavar="P", help="Precision a threshold should reach.")
@click.option("--false-pass", default=0.001, show_default=True, metavar="R", help="Rate of false passes not to exceed.")
@click.option("--compare", metavar="OTHER.json", help="What this command printed as JSON before: say what changed.")
@click.option("--html", "report", metavar="FILE", help="Write a report with curves, too: one HTML file.")
@click.option("--json/--table", "as_json", default=None, help="JSON or tables.  [default: tables on a terminal]")
@click.option("--details", is_flag=True, help="Tables: also thresholds, worst rows, sources and kinds.")
@click.option("--with-values", is_flag=True, help="Show what was compared in the worst rows. These are personal data.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first row that cannot be read.")
@_OPTIONS[-1]
def _evaluate(  # noqa: PLR0913 - one parameter an option
    pairs: str,
    *,
    mapped: tuple[str, ...],
    policy: str | None,
    compare: str | None,
    report: str | None,
    as_json: bool | None,
    details: bool,
    default_country: str,
    **settings: Any,
) -> int | None:
    """Measure how well the scores tell matches from non-matches on labelled pairs of your own.

    PAIRS ends in .jsonl, .csv or .parquet; the first two may be gzipped. A row of JSON Lines has "a", the user, "b",
    one owner or a list, and "match", true or false; where "field" is name, phone, email or address, "a" and "b" are
    bare values. Every format may have the columns of batch beside "match" instead. "source", "kind" and "group" are
    counted apart. A row that cannot be read is skipped, counted, and named by its position from 0.

    \b
    Examples:
      identity-match evaluate pairs.jsonl --html report.html
      identity-match evaluate pairs.csv --map match=same_person --json > now.json
      identity-match evaluate pairs.csv --map match=same_person --compare now.json --policy strict
    """  # noqa: D301 - click wants the character itself
    from identity_match import cli_evaluate, evaluate  # noqa: PLC0415 - only this command needs them
    from identity_match.report import load_matplotlib  # noqa: PLC0415

    if report is not None:
        load_matplotlib()  # before the work, not after it
    baseline = None if compare is None else read_json(compare, "OTHER.json")
    matcher = Matcher(default_country=default_country)
    with _progress() as told:
        rows = _counted(evaluate.read_pairs(pairs, _mapping(mapped)), told)
        chosen = None if policy is None else read_policy(policy)
        found = evaluate.evaluate(rows, matcher=matcher, policy=chosen, baseline=baseline, **settings)
    if report is not None:
        try:
            cli_evaluate.write_html(found, Path(report))
        except FileError as fault:
            return _complain(str(fault), 1)
    if _wants_json(as_json, sparse=False):
        _print_json(found.to_dict())
    else:
        cli_evaluate.show(found, details=details)
    return None


def _counted(rows: Iterable[Any], told: Callable[[int, int | None], object]) -> Iterator[Any]:
    for done, row in enumerate(rows, 1):
        told(done, None)
        yield row


@_COMMAND.command("serve")
@click.option("--data", metavar="DIR", help="Folder to load: service.json names clients and Items. data/sample is one.")
@click.option("--store", metavar="FILE|URL", help="SQLite file, or URL of a database.  [default: until it ends]")
@click.option("--port", type=int, metavar="N", help="TCP port; 0 takes a free one.  [default: 8080]")
@click.option("--host", metavar="ADDRESS", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--allow-remote", is_flag=True, default=None, help="Let other machines reach it; it has no TLS itself.")
@click.option("--environment", type=click.Choice(["sandbox", "production"]), help="Limits and webhooks as there.")
@click.option("--settings", metavar="FILE.toml", help="Every other setting.")
@click.option("--log", is_flag=True, help="A line a request on standard error; it never holds a value.")
def _serve(*, data: str | None, store: str | None, settings: str | None, log: bool, **over: Any) -> None:
    """Answer the identity endpoints on this machine, for the official client or any other.

    The operator's key for /admin/ is IDENTITY_MATCH_ADMIN_KEY of the environment, or is made and printed.

    \b
    Examples:
      identity-match serve --data data/sample
      identity-match serve --store identity.sqlite --port 8080 --environment production
    """  # noqa: D301 - click wants the character itself
    server, configured = _service()
    text = "" if settings is None else read_text(settings, "--settings")
    folder = None if data is None else Path(data)
    server.serve(
        configured.settings_from_toml(text, **over), where=store, data=folder, log="info" if log else "warning"
    )


@_COMMAND.command("openapi")
def _openapi() -> None:
    """Print the OpenAPI description of the service."""
    _service()
    from identity_match.service.description import description  # noqa: PLC0415 - needs the extra

    _print_json(description())


def _service() -> tuple[Any, Any]:
    try:
        from identity_match.service import server, settings  # noqa: PLC0415 - optional, and slow to load
    except ImportError as fault:
        raise (
            fault if isinstance(fault, IdentityMatchError) else CommandError("install identity-match[service]")
        ) from None
    return server, settings
