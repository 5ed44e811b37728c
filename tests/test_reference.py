"""The fast comparator agrees with the slow and obvious one of ``reference.py`` on random pairs.

Every example is a seed from which ``PAIRS`` pairs are drawn: some thousands of each kind in an ordinary run, 120,000
with ``pytest -m deep tests/test_reference.py``.
"""

from __future__ import annotations

import random
from typing import Any

import phonenumbers
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from reference import Home, Someone
from strategies import listed_given, listed_surnames

from identity_match import edits, score
from identity_match.field import Options
from identity_match.legal_name.align import (
    Alignment,
    _alike_words,
    _equal_words,
    _family_may_lead,
    among_eastern,
    family_place,
)
from identity_match.legal_name.likeness import likeness
from identity_match.legal_name.reading import read
from identity_match.phone_number import PhoneKey, compare, normalize

PAIRS = 40
SEEDS = st.integers(0, 2**40)
ALPHABETS = ["ab", "abc", "abcdefghijklmnop", "aAé", "王大明a", "01", "smithjones"]


def draws(seed: int) -> list[random.Random]:
    """Give a source of chance for every pair."""
    return [random.Random(seed * PAIRS + place) for place in range(PAIRS)]


def word(chance: random.Random) -> str:
    """Give up to twelve letters of one alphabet."""
    return "".join(chance.choices(chance.choice(ALPHABETS), k=chance.randint(0, 12)))


def mutated(chance: random.Random, text: str) -> str:
    """Insert, drop, replace or swap up to three letters."""
    found = list(text)
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(len(found) + 1)
        how = chance.randrange(4)
        if how == 0:
            found.insert(at, chance.choice("abz"))
        elif how == 1:
            del found[at : at + 1]
        elif how == 2:
            found[at : at + 1] = chance.choice("abz")
        else:
            found[at : at + 2] = found[at : at + 2][::-1]
    return "".join(found)


@given(SEEDS)
def test_distances_are_those_of_the_textbook(seed: int) -> None:
    """The counts and shares of letters, with limit and without."""
    for chance in draws(seed):
        a = word(chance)
        b = chance.choice((word(chance), mutated(chance, a)))
        limit, cutoff = chance.randint(0, 6), chance.choice((0.0, 0.5, 0.8))
        count, longer = reference.swaps(a, b), max(len(a), len(b))
        assert edits.distance(a, b) == count, (a, b)
        assert edits.distance(a, b, limit) == min(count, limit + 1), (a, b, limit)
        share = 1 - count / longer if longer else 1.0
        if share == 0.0 or abs(share - cutoff) > 1e-9:  # rounded to either side where both are one
            assert edits.similarity(a, b, cutoff) == pytest.approx(share if share >= cutoff else 0.0), (a, b, cutoff)
        both = len(a) + len(b)
        assert edits.overlap(a, b) == pytest.approx(2 * reference.common(a, b) / both if both else 1.0), (a, b)


# Words of which many are joined by a table, a sound or a slip, so that a wrong pairing would cost.
_KIN = """
jon john johnny jonathan jean ian ivan juan elizabeth elisabeth liz lisa beth bess eliza ana anna ann anne annie hanna
maria marie mary miriam robert rob bob bobby roberta smith smyth schmidt smithe garcia garzia nguyen nguyan kim kimberly
lee leigh li catherine katherine kate katie cathy kathy stephen steven stefan steve
"""
KIN = _KIN.split()


@given(SEEDS)
def test_words_are_paired_as_well_as_any_permutation_pairs_them(seed: int) -> None:
    """Of all ways to pair what is left after equal words, the one chosen is worth as much as the best.

    Names of two to five different words, without a family name that leads on both sides, or one of Chinese or Korean
    names; what follows it (initials, joined words, a line cut off) is left out.
    """
    for chance in draws(seed):
        words = [*chance.sample(KIN, 6), *chance.sample(listed_given(), 2), *chance.sample(listed_surnames(), 2)]
        one, other = (read(" ".join(chance.sample(words, chance.randint(2, 5)))) for _ in range(2))
        found = Alignment(one, other)
        _equal_words(found)
        if _family_may_lead(found) or among_eastern(found):
            continue
        left, right = tuple(found.left), tuple(found.right)
        before = len(found.pairs)
        _alike_words(found)
        total = sum(pair.similarity for pair in found.pairs[before:])

        def alike(i: int, j: int, one: Any = one, other: Any = other) -> float:
            mine, theirs = i >= family_place(one), j >= family_place(other)
            family = mine if mine == theirs else (j if mine else i) > 0
            return likeness(one.names[i], other.names[j], family=family, given=not (mine or theirs)).similarity

        names = [[name.text for name in reading.names] for reading in (one, other)]
        assert total == pytest.approx(reference.best_total(left, right, alike)), names


