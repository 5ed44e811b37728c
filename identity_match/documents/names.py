"""Which lines of a block are holders' names, and how the lines of one name are put together.

What a name means (two people, a trade name, a trust) is not decided here: ``identity_match.legal_name`` reads that from
the line, so lines are kept as they are printed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from identity_match.documents.dates import dates_in
from identity_match.legal_name import firm
from identity_match.legal_name.tokens import gender_of, surname_share
from identity_match.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_NAMES = 4  # lines of names above an address; our choice, printed ones have one to three
LONGEST = 80  # letters of such a line

# Words that stand on statements and in no holder's name. Our selection; words that are surnames (Page, Branch) are left
# out, and so are words of firms' names (service, deposit).
_OTHER = re.compile(
    r"\b(?:statements?|accounts?|acct|balances?|summary|information|numbers?|period|total|transactions?|checking|"
    r"questions|customer (?:service|number|care)|online|telephone|phone|e-?mail|fax|www|https?|page \d+|"
    r"return service|requested|presort|kontoauszug|kontonummer|kontostand|iban|bic|swift|sort code|seite \d+|"
    r"zeitraum|blatt|auszug|kunden\w*|releve|compte|extracto|cuenta|important|notice|dear|thank you|enclosed|"
    r"private and confidential|confidential|welcome|overview|address(?:ed)?|mailing|prepared for|current resident|"
    r"auto|sch \d|routing|transit|date|datum|amount|description|opening|closing|issued|correspondence)\b|[@*:|=·•]|://"
)
_ASIDE = re.compile(
    r"^(?:c/o|c\.o\.|care of|attn|attention|att|z\.? ?hd\.?|zu haenden|zu handen|a l'attention de)\b[.:]? *"
)
_GOES_ON = re.compile(
    r"^(?:pod|tod|t/o/d|itf|fbo|dba|d/b/a|t/a|t/as|trading as|doing business as|aka|a/k/a|utma|ugma|cust|custodian|"
    r"for the benefit of|in trust for|payable on death)\b"
)
_JOINER = re.compile(r"^(?:and/or|and|or|&|und|oder|et|ou)\s+|\s+(?:and/or|and|or|&|und|oder|et|ou|,)$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s+(?:and/or|and|or|&|und|oder|et|ou)\s+", re.IGNORECASE)
BANK = re.compile(
    r"\b(?:bank|bancorp|bancshares|banking|credit union|fcu|savings|trust company|building society|sparkasse|"
    r"volksbank|raiffeisen\w*|banque|banco|caisse|n\.?a\.?|financial group|\w+bank)\b"
)


def aside(text: str) -> bool:
    """Tell a line that names whom a letter goes to, not whose account it is: care of, attention.

    >>> aside("C/O JOHN ROE"), aside("Attn: Jane Doe"), aside("Cora Doe")
    (True, True, False)
    """
    return _ASIDE.search(fold(text).replace("%", "c/o ")) is not None


def is_bank(text: str) -> bool:
    """Tell a name that banks have."""
    return BANK.search(fold(text)) is not None


def likely_name(text: str, *, labelled: bool = False) -> bool:
    """Tell whether a line can be a holder's name.

    Args:
        text: The line.
        labelled: A label says that it is one, so that one word will do.

    >>> likely_name("JANE Q DOE"), likely_name("Account summary"), likely_name("PAGE, ELLEN"), likely_name("0012 AB 3")
    (True, False, True, False)
    """
    bare = " ".join(text.split())
    folded = fold(bare)
    slashed = _GOES_ON.sub("", folded)
    letters = sum(map(str.isalpha, bare))
    if not bare or len(bare) > LONGEST or letters < 2 or letters < 0.6 * len(bare.replace(" ", "")):
        return False
    if _OTHER.search(slashed) or dates_in(bare) or not bare[0].isalnum():
        return False
    words = folded.split()
    if len(words) > 10 or (len(words) == 1 and not labelled):
        return False
    if any(map(str.isdecimal, bare)):
        return firm.read(bare.lower()).detected
    return True


def known_name(text: str) -> bool:
    """Tell a line with a word that is a given name or a surname, or a firm's name beyond doubt."""
    found = [word.strip(".,&") for word in fold(text).split()]
    return (
        any(gender_of(word) or surname_share(word) > 1 for word in found if len(word) > 1)
        or firm.read(text.lower()).detected
    )


def names_of(lines: Iterable[str], *, labelled: bool = False) -> list[str]:
    """Read the lines above an address, from below: the names nearest to it.

    Stops at the first line that can be no name, since what stands above the names is the sender's.

    >>> names_of(["*****AUTO**5-DIGIT 62704", "JANE DOE OR", "JOHN DOE", "C/O ROE LLP"])
    ['JANE DOE', 'JOHN DOE']
    >>> names_of(["RIVER FOODS LLC", "DBA BLUE HERON BAKERY"])
    ['RIVER FOODS LLC DBA BLUE HERON BAKERY']
    """
    kept: list[str] = []
    written = [text for text in lines if not aside(text)]
    for i in range(len(written) - 1, -1, -1):
        text = written[i]
        single = bool(_JOINER.search(text)) or (i > 0 and _goes_on(written[i - 1], text))
        if not likely_name(text, labelled=labelled or single):
            break
        if kept and is_bank(text):
            break  # the letter's head
        kept.append(" ".join(text.split()))
        if len(kept) == MOST_NAMES:
            break
    return _joined(kept[::-1])


def _joined(lines: Sequence[str]) -> list[str]:
    """Put lines that are one name together, and take joining words off lines that are names by themselves."""
    found: list[str] = []
    for text in lines:
        folded = text.lower()
        if found and (_GOES_ON.search(folded) or _goes_on(found[-1], text)):
            found[-1] = f"{found[-1]} {text}"
        else:
            found.append(text)
    parted = [_JOINER.sub("", _JOINER.sub("", text)).strip(" ,") for text in found]
    return [text for text in dict.fromkeys(parted) if text]


def _goes_on(before: str, text: str) -> bool:
    """Tell whether a line goes on with the name on the line before: that one is open, or too long for a last word."""
    return _is_open(before) or (len(text.split()) == 1 and _BETWEEN.search(before) is not None)


def _is_open(text: str) -> bool:
    """Tell a line whose last name has no family name yet.

    >>> _is_open("JANE AND"), _is_open("Jane Doe & John"), _is_open("JANE DOE AND"), _is_open("JANE DOE")
    (True, True, False, False)
    """
    end = _JOINER.search(text)
    if end is not None and end.start() > 0:
        return len(text[: end.start()].split()) == 1
    parts = _BETWEEN.split(text)
    return len(parts) > 1 and len(parts[-1].split()) == 1 and len(parts[0].split()) > 1
