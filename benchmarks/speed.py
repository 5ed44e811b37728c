"""Measure whole identities a second, memory and growth, beside the obvious pipeline of parsers, all in one run.

    python benchmarks/speed.py [--rows 1000000] [--quick] [--picture benchmarks/growth.svg]

It makes its own data from the shipped tables of names and from short lists of streets and cities; nobody is meant, and
nothing is shown or kept. *fresh*: nearly every value is new; a third of the owners are somebody else, a tenth of the
rows have titling of banks (joint owners, a name with a comma, payable on death) or a name in another script.
*candidates*: the same identities, but within each five hundred every user stands beside ten owners and every owner
beside ten users, as after a search for candidates, so that a value repeats ten times. Given names are drawn all alike,
family names as often as in the United States.

The obvious pipeline, to which *times* refers: ``HumanName`` of both names, ``usaddress.tag`` of both addresses,
``phonenumbers`` and ``email_validator`` on both sides, and one ``WRatio`` a field.

Every measurement runs in a process of its own, which scores some hundreds of other rows first, so that libraries and
tables are loaded; words, values and pairs of the timed rows are new to it, and each is timed once (the obvious pipeline
three times, of which the best counts). Beside each other they are timed in five rounds. Rows come from a file of Arrow
record batches, written beforehand and read batch by batch, so that making them costs the timed process nothing and two
workers have both cores for themselves.
Needs pyarrow and a Unix, and half a gigabyte of disk for a million rows.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import platform
import resource
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from importlib import import_module
from itertools import accumulate, chain, islice
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

from identity_match import __version__, score, tables, text
from identity_match.field import Options
from identity_match.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pyarrow as pa

T = TypeVar("T")
P = ParamSpec("P")

BATCH_ROWS = 5_000
WARM_ROWS = 200
WINDOW = 500  # identities among which candidates are looked for
CANDIDATES = 10  # owners a user
KINDS = ("fresh", "candidates")
WORKERS = (1, 2)
ROUNDS = 5  # in which the pipeline and ours are timed side by side

# City, state, some of its ZIP codes, its area code.
CITIES = [
    "Albuquerque|NM|87102 87106 87110|505", "Anchorage|AK|99501 99503 99508|907", "Atlanta|GA|30303 30308 30318|404",
    "Austin|TX|78701 78704 78745|512", "Baltimore|MD|21201 21218 21230|410", "Boston|MA|02108 02116 02130|617",
    "Brooklyn|NY|11201 11215 11238|718", "Buffalo|NY|14201 14209 14222|716", "Charlotte|NC|28202 28203 28205|704",
    "Chicago|IL|60601 60614 60647|312", "Cleveland|OH|44102 44105 44113|216", "Columbus|OH|43201 43206 43215|614",
    "Dallas|TX|75201 75214 75230|214", "Denver|CO|80202 80206 80211|303", "Detroit|MI|48201 48207 48226|313",
    "Honolulu|HI|96813 96815 96822|808", "Houston|TX|77002 77019 77098|713", "Kansas City|MO|64105 64110 64111|816",
    "Las Vegas|NV|89101 89102 89117|702", "Los Angeles|CA|90012 90026 90045|213", "Memphis|TN|38103 38104 38111|901",
    "Miami|FL|33130 33133 33137|305", "Milwaukee|WI|53202 53207 53211|414", "Minneapolis|MN|55401 55405 55408|612",
    "Nashville|TN|37203 37206 37209|615", "New Orleans|LA|70115 70118 70130|504", "New York|NY|10001 10011 10025|212",
    "Orlando|FL|32801 32803 32806|407", "Philadelphia|PA|19103 19107 19147|215", "Phoenix|AZ|85004 85016 85044|602",
    "Pittsburgh|PA|15201 15213 15217|412", "Portland|OR|97201 97209 97214|503", "Raleigh|NC|27601 27605 27608|919",
    "Richmond|VA|23219 23220 23221|804", "Sacramento|CA|95814 95816 95822|916", "Saint Louis|MO|63103 63108 63116|314",
    "Saint Paul|MN|55101 55104 55105|651", "Salt Lake City|UT|84101 84103 84105|801",
    "San Diego|CA|92101 92103 92109|619", "San Francisco|CA|94107 94110 94117|415", "Seattle|WA|98101 98103 98115|206",
    "Tampa|FL|33602 33606 33609|813", "Tucson|AZ|85701 85711 85719|520", "Washington|DC|20001 20009 20016|202",
]  # fmt: skip
STREETS = [
    first + last
    for first in (
        "Maple", "Oak", "Cedar", "Copper", "Lake", "Harper", "Elm", "Rose", "Franklin", "Mill", "Stone", "Walnut",
        "Fair", "Spring", "Green", "Jefferson", "Willow", "West", "Sun", "Clear", "Chestnut", "Brook", "Ash", "Wind",
    )
    for last in ("", "wood", "field", "ton", " Hill", "dale", " Creek", "ford", " View", "ley")
]  # fmt: skip
STREETS += ["1st", "2nd", "3rd", "14th", "42nd", "105th", "Martin Luther King", "El Camino", "Saint Charles"]
TYPES = [
    ("Street", "ST"), ("Avenue", "AVE"), ("Road", "RD"), ("Boulevard", "BLVD"), ("Drive", "DR"), ("Lane", "LN"),
    ("Court", "CT"), ("Place", "PL"), ("Terrace", "TER"), ("Parkway", "PKWY"), ("Circle", "CIR"), ("Way", "WAY"),
]  # fmt: skip
DIRECTIONS = [("North", "N"), ("South", "S"), ("East", "E"), ("West", "W")]
MAIL_DOMAINS = ("gmail.com", "yahoo.com", "outlook.com", "icloud.com", "aol.com", "example.com", "mail.example.org")
USER_PHONES = ("+1 {} {} {}", "({}) {}-{}", "{}-{}-{}")
OWNER_PHONES = ("{}{}{}", "{}{}{}", "+1{}{}{}", "{}.{}.{}", "1-{}-{}-{}")

# Names in another script and as a bank writes them: given names, and family names.
CYRILLIC = (
    "Иван IVAN Дмитрий DMITRY Сергей SERGEI Алексей ALEXEY Андрей ANDREY Михаил MIKHAIL Павел PAVEL Олег OLEG",
    "Петров PETROV Кузнецов KUZNETSOV Морозов MOROZOV Соколов SOKOLOV Лебедев LEBEDEV Попов POPOV Новиков NOVIKOV",
)
ARABIC = (
    "محمد MOHAMMED أحمد AHMED خالد KHALED يوسف YOUSEF عمر OMAR كريم KARIM سمير SAMIR طارق TAREK حسين HUSSEIN",
    "حسن HASSAN منصور MANSOUR حداد HADDAD خوري KHOURY صالح SALEH ناصر NASSER سليمان SULEIMAN رشيد RASHID",
)
CHINESE = (
    "伟 WEI 明 MING 国 GUO 华 HUA 强 QIANG 军 JUN 平 PING 文 WEN 建 JIAN 海 HAI 志 ZHI 小 XIAO 丽 LI 红 HONG",
    "王 WANG 李 LI 张 ZHANG 刘 LIU 陈 CHEN 杨 YANG 赵 ZHAO 黄 HUANG 周 ZHOU 吴 WU 徐 XU 孙 SUN 胡 HU 朱 ZHU",
)


class Side(NamedTuple):
    """One side of a row; the members are our columns."""

    legal_name: str
    phone_number: str
    email_address: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str | None


Row = tuple[Side, Side]


class Maker:
    """Makes identities, each as the user types it and as a bank holds it."""

    def __init__(self, seed: int) -> None:
        self._draw = Random(seed)
        self._given = [name for _, _, names in tables.rows("given_names") for name in names.split()]
        shares = [(name, int(share)) for _, share, names in tables.rows("surnames") for name in names.split()]
        self._family = [name for name, _ in shares]
        self._shares = list(accumulate(share for _, share in shares))
        self._cities = [city.split("|") for city in CITIES]

    def identity(self) -> Row:
        """Make one identity in both spellings; of phone, e-mail and address one in seven has changed since."""
        draw = self._draw
        given, family = draw.choice(self._given), self._surname()
        city = draw.choice(self._cities)
        phone, mail, home = self._phone(city[3]), self._mail(given, family), self._home(city)
        other = draw.choice(self._cities)
        user_name, owner_name = self._names(given, family)
        held_phone = phone if draw.random() < 6 / 7 else self._phone(other[3])
        held_mail = mail if draw.random() < 6 / 7 else self._mail(given, family)
        held_home = home if draw.random() < 6 / 7 else self._home(other)
        user_phone = draw.choice(USER_PHONES).format(*phone)
        owner_phone = draw.choice(OWNER_PHONES).format(*held_phone)
        owner_mail = held_mail.upper() if draw.random() < 0.3 else held_mail
        return Side(user_name, user_phone, mail, *home[0]), Side(owner_name, owner_phone, owner_mail, *held_home[1])

    def _surname(self) -> str:
        """Draw a family name, common ones more often."""
        return self._draw.choices(self._family, cum_weights=self._shares)[0]

    def _names(self, given: str, family: str) -> tuple[str, str]:
        """Write a name as the user and as the bank."""
        draw = self._draw
        if draw.random() < 0.1:
            return self._titled(given, family)
        middle = draw.choice(("", draw.choice("abcdefghjklmprst"), draw.choice(self._given)))
        shown = middle.upper() + "." if len(middle) == 1 else middle.title()
        held = draw.choice(("", middle[:1], middle[:1]))
        user = f"{given.title()} {shown} {family.title()}" if middle else f"{given.title()} {family.title()}"
        return user, (f"{given} {held} {family}" if held else f"{given} {family}").upper()

    def _titled(self, given: str, family: str) -> tuple[str, str]:
        """Write a name as the user, and titled by the bank; or in another script and romanized."""
        draw = self._draw
        user, other = f"{given.title()} {family.title()}", draw.choice(self._given)
        form = draw.randrange(5)
        if form == 0:
            return user, f"{given} & {other} {family}".upper()
        if form == 1:
            return user, f"{family}, {given} {draw.choice('abcdefghjklmprst')}".upper()
        if form == 2:
            return user, f"{given} {family} POD {other} {family}".upper()
        if form == 3:
            return user, f"{other} {self._surname()} OR {given} {family}".upper()
        return self._foreign()

    def _foreign(self) -> tuple[str, str]:
        """Write a name in Cyrillic, Arabic or Chinese, and as a bank romanizes it."""
        draw = self._draw
        script = draw.choice((CYRILLIC, ARABIC, CHINESE))
        first, last = (list(zip(words[::2], words[1::2], strict=True)) for words in map(str.split, script))
        one, two, family = draw.choice(first), draw.choice(first), draw.choice(last)
        if script is CHINESE:
            return family[0] + one[0] + two[0], f"{one[1]}{two[1]} {family[1]}"
        if script is CYRILLIC:
            return f"{one[0]} {family[0]}", f"{one[1]} {family[1]}"
        return f"{one[0]} {two[0]} {family[0]}", f"{one[1]} {two[1]} {family[1]}"

    def _phone(self, area: str) -> tuple[str, str, str]:
        """Make a number: area code, exchange, line."""
        exchange = self._draw.randint(200, 998)
        if exchange % 100 == 11 or exchange == 555:
            exchange += 1
        return area, str(exchange), f"{self._draw.randrange(10_000):04d}"

    def _mail(self, given: str, family: str) -> str:
        """Make an e-mail address."""
        draw = self._draw
        local = draw.choice(("{}.{}{}", "{}{}{}", "{}_{}{}", "{}.{}+{}")).format(given, family, draw.randrange(10_000))
        return f"{local}@{draw.choice(MAIL_DOMAINS)}"

    def _home(
        self, city: Sequence[str]
    ) -> tuple[tuple[str, str, str, str, str], tuple[str, str, str, str, str | None]]:
        """Make an address as the user and as the bank: street, city, region, postal code, country."""
        draw = self._draw
        name, region, codes, _ = city
        number, (kind, short), street = str(draw.randint(1, 9_999)), draw.choice(TYPES), draw.choice(STREETS)
        way, letter = draw.choice(DIRECTIONS) if draw.random() < 0.2 else ("", "")
        unit = str(draw.randint(1, 999)) if draw.random() < 0.3 else ""
        typed = " ".join(filter(None, (number, way, street, kind, unit and f"Apt {unit}")))
        mark = draw.choice(("#", "#", "APT "))
        held = " ".join(filter(None, (number, letter, street.upper(), short, unit and mark + unit)))
        code = draw.choice(codes.split())
        full = f"{code}-{draw.randint(1, 9_999):04d}" if draw.random() < 0.5 else code
        country = "US" if draw.random() < 0.7 else None
        return (typed, name, region, code, "US"), (held, name.upper(), region, full, country)


def fresh(count: int, seed: int) -> Iterator[Row]:
    """Make rows of which nearly every value is new; every third owner is somebody else."""
    maker = Maker(seed)
    for number in range(count):
        user, owner = maker.identity()
        yield user, (maker.identity()[1] if number % 3 == 2 else owner)


def candidates(count: int, seed: int) -> Iterator[Row]:
    """Make rows in which each user stands beside ten owners and each owner beside ten users."""
    maker, left = Maker(seed), count
    while left > 0:
        window = min(WINDOW, math.ceil(left / CANDIDATES))
        people = [maker.identity() for _ in range(window)]
        step = window // CANDIDATES + 1
        for i, (user, _) in enumerate(people):
            for k in range(CANDIDATES):
                if left:
                    left -= 1
                    yield user, people[(i + k * step) % window][1]


def record_batches(kind: str, count: int, seed: int, size: int = BATCH_ROWS) -> Iterator[pa.RecordBatch]:
    """Make flat record batches with a column ``id``."""
    import pyarrow as pa  # noqa: PLC0415 - only where columns are read or written

    names = ["id", *Side._fields, *("owner_" + name for name in Side._fields)]
    rows, made = {"fresh": fresh, "candidates": candidates}[kind](count, seed), 0
    while some := list(islice(rows, size)):
        columns = zip(*(user + owner for user, owner in some), strict=True)
        arrays = [pa.array(range(made, made + len(some)), pa.int64()), *(pa.array(c, pa.string()) for c in columns)]
        made += len(some)
        yield pa.RecordBatch.from_arrays(arrays, names)


def written(file: str, kind: str, count: int) -> tuple[float, float]:
    """Write rows to a file; give the seconds, and how many of the first values are new."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    start, values = time.perf_counter(), []
    batches = record_batches(kind, count, seed=1)
    first = next(batches)
    for name in ("legal_name", "phone_number", "email_address", "street"):
        values += [first[name].to_pylist(), first["owner_" + name].to_pylist()]
    with pa.OSFile(file, "wb") as sink, pa.ipc.new_stream(sink, first.schema) as writer:
        for batch in chain([first], batches):
            writer.write_batch(batch)
    distinct = sum(len(set(column)) for column in values) / sum(len(column) for column in values)
    return time.perf_counter() - start, distinct


