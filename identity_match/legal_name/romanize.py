"""Keys under which different spellings of one sound are equal: Muntazir and Muntazer, Dmitriy and Dmitry.

A key is a folded word after a short list of replacements, so it is computed once a word and compared by equality. The
rules merge what romanisations of Arabic, Slavic, Greek, Persian and Indian names write differently; they keep apart
what tells two names from each other (a against o, o against u). Where a rule would have to merge those, the table of
variants lists the names instead.
"""

from __future__ import annotations

# In order. Sources: ALA-LC and BGN/PCGN romanisation tables (Arabic, Russian, Ukrainian, Persian, Hindi), passport
# spellings of ICAO Doc 9303 part 3 section 6, pre-1972 Indonesian spelling (dj, tj, oe), German transcription.
_RULES: tuple[tuple[str, str], ...] = (
    ("tsch", "ch"), ("dsch", "j"), ("tch", "ch"), ("sch", "sh"), ("dzh", "j"), ("dj", "j"), ("tj", "ch"),
    ("zh", "j"), ("kh", "h"), ("gh", "g"), ("ph", "f"), ("bh", "b"), ("dh", "d"), ("th", "t"), ("jh", "j"),
    ("tz", "ts"), ("x", "ks"), ("ck", "k"), ("q", "k"), ("w", "v"),
    ("iya", "ia"), ("iia", "ia"), ("yy", "i"), ("iy", "i"), ("ij", "i"), ("yi", "i"), ("ii", "i"), ("yu", "iu"),
    ("ya", "ia"), ("ju", "iu"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ie", "i"), ("aa", "a"), ("y", "i"),
    ("uv", "u"), ("e", "i"), ("ai", "i"), ("ii", "i"),
)  # fmt: skip
_SOFT = ("e", "i", "y")


def keys(text: str) -> frozenset[str]:
    """Work out the romanisation keys of a folded word: at most three.

    >>> keys("muntazir") & keys("muntazer") != frozenset()
    True
    >>> keys("maria") & keys("mario")
    frozenset()
    """
    if len(text) < 4:
        return frozenset()
    found = {_key(_abdul(text))}
    if "oe" in text:
        found |= {_key(text.replace("oe", "o")), _key(text.replace("oe", "u"))}
    elif "ue" in text or "ae" in text:
        found.add(_key(text.replace("ue", "u").replace("ae", "a")))
    return frozenset(found)


def _key(text: str) -> str:
    for old, new in _RULES:
        if old in text:
            text = text.replace(old, new)
    if "c" in text:
        text = "".join(
            ("s" if text[i + 1 : i + 2] in _SOFT else char if text[i + 1 : i + 2] == "h" else "k")
            if char == "c"
            else char
            for i, char in enumerate(text)
        )
    kept: list[str] = []
    for i, char in enumerate(text):
        if kept and kept[-1] == char:
            continue
        silent = char == "h" and kept and kept[-1] not in "csz" and text[i + 1 : i + 2] not in tuple("aiou")
        if not silent:
            kept.append(char)
    return "".join(kept)


def _abdul(text: str) -> str:
    """Bring the article after Abd into one form: Abdelrahman, Abdurrahman and Abdulrahman agree."""
    if not text.startswith("abd") or len(text) < 7 or text[3] not in "ueiao":
        return text
    rest = text[4:]
    if rest[0] == "l" and rest[1] not in "aeiou":
        rest = rest[1:]
    elif rest[0] == rest[1]:
        rest = rest[1:]
    return f"abdul{rest}"
