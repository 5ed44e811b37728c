"""The grammar of names and nameparser agree where both claim the same parts; where we differ on purpose is said."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from nameparser import HumanName

from identity_match.legal_name.align import is_family
from identity_match.legal_name.reading import read

if TYPE_CHECKING:
    from identity_match.legal_name.reading import Reading

GIVEN = ("Oscar", "Helen", "Priya", "Yusuf", "Ngozi", "Ingrid", "Mateo", "Keiko", "Tamar", "Bogdan")
FAMILY = (
    "Lindqvist",
    "Marshall",
    "Okonkwo",
    "Fernandez",
    "Nakamura",
    "O'Dwyer",
    "Petrov",
    "Haddad",
    "Kowalski",
    "Nguyen",
)
SHAPES = (
    "{given} {family}",
    "{given} {middle} {family}",
    "{given} {initial} {family}",
    "{given} {initial}. {family}",
    "{initial} {middle} {family}",
    "{family}, {given}",
    "{family}, {given} {middle}",
    "{family}, {given} {initial}.",
    "Dr. {given} {family}",
    "Mrs {given} {middle} {family}",
    "{given} {family} Jr.",
    "{given} {middle} {family} III",
    "{given} {family}, Jr.",
    "{given} {family}, MD",
    "{family}, {given}, Jr.",
    "{given} van {family}",
    "{given} de la {family}",
    "{given} {middle} von {family}",
    "{given} {initial}. di {family}",
)
NAMES = [
    shape.format(
        given=given, family=FAMILY[(i * 3 + j) % 10], middle=GIVEN[(i + j + 1) % 10], initial="JKLMTRSW"[i % 8]
    )
    for (i, given), (j, shape) in product(enumerate(GIVEN), enumerate(SHAPES))
]
NAMES += [shape.format(given=g, family=f, middle="Anne", initial="B") for g, f in zip(GIVEN, FAMILY, strict=True)
          for shape in SHAPES]  # fmt: skip


def grammar(reading: Reading) -> tuple[str, str, str]:
    """Give the first, middle and last name as our grammar has them, particles with the word they stand before."""
    parts: dict[str, list[str]] = {"first": [], "middle": [], "last": []}
    for i, name in enumerate(reading.names):
        part = "last" if is_family(reading, i) else "first" if i == 0 else "middle"
        parts[part].append(reading.lead[i] + name.text)
    return "".join(parts["first"]), "".join(parts["middle"]), "".join(parts["last"])


def parser(text: str) -> tuple[str, str, str]:
    """Give the same parts as nameparser has them, folded in the same way."""
    name = HumanName(text)

    def bare(part: object) -> str:
        return "".join(char for char in str(part).lower() if char.isalpha())

    return bare(name.first), bare(name.middle), bare(name.last)


def test_the_table_is_large_and_without_repetition() -> None:
    assert len(set(NAMES)) >= 300


@pytest.mark.parametrize("text", sorted(set(NAMES)))
def test_the_grammar_reads_what_the_parser_reads(text: str) -> None:
    assert grammar(read(text.lower())) == parser(text)


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("Helen Marsh S/O Oscar", ("helen", "", "marsh")),
        ("Garcia Lopez, Maria FNU", ("maria", "", "garcialopez")),
        ("Abdul Rahman Haddad", ("abdulrahman", "", "haddad")),
        ("Nur al-Din Haddad", ("nuruddin", "", "haddad")),
        ("Ji Na Kim", ("ji", "na", "kim")),  # short words only: na is a syllable, no particle
        ("Helen de la Marsh", ("helen", "dela", "marsh")),  # and so it is read here
    ],
)
def test_where_the_grammar_reads_otherwise(text: str, ours: tuple[str, str, str]) -> None:
    """Relations and fillers are no names, compounds are one name, syllables are names."""
    assert grammar(read(text.lower())) == ours