FORMATS = phonenumbers.PhoneNumberFormat
# Mexico and Argentina mark mobiles with a digit that is dialled no more, or only from abroad: a rule of our own.
COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS - {"MX", "AR"})
EXTENSIONS = ["", "", "", "7", "12"]


def a_number(chance: random.Random) -> tuple[str, phonenumbers.PhoneNumber]:
    """Give a valid number of any country, of at least three different digits, so that it is no placeholder."""
    while True:
        country = chance.choice([*COUNTRIES, *["US", "CA", "GB", "DE", "FR"] * 10])
        made = phonenumbers.example_number_for_type(country, chance.choice((0, 1)))
        if made is None:
            continue
        number = with_last(chance, made, 1_000)
        if phonenumbers.is_valid_number(number) and len(set(str(number.national_number))) > 2:
            return country, number


def with_last(chance: random.Random, number: phonenumbers.PhoneNumber, count: int) -> phonenumbers.PhoneNumber:
    """Give another number in place of the last digits."""
    made = phonenumbers.PhoneNumber()
    made.merge_from(number)
    made.national_number = (number.national_number or 0) // count * count + chance.randrange(count)
    return made


def as_written(chance: random.Random, country: str, number: phonenumbers.PhoneNumber, home: str) -> str:
    """Write a number with its country's code, or, at home and now and then abroad, without."""
    forms = [FORMATS.E164, FORMATS.INTERNATIONAL, FORMATS.RFC3966]
    if country == home or chance.random() < 0.3:
        forms += [FORMATS.NATIONAL] * 3
    return phonenumbers.format_number(number, chance.choice(forms))


@given(SEEDS)
def test_phone_numbers_score_as_their_library_says(seed: int) -> None:
    """The number that ``phonenumbers`` reads on either side, and the extension.

    Not here: numbers with letters, damaged, masked or with several in one text, and the two countries above.
    """
    for chance in draws(seed):
        country, number = a_number(chance)
        near = country, with_last(chance, number, 10)
        other_country, other = chance.choice(((country, number), near, a_number(chance)))
        home = chance.choice((country, other_country, "US"))
        texts = as_written(chance, country, number, home), as_written(chance, other_country, other, home)
        extensions = chance.choice(EXTENSIONS), chance.choice(EXTENSIONS)
        full = [f"{text} ext. {more}" if more else text for text, more in zip(texts, extensions, strict=True)]
        user, owner = (normalize(text, Options(home)) for text in full)
        assert isinstance(user, PhoneKey), (full, home)
        assert isinstance(owner, PhoneKey), (full, home)
        assert compare(user, owner).score == reference.phone_number(*texts, home, extensions), (full, home)


LOCAL = "abcdefghijklmnopqrstuvw0123456789"
DOMAINS = ["gmail.com", "googlemail.com", "GMAIL.com", "example.com", "mail.example.org", "outlook.com", "bücher.de"]


@given(SEEDS)
def test_mailboxes_score_as_their_library_and_the_tag_rule_say(seed: int) -> None:
    """The address that ``email-validator`` makes of either side, its tag, and Google's dots.

    Not here: the rules of other providers, which a table holds, and how near another mailbox comes below 70.
    """
    for chance in draws(seed):
        words = ["".join(chance.choices(LOCAL, k=chance.randint(1, 4))) for _ in range(3)]
        sides = []
        for _ in range(2):
            local = chance.choice((".", "", "_")).join(chance.sample(words, chance.randint(1, 2)))
            text = f"{local}{chance.choice(('', '', '+bank', '+Tag.2'))}@{chance.choice(DOMAINS)}"
            sides.append(chance.choice((text, text.upper(), f" {text} ")))
        low, high = reference.email_address(*sides)
        found = score({"email_address": sides[0]}, [{"emails": [sides[1]]}]).email_address.score
        assert found is not None, sides
        assert low <= found <= high, (sides, found)


STREETS = ["Maple", "Cameron", "Washington", "Lakeview", "Sutter", "Old Mill", "Peach Tree", "42nd"]
KINDS = {"street": ["St", "Street", "ST."], "avenue": ["Ave", "Avenue", "AV"], "boulevard": ["Blvd", "Boulevard"]}
DIRECTIONS = {"": [""], "north": ["N", "North"], "south": ["S.", "South"]}
TOWNS = [
    ("Reno", "NV", ["89501", "89502"]), ("Springfield", "IL", ["62701", "62702"]), ("Boston", "MA", ["02118", "02119"]),
]  # fmt: skip


