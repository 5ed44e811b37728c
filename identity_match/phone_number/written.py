"""What is written in a phone field: a plus, digits, an extension, perhaps letters; not yet which number it is."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from identity_match.field import Missing
from identity_match.text import REPLACEMENT

MIN_DIGITS: Final = 4  # fewer are a service (911, 112) or a typing error; our choice
MIN_LETTERS: Final = 3  # of a number spelled in letters; fewer are a typing error; our choice
MAX_DAMAGED: Final = 2  # letters in place of digits; with more of them it is a word; our choice
MAX_DIGITS: Final = 18  # 15 of E.164 and an international prefix of three (011)
NUMBER_DIGITS: Final = 7  # so many are a telephone number of their own; the shortest local number of most plans

# ITU E.161 keypad.
_KEYPAD: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
TOLL_FREE: Final = frozenset(("800", "833", "844", "855", "866", "877", "888", "900"))  # FCC; 900 is the premium code

# Signs that stand for a digit the bank hid; one x is an extension unless it ends the text. NFKC spells … as three dots.
_MASK: Final = re.compile(r"[*•●█▒■∗]|\.{3}|#{2}|\?{2}|_{2}|(?<![a-z])(?:x{2,}(?![a-z])|x$)")
_FLOAT: Final = re.compile(r"(\+?\d{5,})\.0+")
_LABEL: Final = re.compile(
    r"(?:(?:tel(?:ephone)?|phone|ph|mobile|mob|cell(?:ular|phone)?|home|work|office|main|fax|voice|sms|callto|whatsapp)"
    r"(?:\.? ?(?:no|nr|number|#))?[ .:#-]*|[tmphcow][ .:]+)(?=[+(\d])"
)
_REMARK: Final = re.compile(
    r"[ ,;-]*(?:\((?:home|work|cell|mobile|office|main|fax|day|evening|primary|business|landline|voice|[hwcmo])\)"
    r"|\b(?:home|work|cell|mobile|office|main|fax|day|evening|primary|business|landline|voice))$"
)
# Words for "extension": English, Russian, Spanish, Portuguese, French; signs as phonenumbers reads them.
_EXTENSION: Final = re.compile(
    r"(?P<head>.*\d)[ )]*[-,.;/]?[ ]*"
    r"(?:(?:ext(?:ension|n)?|xtn|int(?:erno)?|anexo|ramal|poste|доб(?:авочный)?|x|#|~|,,?|;)[ .:=#]*)"
    r"(?P<extension>\d{1,15})#?"
)
_SEPARATOR: Final = re.compile(r"[,;|&]|/|\bor\b|\band\b|(?<=[\d ])\+")
_PARAMETER: Final = re.compile(r";(isub|phone-context|[a-z][a-z0-9-]*)=([^;]*)")
UNPLACED: Final = "?"
# Written behind digits of which the context named a part that is no calling code.
OF_ANOTHER: Final = ";phone-context=+"
_CONTEXT: Final = re.compile(r"\+\d{1,3}")  # a country calling code; a longer context would build a number from pieces
_PLUS: Final = re.compile(r"[ (]*\+[ +]*")
_OPTIONAL: Final = re.compile(r"(\d{1,3})[- ]?[(\[]\d[)\]]")
_NANP_LETTERS: Final = re.compile(
    r"(?P<one>\+?1[-. ]*)?\(?(?P<area>[2-9]\d\d)\)?(?P<gap>[-. ]*)(?P<rest>[0-9a-z][-. 0-9a-z]*)"
)
_TOLL_FREE_WORD: Final = re.compile(r"[0-9a-z]{7}[a-z]{0,8}")  # letters past the seventh are not dialled
_LINE_WORD: Final = re.compile(r"\d{3}[a-z]{4}")
_DAMAGED: Final = re.compile(r"[\doil]+")  # letters typed for 0 and 1
_PUNCTUATION: Final = re.compile(r"[-. ()/\[\]~]+|(?<=\d)_(?=\d)")


class Written(NamedTuple):
    """What stands in the field.

    Attributes:
        digits: Digits in the order written; letters of a vanity number stay letters.
        has_plus: The digits begin with a country calling code.
        extension: Digits of the extension, or empty.
        optional: Place in ``digits`` of a digit in parentheses after the calling code, as in ``+44 (0)20``; else 0.
        is_damaged: A letter stands where a digit belongs (O for 0), or the context names part of a number.
        has_letters: The number is spelled on the keypad.
    """

    digits: str
    has_plus: bool = False
    extension: str = ""
    optional: int = 0
    is_damaged: bool = False
    has_letters: bool = False


def keypad(text: str) -> str:
    """Give the digits of a number that is spelled in letters.

    >>> keypad("1800flowers")
    '18003569377'
    """
    return text.translate(_KEYPAD)


def read(text: str) -> Written | Missing:
    """Read the content of a phone field, or say why there is no number in it.

    Args:
        text: Clean, folded text of bounded length.

    >>> read("(415) 745-2130 ext. 12")
    Written(digits='4157452130', has_plus=False, extension='12', optional=0, is_damaged=False, has_letters=False)
    >>> read("415-745-2130 or 212-867-5309")
    <Missing.SEVERAL: 'several_values'>
    """
    if REPLACEMENT in text or "@" in text:
        return Missing.UNREADABLE
    if not any(char.isalnum() or char in "*•●█" for char in text):
        return Missing.BLANK
    if _MASK.search(text):
        return Missing.MASKED
    if not any(map(str.isdigit, text)):
        return Missing.UNREADABLE
    text = text.lstrip("'")  # a spreadsheet's sign for text
    if whole := _FLOAT.fullmatch(text):  # a spreadsheet wrote the number as a decimal
        text = whole[1]
    text = _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
    text, context = _parameters(text)
    text = _REMARK.sub("", text)
    extension = ""
    found = _EXTENSION.fullmatch(text)
    if found and _digit_count(found["head"]) >= MIN_DIGITS and not _is_several(text):
        text, extension = found["head"], found["extension"]
    return Missing.SEVERAL if _is_several(text) else _number(text, extension, context)


def _parameters(text: str) -> tuple[str, str]:
    """Take the parameters of an RFC 3966 URI off; give the text and the calling code that the context names.

    A number that is no calling code gives ``UNPLACED``; a domain name says nothing.
    """
    context = ""
    for name, value in _PARAMETER.findall(text):
        if name == "phone-context" and value.startswith("+"):
            context = value if _CONTEXT.fullmatch(value) else UNPLACED
    return _PARAMETER.sub(lambda found: f" ext {found[2]}" if found[1] == "ext" else "", text), context


def _digit_count(text: str) -> int:
    return sum(map(str.isdigit, text))


def _is_several(text: str) -> bool:
    return sum(_digit_count(piece) >= NUMBER_DIGITS for piece in _SEPARATOR.split(text)) > 1


def _number(text: str, extension: str, context: str) -> Written | Missing:
    plus = _PLUS.match(text)
    placed = context not in ("", UNPLACED)
    has_plus = plus is not None or placed
    body = text[plus.end() :] if plus else text
    if placed and not plus:
        body = context[1:] + body.strip().removeprefix("0")
    optional = _OPTIONAL.match(body) if has_plus else None
    compact = _PUNCTUATION.sub("", body)
    if compact.isdecimal() and compact.isascii():
        if len(compact) > MAX_DIGITS:
            return Missing.SEVERAL if compact != body.strip() else Missing.UNREADABLE
        if len(compact) < MIN_DIGITS:
            return Missing.UNREADABLE
        spare = len(optional[1]) if optional else 0
        # A number with a plus needs no context, so none can take anything from it.
        return Written(compact, has_plus, extension, spare, is_damaged=context == UNPLACED and not has_plus)
    if _DAMAGED.fullmatch(compact) and NUMBER_DIGITS <= len(compact) <= MAX_DIGITS:
        letters = len(compact) - _digit_count(compact)
        if letters <= MAX_DAMAGED:
            return Written(compact, has_plus, extension, is_damaged=True)
    return _spelled(text.strip(), has_plus=has_plus, extension=extension)


def _spelled(text: str, *, has_plus: bool, extension: str) -> Written | Missing:
    """Read a number spelled in letters, such as 1-800-FLOWERS, and nothing that may be a street or a sentence.

    At least three letters. A toll-free number may spell all that follows the area code; any other one the last four.
    Words apart need a leading 1, a plus or a hyphen: ``800 Maple Rd`` is a street.
    """
    compact = _PUNCTUATION.sub("", text).lstrip("+")
    plain = compact if has_plus and compact.startswith("1") else text  # however it is grouped, it is in that plan
    if found := _NANP_LETTERS.fullmatch(text) or _NANP_LETTERS.fullmatch(plain):
        rest = _PUNCTUATION.sub("", found["rest"])
        is_one_word = "-" in text or found["one"] or " " not in found["rest"].strip()
        is_toll_free = found["area"] in TOLL_FREE and (found["gap"] or found["one"] or rest[0].isalpha())
        shape = _TOLL_FREE_WORD if is_toll_free else _LINE_WORD
        if is_one_word and shape.fullmatch(rest) and sum(map(str.isalpha, rest)) >= MIN_LETTERS:
            return Written(f"1{found['area']}{rest}", has_plus=True, extension=extension, has_letters=True)
        return Missing.UNREADABLE
    if has_plus and re.fullmatch(r"\d{3,}[a-z]{3,12}\d*", compact) and len(compact) <= MAX_DIGITS:
        return Written(compact, has_plus, extension, has_letters=True)
    return Missing.UNREADABLE
