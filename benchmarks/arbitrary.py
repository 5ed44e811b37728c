"""Throw whole requests with arbitrary objects in them at every entry: nothing but results and our own errors come back.

    python benchmarks/arbitrary.py [COUNT] [--seed SEED]

COUNT requests (default 100,000) are plausible: a user, owners in every shape the reader knows, accounts, an item,
settings. Then up to three values, at any position and depth, give way to arbitrary objects: numbers of 5,000 digits,
NaN, bytes, sets, containers that hold themselves, text with lone surrogates, NA and NaT, and objects whose every
method raises. Each request goes through ``Matcher``, ``score``, ``decide``, ``explain`` and ``match``. Beside every
eighth one, columns are scored with an arbitrary argument, and a request is written as JSON, damaged, and read with what
the command reads with; every two-hundredth goes through the command itself. Needs the extra ``arrow``.

Counted are the calls by what came of them, and the faults: an error that is not ours, an answer that does not survive
JSON or holds a score outside 0..100, and four characters in a row of any value of the request in what an error carries
(its text, arguments, attributes, cause, context, notes), in a ``repr`` of a result, in a log record or on standard
error. Request number N alone is ``--seed N`` with a COUNT of 1. Exit status 1 where there is a fault.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import decimal
import io
import json
import logging
import math
import random
import re
import sys
import tempfile
import warnings
from collections import Counter, UserDict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import pyarrow as pa

from identity_match import Address, IdentityMatchError, Match, Matcher, Owner, User, score_batches, score_table
from identity_match.cli import main as command
from identity_match.cli_read import CommandError, read_json
from identity_match.decide import Overall
from identity_match.explain import Explanation
from identity_match.fields import FIELDS
from identity_match.policy import BALANCED

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 100_000
MOST = 3  # values of a request that give way
JSON_EVERY, COMMAND_EVERY = 8, 200
# Letters and digits that no message of ours, no path and no name of a type holds four of in a row.
LETTERS, DIGITS = "qzxvkjwh", "9783"


class Boom(Exception):  # noqa: N818 - it is nobody's error
    """What hostile objects raise."""


_SAID = [""]  # what they say: a value of the request under way


def _boom(*_: object, **__: object) -> NoReturn:
    raise Boom(_SAID[0])


def _hostile(kind: type[Any], *names: str) -> type[Any]:
    """Make a subclass of which the named methods raise; it keeps a hash, or nothing could be a key."""
    return type(f"Odd{kind.__name__.title()}", (kind,), {f"__{name}__": _boom for name in names} | {"__hash__": _zero})


def _zero(_: object) -> int:
    return 0


_COMMON = ("str", "repr", "eq", "ne", "format", "bool")
_SIZED = (*_COMMON, "len", "iter", "getitem", "contains")
_NUMBER = ("str", "repr", "eq", "ne", "lt", "le", "gt", "ge", "int", "float", "index")
OddStr = _hostile(str, *_SIZED, "add", "mod")
OddInt, OddFloat = _hostile(int, *_NUMBER), _hostile(float, *_NUMBER)
OddList, OddTuple, OddSet = _hostile(list, *_SIZED), _hostile(tuple, *_SIZED), _hostile(set, *_SIZED)
OddDict, OddBytes = _hostile(dict, *_SIZED), _hostile(bytes, *_SIZED)
OddDate = type("OddDate", (dt.date,), {"isoformat": _boom, "__str__": _boom, "__repr__": _boom})
OddObject = _hostile(object, *_SIZED, *_NUMBER, "getattribute")
OddClass = type("OddClass", (), {"__class__": property(_boom)})
OddMeta = type("OddMeta", (type,), {"__name__": property(_boom), "__module__": property(_boom)})
Nameless = OddMeta("Nameless", (), {})
NumpyLike = type("NumpyLike", (), {"__module__": "numpy", "shape": (), "item": _boom})
NumpyRing = type("NumpyRing", (), {"__module__": "numpy", "shape": (), "item": lambda self: self})
MissingLike = type("NAType", (), {"__module__": "pandas._libs.missing", "__bool__": _boom, "__eq__": _boom})
OddMapping = type(
    "OddMapping", (Mapping,), {f"__{name}__": _boom for name in ("getitem", "iter", "len", "contains", "str", "repr")}
)
Liar = type("Liar", (str,), {"__eq__": lambda *_: True, "__hash__": _zero, "__str__": lambda _: "", "lower": _boom})


def _ring(kind: str) -> Any:
    ring: list[Any] = []
    ring.append(ring)
    if kind == "list":
        return ring
    mapping: dict[str, Any] = {"legal_name": "", "data": ring}
    mapping["data"] = mapping["address"] = mapping["owners"] = mapping["names"] = mapping
    return mapping


def _deep(levels: int) -> Any:
    found: Any = []
    for _ in range(levels):
        found = [found]
    return found


def _pandas() -> list[Any]:
    try:
        pandas = import_module("pandas")
    except ImportError:  # it is optional
        return []
    return [pandas.NA, pandas.NaT, pandas.Series([1, None]), pandas.DataFrame({"data": [1]}), pandas.Timestamp(0)]


# Each makes an object of a text and a number; both are values of the request, and must not come back.
OBJECTS: dict[str, Callable[[str, int], Any]] = {
    "none": lambda *_: None, "true": lambda *_: True, "false": lambda *_: False, "number": lambda _, n: n,
    "negative": lambda _, n: -n, "5,000 digits": lambda _, n: n * 10**4_990 + n, "fraction": lambda _, n: n / 7,
    "whole float": lambda _, n: float(n), "nan": lambda *_: math.nan, "inf": lambda *_: -math.inf,
    "complex": lambda _, n: complex(n, n), "decimal": lambda _, n: decimal.Decimal(n), "rational":
    lambda _, n: Fraction(n, 7), "text": lambda text, _: text, "surrogates": lambda text, _: f"\ud800{text}\udfff",
    "long text": lambda text, _: text * 3_000, "bytes": lambda text, _: text.encode(),
    "bytearray": lambda text, _: bytearray(text, "utf-8"), "view": lambda text, _: memoryview(text.encode()),
    "list": lambda text, n: [text, n], "tuple": lambda text, _: (text,), "dict": lambda text, n: {text: n},
    "wrapped": lambda text, n: {"data": {"data": text, "street": n}}, "set": lambda text, _: {text},
    "frozen set": lambda text, _: frozenset((text,)), "range": lambda _, n: range(n), "type": lambda *_: int,
    "cyclic list": lambda *_: _ring("list"), "cyclic dict": lambda *_: _ring("dict"), "deep": lambda *_: _deep(2_000),
    "many": lambda text, _: [{"names": [text]}] * 1_001, "generator": lambda text, _: (part for part in text),
    "date": lambda *_: dt.date(2026, 1, 1), "exception": lambda text, _: ValueError(text),
    "function": lambda *_: _zero, "module": lambda *_: json, "user dict": lambda text, _: UserDict(legal_name=text),
    "user": lambda text, n: User(legal_name=text, phone_number=n), "owner": lambda text, _: Owner(names=text),
    "address": lambda text, n: Address(street=text, postal_code=n),
    "policy": lambda text, n: BALANCED._replace(name=text, match=n, thresholds=text),
    "odd text": lambda text, _: OddStr(text), "liar": lambda text, _: Liar(text), "odd int": lambda _, n: OddInt(n),
    "odd float": lambda _, n: OddFloat(n), "odd list": lambda text, _: OddList([text]),
    "odd tuple": lambda text, _: OddTuple((text,)), "odd set": lambda text, _: OddSet((text,)),
    "odd dict": lambda text, _: OddDict(data=text, legal_name=text),
    "odd bytes": lambda text, _: OddBytes(text.encode()), "odd mapping": lambda *_: OddMapping(),
    "odd date": lambda *_: OddDate(2026, 1, 1), "odd object": lambda *_: OddObject(),
    "odd class": lambda *_: OddClass(), "nameless": lambda *_: Nameless(), "numpy-like": lambda *_: NumpyLike(),
    "numpy ring": lambda *_: NumpyRing(), "NA-like": lambda *_: MissingLike(),
    "odd key": lambda text, n: {OddStr(text): n},
} | {f"pandas {i}": (lambda *_, found=found: found) for i, found in enumerate(_pandas())}  # fmt: skip


class Request(NamedTuple):
    """A request and what of it must never come back.

    Attributes:
        user: What goes in as the user.
        owners: What goes in as the owners of one account.
        accounts: What goes in as accounts.
        answer: Further arguments of ``match``.
        settings: Arguments of ``Matcher``.
        values: Every text and number that was put in.
    """

    user: Any
    owners: Any
    accounts: Any
    answer: dict[str, Any]
    settings: dict[str, Any]
    values: list[str]


class _Draw:
    """Draws plausible values of canary letters, and keeps them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.values: list[str] = []

    def word(self) -> str:
        found = "".join(self.random.choices(LETTERS, k=self.random.randint(4, 9)))
        self.values.append(found)
        return self.random.choice((found, found.title(), found.upper()))

    def number(self, size: int) -> str:
        found = "".join(self.random.choices(DIGITS, k=size))
        self.values.append(found)
        return found

    def name(self) -> str:
        form = self.random.choice(
            (
                "{} {}",
                "{} {}",
                "{}, {} J",
                "Dr {} van {} Jr",
                "{0} & {1} {0}",
                "{} {} POD {} {}",
                "{} {} LLC",
                "{}",
                "N/A",
            )
        )
        return form.format(*(self.word() for _ in range(4)))

    def phone(self) -> Any:
        form = self.random.choice(("{}", "+1 {}", "({0:.3}) {0:.4}-{0}", "{} ext. 12", "+44 {}"))
        return self.random.choice((form.format(self.number(10)), int(self.number(10)), None))

    def mail(self) -> str:
        return self.random.choice(("{}.{}@{}.com", "{}+{}@{}.org", "{} {} <{}@x.net>", "{}{}{}")).format(
            *(self.word() for _ in range(3))
        )

    def address(self) -> Any:
        street = self.random.choice(("{} {} St", "PO Box {}", "{} {} Ave Apt 4")).format(self.number(5), self.word())
        parts: dict[str, Any] = {
            "street": street,
            "city": self.word(),
            "region": self.random.choice(("CA", self.word())),
        }
        parts |= {"postal_code": self.random.choice((self.number(5), int(self.number(5)))), "country": "US"}
        return self.random.choice((parts, parts, f"{street}, {self.word()}, CA {self.number(5)}", Address(street)))

    def wrapped(self, value: Any) -> Any:
        return self.random.choice((value, {"data": value, "primary": True, "type": "home"}))

    def owner(self) -> Any:
        times = [self.random.randint(0, 2) for _ in range(4)]
        return {
            "names": [self.name() for _ in range(times[0])],
            "phone_numbers": [self.wrapped(self.phone()) for _ in range(times[1])],
            "emails": [self.wrapped(self.mail()) for _ in range(times[2])],
            "addresses": [self.wrapped(self.address()) for _ in range(times[3])],
        }

    def arbitrary(self) -> Any:
        make = self.random.choice(list(OBJECTS.values()))
        found = make(self.word(), int(self.number(8)))
        return self.random.choice((found, found, found, [found], {"data": found}))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Give every position of nested dicts and lists, as container and key."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if type(inner) in (dict, list):
            yield from _places(inner)