def stored(file: str, count: int) -> Iterator[pa.RecordBatch]:
    """Read the first rows of a file, batch by batch."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    with pa.OSFile(file) as source, pa.ipc.open_stream(source) as reader:
        for batch in reader:
            yield batch.slice(0, count)
            count -= batch.num_rows
            if count <= 0:
                return


def rows_of(batches: Iterable[pa.RecordBatch]) -> Iterator[list[Row]]:
    """Give the rows of each batch."""
    width = len(Side._fields)
    for batch in batches:
        columns = [column.to_pylist() for column in batch.columns[1:]]
        yield [(Side(*row[:width]), Side(*row[width:])) for row in zip(*columns, strict=True)]


def warm_rows(kind: str) -> list[Row]:
    """Make some other rows, to load libraries and tables with."""
    return next(rows_of(record_batches(kind, WARM_ROWS, seed=2)))


class Clock(NamedTuple):
    """A moment, or what a run took: seconds of wall time, and of CPU with that of processes that have ended."""

    wall: float
    cpu: float

    def since(self, start: Clock) -> Clock:
        """Give the time passed."""
        return Clock(self.wall - start.wall, self.cpu - start.cpu)

    def per(self, rows: int) -> Clock:
        """Give the time a row."""
        return Clock(self.wall / rows, self.cpu / rows)


def now() -> Clock:
    """Read the clocks."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return Clock(time.perf_counter(), sum(one.ru_utime + one.ru_stime for one in used))


