"""Which lines of a block are an address, and its parts as they are printed.

The words of each country come from the tables of ``identity_match.address``; the parts keep their letters, because the
response shows what the bank printed.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from identity_match.address.line import read_line
from identity_match.address.rules import country_code, fold_part, is_country, rules_for
from identity_match.address.tokens import ORDINAL, starts_with_digit, tokenize
from identity_match.address.units import take_boxes
from identity_match.legal_name import firm
from identity_match.legal_name.tokens import gender_of, surname_share
from identity_match.records import Address

if TYPE_CHECKING:
    from collections.abc import Sequence

# Countries whose place line is read, each by its own form; others are read where a line names them.
WITH_REGION = ("us", "ca", "au")  # city, region, postal code
CODE_LAST = ("gb",)  # city and postal code, or the code on a line of its own
CODE_FIRST = ("de", "at", "ch", "fr", "es")  # postal code and city
MOST_WORDS = 6  # words of a city; our choice
LONGEST_NUMBER = 8  # characters of a house number, "12345-67a"; our choice

_POSTAL_AS_WRITTEN = {
    "us": r"\d{5}(?: ?-? ?\d{4})?",
    "ca": r"[A-Z]\d[A-Z][ -]?\d[A-Z]\d",
    "au": r"\d{4}",
    "gb": r"GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
}
_CODE_FIRST = re.compile(r"(?:(?:D|A|CH|F|E)-)?(\d{4,5})\s+([^\d,]{2,60})(?:,\s*(.+))?")


class Place(NamedTuple):
    """The line of an address that holds the postal code.

    Attributes:
        before: What stands on the line before the city or the code; a whole street in an address of one line.
        city: City as printed; empty where the code stands alone.
        region: Region as printed.
        postal_code: Code as printed.
        country: Country in lower case.
        named: The country is named on the line.
    """

    before: str
    city: str
    region: str
    postal_code: str
    country: str
    named: bool = False


@cache
def _with_region(country: str) -> re.Pattern[str]:
    names = sorted(rules_for(country).regions, key=len, reverse=True)
    regions = "|".join(r"\.? ?".join(map(re.escape, name)) if len(name) == 2 else re.escape(name) for name in names)
    return re.compile(
        rf"(?P<before>.*?)[\s,]+(?P<region>{regions})\.?[\s,]+(?P<code>{_POSTAL_AS_WRITTEN[country]})", re.IGNORECASE
    )


@cache
def _code_last(country: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<before>.*?)(?:^|[\s,]+)(?P<code>{_POSTAL_AS_WRITTEN[country]})", re.IGNORECASE)


def country_line(text: str) -> str:
    """Read a line that is nothing but a country: its code in lower case, or empty.

    >>> country_line("UNITED KINGDOM"), country_line("CA"), country_line("USA")
    ('gb', '', 'us')
    """
    folded = fold_part(text)
    known = is_country(folded) and (len(folded) > 3 or folded in ("us", "usa", "uk", "uae"))
    return country_code(folded) if known else ""


def _without_country(text: str) -> tuple[str, str]:
    """Take a country's name off the end of a line."""
    parts = re.split(r"[,\s]+", text)
    for count in (3, 2, 1):
        name = " ".join(parts[-count:])
        if len(parts) > count and (code := country_line(name)):
            found = re.search(r"[,\s]+" + r"[,\s]+".join(map(re.escape, parts[-count:])) + r"$", text)
            return (text[: found.start()] if found else text), code
    return text, ""


def read_place(text: str, below: str = "", default: str = "us") -> Place | None:
    """Read the line of an address with the postal code; None where it is no such line.

    Args:
        text: The line.
        below: The line below it, which may name the country.
        default: Country in lower case where the form of the code does not tell.

    >>> read_place("SPRINGFIELD, IL 62704-1234")
    Place(before='', city='SPRINGFIELD', region='IL', postal_code='62704-1234', country='us', named=False)
    >>> read_place("12345 Main Street")
    """
    if len(text) > 160 or not any(map(str.isdecimal, text)):
        return None
    text = " ".join(text.split()).rstrip(" ,.")
    told = country_line(below)
    if not told:
        text, told = _without_country(text)
        named = bool(told)
    else:
        named = False
    for country in (told,) if told else tuple(dict.fromkeys((default, *WITH_REGION))):
        if country in WITH_REGION and (found := _with_region(country).fullmatch(text)):
            before, city = _split_city(found["before"], country)
            if city:
                return Place(before, city, found["region"], found["code"], country, named)
    if told in ("", "gb") and (found := _code_last("gb").fullmatch(text)):
        before, city = _split_city(found["before"], "gb")
        return Place(before, city, "", found["code"], "gb", named)
    country = told if told in CODE_FIRST else default if default in CODE_FIRST else "de"
    if (not told or told in CODE_FIRST) and (found := _CODE_FIRST.fullmatch(text)) and _is_city(found[2]):
        return Place("", found[2].strip(" ,"), "", found[1], country, named)
    if told in ("", *CODE_FIRST) and "," in text:
        street, _, rest = text.rpartition(",")
        if (found := _CODE_FIRST.fullmatch(rest.strip())) and _is_city(found[2]) and _ends_in_number(street):
            return Place(street.strip(), found[2].strip(), "", found[1], country, named)
    return None