def plausible(draw: _Draw) -> dict[str, Any]:
    """Make a request as a careful caller makes it."""
    user = {"legal_name": draw.name(), "phone_number": draw.phone(), "email_address": draw.mail()}
    owners = [draw.owner() for _ in range(draw.random.randint(0, 3))]
    account: dict[str, Any] = {
        "account_id": draw.word(),
        "name": draw.word(),
        "mask": draw.number(4),
        "official_name": None,
    }
    account |= {"type": "depository", "subtype": "checking", "owners": owners, "verification_name": draw.name()}
    other = account | {"account_id": "other", "apy": 0.5, "owners": [draw.owner()]}
    return {
        "user": user | {"address": draw.address()},
        "owners": owners,
        "accounts": [account, other],
        "answer": {
            "item": {"item_id": draw.word(), "products": ["auth"], "error": {"display": [draw.word(), None]}},
            "account_ids": draw.random.choice((None, ["other"], [account["account_id"]])),
            "request_id": draw.random.choice((None, draw.word())), "sparse": draw.random.random() < 0.3,
            "details": draw.random.choice((False, True, "values")),
        },
        "settings": {
            "default_country": draw.random.choice(("US", "GB", "zz")), "nicknames": {draw.word(): [draw.word()]},
            "policy": draw.random.choice(("strict", "balanced")),
        },
    }  # fmt: skip


