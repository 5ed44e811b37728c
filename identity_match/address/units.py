"""Units, floors, rooms, buildings and post boxes: found among the tokens of an address line, and taken out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from identity_match.address.tokens import (
    FRACTION,
    LETTER,
    has_digit,
    house_number,
    is_identifier,
    is_range,
    match_phrase,
    read_ordinal,
    starts_with_digit,
)

if TYPE_CHECKING:
    from identity_match.address.rules import Rules

_DOOR_WORD: Final = re.compile(r"(\d+)([a-z]{2,})")
_ANNOUNCED: Final = re.compile(r"([a-z]+)-?(\d.*)")


def split_joined(tokens: list[str], rules: Rules) -> list[str]:
    """Take a unit apart from the house number where the country joins them; else a slash is a hyphen.

    It stands before the number ("5/12 Smith St" in Australia) or after it ("12/5 Gandhi Nagar").

    A fraction after a whole number stays as it is; letters such as "bis" come off their number.
    """
    if not any(map(has_digit, tokens)):
        return tokens
    found: list[str] = []
    open_number = bool(rules.joined)
    for word in tokens:
        part = _DOOR_WORD.fullmatch(word) if rules.doors else None
        if part is not None and part[2] in rules.doors:
            found += [part[1], part[2]]
            continue
        part = _ANNOUNCED.fullmatch(word)
        if part is not None and _announces(part[1], rules):
            found.append(part[1])  # "RR2 Box18", "I-35", "Apt4"
            word = part[2]  # noqa: PLW2901 - the rest is read as if it stood apart
        unit, sign, number = word.partition("/" if "/" in word else "-")
        if sign and unit and number and word[0].isdecimal():
            fraction = bool(found) and found[-1].isdecimal() and FRACTION.fullmatch(word) is not None
            if fraction:
                found.append(word)
            elif open_number and sign == rules.joined and number[0].isdecimal():
                designated = bool(found) and (found[-1] in rules.units or found[-1] == "#")
                found += [*([] if designated else ["#"]), unit, ",", number]
            elif rules.parted and number[0].isdecimal() and (sign == rules.parted or not is_range(word)):
                found += [unit, "#", number]
            else:
                found.append(f"{unit}-{number}")
        else:
            found.append(word)
        open_number = open_number and not word[0].isdecimal()
    return found


def _announces(word: str, rules: Rules) -> bool:
    """Tell whether a number after the word is that of a box, a road or a unit."""
    if word in rules.units:
        return True
    return any(words == (word,) for table in (rules.boxes, rules.roads) for words, _ in table.get(word, ()))


def take_boxes(tokens: list[str], rules: Rules) -> tuple[list[str], str]:
    """Take post boxes and rural routes out; a comma stands where each was."""
    kept: list[str] = []
    found: list[str] = []
    i = 0
    while i < len(tokens):
        phrase = match_phrase(rules.boxes, tokens, i)
        if phrase is not None:
            length, canonical = phrase
            after = i + length
            while after < len(tokens) and (tokens[after] == "#" or tokens[after] in rules.markers):
                after += 1
            if after < len(tokens) and is_identifier(tokens[after]) and has_digit(tokens[after]):
                name = "po" if canonical == "box" else canonical
                found.append(f"{name} {house_number(tokens[after])}")
                kept.append(",")
                i = after + 1
                continue
        kept.append(tokens[i])
        i += 1
    return kept, " ".join(found)


def take_units(tokens: list[str], rules: Rules) -> tuple[list[str], list[str]]:
    """Take units out; a comma stands where each was."""
    kept: list[str] = []
    units: list[str] = []
    i = 0
    count = len(tokens)
    seen_number = False
    while i < count:
        word = tokens[i]
        kind = rules.units.get(word, "")
        following = tokens[i + 1] if i + 1 < count else ","
        if kind == "floor" and kept and (level := _level(kept[-1], following, rules)):
            kept.pop()
            units.append(f"floor {level}")
        elif kind == "floor" and kept and kept[-1] == "ground":
            kept.pop()
            units.append("floor 0")
        elif word == "#" or word in rules.markers or kind:
            at = i + 1
            while at < count and (
                tokens[at] == "#" or tokens[at] in rules.markers or (kind == "unit" == rules.units.get(tokens[at]))
            ):
                at += 1  # "Apt # 4", "Apt PH 2"
            if at < count and kind and tokens[at] in rules.cardinals:
                tokens = [*tokens[:at], rules.cardinals[tokens[at]], *tokens[at + 1 :]]  # "Flat Four"
            if at >= count or not is_identifier(tokens[at]):
                if word != "#":
                    kept.append(word)
                i += 1
                continue
            marked = word != "#" or not any(map(starts_with_digit, tokens[at + 1 :]))
            if not kind and not seen_number and marked:
                i = at  # only a marker before the house number
                continue
            if kind == "unit" and _is_named_flat(kept, units) and starts_with_digit(tokens[at]):
                i += 1  # "ground floor flat 115 High St": the number is the house's
                continue
            kind = kind or "unit"
            identifier, i = _identifiers(tokens, at)
            units += [name if kind == "unit" else f"{kind} {name}" for name in identifier]
            kept.append(",")
            continue
        elif word in rules.alone and (
            following in (",", "#") or following in rules.units or (not kept and starts_with_digit(following))
        ) and (len(kept) >= 2 or following in rules.units or starts_with_digit(following)):  # fmt: skip
            units.append(rules.alone[word])
            kept.append(",")
        else:
            seen_number = seen_number or starts_with_digit(word)
            kept.append(word)
        i += 1
    return kept, units


def _level(word: str, following: str, rules: Rules) -> str:
    """Read the number of a floor that stands before the word: an ordinal, or a plain number where none follows."""
    if level := read_ordinal(word, rules):
        return level
    return word if word.isdecimal() and len(word) <= 3 and following == "," else ""


def _is_named_flat(kept: list[str], units: list[str]) -> bool:
    """Tell whether the flat about to be read is named already: "the flat", "ground floor flat", "basement flat"."""
    if kept == ["the"]:
        return True
    if not units or any(word != "," for word in kept):
        return False
    return not units[-1][-1:].isdecimal() or units[-1].startswith("floor ")


def _identifiers(tokens: list[str], at: int) -> tuple[list[str], int]:
    """Read a unit's identifier, or a list of them joined by "&" or "and"; gives where to go on."""
    found = [house_number(tokens[at]).replace("-", "") if not is_range(tokens[at]) else house_number(tokens[at])]
    at += 1
    if at < len(tokens) and (at + 1 == len(tokens) or tokens[at + 1] == ","):
        first, last = found[0], tokens[at]
        if (first.isdecimal() and LETTER.fullmatch(last)) or (LETTER.fullmatch(first) and last.isdecimal()):
            return [first + last], at + 1  # "Apt 4 B", "Ste B 4"
    while at + 1 < len(tokens) and tokens[at] in ("&", "and", "-") and is_identifier(tokens[at + 1]):
        if tokens[at] == "-" and tokens[at + 2 : at + 3] not in ([], [","]):
            return found, at + 1  # "#10 - 123 Main St"
        found.append(house_number(tokens[at + 1]))
        at += 2
    return found, at