def a_home(chance: random.Random) -> Home:
    """Give an address."""
    city, region, codes = chance.choice(TOWNS)
    return Home(
        chance.randint(1, 9_999), chance.choice(["", "", *DIRECTIONS]), chance.choice(STREETS), chance.choice([*KINDS]),
        chance.choice(["", "", "4", "12", "B"]), city, region, chance.choice(codes),
    )  # fmt: skip


def another_home(chance: random.Random, home: Home) -> Home:
    """Change up to two parts; a town with its state and code."""
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        other, part = a_home(chance), chance.choice(Home._fields)
        if part == "postal_code":
            other = other._replace(postal_code=chance.choice(next(row[2] for row in TOWNS if row[0] == home.city)))
        parts = ("city", "region", "postal_code") if part in ("city", "region") else (part,)
        home = home._replace(**{name: getattr(other, name) for name in parts})
    return home


def a_written_home(chance: random.Random, home: Home) -> Any:
    """Write an address by parts or in one line, in words or short, with a unit behind the street."""
    words = [str(home.number), chance.choice(DIRECTIONS[home.direction]), home.street, chance.choice(KINDS[home.kind])]
    unit = f" {chance.choice(('Apt ', 'Unit ', '#', 'apartment '))}{home.unit}" if home.unit else ""
    street = " ".join(filter(None, words)) + unit
    texts = [street, home.city, home.region, home.postal_code + chance.choice(("", "", "-2211"))]
    texts = [text.upper() for text in texts] if chance.random() < 0.3 else texts
    if chance.random() < 0.3:
        return f"{texts[0]}, {texts[1]}, {texts[2]} {texts[3]}"
    return dict(zip(("street", "city", "region", "postal_code"), texts, strict=True)) | {"country": "US"}


@given(SEEDS)
def test_addresses_score_as_their_parts_say(seed: int) -> None:
    """What differs between two homes before they are written decides the band.

    Addresses of the United States without boxes and routes.
    """
    for chance in draws(seed):
        home = a_home(chance)
        other = another_home(chance, home)
        texts = a_written_home(chance, home), a_written_home(chance, other)
        low, high = reference.address(home, other)
        found = score({"address": texts[0]}, [{"addresses": [{"data": texts[1]}]}]).address.score
        assert found is not None, texts
        assert low <= found <= high, (texts, found, (low, high))


NICKNAMES = frozenset(
    map(frozenset, [("Robert", "Bob"), ("William", "Bill"), ("Jennifer", "Jenny"), ("Katherine", "Kate")])
)
GIVEN = ["Robert", "Bob", "William", "Bill", "Jennifer", "Jenny", "Katherine", "Kate", "Carlos", "Fatima", "Agnieszka"]
FAMILY = ["Lindqvist", "Okafor", "Haddad", "Zolkiewski", "Montgomery", "Petrosyan"]
MIDDLE = ["", "", "J", "A", "James", "Amelia"]
GENERATIONS = ["", "", "", "Jr", "Sr", "III"]


def someone(chance: random.Random) -> Someone:
    """Give a person."""
    return Someone(*map(chance.choice, (GIVEN, MIDDLE, FAMILY, GENERATIONS)))


def of_one_family(chance: random.Random, person: Someone) -> Someone:
    """Change up to two parts of a person."""
    for _ in range(chance.choice((0, 1, 1, 2))):
        part = chance.choice(Someone._fields)
        person = person._replace(**{part: getattr(someone(chance), part)})
    return person


def a_written_name(chance: random.Random, person: Someone) -> str:
    """Write a name given-first, with a title or without, or with a comma; in capitals or not."""
    given, middle, family, generation = person
    ending = f" {generation}{chance.choice(('', '.')) if generation != 'III' else ''}" if generation else ""
    title = chance.choice(("", "", "Dr. ", "Ms "))
    text = chance.choice((f"{title}{given} {middle} {family}{ending}", f"{family}{ending}, {given} {middle}"))
    text = " ".join(text.split())
    return text.upper() if chance.random() < 0.3 else text


@given(SEEDS)
def test_names_score_as_their_parts_say(seed: int) -> None:
    """What differs between two people before their names are written decides the band.

    Given and family names of which no two are alike, so that nothing but the nicknames joins them.
    """
    for chance in draws(seed):
        person = someone(chance)
        other = of_one_family(chance, person)
        texts = a_written_name(chance, person), a_written_name(chance, other)
        low, high = reference.legal_name(person, other, NICKNAMES)
        found = score({"legal_name": texts[0]}, [{"names": [texts[1]]}]).legal_name.score
        assert found is not None, texts
        assert low <= found <= high, (texts, found, (low, high))