def request(seed: int, most: int = MOST) -> Request:
    """Make one request, of which up to ``most`` values gave way to arbitrary objects."""
    draw = _Draw(seed)
    parts = plausible(draw)
    places = {side: [*_places(parts[side])] for side in parts}
    for side in ("user", "owners", "accounts"):
        places[side].append((parts, side))  # the whole of it, too
    for _ in range(draw.random.randint(0, most)):
        container, key = draw.random.choice(places[draw.random.choice(_SIDES)])
        container[key] = draw.arbitrary()
    return Request(**parts, values=draw.values)


_COLUMN_ARGUMENTS = ("table", "matcher", "columns", "reasons", "workers", "on_error")
_SIDES = ("user", "user", "owners", "owners", "accounts", "answer", "settings")


_PLACE = re.compile(r"see line \d+, column \d+")  # numbers of our own, which may look like a value's


class _Leaks:
    """Finds four characters in a row of a request's values."""

    def __init__(self, values: list[str]) -> None:
        self.fragments = {value[i : i + 4] for value in values for i in range(len(value) - 3)}

    def found(self, text: str) -> bool:
        lowered = _PLACE.sub("", text.lower())
        return any(fragment in lowered for fragment in self.fragments)

    def of(self, error: BaseException) -> bool:
        """Tell whether anything leaks from an error or from what it came from."""
        seen: list[BaseException | None] = [error]
        for one in seen:
            if one is None:
                continue
            kept = {name: value for name, value in vars(one).items() if not name.startswith("__")}
            said = [str(one), repr(one), repr(one.args), repr(kept), *getattr(one, "__notes__", ())]
            if any(map(self.found, said)):
                return True
            seen += [other for other in (one.__cause__, one.__context__) if other not in seen]
        return False