def peak(whose: int) -> float:
    """Give the peak memory of this process or of its largest worker, in megabytes."""
    return resource.getrusage(whose).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def alone(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Run a function in a fresh process."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(work, *arguments, **named).result()


def naive_pipeline() -> tuple[Callable[[Side], list[str]], Callable[[Sequence[str], Sequence[str]], list[float]]]:
    """Give the two steps of the obvious pipeline: read one side, compare two."""
    import phonenumbers  # noqa: PLC0415 - for the comparison only
    import usaddress  # noqa: PLC0415
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415
    from nameparser import HumanName  # noqa: PLC0415
    from rapidfuzz import fuzz, utils  # noqa: PLC0415

    def read(side: Side) -> list[str]:
        """Parse the four values of a side."""
        name = HumanName(side.legal_name)
        phone, mail = side.phone_number, side.email_address
        home = f"{side.street}, {side.city}, {side.region} {side.postal_code}"
        with suppress(usaddress.RepeatedLabelError):
            home = " ".join(usaddress.tag(home)[0].values())
        with suppress(phonenumbers.NumberParseException):
            number = phonenumbers.parse(phone, side.country or "US")
            if phonenumbers.is_valid_number(number):
                phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        with suppress(EmailNotValidError):
            mail = validate_email(mail, check_deliverability=False).normalized
        return [f"{name.first} {name.middle} {name.last}", phone, mail, home]

    def compare(user: Sequence[str], owner: Sequence[str]) -> list[float]:
        """Score the four fields."""
        return [fuzz.WRatio(a, b, processor=utils.default_process) for a, b in zip(user, owner, strict=True)]

    return read, compare


def time_naive(file: str, kind: str, count: int) -> Clock:
    """Time the obvious pipeline a row; the best of three passes counts."""
    read, compare = naive_pipeline()
    rows = [row for rows in rows_of(stored(file, count)) for row in rows]
    for user, owner in warm_rows(kind)[:20]:
        compare(read(user), read(owner))
    passes = []
    for _ in range(3):
        start = now()
        for user, owner in rows:
            compare(read(user), read(owner))
        passes.append(now().since(start))
    return Clock(min(run.wall for run in passes), min(run.cpu for run in passes)).per(count)


def home_of(side: Side) -> dict[str, str | None]:
    """Give the address as in a request."""
    return {name: getattr(side, name) for name in ("street", "city", "region", "postal_code", "country")}


def user_of(side: Side) -> dict[str, Any]:
    """Give the user as in a request."""
    named = {name: getattr(side, name) for name in ("legal_name", "phone_number", "email_address")}
    return named | {"address": home_of(side)}


def owner_of(side: Side) -> dict[str, Any]:
    """Give the owner as in a response of a bank."""
    return {
        "names": [side.legal_name],
        "phone_numbers": [{"data": side.phone_number}],
        "emails": [{"data": side.email_address}],
        "addresses": [{"data": home_of(side)}],
    }


def time_score(file: str, kind: str, count: int) -> Clock:
    """Time ``score`` a row, one call a row."""
    for user, owner in warm_rows(kind):
        score(user_of(user), [owner_of(owner)])
    wall = cpu = 0.0
    for rows in rows_of(stored(file, count)):
        cases = [(user_of(user), [owner_of(owner)]) for user, owner in rows]
        start = now()
        for claimed, owners in cases:
            score(claimed, owners)
        spent = now().since(start)
        wall, cpu = wall + spent.wall, cpu + spent.cpu
    return Clock(wall, cpu).per(count)


class Run(NamedTuple):
    """One run of ``score_batches``.

    Attributes:
        rows: Rows scored.
        row: Time a row, without the start.
        start: Seconds to the first result of two hundred rows: workers start, modules and tables are loaded.
        main: Peak memory of the process that reads and writes, in megabytes.
        worker: Peak memory of its largest worker, likewise; at least what the main process had when it started it.
    """

    rows: int
    row: Clock
    start: float
    main: float
    worker: float


def time_batch(file: str, kind: str, count: int, workers: int) -> Run:
    """Time ``score_batches`` a row; some batches go before, and the clock starts when the first row is asked for."""
    from identity_match.batch import score_batches  # noqa: PLC0415 - needs pyarrow

    # A worker has two batches under way, so when the first timed row is asked for, only small ones are left of these.
    *warm, small = record_batches(kind, (2 * workers + 2) * WARM_ROWS, seed=2, size=WARM_ROWS)
    warm += [small.slice(i * CANDIDATES, CANDIDATES) for i in range(2 * workers)]
    before = now()
    results = score_batches(warm, workers=workers)
    next(results)
    start = now().since(before).wall
    for _ in results:
        pass
    tried = now().since(before)
    begin = []

    def stream() -> Iterator[pa.RecordBatch]:
        """Give the other rows, look at the clock, give the timed rows."""
        yield from warm
        begin.append(now())
        yield from stored(file, count)

    before = last = now()
    scored = 0
    for batch in score_batches(stream(), workers=workers):
        last = now()
        scored += batch.num_rows
    assert scored == count + sum(batch.num_rows for batch in warm)
    spent = last.since(begin[0])
    if workers > 1:  # CPU of workers is known when they have ended
        spent = Clock(spent.wall, now().cpu - before.cpu - tried.cpu)
    return Run(count, spent.per(count), start, peak(resource.RUSAGE_SELF), peak(resource.RUSAGE_CHILDREN))


def time_floor(file: str, kind: str, count: int) -> Clock | None:
    """Time one ``WRatio`` of all text of both sides a row, in compiled code; None without numpy."""
    try:
        import_module("numpy")
    except ImportError:
        return None
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - for the comparison only

    rows = [*warm_rows(kind), *(row for rows in rows_of(stored(file, count)) for row in rows)]
    users, owners = ([" ".join(filter(None, side)) for side in sides] for sides in zip(*rows, strict=True))
    start = now()
    process.cpdist(users[WARM_ROWS:], owners[WARM_ROWS:], scorer=fuzz.WRatio, workers=1)
    return now().since(start).per(count)


def time_nomenklatura(file: str, kind: str, count: int) -> Clock | None:
    """Time nomenklatura's logic-v2 on name and address, all it reads of these; None where it is not installed."""
    try:
        model = import_module("followthemoney").model
        algorithm = import_module("nomenklatura.matching").get_algorithm("logic-v2")
    except ImportError:
        return None
    settings = algorithm.default_config()

    def person(side: Side) -> Any:
        """Make an entity of a side."""
        entity = model.make_entity("Person")
        entity.id = side.email_address
        entity.add("name", side.legal_name)
        entity.add("address", f"{side.street}, {side.city}, {side.region} {side.postal_code}")
        return entity

    for user, owner in warm_rows(kind):
        algorithm.compare(person(user), person(owner), settings)
    rows = [row for rows in rows_of(stored(file, count)) for row in rows]
    start = now()
    for user, owner in rows:
        algorithm.compare(person(user), person(owner), settings)
    return now().since(start).per(count)


def time_splink(file: str, _kind: str, count: int) -> Clock | None:
    """Time splink 5 in DuckDB on one thread, its weights untrained, on just our pairs; None where not installed."""
    try:
        splink, comparisons = import_module("splink"), import_module("splink.comparison_library")
        backend, duckdb = import_module("splink.backends.duckdb"), import_module("duckdb")
    except ImportError:
        return None
    import pyarrow as pa  # noqa: PLC0415 - as above

    table = pa.Table.from_batches(stored(file, count))
    sides = [
        table.select(["id", *(prefix + name for name in Side._fields)]).rename_columns(["unique_id", *Side._fields])
        for prefix in ("", "owner_")
    ]
    settings = splink.SettingsCreator(
        link_type="link_only",
        comparisons=[
            comparisons.JaroWinklerAtThresholds("legal_name"),
            comparisons.ExactMatch("phone_number"),
            comparisons.JaroWinklerAtThresholds("email_address"),
            comparisons.JaroWinklerAtThresholds("street"),
            comparisons.ExactMatch("postal_code"),
        ],
        blocking_rules_to_generate_predictions=[splink.block_on("unique_id")],
    )
    start = now()
    database = backend.DuckDBAPI(duckdb.connect(config={"threads": 1}))
    linker = splink.Linker([database.register(side) for side in sides], settings, log_level="ERROR")
    linker.inference.predict().as_duckdbpyrelation().fetchall()
    return now().since(start).per(count)


class Latency(NamedTuple):
    """Seconds of a call: the median and the 99th percentile."""

    median: float
    high: float


def latency(calls: Iterable[Callable[[], object]]) -> Latency:
    """Time each call by itself."""
    times = []
    for call in calls:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return Latency(statistics.median(times), statistics.quantiles(times, n=100)[98])


def score_latency(file: str, count: int) -> Latency:
    """Time ``score`` on identities not seen before, four fields, two owners."""
    for user, owner in warm_rows("fresh"):
        score(user_of(user), [owner_of(owner)])
    rows = [row for rows in rows_of(stored(file, count + 1)) for row in rows]
    cases = [(user_of(rows[i][0]), [owner_of(owner) for _, owner in rows[i : i + 2]]) for i in range(count)]
    return latency((lambda case=case: score(*case)) for case in cases)  # type: ignore[misc]


def naive_latency(file: str, count: int) -> Latency:
    """Time the obvious pipeline on the same identities and owners; each side is read once."""
    read, compare = naive_pipeline()
    for user, owner in warm_rows("fresh")[:20]:
        compare(read(user), read(owner))
    rows = [row for rows in rows_of(stored(file, count + 1)) for row in rows]

    def call(i: int) -> list[float]:
        """Score one user against two owners."""
        user = read(rows[i][0])
        return list(map(max, *(compare(user, read(owner)) for _, owner in rows[i : i + 2])))

    return latency((lambda i=i: call(i)) for i in range(count))  # type: ignore[misc]


class Cost(NamedTuple):
    """Seconds a row that a field takes: reading both sides, comparing them."""

    field: str
    normalize: float
    compare: float


def field_costs(file: str, count: int) -> list[Cost]:
    """Time each field by itself, as rows come by: a thousand are read, then compared; without garbage collection."""
    from identity_match.columns import rows_of as rows_of_columns  # noqa: PLC0415 - as above

    options = Options()
    for user, owner in warm_rows("fresh"):
        score(user_of(user), [owner_of(owner)])
    gc.disable()
    spent = {f.name: [0.0, 0.0] for f in FIELDS}
    for batch in stored(file, count):
        for piece in (batch.slice(start, 1_000) for start in range(0, batch.num_rows, 1_000)):
            columns = rows_of_columns(piece, None).columns or {}
            for f in FIELDS:
                values = [list(side) for side in columns[f.name]]
                start = time.perf_counter()
                users, owners = ([f.normalize(value, options) for value in side] for side in values)
                read = time.perf_counter()
                for user, owner in zip(users, owners, strict=True):
                    if user and owner:
                        f.compare(user, owner)
                spent[f.name][0] += read - start
                spent[f.name][1] += time.perf_counter() - read
    return [Cost(name, reading / count, comparing / count) for name, (reading, comparing) in spent.items()]


def ticks(top: float) -> list[float]:
    """Give round numbers from 0 to at least a number."""
    size = 10 ** math.floor(math.log10(top / 5))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor * 5 >= top)
    return [step * i for i in range(math.ceil(top / step) + 1)]


