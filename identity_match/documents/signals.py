"""What can be said against a file: the kinds of signals, their sentences, and how a risk score comes from them.

A signal is a reason to look, not a proof: an honest customer's program may have saved the file anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

HIGH_RISK = 80  # from here on the contract speaks of high risk


class Rule(NamedTuple):
    """One kind of signal.

    Attributes:
        points: What it adds to the risk score, once, however often it is found; 0 where it is no risk. Our choice: 60
            for what an honest file hardly ever has, 40 for what is rare in one, 20 for what happens.
        sentence: What was found. Fixed: it holds nothing of the document.
    """

    points: int
    sentence: str


RULES = {
    "MASKING": Rule(60, "Text lies hidden under an area or a picture that was drawn over it"),
    "OVERLAID_TEXT": Rule(60, "Text was drawn over other text"),
    "EDITED_TEXT": Rule(60, "What a page draws was replaced after the file had been made"),
    "TOUCHUP_TEXT": Rule(60, "A page holds the mark that an editor leaves where text was changed"),
    "SOFTWARE_BLACKLIST": Rule(60, "The file was written by a program that edits pictures or documents"),
    "METADATA_DATES_OUTSIDE_WINDOW": Rule(
        40, "The file was changed long after it was made, or made before its statement period ended"
    ),
    "FONT": Rule(40, "A word is set in two fonts"),
    "FONT_ANOMALY": Rule(40, "A single word inside a line is set in another font than the words around it"),
    "MALFORMED_DATE": Rule(40, "A date in the file's metadata is not written as the format demands"),
    "PDF_ALIGNMENT": Rule(40, "A word or an amount stands slightly off the line or column of its neighbours"),
    "TEXT_LAYER_TEXT": Rule(40, "Text that is not drawn lies over a picture"),
    "FLATTENED_PDF": Rule(40, "A page is a picture with hardly any text"),
    "ADOBE_FONTS": Rule(40, "Text is set in a font that an editor puts in place of a missing one"),
    "ANNOTATIONS": Rule(20, "Annotations were added to a page"),
    "ANNOTATION_DATES": Rule(40, "An annotation is younger than the file"),
    "DATE_FORMAT_ANOMALY": Rule(40, "A date is written in another form than the others of its column, or is no day"),
    "ADDRESS_FORMAT_ANOMALY": Rule(20, "The postal code does not belong to the region"),
    "NAME_FORMAT_ANOMALY": Rule(20, "A name mixes alphabets, or is written in another case than what stands around it"),
    "METADATA_DATES_MISSING": Rule(20, "The file does not say when it was made"),
    "QPDF": Rule(20, "The file was rewritten by a program that restructures documents"),
    "TEXT_COMPRESSION": Rule(20, "The contents of the pages are compressed in different ways"),
    "METADATA_DATES_INSIDE_WINDOW": Rule(0, "The file was made after its period, and changed within a day if at all"),
    "METADATA_DATES_MATCH": Rule(0, "The file was made after its period and has not been changed since"),
}

# The contract's other kinds, with what it would take; none of them is ever raised.
NEVER_RAISED = {
    "BLACKLISTS": "a list of known forgeries",
    "COPYCAT_IMAGE": "the documents that others uploaded",
    "COPYCAT_TEXT": "the documents that others uploaded",
    "HIGH_USER_ACCESS": "what the customer did elsewhere",
    "REJECTED_CUSTOMER": "earlier decisions about the customer",
    "TEMPLATES": "specimens of every bank's statements",
    "BRUSH_DETECTION": "a look at the dots of pictures",
    "EDITED_WHILE_SCANNED": "a look at the dots of pictures",
    "EXIF_DATA_MODIFIED": "photographs, which are not read",
}


class Signal(NamedTuple):
    """Something that was found in a file.

    Attributes:
        type: A key of ``RULES``; the contract's word.
        page_number: Page it was found on, from 1; 0 for the whole file.
    """

    type: str
    page_number: int

    @property
    def has_fraud_risk(self) -> bool:
        """It speaks against the file."""
        return RULES[self.type].points > 0

    @property
    def signal_description(self) -> str:
        """A fixed sentence."""
        return RULES[self.type].sentence

    def to_dict(self) -> dict[str, object]:
        """Give the signal as the response has it."""
        return {
            "type": self.type,
            "has_fraud_risk": self.has_fraud_risk,
            "signal_description": self.signal_description,
            "page_number": self.page_number,
        }


def risk_score(signals: Iterable[Signal]) -> int:
    """Give the risk of a file, 0 to 100: the points of each kind once, added up, at most 100.

    So one sign that hardly any honest file has is not yet high risk (80), and any other beside it makes it so.

    >>> risk_score([Signal("MASKING", 1), Signal("MASKING", 2)]), risk_score([Signal("MASKING", 1), Signal("QPDF", 0)])
    (60, 80)
    """
    return min(100, sum(RULES[kind].points for kind in {signal.type for signal in signals}))
