"""From a raw address to its key."""

from __future__ import annotations

from functools import lru_cache

from identity_match.address.key import (
    CITY_CAP,
    CUT,
    GIVEN,
    LINE_CAP,
    MANY,
    PLAIN,
    POSTAL_CAP,
    READ,
    STREET_CAP,
    AddressKey,
)
from identity_match.address.line import read_line
from identity_match.address.rules import (
    Rules,
    country_code,
    country_of_postal,
    fold_part,
    rules_for,
)
from identity_match.address.street import canonical_words, read_street, tokenize
from identity_match.field import DEFAULT_OPTIONS, Missing, Options, is_placeholder
from identity_match.records import Address
from identity_match.text import TRUNCATED, clean, fold


def normalize(raw: Address | str | None, options: Options = DEFAULT_OPTIONS) -> AddressKey | Missing:
    """Read an address.

    Parts that come apart stay apart; only the street line is read by the grammar. One line of text is read from its
    ends. Rules are those of the named country, else of the country whose postal code this can only be, else of
    ``default_country``. Total, and idempotent: the key's ``text`` gives an equal key.

    Args:
        raw: ``Address``, one line of text, or None.
        options: ``default_country`` is used.

    Returns:
        A key, or why there is none: ``Missing.BLANK`` where no part holds a letter or digit, ``Missing.PLACEHOLDER``
        where one says "unknown" or the like.

    >>> normalize(Address(street="100 Main Street Apt 4", city="San Francisco", postal_code="94107")).text
    '100 main street, unit 4 | san francisco |  | 94107 | '
    >>> normalize("n/a")
    <Missing.PLACEHOLDER: 'placeholder'>
    """
    default = options.default_country.lower()
    if raw is None:
        return Missing.BLANK
    if isinstance(raw, str):
        for between in (GIVEN, READ):
            if raw.count(between.strip()) == 4:
                parts = raw.split(between.strip())
                return _from_parts(*parts, default, line=between == READ)
        return _from_line(raw, default)
    if not (raw.city or raw.region or raw.postal_code):
        return _from_line(", ".join(part for part in (raw.street, raw.country) if part), default)
    return _from_parts(raw.street, raw.city, raw.region, raw.postal_code, raw.country, default)


def _is_placeholder(text: str) -> bool:
    return is_placeholder(" ".join(fold(text).split()), "address")


def _from_line(text: str, default: str) -> AddressKey | Missing:
    cleaned = clean(text.replace("\n", ", "), LINE_CAP)
    if _is_placeholder(cleaned.text):
        return Missing.PLACEHOLDER
    tokens = tokenize(cleaned.text)
    if not any(any(map(str.isalnum, token)) for token in tokens):
        return Missing.BLANK
    found = read_line(tokens, default)
    place = tuple(word for words in found.place for word in _place(" ".join(words), found.rules))
    street = found.street
    key = AddressKey(
        *street[:8], place, found.region, found.postal_code, found.country, found.rules.country,
        line=True, several=street.several, truncated=TRUNCATED in cleaned.marks,
    )  # fmt: skip
    return _settled(key, default)


def _from_parts(  # noqa: PLR0913 - the five parts of an address
    street: str | None,
    city: str | None,
    region: str | None,
    postal_code: str | None,
    country: str | None,
    default: str,
    *,
    line: bool = False,
) -> AddressKey | Missing:
    key = _read_parts(street, city, region, postal_code, country, default, line=line)
    if isinstance(key, Missing):
        return key
    return _settled(key, default)


def _read_parts(  # noqa: PLR0913 - the five parts of an address
    street: str | None,
    city: str | None,
    region: str | None,
    postal_code: str | None,
    country: str | None,
    default: str,
    *,
    line: bool = False,
) -> AddressKey | Missing:
    truncated = placeholder = False
    parts: list[str] = []
    for value, cap in ((street, STREET_CAP), (city, CITY_CAP), (region, CITY_CAP), (postal_code, POSTAL_CAP),
                       (country, CITY_CAP)):  # fmt: skip
        cleaned = clean(value, cap) if value else None
        text = cleaned.text if cleaned else ""
        if text and _is_placeholder(text):
            text, placeholder = "", True
        if cleaned and TRUNCATED in cleaned.marks:
            truncated = True
        parts.append(text)
    code = country_code(fold_part(parts[4]))
    postal = fold_part(parts[3])
    rules = rules_for(code or country_of_postal(postal) or default)
    read_street_line = parts[0].rstrip()
    if read_street_line.endswith(CUT):
        truncated = True
    region_code = fold_part(parts[2])
    found = AddressKey(
        place=_place(parts[1], rules),
        region=rules.regions.get(region_code, region_code),
        postal_code=rules.postal_code(postal) if postal else "",
        country=code,
        rules=rules.country,
        line=line,
        truncated=truncated,
    )
    tokens = tokenize(read_street_line)
    if read_street_line.startswith(PLAIN):
        found = _plainly(found, tokens)
    else:
        street_found = read_street(tokens, rules, line=False)
        found = found._replace(
            numbers=street_found.numbers, pre=street_found.pre, name=street_found.name, kind=street_found.kind,
            post=street_found.post, extra=street_found.extra, units=street_found.units, box=street_found.box,
            several=street_found.several or MANY in read_street_line,
        )  # fmt: skip
    if not any(found[:9]) and not (found.region or found.postal_code or found.country):
        return Missing.PLACEHOLDER if placeholder else Missing.BLANK
    return found


@lru_cache(maxsize=4096)
def _place_of(text: str, country: str) -> tuple[str, ...]:
    rules = rules_for(country)
    folded = fold_part(text)
    folded = rules.cities.get(folded, folded)
    words = folded.split()
    if len(words) > 1:
        words = [rules.long_directions.get(rules.directions.get(word, ""), word) for word in words]
    canonical = " ".join(canonical_words(words, rules))
    return tuple(rules.cities.get(canonical, canonical).split())


def _place(text: str, rules: Rules) -> tuple[str, ...]:
    """Read a city, or the words after the street in one line."""
    return _place_of(text, rules.country) if text else ()


def _plainly(key: AddressKey, tokens: list[str]) -> AddressKey:
    """Take the words of a street line as they are."""
    words: list[str] = []
    room = STREET_CAP - 8  # the marks before and after the words
    for token in tokens:
        if token not in (",", "#", "&", "-") and room > len(token):
            words.append(token)
            room -= len(token) + 1
    return key._replace(name=tuple(words), plain=True)


def _settled(key: AddressKey, default: str) -> AddressKey:
    """Give a key whose text reads as itself: the reading, or the reading of its text, or the plain words.

    Ordinary addresses settle at once; a hostile or mangled line whose canonical words would be read as something else
    is kept as plain words, which are compared as they are.
    """
    for _ in range(2):
        again = _read_parts(*_parts_of(key), default, line=key.line)
        if again == key:
            return key
        if isinstance(again, Missing):
            break
        key = again
    tokens = tokenize(key.street)
    return _plainly(
        AddressKey(place=(), region=key.region, postal_code=key.postal_code, country=key.country, rules=key.rules,
                   line=key.line, truncated=key.truncated),
        [*tokens, *tokenize(" ".join(key.place))],
    )  # fmt: skip


def _parts_of(key: AddressKey) -> tuple[str, str, str, str, str]:
    return key.street, " ".join(key.place), key.region, key.postal_code, key.country
