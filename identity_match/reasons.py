"""What a reason says to a reviewer: one sentence for every code that a score can come with.

The sentences are a table, ``reasons``, compiled from ``data/reasons/``; the page ``data/reasons.md`` lists them with an
example of each. Nothing here takes part in a score, and no sentence holds a value.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from identity_match import tables
from identity_match.errors import OptionError, TableError

SIDES = ("user", "owner")
ANY = "any"  # a row for each of the four fields
ANY_OF = ("legal_name", "phone_number", "email_address", "address")
PART = "part"  # a row that gives the words for a part
NO_PART = "-"


class _Book(NamedTuple):
    """The sentences of one language: by field, code and part; and the words for parts."""

    sentences: dict[str, dict[str, dict[str, str]]]
    parts: dict[str, str]


def sentence(field: str, reason: tuple[str, str], *, language: str = "en") -> str:
    """Say in one sentence what a reason means.

    Args:
        field: Name of the field, such as ``"address"``, or ``"overall"``.
        reason: Code and part: a ``Reason``, or the two texts.
        language: Language of the sentence, ISO 639-1; ``"en"`` is shipped.

    Returns:
        A sentence in plain words; for a code or a part that the table lacks, the code itself with spaces.

    Raises:
        OptionError: There are no sentences in this language, or no such field.

    >>> sentence("legal_name", ("typo", "family"))
    'The family name differs by what looks like a typing error.'
    >>> sentence("phone_number", ("masked", "owner")), sentence("address", ("sea_view", "postal_code"))
    ("Digits are hidden in the bank's record.", 'Sea view (postal code).')
    """
    book = _book(language)
    code, part = reason
    words = book.parts.get(part, part.replace("_", " "))
    template = _of_field(book, field).get(code, {}).get(part)
    if template is None:
        text = f"{code.replace('_', ' ')} ({words})." if words else f"{code.replace('_', ' ')}."
    else:
        text = template.replace("{part}", words).replace("{side}", words)
    return text[:1].upper() + text[1:]


def codes(field: str) -> dict[str, tuple[str, ...]]:
    """List the codes that a field can give, each with the parts it comes with; an empty part is the whole value.

    Args:
        field: Name of the field, or ``"overall"``.

    Raises:
        OptionError: No such field.

    >>> codes("phone_number")["near_number"], codes("address")["look_alike"]
    (('',), ('street', 'region'))
    """
    return {code: tuple(by_part) for code, by_part in _of_field(_book("en"), field).items()}


def side(reason: tuple[str, str]) -> str:
    """Tell which side a reason speaks of, ``"user"`` or ``"owner"``; empty where it names none.

    >>> side(("extension_missing", "owner")), side(("unit_missing", "unit"))
    ('owner', '')
    """
    return reason[1] if reason[1] in SIDES else ""


def _of_field(book: _Book, field: object) -> dict[str, dict[str, str]]:
    found = book.sentences.get(field) if isinstance(field, str) else None
    if found is None:
        message = f"field: expected one of {', '.join(book.sentences)}"
        raise OptionError(message)
    return found


def _book(language: object) -> _Book:
    found = _books().get(language) if isinstance(language, str) else None
    if found is None:
        message = f"language: expected one of {', '.join(sorted(_books()))}"
        raise OptionError(message)
    return found


@cache
def _books() -> dict[str, _Book]:
    """Read every sentence, by language."""
    found: dict[str, _Book] = {}
    try:
        for language, field, code, parts, text in tables.rows("reasons"):
            book = found.setdefault(language, _Book({name: {} for name in ANY_OF}, {}))
            if field == PART:
                book.parts[code] = text
                continue
            for name in ANY_OF if field == ANY else (field,):
                by_part = book.sentences.setdefault(name, {}).setdefault(code, {})
                by_part.update(("" if part == NO_PART else part, text) for part in parts.split())
    except ValueError:
        message = "table 'reasons' has a row of another length"
        raise TableError(message) from None
    return found