class Tally(NamedTuple):
    """What came of the requests.

    Attributes:
        calls: Calls by outcome: ``result`` or the name of our error.
        faults: What must not be, each with the seed of its request.
    """

    calls: Counter[str]
    faults: list[tuple[int, str]]


class _Records(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def _wrong(result: Any) -> str:
    """Say what is wrong with a result; empty where nothing is."""
    if isinstance(result, Match):
        scores = [getattr(result, f.name).score for f in FIELDS]
        if not all(score is None or (type(score) is int and 0 <= score <= 100) for score in scores):
            return "a score is no whole number of 0..100"
        result = result.to_dict(details="values")
    elif isinstance(result, Overall):
        result = result.to_dict()
    elif isinstance(result, dict) and all(isinstance(one, Explanation) for one in result.values()):
        result = {name: one.to_dict() for name, one in result.items()}
    if not isinstance(result, dict):
        return ""
    written = json.dumps(result, allow_nan=False, ensure_ascii=False).encode()
    return "" if json.loads(written) == result else "the answer does not survive JSON"


class Run:
    """Sends requests and keeps the tally."""

    def __init__(self, folder: Path) -> None:
        self.tally = Tally(Counter(), [])
        self._folder = folder
        self._logged = _Records()
        self._seed = 0
        self._leaks = _Leaks([])

    def one(self, seed: int) -> None:
        """Send one request through the entries of Python, and some through JSON and the command."""
        found = request(seed)
        self._start(seed, found)
        matcher = self._call("Matcher", Matcher, **found.settings) or Matcher()
        result = self._call("score", matcher.score, found.user, found.owners)
        if result is not None:
            self._call("decide", result.decide, found.settings["policy"])
            self._call("explain", result.explain)
            self._shown(result)
        self._call("match", matcher.match, found.user, found.accounts, **found.answer)
        if seed % JSON_EVERY == 0:
            self._columns(seed)
            self._documents(seed)

    def logged(self) -> contextlib.AbstractContextManager[Any]:
        """Listen to what is logged, and make every warning an error, for as long as requests are sent."""
        stack = contextlib.ExitStack()
        root = logging.getLogger()
        level = root.level
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("error")
        root.addHandler(self._logged)
        root.setLevel(logging.DEBUG)
        stack.callback(root.setLevel, level)
        stack.callback(root.removeHandler, self._logged)
        return stack

    def _start(self, seed: int, found: Request) -> None:
        self._seed, self._leaks = seed, _Leaks(found.values)
        _SAID[0] = found.values[0]

    def _fault(self, what: str) -> None:
        self.tally.faults.append((self._seed, what))

    def _call(self, name: str, call: Callable[..., Any], *args: Any, **options: Any) -> Any:
        try:
            result = call(*args, **options)
        except IdentityMatchError as error:
            self.tally.calls[f"{name}: {type(error).__name__}"] += 1
            if self._leaks.of(error):
                self._fault(f"{name}: {type(error).__name__} carries a value")
        except CommandError as error:
            self.tally.calls[f"{name}: refused"] += 1
            if self._leaks.of(error):
                self._fault(f"{name}: the refusal carries a value")
        except Exception as error:  # noqa: BLE001 - what this program is there to find
            self._fault(f"{name}: {type(error).__name__}")
        else:
            self.tally.calls[f"{name}: result"] += 1
            if wrong := _wrong(result):
                self._fault(f"{name}: {wrong}")
            return result
        finally:
            if self._logged.said:
                self._fault(f"{name}: something was logged")
                self._logged.said.clear()
        return None

    def _shown(self, result: Match) -> None:
        records: list[object] = [result, result.user, result.owners, result.legal_name, result.address, result.policy]
        if any(self._leaks.found(text) for one in records for text in (repr(one), f"{one}")):
            self._fault("a repr carries a value")

    def _columns(self, seed: int) -> None:
        """Score columns with one argument that is an arbitrary object."""
        draw = _Draw(seed)
        table = pa.table({"legal_name": [draw.name()], "owner_legal_name": [draw.name()]})
        given = {"table": table, draw.random.choice(_COLUMN_ARGUMENTS): draw.arbitrary()}
        self._start(seed, Request(None, None, None, {}, {}, draw.values))
        self._call("score_table", score_table, given.pop("table"), **given)
        self._call(
            "score_batches", lambda stream: list(score_batches(stream)), [table.to_batches()[0], draw.arbitrary()]
        )

    def _documents(self, seed: int) -> None:
        """Write a request as JSON, damage it, and read it as the command does."""
        draw = _Draw(-seed - 1)
        parts = plausible(draw)
        for _ in range(draw.random.randint(0, MOST)):
            container, key = draw.random.choice([*_places(parts)])
            container[key] = _json_value(draw)
        documents = [
            json.dumps(_plain(parts[side]), ensure_ascii=draw.random.random() < 0.5) for side in ("user", "accounts")
        ]
        paths = [self._folder / f"{draw.word()}{i}.json" for i in range(len(documents))]
        self._start(seed, Request(None, None, None, {}, {}, draw.values))
        for path, text in zip(paths, documents, strict=True):
            path.write_bytes(_damaged(draw, text))
        found = [self._call("read_json", lambda path: [read_json(path, "a file")], str(path)) for path in paths]
        user, accounts = (document[0] if document else None for document in found)
        self._call("match, JSON", Matcher().match, user, accounts)
        self._call("score, JSON", Matcher().score, user, accounts)
        if seed % COMMAND_EVERY == 0:
            self._command("match", *map(str, paths))
        for path in paths:
            path.unlink()

    def _command(self, *arguments: str) -> None:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = self._call("command", command, [*arguments, "--json"])
        self.tally.calls[f"command: status {status}"] += 1
        said = err.getvalue()
        if status not in (0, 2) or said.count("\n") != (status == 2) or self._leaks.found(said):
            self._fault("command: more than an answer or one line without a value")


def _plain(value: Any) -> Any:
    """Give records the form that JSON has for them."""
    if isinstance(value, Address):
        return value._asdict()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _json_value(draw: _Draw) -> Any:
    values: tuple[Any, ...] = (
        None, True, [], {}, [[]], {"data": None}, draw.word(), [draw.word()], {draw.word(): draw.word()}, -1, 1.5,
        math.nan, int(draw.number(8)), {"data": [draw.word()]}, f"\ud800{draw.word()}",
        draw.word() * 500, [draw.owner()] * 1_001,
    )  # fmt: skip
    return draw.random.choice(values)


def _damaged(draw: _Draw, text: str) -> bytes:
    """Damage a document, or leave it as it is: cut, doubled, with bytes that are no UTF-8, nested, huge numbers."""
    content = text.encode("utf-8", "surrogatepass")
    at = draw.random.randrange(len(content) + 1)
    damages: tuple[Callable[[], bytes], ...] = (
        lambda: content[:at], lambda: content + content,
        lambda: content[:at] + b"\xff\xfe" + content[at:], lambda: b"\xef\xbb\xbf" + content,
        lambda: b"[" * 5_000 + content,
        lambda: content.replace(b"null", b"9783" * 1_500, 100), lambda: content.replace(b"null", b"NaN"),
        lambda: content.replace(b"null", b"9.783e999"), lambda: content[:at] + b"\x00" + content[at:],
        lambda: text.encode("utf-16", "surrogatepass"), lambda: content.replace(b'"', b"'"),
    )  # fmt: skip
    return draw.random.choice(damages)() if draw.random.random() < 0.5 else content


def run(seeds: range) -> Tally:
    """Send one request a seed."""
    with tempfile.TemporaryDirectory() as folder:
        found = Run(Path(folder))
        with found.logged():
            for seed in seeds:
                found.one(seed)
    return found.tally


def main() -> int:
    """Send the requests, print the tally; give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=0, help="number of the first request")
    arguments = parser.parse_args()
    tally = run(range(arguments.seed, arguments.seed + arguments.count))
    print(f"{arguments.count:,} requests, {sum(tally.calls.values()):,} calls, {len(tally.faults):,} faults")
    for outcome, times in sorted(tally.calls.items()):
        print(f"  {outcome}: {times:,}")
    for what, times in Counter(what for _, what in tally.faults).most_common():
        first = next(seed for seed, other in tally.faults if other == what)
        print(f"  FAULT {what}: {times:,}, first with --seed {first}")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