def picture(runs: dict[tuple[str, int], list[Run]]) -> str:
    """Draw microseconds a row against the number of rows as SVG."""
    left, right, up, down = 70, 620, 60, 340
    rows = sorted({run.rows for line in runs.values() for run in line})
    low, high = math.log10(rows[0]), math.log10(rows[-1])
    marks = ticks(max(run.row.wall * 1e6 for line in runs.values() for run in line))

    def x(count: int) -> float:
        """Place a number of rows."""
        return left + (right - left) * ((math.log10(count) - low) / (high - low) if high > low else 0.5)

    def y(cost: float) -> float:
        """Place a cost."""
        return down - (down - up) * cost / marks[-1]

    font = 'font-family="sans-serif" font-size="13" fill="#222"'
    found = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="660" height="450" viewBox="0 0 660 450" {font}>',
        "<title>Cost a row against the number of rows</title>",
        '<rect width="660" height="450" fill="#fff"/>',
        f'<text x="{left}" y="28" font-size="16">Cost a row against the number of rows</text>',
        f'<text x="{left}" y="{up - 12}" fill="#555">microseconds of wall time a row, four fields</text>',
    ]
    for mark in marks:
        found.append(f'<line x1="{left}" x2="{right}" y1="{y(mark):.1f}" y2="{y(mark):.1f}" stroke="#ddd"/>')
        found.append(f'<text x="{left - 8}" y="{y(mark) + 4:.1f}" text-anchor="end">{mark:g}</text>')
    for count in rows:
        found.append(f'<line x1="{x(count):.1f}" x2="{x(count):.1f}" y1="{down}" y2="{down + 6}" stroke="#222"/>')
        found.append(f'<text x="{x(count):.1f}" y="{down + 22}" text-anchor="middle">{count:,}</text>')
    found.append(f'<path d="M{left} {up}V{down}H{right}" fill="none" stroke="#222"/>')
    found.append(
        f'<text x="{(left + right) / 2}" y="{down + 44}" text-anchor="middle" fill="#555">rows (log scale)</text>'
    )
    for number, ((kind, workers), line) in enumerate(runs.items()):
        colour = "#0b62a4" if kind == "fresh" else "#c2570c"
        style = f'stroke="{colour}" stroke-width="2"'
        style += ' stroke-dasharray="6 4"' if workers > 1 else ""
        points = [(f"{x(run.rows):.1f}", f"{y(run.row.wall * 1e6):.1f}") for run in line]
        found.append(f'<polyline points="{" ".join(map(",".join, points))}" fill="none" {style}/>')
        found += [f'<circle cx="{across}" cy="{height}" r="3.5" fill="{colour}"/>' for across, height in points]
        column, foot = left + 280 * (number // 2), down + 68 + 20 * (number % 2)
        found.append(f'<line x1="{column}" x2="{column + 34}" y1="{foot}" y2="{foot}" {style}/>')
        label = f"{kind}, {workers} worker{'s' if workers > 1 else ''}"
        found.append(f'<text x="{column + 42}" y="{foot + 4}">{label}</text>')
    return "\n".join([*found, "</svg>\n"])


def growth(files: dict[str, str], sizes: Sequence[int]) -> dict[tuple[str, int], list[Run]]:
    """Time ``score_batches`` at each size, each in a fresh process, and print it."""
    print(f"\n{'':<22} {'rows':>10} {'us a row':>9} {'us of CPU':>10} {'start, s':>9} {'peak MB':>8} {'a worker':>9}")
    runs: dict[tuple[str, int], list[Run]] = {}
    for kind, file in files.items():
        for workers in WORKERS:
            for count in sizes:
                if workers > 1 and count < workers * BATCH_ROWS:
                    continue  # fewer batches than workers: one would have nothing to do
                run = alone(time_batch, file, kind, count, workers)
                runs.setdefault((kind, workers), []).append(run)
                cost = f"{run.row.wall * 1e6:>9.1f} {run.row.cpu * 1e6:>10.1f} {run.start:>9.2f}"
                memory = f"{run.main:>8.0f} {f'{run.worker:.0f}' if workers > 1 else '':>9}"
                print(f"{f'{kind}, workers={workers}':<22} {count:>10,} {cost} {memory}", flush=True)
    return runs


def side_by_side(file: str, kind: str, rows: int, *, quick: bool) -> None:
    """Print every way of scoring one kind of rows, and how many times the obvious pipeline each is.

    The pipeline and ours are timed in turn, each in a fresh process, and compared within a round, because a shared
    machine drifts: the median of the rounds counts, and their range is printed. The others are timed once.
    """
    print(f"\n{kind:<32} {'rows':>10} {'a second':>10} {'times':>7} {'from':>7} {'to':>7}", end="")
    print(f" {'a CPU second':>13} {'times':>7}")
    few, some, many = (200, 3_000, 10_000) if quick else (400, 20_000, 100_000)
    few, some, many = (min(count, rows) for count in (few, some, many))
    ours: dict[str, tuple[int, Callable[[], Clock]]] = {
        "score, a call a row": (some, lambda: alone(time_score, file, kind, some)),
        "score_batches, workers=1": (many, lambda: alone(time_batch, file, kind, many, 1).row),
        "score_batches, workers=2": (many, lambda: alone(time_batch, file, kind, many, 2).row),
    }
    pipeline: list[Clock] = []
    timed: dict[str, list[Clock]] = {label: [] for label in ours}
    for _ in range(1 if quick else ROUNDS):
        pipeline.append(alone(time_naive, file, kind, few))
        for label, (_, way) in ours.items():
            timed[label].append(way())

    def show(label: str, count: int, runs: Sequence[Clock | None]) -> None:
        """Print one line."""
        found = [(run, naive) for run, naive in zip(runs, pipeline, strict=False) if run]
        if not found:
            print(f"{label:<32} {'not installed':>21}")
            return
        times = [naive.wall / run.wall for run, naive in found]
        walls, used = (
            statistics.median(1 / clock for clock in clocks) for clocks in zip(*(run for run, _ in found), strict=True)
        )
        cpu = statistics.median(naive.cpu / run.cpu for run, naive in found)
        passed = f"{walls:>10,.0f} {statistics.median(times):>7.1f} {min(times):>7.1f} {max(times):>7.1f}"
        print(f"{label:<32} {count:>10,} {passed} {used:>13,.0f} {cpu:>7.1f}", flush=True)

    show("obvious pipeline", few, pipeline)
    for label, (count, _) in ours.items():
        show(label, count, timed[label])
    floor = alone(time_floor, file, kind, many)
    show("WRatio alone (cpdist)" if floor else "WRatio alone: numpy", many, [floor])
    show("nomenklatura logic-v2, 2 fields", few * 5, [alone(time_nomenklatura, file, kind, few * 5)])
    show("splink 5, untrained", many, [alone(time_splink, file, kind, many)])


def main() -> None:
    """Make the rows, measure, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="most rows of the growth series, 10,000 or more")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, half a minute; draws only if --picture is given"
    )
    parser.add_argument("--picture", type=Path, help="default: growth.svg beside this program")
    asked = parser.parse_args()
    rows = min(asked.rows, 10_000) if asked.quick else asked.rows
    if rows < 10_000:
        parser.error("--rows: expected 10,000 or more")
    sizes = [rows * share // 100 for share in ((20, 100) if asked.quick else (1, 3, 10, 30, 100))]
    form = "plain Python" if text.__file__.endswith(".py") else "compiled"
    print(f"identity_match {__version__}, {form}, Python {platform.python_version()}, {os.cpu_count()} cores")
    with TemporaryDirectory() as folder:
        files = {kind: f"{folder}/{kind}.arrow" for kind in KINDS}
        for kind, file in files.items():
            spent, new = alone(written, file, kind, rows)
            print(f"{kind}: {rows:,} rows made in {spent:.1f} s (not counted below); new values: {new:.0%}", flush=True)
        runs = growth(files, sizes)
        for kind, file in files.items():
            side_by_side(file, kind, rows, quick=asked.quick)
        few, many = (100, 500) if asked.quick else (400, 2_000)
        ours, theirs = alone(score_latency, files["fresh"], many), alone(naive_latency, files["fresh"], few)
        costs = alone(field_costs, files["fresh"], min(rows, 30_000))
    print(f"\none call of score, four fields, two owners, {many:,} identities not seen before:")
    print(f"  median {ours.median * 1e6:.0f} us, 99th percentile {ours.high * 1e6:.0f} us")
    print(f"  obvious pipeline on the same two owners ({few} of them): median {theirs.median * 1e6:.0f} us")
    print(f"\n{'us a fresh row':<20}{'normalize':>10}{'compare':>10}")
    for cost in costs:
        print(f"{cost.field:<20}{cost.normalize * 1e6:>10.1f}{cost.compare * 1e6:>10.1f}")
    path = asked.picture or (None if asked.quick else Path(__file__).with_name("growth.svg"))
    if path:
        path.write_text(picture(runs), "utf-8")
        print(f"\n{path} drawn")


if __name__ == "__main__":
    main()
