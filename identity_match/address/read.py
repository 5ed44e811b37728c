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
from identity_match.address.names import read_place
from identity_match.address.plain import read_plain
from identity_match.address.rules import (
    country_code,
    country_of_postal,
    fold_part,
    rules_for,
)
from identity_match.address.street import read_street
from identity_match.address.tokens import tokenize
from identity_match.field import DEFAULT_OPTIONS, Missing, Options, is_placeholder
from identity_match.records import Address
from identity_match.text import REPLACEMENT, TRUNCATED, Cleaned, clean, decoded, fold


def read_fully(raw: Address, default: str) -> AddressKey | Missing:
    """Read an address by parts with the full grammar, no shortcut taken."""
    street = _bare(raw.street)
    if street and not (_bare(raw.city) or _bare(raw.region) or _bare(raw.postal_code)):
        # The whole address may stand in the street line.
        code_text = _small(raw.country)[0]
        return _from_line(street, default, country_code(fold_part(code_text)) if code_text else "")
    return _from_parts(raw, default)


def _bare(part: str | None) -> str:
    return part.strip() if part else ""


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
                parts = map(str.strip, raw.split(between.strip()))  # or the spaces count towards the caps
                return _from_parts(Address(*parts), default, line=between == READ)
        return _from_line(raw, default)
    plain = read_plain(raw, default)
    if plain is not None:
        return plain
    return read_fully(raw, default)


def _is_placeholder(text: str) -> bool:
    # Written with its signs ("n/a"), or with signs around it (":nil").
    return is_placeholder(" ".join(fold(text).split()), "address") or is_placeholder(fold_part(text), "address")


def _from_line(text: str, default: str, country: str = "") -> AddressKey | Missing:
    cleaned = _repaired(text.replace("\n", ", "), LINE_CAP)
    if _is_placeholder(cleaned.text):
        return Missing.PLACEHOLDER
    tokens = tokenize(cleaned.text)
    if not any(any(map(str.isalnum, token)) for token in tokens):
        return Missing.BLANK
    found = read_line(tokens, default, country)
    if found.rules.german and not cleaned.text.isascii():
        found = read_line(tokenize(cleaned.text, german=True), default, country)
    place = tuple(word for words in found.place for word in read_place(" ".join(words), found.rules.country))
    street = found.street
    key = AddressKey(
        *street[:8], place, found.region, found.postal_code, found.country, found.rules.country,
        line=True, several=street.several, truncated=TRUNCATED in cleaned.marks,
    )  # fmt: skip
    key = key.with_parts(numbers=_without_postal_code(key.numbers, key), extra=_without_place(key.extra, key))
    return _settled(key, default)


def _from_parts(raw: Address, default: str, *, line: bool = False) -> AddressKey | Missing:
    key = _read_parts(raw, default, line=line)
    return key if isinstance(key, Missing) else _settled(key, default)


def _read_parts(raw: Address, default: str, *, line: bool = False) -> AddressKey | Missing:
    street_line, cut_street, odd_street = _cleaned(raw.street, STREET_CAP)
    city_text, cut_city, odd_city = _cleaned(raw.city, LINE_CAP if line else CITY_CAP)
    postal, cut_postal, odd_postal = _cleaned(raw.postal_code, POSTAL_CAP)
    region_text, cut_region, odd_region = _small(raw.region)
    code_text, cut_country, odd_country = _small(raw.country)
    code = country_code(fold_part(code_text)) if code_text else ""
    postal = fold_part(_without_fraction(postal)) if postal else ""
    rules = rules_for(code or country_of_postal(postal) or default)
    region_code = fold_part(region_text) if region_text else ""
    read_street_line = street_line.rstrip()
    found = AddressKey(
        place=read_place(city_text, rules.country),
        region=rules.regions.get(region_code, region_code),
        postal_code=rules.postal_code(postal) if postal else "",
        country=code,
        rules=rules.country,
        line=line,
        truncated=cut_street or cut_city or cut_postal or cut_region or cut_country or read_street_line.endswith(CUT),
    )
    tokens = tokenize(read_street_line, german=rules.german)
    if read_street_line.startswith(PLAIN):
        found = _plainly(found, tokens)
    else:
        street_found = read_street(tokens, rules, line=False)
        found = found.with_parts(
            numbers=_without_postal_code(street_found.numbers, found), pre=street_found.pre, name=street_found.name,
            kind=street_found.kind, post=street_found.post, extra=_without_place(street_found.extra, found),
            units=street_found.units, box=street_found.box,
            several=street_found.several or MANY in read_street_line,
        )  # fmt: skip
    if not any(found.door) and not (found.place or found.region or found.postal_code or found.country):
        placeholder = odd_street or odd_city or odd_postal or odd_region or odd_country
        return Missing.PLACEHOLDER if placeholder else Missing.BLANK
    return found