def _ends_in_number(text: str) -> bool:
    return re.search(r"\d+ ?[a-zA-Z]?$", text.strip()) is not None


def _is_city(text: str) -> bool:
    """Tell a city after a postal code from a street after a house number."""
    words = fold_part(text).split()
    if not words or len(words) > MOST_WORDS:
        return False
    streets = rules_for("us")
    # "Bad Homburg v d Höhe" is a city; "Main Street", "N Oak Dr" are not.
    return not (len(words) > 1 and words[-1] in streets.types) and words[0] not in streets.directions


def _split_city(text: str, country: str) -> tuple[str, str]:
    """Part what stands before the region into street and city; the street is empty where it has a line of its own."""
    text = text.strip(" ,")
    street, comma, city = text.rpartition(",")
    if comma and not any(map(str.isdecimal, city)):
        if any(map(str.isdecimal, street)) or country not in WITH_REGION:
            return street.strip(" ,"), city.strip()
        return "", city.strip()
    if not any(map(str.isdecimal, text)):
        return ("", text) if 0 < len(text.split()) <= MOST_WORDS else ("", "")
    # Street and city without a comma between them: the grammar of one line says how many words the city has.
    found = read_line(tokenize(text), country)
    count = len(found.place[-1]) if found.place else 0
    words = text.split()
    if 0 < count < len(words) and not any(map(str.isdecimal, "".join(words[-count:]))):
        return " ".join(words[:-count]), " ".join(words[-count:])
    return "", ""


_UNIT_LINE = re.compile(r"(?:#|no\.?)\s*\w{1,6}", re.IGNORECASE)


def is_street(text: str, country: str) -> bool:
    """Tell a line with a house number, a box or a unit.

    >>> is_street("100 Main St", "us"), is_street("PO Box 12", "us"), is_street("Hauptstr. 5a", "de")
    (True, True, True)
    >>> is_street("Jane Doe", "us"), is_street("Apt 4B", "us"), is_street("4th Avenue Dental LLC", "us")
    (False, True, True)
    """
    tokens = tokenize(text)
    if not tokens or len(text) > 120:
        return False
    rules = rules_for(country)
    if take_boxes(tokens, rules)[1] or take_boxes(tokens, rules_for("us"))[1]:
        return True
    if starts_with_digit(tokens[0]):  # a line for the sorting machine has a longer number, or no word
        words = tokens[1:]
        told = any(
            (len(word) > 2 and word.isalpha()) or word in rules.types or ORDINAL.fullmatch(word) for word in words
        )
        return len(tokens[0]) <= LONGEST_NUMBER and told
    if _UNIT_LINE.fullmatch(text.strip()):
        return True
    designated = any(
        word in table.units
        and i + 1 < len(tokens)
        and (any(map(str.isdecimal, tokens[i + 1])) or len(tokens[i + 1]) == 1)
        for table in (rules, rules_for("us"))
        for i, word in enumerate(tokens)
    )
    if designated:
        return True
    if any(map(str.isdecimal, text)):
        return _ends_in_number(text) or any(word in rules.types for word in tokens[1:])
    return tokens[0] in rules.cardinals and tokens[-1] in rules.types  # One Market Street


def is_named_place(text: str, country: str) -> bool:
    """Tell a line without a number that ends as streets and buildings do, and is not a given name with a surname.

    >>> is_named_place("Rosemary Cottage", "gb"), is_named_place("Mary Lane", "gb")
    (True, False)
    """
    tokens = [token for token in tokenize(text) if token.isalnum()]
    rules = rules_for(country)
    last = tokens[-1] if len(tokens) > 1 else ""
    ends = last in rules.types or last in rules.buildings or any(last.endswith(end) for end, _ in rules.endings)
    return ends and not (gender_of(tokens[0]) and surname_share(last))


_SIGNS = re.compile(r"\s+[|·•‧∙/]\s+")


