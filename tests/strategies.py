"""Random input for the laws: names, phones, e-mails, addresses, nasty text, arbitrary objects.

Everything is invented or generic. Use the narrowest strategy that makes a law true, and say so in the law.
"""

from __future__ import annotations

import datetime as dt
import decimal
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st

from identity_match import tables

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


def at_least(examples: int) -> settings:
    """Ask for more examples than an ordinary run takes, where they are cheap; the deep profile takes its own number."""
    return settings(max_examples=max(examples, settings().max_examples))


def at_most(share: int) -> settings:
    """Ask for one example where others take ``share``, because it is dear: processes, threads, many rows."""
    return settings(max_examples=max(5, settings().max_examples // share))


CASES = Path(__file__).parent / "cases"

_GIVEN = """
Jane John Maria Jennifer Robert Bob Jenny William Bill Wei Li Nguyen Fatima Muhammad José Zoë Björn Łukasz İsmail
Siobhán Chukwuemeka Anne-Marie Jean-Luc O Юлия 小明 さくら محمد J W
"""
_FAMILY = """
Smith Doe Garcia García Lopez O'Brien O’Neill Müller Mueller Nguyen Tran Al-Sayed Haddad Okafor Lindqvist Kim Park
Straße Øverland Þórsdóttir Kowalska McDonald Иванова 王 佐藤 حداد
"""
GIVEN, FAMILY = _GIVEN.split(), _FAMILY.split()
PARTICLES = ["de", "la", "van der", "von", "bin", "Al", "St."]
SUFFIXES = ["Jr", "Jr.", "Sr", "III", "MD"]
TITLES = ["Ms.", "Mr", "Dr.", "Mrs"]
FIRMS = ["Copper Finch Bakery", "Acme Widgets", "Bank of Rosehip", "Smith & Sons", "Northfield Trust"]
FORMS = ["LLC", "Inc.", "Ltd", "Corp", "GmbH", ""]
# Words and signs that part the names of one line, or say in what capacity somebody stands there.
_ROLE_WORDS = """
or and & / ; , + pod tod itf fbo poa cust ttee trustee est estate of the minor utma dba aka fka c/o née s/o jtwros
jr sr iii 2nd md phd ( ) van de la bin al- mc o' - j w.
"""
_ROLES = _ROLE_WORDS.split()
TITLING = [" OR ", " AND ", " & ", " POD ", " ITF ", " TOD ", " DBA ", ", "]
PLACEHOLDERS = ["", " ", "N/A", "unknown", "none", "-", "Account Holder", "nan", "null", "!!!", "0000000000"]

# What breaks naive text code: direction marks, joiners, a byte order mark, stacked marks, NUL, lone surrogates, an
# 18-fold NFKC expansion, other digits, look-alikes, a sharp s, a dotted capital i, jamo, Hangul filler.
NASTY = [
    "\u202e", "\u200d", "\u200b", "\ufeff", "\u0301", "\u0316\u0301" * 3, "\u0344" * 4, "\x00", "\x1b[31m",
    "\ud800", "\udfff", "\ufdfa", "٤١٥", "４１５", "²①", "а", "ſ", "ß", "İ", "ı", "\u1100\u1161\u11a8", "\u3164",
    "\U0001f469\u200d\U0001f467", "\u2028", "\u00a0", "\u0958", "(", "((((", "#", '"', "'", "%s", "{0}", "</b>",
    "[red]", "=1+1",
]  # fmt: skip


def joined(*parts: Any) -> st.SearchStrategy[str]:
    """Concatenate strategies and fixed text."""
    made = [part if isinstance(part, st.SearchStrategy) else st.just(part) for part in parts]
    return st.tuples(*made).map("".join)


def nasty_text(max_size: int = 40) -> st.SearchStrategy[str]:
    """Any text at all: every code point, lone surrogates included, and known trouble makers."""
    any_char = st.characters(exclude_categories=())
    chunk = st.one_of(st.sampled_from(NASTY), st.sampled_from(GIVEN + FAMILY), st.text(any_char, max_size=5))
    text = st.one_of(
        st.text(any_char, max_size=max_size),
        st.lists(chunk, max_size=6).map("".join),
        st.lists(chunk, max_size=6).map(" ".join),
        st.sampled_from(PLACEHOLDERS),
    )
    return text.map(str)  # one branch of what it becomes a part of; ``one_of`` would take each of these for one


def person_names() -> st.SearchStrategy[str]:
    """One person, no titling: given names, perhaps particle, family names, perhaps title and suffix."""
    given = st.lists(st.sampled_from(GIVEN), min_size=1, max_size=2)
    family = st.lists(st.sampled_from(FAMILY), min_size=1, max_size=2)
    parts = st.tuples(
        st.sampled_from([*TITLES, "", "", ""]).map(lambda t: [t]),
        given,
        st.sampled_from([*PARTICLES, "", "", ""]).map(lambda t: [t]),
        family,
        st.sampled_from([*SUFFIXES, "", "", "", ""]).map(lambda t: [t]),
    )
    return parts.map(lambda lists: " ".join(word for words in lists for word in words if word))


# People of other scripts and of Latin alphabets with marks: given name and family name in the order of the language.
PEOPLE = (
    """
Светлана Волкова|Андрей Тихонов|Олександр Бондаренко|Ελένη Νικολάου|Χρήστος Γεωργίου|Անի Սարգսյան|ליאור פרץ|שרה כהן
ليلى صالح|سامي حداد|شیرین تهرانی|अनीता शर्मा|สมชาย ใจดี|नितिन जोशी|ნინო ბერიძე|赵 美玲|王 大海|최 은비|강 동원
清水 涼太|さくら 森|Şebnem Yıldız|İsmail Çağlar|Łucja Głąb|Søren Ågård|Þóra Björnsdóttir|Ödön Szűcs|Đurđa Kovačević
Phạm Lan|Đỗ Bảo|Inés Núñez|Zoë Brontë|Chloé Œuvrard|Jörg Weiß|Adéṣínà Bámidélé|Kaʻiulani Keawe|Ştefan Țăran
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
SEPARATORS = ["; ", " and ", " & ", " or ", " / ", " + ", " AND/OR "]


def _names(table: str) -> list[str]:
    return [name for _, _, names in tables.rows(table) for name in names.split()]


@cache
def listed_given() -> tuple[str, ...]:
    """Given names of the shipped list that no other part of a name could be."""
    return tuple(sorted(name for name in _names("given_names") if len(name) > 2 and name not in _reserved_words()))


@cache
def listed_surnames() -> tuple[str, ...]:
    """Surnames of the shipped list that no other part of a name could be."""
    return tuple(sorted(name for name in _names("surnames") if len(name) > 2 and name not in _reserved_words()))


@cache
def _reserved_words() -> frozenset[str]:
    """Words that mean something else in a name: titles, particles, conjunctions, words of firms, Abdul."""
    firms = (word for _, words in tables.rows("business_words") for word in words.split())
    forms = (spelling for _, spelling, *_ in tables.rows("business_forms"))
    servants = (name for name in _names("given_names") if name.startswith("abd"))  # joined with the word that follows
    return frozenset((*firms, *forms, *servants, *(row[1] for row in tables.rows("name_words")), "and", "und"))


def listed_people() -> st.SearchStrategy[tuple[str, str]]:
    """A given name and a family name of the shipped lists."""
    return st.tuples(st.sampled_from(listed_given()).map(str.title), st.sampled_from(listed_surnames()).map(str.title))


def plain_people() -> st.SearchStrategy[str]:
    """One person's plain name in many scripts: a given name, perhaps a middle name or initial, a family name."""
    middle = st.one_of(st.just(""), st.sampled_from("ABCDEJKMRT"), st.sampled_from(listed_given()).map(str.title))
    latin = st.tuples(listed_people(), middle).map(lambda t: " ".join(f"{t[0][0]} {t[1]} {t[0][1]}".split()))
    return st.one_of(latin, latin, st.sampled_from(PEOPLE))


@cache
def case_values(field: str) -> tuple[Any, ...]:
    """Give every value of either side in the case file of a field, each once, in the order of the file."""
    rows = map(json.loads, (CASES / f"{field}.jsonl").read_text("utf-8").splitlines())
    found = {json.dumps(row[side]): row[side] for row in rows for side in ("user", "owner")}
    return tuple(value for value in found.values() if value is not None)


def listed(values: Sequence[T]) -> st.SearchStrategy[T]:
    """One of many values; a failing example shows the one, not the whole list."""
    return st.integers(0, len(values) - 1).map(lambda place: values[place])


def case_texts(field: str) -> st.SearchStrategy[str]:
    """Texts of the case file of a field, so that every known trap is met in the laws, too."""
    return listed([value for value in case_values(field) if isinstance(value, str)])


def sprinkled(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts with one to three trouble makers somewhere inside: marks, joiners, other digits, signs."""

    def insert(made: tuple[str, list[tuple[int, str]]]) -> str:
        text, places = made
        for place, sign in places:
            at = place % (len(text) + 1)
            text = text[:at] + sign + text[at:]
        return text

    places = st.lists(st.tuples(st.integers(0, 60), st.sampled_from(NASTY)), min_size=1, max_size=3)
    return st.tuples(texts, places).map(insert)


@cache
def name_words() -> tuple[str, ...]:
    """Give words that mean something in a name: titles, particles, suffixes, roles, legal forms, words of firms."""
    kinds = [row[1] for row in tables.rows("name_words")]
    forms = [spelling for _, spelling, *_ in tables.rows("business_forms")]
    firms = [word for _, words in tables.rows("business_words") for word in words.split()]
    return tuple(dict.fromkeys([*_ROLES, *kinds, *forms, *firms]))


def name_lines() -> st.SearchStrategy[str]:
    """Lines of words that mean something in a name, beside names, in any order: the edges of the grammar."""
    word = st.one_of(
        listed(name_words()), st.sampled_from(_ROLES), st.sampled_from(GIVEN + FAMILY), st.sampled_from(PARTICLES)
    )
    return st.lists(word, min_size=1, max_size=7).map(" ".join)


def names() -> st.SearchStrategy[str]:
    """What a bank may hold in a name: a person, a firm, joint titling, a placeholder, a known trap, rubbish."""
    firm = joined(st.sampled_from(FIRMS), " ", st.sampled_from(FORMS))
    joint = joined(person_names(), st.sampled_from(TITLING), person_names())
    known = case_texts("legal_name")
    return st.one_of(
        person_names(), plain_people(), firm, joint, joint.map(str.upper), known, name_lines(),
        sprinkled(st.one_of(person_names(), plain_people(), known)), nasty_text(),
    )  # fmt: skip


def phones() -> st.SearchStrategy[str]:
    """Fictional numbers (555-01xx and like ranges) in many formats, extensions, rubbish."""
    number = st.tuples(st.sampled_from(["415", "212", "503", "787"]), st.integers(100, 199)).map(
        lambda t: (t[0], "555", f"0{t[1]}")
    )
    formats = [
        "{}{}{}",
        "+1{}{}{}",
        "({}) {}-{}",
        "1-{}-{}-{}",
        "{}.{}.{}",
        "+1 {} {} {} ext. 7",
        "{}{}{}x12",
        "tel:+1-{}-{}-{}",
    ]
    written = st.tuples(number, st.sampled_from(formats)).map(lambda t: t[1].format(*t[0]))
    abroad = st.sampled_from(["+44 20 7946 0018", "+49 30 23125 0", "020 7946 0018", "+81 3-5555-0100"])
    plain, known = st.one_of(written, abroad), case_texts("phone_number")
    signs = st.text("0123456789+-() x", max_size=20)
    return st.one_of(written, abroad, known, sprinkled(st.one_of(plain, known)), signs, nasty_text())


def emails() -> st.SearchStrategy[str]:
    """Addresses at reserved domains, plus tags, dots, rubbish."""
    local = st.sampled_from(["jane.doe", "janedoe", "j.doe", "JANE.DOE", "jane", "doe", "o'brien", "用户", "", "a..b"])
    tag = st.sampled_from(["", "", "+bank", "+", "+bank+x"])
    domain = st.sampled_from(
        ["example.com", "EXAMPLE.COM", "example.org", "gmail.com", "googlemail.com", "bücher.example", "x"]
    )
    plain, known = joined(local, tag, "@", domain), case_texts("email_address")
    return st.one_of(plain, plain, known, sprinkled(st.one_of(plain, known)), nasty_text())


def address_parts() -> st.SearchStrategy[dict[str, Any]]:
    """Addresses by parts, each part perhaps missing."""
    streets = [
        "100 Main St", "100 MAIN STREET", "100 Main St Apt 4", "100 Main St #4", "102 Main St", "100 N Main St",
        "100 S Main St", "PO Box 12", "P.O. BOX 21", "22 Acacia Avenue", "Hauptstraße 5", "5-2-1 Ginza", "Main St",
        "PSC 7500 Box 2471", "1/2 Elm",
    ]  # fmt: skip
    return st.fixed_dictionaries(
        {},
        optional={
            "street": st.one_of(st.none(), st.sampled_from(streets), nasty_text()),
            "city": st.one_of(
                st.none(), st.sampled_from(["San Francisco", "SAN FRANCISCO", "Springfield", "Berlin"]), nasty_text(8)
            ),
            "region": st.one_of(
                st.none(), st.sampled_from(["CA", "California", "IL", "MA", "ca", "ON"]), nasty_text(4)
            ),
            "postal_code": st.one_of(
                st.none(),
                st.sampled_from(["94107", "94107-2211", "02139", 2139, 94107.0, "K1A 0B1", "941"]),
                nasty_text(6),
            ),
            "country": st.one_of(st.none(), st.sampled_from(["US", "USA", "us", "CA", "DE", "Germany"]), nasty_text(4)),
        },
    )


def addresses() -> st.SearchStrategy[Any]:
    """By parts or as one line."""
    line = st.sampled_from(["100 Main St Apt 4, San Francisco, CA 94107", "PO Box 12 Springfield IL 62701", "94107"])
    known, text = listed(case_values("address")), st.one_of(line, case_texts("address"))
    return st.one_of(address_parts(), address_parts(), known, text, sprinkled(text), nasty_text())


def wrapped(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The response's ``{"data": …}`` or the bare value."""
    return st.one_of(values.map(lambda value: {"data": value, "primary": True, "type": "home"}), values, st.none())


def users() -> st.SearchStrategy[dict[str, Any]]:
    """A user, each member perhaps missing."""
    return st.fixed_dictionaries(
        {},
        optional={
            "legal_name": st.one_of(st.none(), names()),
            "phone_number": st.one_of(st.none(), phones()),
            "email_address": st.one_of(st.none(), emails()),
            "address": st.one_of(st.none(), addresses()),
        },
    )


def owner() -> st.SearchStrategy[dict[str, Any]]:
    """One owner, each list perhaps missing."""
    return st.fixed_dictionaries(
        {},
        optional={
            "names": st.lists(st.one_of(names(), st.none()), max_size=3),
            "phone_numbers": st.lists(wrapped(phones()), max_size=3),
            "emails": st.lists(wrapped(emails()), max_size=3),
            "addresses": st.lists(wrapped(addresses()), max_size=3),
        },
    )


def owners(max_size: int = 3) -> st.SearchStrategy[list[dict[str, Any]]]:
    """The owners of one account."""
    return st.lists(owner(), max_size=max_size)


def _odd(kind: str) -> Any:
    """Make what hypothesis could not print: containers that hold themselves, a number of 5,000 digits."""
    if kind == "huge":
        return 10**5000
    ring: list[Any] = []
    if kind == "list":
        ring.append(ring)
        return ring
    mapping: dict[str, Any] = {"data": None, "legal_name": "Jane Doe"}
    mapping["data"] = mapping["address"] = mapping["owners"] = mapping
    return mapping


def anything() -> st.SearchStrategy[Any]:
    """Arbitrary objects, such as a careless caller passes: numbers, bytes, containers, cyclic ones."""
    leaves = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        nasty_text(),
        st.binary(max_size=8),
        st.sampled_from([object(), int, decimal.Decimal("NaN"), dt.date(2026, 1, 1), frozenset("ab"), range(3), 1j]),
        st.sampled_from(["huge", "list", "dict"]).map(_odd),
    )
    keys = st.one_of(
        st.sampled_from(["names", "data", "street", "postal_code", "legal_name", "owners", "account_id", "name"]),
        nasty_text(6),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.lists(inner, max_size=3).map(tuple),
            st.dictionaries(keys, inner, max_size=4),
        ),
        max_leaves=12,
    )