def _without_place(extra: tuple[str, ...], key: AddressKey) -> tuple[str, ...]:
    """Drop words beside the street that only repeat the other parts, as where a bank keeps the whole in the street."""
    known = {*key.place, *key.region.split(), key.country, key.postal_code}
    return () if all(word in known for word in extra) else extra


def _without_postal_code(numbers: tuple[str, ...], key: AddressKey) -> tuple[str, ...]:
    """Drop the postal code from the numbers after the first."""
    if len(numbers) < 2:
        return numbers
    return numbers[:1] + tuple(number for number in numbers[1:] if number != key.postal_code)


def _repaired(text: str, cap: int) -> Cleaned:
    """Clean text; letters that failed to be decoded leave a gap."""
    cleaned = clean(decoded(text, cap), cap)
    return Cleaned(" ".join(cleaned.text.replace(REPLACEMENT, " ").split()), cleaned.marks)


def _cleaned(text: str | None, cap: int) -> tuple[str, bool, bool]:
    """Clean a part: its text, whether it was cut, and whether it was a placeholder, which leaves no text."""
    if not text:
        return "", False, False
    cleaned = _repaired(text, cap)
    placeholder = _is_placeholder(cleaned.text)
    return "" if placeholder else cleaned.text, TRUNCATED in cleaned.marks, placeholder


def _without_fraction(text: str) -> str:
    """Take ".0" off a postal code that was a number once."""
    whole, point, zeros = text.partition(".")
    return whole if point and whole.isdecimal() and zeros and not zeros.strip("0") else text


@lru_cache(maxsize=1024)
def _short(text: str | None) -> tuple[str, bool, bool]:
    return _cleaned(text, CITY_CAP)


def _small(text: str | None) -> tuple[str, bool, bool]:
    """Clean a region or country; the few that there are, are remembered."""
    return _short(text) if text is None or len(text) <= CITY_CAP else _cleaned(text, CITY_CAP)


def _plainly(key: AddressKey, tokens: list[str]) -> AddressKey:
    """Take the words of a street line as they are."""
    words: list[str] = []
    room = STREET_CAP - 8  # the marks before and after the words
    for token in tokens:
        if token not in (",", "#", "&", "-") and room > len(token):
            words.append(token)
            room -= len(token) + 1
    return key.with_parts(name=tuple(words), plain=True)


def _settled(key: AddressKey, default: str) -> AddressKey:
    """Give a key whose text reads as itself: the reading, or the reading of its text, or the plain words.

    Ordinary addresses settle at once; a hostile or mangled line whose canonical words would be read as something else
    is kept as plain words, which are compared as they are.
    """
    if _reads_as_itself(key):
        return key
    for _ in range(2):
        again = _read_parts(_parts_of(key), default, line=key.line)
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


def _reads_as_itself(key: AddressKey) -> bool:
    """Tell whether the canonical street and city give the same key again: the usual case, quickly."""
    if key.plain or key.several or key.truncated:
        return False
    rules = rules_for(key.rules)
    street = key.street
    if len(street) > STREET_CAP or street.startswith(PLAIN):
        return False
    if any(is_placeholder(part, "address") for part in (street, " ".join(key.place), key.region, key.postal_code)):
        return False  # among other words or signs it was none
    if not street:
        return read_place(" ".join(key.place), key.rules) == key.place
    again = read_street(tokenize(street, german=rules.german), rules)
    return again[:8] == key.door and not again.several and read_place(" ".join(key.place), key.rules) == key.place


def _parts_of(key: AddressKey) -> Address:
    return Address(key.street, " ".join(key.place), key.region, key.postal_code, key.country)