def unfold(lines: Sequence[str], default: str) -> list[str]:
    """Cut a line that holds a whole address, with names before it or not, into the lines it would have on a letter.

    >>> unfold(["Jane Doe | 100 Main St | Springfield, IL 62704"], "us")
    ['Jane Doe', '100 Main St', 'Springfield, IL 62704']
    >>> unfold(["Jane Doe, 100 Main St, Apt 4, Springfield, IL 62704"], "us")
    ['Jane Doe', '100 Main St, Apt 4, Springfield, IL 62704']
    """
    found: list[str] = []
    for text in lines:
        pieces = _SIGNS.split(text)
        if len(pieces) > 1 and any(read_place(piece, "", default) for piece in pieces[1:]):
            found += pieces
            continue
        place = read_place(text, "", default)
        parts = [part.strip() for part in place.before.split(",")] if place and place.before else []
        numbered = next((i for i, part in enumerate(parts) if place and is_street(part, place.country)), 0)
        if numbered:
            head = ", ".join(parts[:numbered])
            found += [head, text[text.index(parts[numbered], len(head)) :]]
        else:
            found.append(text)
    return found


class Postal(NamedTuple):
    """An address found in a block of lines.

    Attributes:
        address: Its parts as printed.
        first: Index of its first line.
        last: Index of its last line, the country included.
    """

    address: Address
    first: int
    last: int


def read_postal(lines: Sequence[str], default: str) -> Postal | None:
    """Find the address in a block of lines; what stands before it is whose it is.

    >>> read_postal(["JANE DOE", "100 MAIN ST APT 4", "SPRINGFIELD IL 62704"], "us").address.city
    'SPRINGFIELD'
    """
    for i, text in enumerate(lines):
        below = lines[i + 1] if i + 1 < len(lines) else ""
        place = read_place(text, below, default)
        if place is None or (place.country in CODE_FIRST and not _follows_street(lines, i, place, default)):
            continue
        last = i + 1 if country_line(below) else i
        street_end, city, region = i, place.city, place.region
        if not city:
            street_end, city, region = _city_above(lines, i)
        if place.before:
            street, first = place.before, i
        else:
            first = _street_start(lines[:street_end], place.country)
            street = _joined_street(lines[first:street_end])
        return Postal(_address(street, city, region, place), first, last)
    return None


def _follows_street(lines: Sequence[str], i: int, place: Place, default: str) -> bool:
    """Tell a postal code with its city from a house number with its street: where it could be either, look around."""
    if place.named or place.before or default in CODE_FIRST or (i + 1 < len(lines) and country_line(lines[i + 1])):
        return True
    above = lines[i - 1].strip() if i else ""
    return bool(above) and not above[0].isdecimal() and _ends_in_number(above)


def _city_above(lines: Sequence[str], i: int) -> tuple[int, str, str]:
    """Find the town, and the county, above a postal code that stands alone."""
    end, region = i, ""
    counties = rules_for("gb").regions
    if end >= 2 and fold_part(lines[end - 1]) in counties and not is_street(lines[end - 2], "gb"):
        end, region = end - 1, lines[end - 1].strip(" ,")
    if end >= 1:
        return end - 1, lines[end - 1].strip(" ,"), region
    return end, "", region


def _street_start(lines: Sequence[str], country: str) -> int:
    """Find where the street begins among the lines above the city: from below, as far as lines are parts of an address.

    In Britain a line that is none, such as a village's name, belongs to it where the line above is one. A firm's name
    with a number (4th Avenue Dental LLC) does not, nor does what stands above a name.
    """
    start = len(lines)
    for i in range(len(lines) - 1, -1, -1):
        text = lines[i]
        firms = start < len(lines) and bool(firm.read(text.lower()).forms)
        if (is_street(text, country) and not firms) or (i and is_named_place(text, country)):
            start = i
            continue
        village = country == "gb" and i > 0 and start >= len(lines) - 1 and _is_locality(text)
        if not (village and _is_part(lines, i - 1)):
            break
    return start if start < len(lines) else max(len(lines) - 1, min(1, len(lines)))


def _is_part(lines: Sequence[str], i: int) -> bool:
    return is_street(lines[i], "gb") or (i > 0 and is_named_place(lines[i], "gb"))


def _is_locality(text: str) -> bool:
    """Tell a line of words that opens with no given name."""
    words = fold_part(text).split()
    return bool(words) and not any(map(str.isdecimal, text)) and not gender_of(words[0])


def _joined_street(lines: Sequence[str]) -> str:
    return ", ".join(" ".join(line.split()).strip(" ,") for line in lines if line.strip(" ,"))


def _address(street: str, city: str, region: str, place: Place) -> Address:
    return Address(street or None, city or None, region or None, place.postal_code, place.country.upper())
