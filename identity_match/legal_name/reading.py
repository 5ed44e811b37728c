"""Reading one name: from cleaned text to typed tokens in the order given, middle, family.

A small grammar reads the shapes banks and users write: titles, comma forms, initials, particles, suffixes. It reads
one person or one firm; who is who in a joint title is settled before, in ``titling``.
"""

from __future__ import annotations

from functools import cache
from typing import Final, final

from identity_match import tables
from identity_match.legal_name.tokens import Token, gender_of, latin_token, token
from identity_match.native import mypyc_attr
from identity_match.text import fold, pattern, script

# A given name that more people per 100,000 bear as a surname (Lee) is no father's name after bin.
FATHER_SHARE: Final = 50
MAX_TOKENS: Final = 24  # words of one name that are read; the longest real names have about a dozen
_NONE: Final[frozenset[int]] = frozenset()
_NO_LEADS: Final = [("",) * count for count in range(MAX_TOKENS + 1)]


@mypyc_attr(acyclic=True)
@final
class Reading:
    """One name as read.

    Attributes:
        names: The words that name somebody, given names first as far as that is known; titles, suffixes, fillers and
            particles are left out.
        lead: For each word of ``names``, the particles that stand before it, joined (``"vander"`` in van der Bilt).
        linked: Positions in ``names`` that a hyphen ties to the word before.
        compound: Two words were read as one name, such as Abdul Rahman.
        family: Position where the family name begins, where a comma says so; else None.
        generation: 1 for Sr, 2 for Jr or II and so on; 0 where there is none.
        lineage: A word such as bin or ibn orders the names: son, then father.
        titles: Words taken off the front that are also names (Earl, Syed).
        left_out: Kinds of words that were left out, such as ``title``; sorted.
        length: Letters of the text, to know a name that was cut off at a line's end.
        too_many: More words than ``MAX_TOKENS``; the rest was not read.
    """

    __slots__ = (
        "compound", "family", "generation", "lead", "left_out", "length", "lineage", "linked", "names", "titles",
        "too_many",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913 - a record
        self, names: tuple[Token, ...], lead: tuple[str, ...], *, length: int, linked: frozenset[int] = _NONE,
        compound: bool = False, family: int | None = None, generation: int = 0, lineage: bool = False,
        titles: tuple[str, ...] = (), left_out: tuple[str, ...] = (), too_many: bool = False,
    ) -> None:  # fmt: skip
        self.names = names
        self.lead = lead
        self.linked = linked
        self.compound = compound
        self.family = family
        self.generation = generation
        self.lineage = lineage
        self.titles = titles
        self.left_out = left_out
        self.length = length
        self.too_many = too_many

    def __eq__(self, other: object) -> bool:
        """Compare everything that was read."""
        return isinstance(other, Reading) and self._members() == other._members()

    def __hash__(self) -> int:
        """Agree with ``==``."""
        return hash(self._members())

    def _members(self) -> tuple[object, ...]:
        return (
            self.names, self.lead, self.linked, self.compound, self.family, self.generation, self.lineage, self.titles,
            self.left_out, self.length, self.too_many,
        )  # fmt: skip

    def with_words(
        self, names: tuple[Token, ...], lead: tuple[str, ...], *, linked: frozenset[int], compound: bool,
        family: int | None,
    ) -> Reading:  # fmt: skip
        """Give the name with other words."""
        return Reading(
            names, lead, length=self.length, linked=linked, compound=compound, family=family,
            generation=self.generation, lineage=self.lineage, titles=self.titles, left_out=self.left_out,
            too_many=self.too_many,
        )  # fmt: skip

    def with_generation(self, generation: int) -> Reading:
        """Give the name with another generation."""
        return Reading(
            self.names, self.lead, length=self.length, linked=self.linked, compound=self.compound, family=self.family,
            generation=generation, lineage=self.lineage, titles=self.titles, left_out=self.left_out,
            too_many=self.too_many,
        )  # fmt: skip


@cache
def vocabulary() -> dict[str, dict[str, str]]:
    """Words that are not names: kind to words, each with its value (the number of a generation)."""
    found: dict[str, dict[str, str]] = {}
    for kind, word, *value in tables.rows("name_words"):
        found.setdefault(kind, {})[word] = value[0] if value else ""
    return found


_PLAIN: Final = pattern(r"[a-z]+(?: [a-z]+)*")
_WORD: Final = pattern(r"[^\s,]+|,")
_ABD: Final = frozenset(("abd", "abdul", "abdel", "abdal", "abdoul", "abdur", "abdu", "abdol", "abdus"))
_ABD_ARTICLES: Final = frozenset(("al", "el", "ul", "ar", "as", "ad", "an", "ur", "us", "er", "es"))


def words_of(folded: str) -> list[str]:
    """Split folded text into words and commas; a dotted word such as ``j.e.`` gives one word a part.

    >>> words_of("smith, j.e. jr."), words_of("ph.d."), words_of("s/o")
    (['smith', ',', 'j', 'e', 'jr'], ['phd'], ['s/o'])
    """
    if _PLAIN().fullmatch(folded):
        return _with_maria(folded.split(" "))
    known = _known_words()
    found: list[str] = []
    for word in _WORD().findall(folded.translate(_NO_LETTERS)):
        if word in known or word == ",":
            found.append(word)
            continue
        if word in _WRITTEN_OUT:
            found.append(_WRITTEN_OUT[word])
            continue
        for piece in word.split("/"):
            bare = piece.strip(".'-")
            bare = bare.strip("*") or bare
            whole = bare.replace(".", "")
            found.extend([whole] if "." not in bare or whole in known else bare.split("."))
    return _with_maria([word for word in found if word.strip("*")] or [word for word in found if word])


def _with_maria(words: list[str]) -> list[str]:
    """Write out Ma where it is María, before del or de los; by itself it is a Chinese family name."""
    for i in range(len(words) - 2):
        if words[i] == "ma" and (words[i + 1] == "del" or (words[i + 1] == "de" and words[i + 2] in _ARTICLES)):
            words[i] = "maria"
    return words


# Signs that part words, whatever they mean elsewhere.
_NO_LETTERS: Final = str.maketrans(dict.fromkeys('()[]{}<>"“”«»!_;:…|#@$%^~=•·+&\ufffd', " "))
_ARTICLES: Final = frozenset(("la", "las", "los"))
# Abbreviations that are names.
_WRITTEN_OUT: Final = {
    "ma.": "maria", "st.": "saint", "ste.": "sainte", "sta.": "santa", "sto.": "santo", "fco.": "francisco",
    "jse.": "jose",
}  # fmt: skip


@cache
def _known_words() -> frozenset[str]:
    return frozenset(word for kind in vocabulary().values() for word in kind)


@cache
def reserved() -> frozenset[str]:
    """Every word that means something in a person's name beside being a name."""
    return _known_words() | _ABD | _WRITTEN_DIN | _DIN


def plain(words: list[str], family: int | None, length: int) -> Reading:
    """Read lower-case Latin words of which none is ``reserved``: gives what ``read`` gives, without looking again.

    Args:
        words: Given names first; at most ``MAX_TOKENS``.
        family: Where the family name begins, if a comma said so.
        length: Letters of the text.
    """
    names = tuple(map(latin_token, words))
    return Reading(names, _NO_LEADS[len(names)], length=length, family=family)


def read(text: str) -> Reading:
    """Read one name.

    Args:
        text: Cleaned text in lower case (NFC), one person or firm, not empty.

    >>> [t.text for t in read("dr. smith-jones, mary a. jr").names]
    ['mary', 'a', 'smith', 'jones']
    """
    text = text.replace("ª", "a.")  # Mª is Ma.
    folded = fold(text)
    words = words_of(folded)
    written = words if text.isascii() else words_of(text)
    if len(written) != len(words):
        written = words
    too_many = len(words) > MAX_TOKENS
    left_out: set[str] = set()
    paired = _cut_rank(_cut_tail(list(zip(words, written, strict=True))[:MAX_TOKENS], left_out), left_out)
    segments, generation = _suffixes(_segments(paired), left_out)
    if len(segments) > 2:
        segments = _parsed(text) or segments
    family_first = len(segments) == 2
    if family_first:
        segments = [segments[1], segments[0]]
    total = sum(map(len, segments))
    titles: list[str] = []
    segments = [_titles(segment, total, titles) if i < 2 else segment for i, segment in enumerate(segments)]
    if titles:
        left_out.add("title")
    count = sum(map(len, segments))
    segments = [_compounds(segment) for segment in segments]
    compound = any(" " in written for segment in segments for _, written in segment)
    names, lead, linked, family, lineage = _tokens(segments, count, family_first=family_first)
    soft = tuple(word for word in titles if word in vocabulary()["title_soft"] or gender_of(word))
    kinds = tuple(sorted(left_out))
    return Reading(
        names, lead, length=len(folded), linked=linked, compound=compound, family=family, generation=generation,
        lineage=lineage, titles=soft, left_out=kinds, too_many=too_many,
    )  # fmt: skip


Word = tuple[str, str]  # folded, and in lower case before that


def _parsed(text: str) -> list[list[Word]] | None:
    """Let nameparser say what is what in a name with several commas: family words, then the others."""
    from nameparser import HumanName  # noqa: PLC0415 - slow to load and rarely needed

    name = HumanName(text)
    parts = [str(name.last), f"{name.first} {name.middle}"]
    segments = [[(word, word) for word in words_of(fold(part)) if word != ","] for part in parts]
    return segments if all(segments) else None


def _cut_tail(words: list[Word], left_out: set[str]) -> list[Word]:
    """Cut relation tails (S/O …), aliases (née …) and what follows a C/O."""
    kinds = vocabulary()
    for i, (word, _) in enumerate(words):
        if i and (word in kinds["relation"] or word in kinds["alias"]):
            left_out.add("relation" if word in kinds["relation"] else "alias")
            return words[:i]
    return words


_ORDINAL: Final = pattern(r"\d{1,2}(?:st|nd|rd|th)")


def _cut_rank(words: list[Word], left_out: set[str]) -> list[Word]:
    """Cut a peer's or baronet's rank off the end: ``john smith, 3rd marquess of normanby``, ``sir john smith, bt``.

    Earl, Duke and Bart are given names, too. A rank is known by its number, or by a comma after a whole name: one that
    begins with a given name, or with a title where such a word stands alone. The place is kept, because peers go by it
    as by a surname: ``francis, 1st earl of ellesmere``.
    """
    kinds = vocabulary()
    for i, (word, _) in enumerate(words):
        if i == 0 or word not in kinds["rank"]:
            continue
        numbered = i > 1 and _ORDINAL().fullmatch(words[i - 1][0]) is not None
        before = words[: i - 1 if numbered else i]
        comma = before[-1][0] == ","
        names = [name for name, _ in before if name != "," and name not in kinds["title"]]
        titled = len(names) < len(before) - comma
        lone_name = i + 1 == len(words) and gender_of(word) != ""
        whole = len(names) > 1 and (titled if lone_name else gender_of(names[0]) != "")
        if not names or not (numbered or (comma and whole)):
            continue
        left_out.add("title")
        place = [name for name in words[i + 1 :] if name[0] not in _PLACE_OF and name[0] not in names]
        return (before[:-1] if comma else before) + place
    return words


_PLACE_OF: Final = frozenset(("of", "the", ","))


def _segments(words: list[Word]) -> list[list[Word]]:
    segments: list[list[Word]] = [[]]
    for word in words:
        if word[0] == ",":
            segments.append([])
        else:
            segments[-1].append(word)
    return [segment for segment in segments if segment]


def _suffixes(segments: list[list[Word]], left_out: set[str]) -> tuple[list[list[Word]], int]:
    """Take generations, degrees and fillers off the end of every segment, as long as a name is left."""
    kinds = vocabulary()
    generation = 0
    total = sum(map(len, segments))
    kept: list[list[Word]] = []
    for position, segment in enumerate(segments):
        words = list(segment)
        while words and total > 1:
            word = words[-1][0]
            alone = position > 0 and len(segment) == 1
            if word in kinds["generation"] and ((len(word) > 1 and total > 2) or alone):
                generation = generation or int(kinds["generation"][word])
                left_out.add("generation")
            elif (word in kinds["postnominal"] and (total > 2 or alone)) or (
                word in kinds["respect"] and total > 2 and not _syllables(words)
            ):
                left_out.add("title")
            else:
                break
            words.pop()
            total -= 1
        fillers = [w for w in words if w[0] in kinds["filler"]]
        if fillers and total > len(fillers):
            words = [w for w in words if w[0] not in kinds["filler"]]
            total -= len(fillers)
            left_out.add("filler")
        if words:
            kept.append(words)
    return kept, generation


def _syllables(words: list[Word]) -> bool:
    """Tell words that may all be Korean or Chinese syllables: Kang Jun Ji has a family name, Rajesh Ji has respect."""
    return all(len(part) < 5 for word, _ in words for part in word.split("-"))


def _titles(words: list[Word], total: int, titles: list[str]) -> list[Word]:
    """Take titles off the front; a title that is also a name (Earl, Major) only before two more words."""
    kinds = vocabulary()
    start = 0
    if len(words) > 2 and words[0][0] == "the" and any(words[1][0] in kinds[kind] for kind in ("title", "title_soft")):
        start = 1  # the Honorable
    while start < len(words):
        word = words[start][0]
        rest = total - start - 1
        strong = word in kinds["title"] or word == "sr"  # señor, where it stands first
        if not ((strong and rest >= 1) or (word in kinds["title_soft"] and rest >= 2)):
            break
        titles.append(word)
        start += 1
    return words[start:]


Parts = tuple[tuple[Token, ...], tuple[str, ...], frozenset[int], int | None, bool]


def _tokens(segments: list[list[Word]], count: int, *, family_first: bool) -> Parts:
    """Make the words tokens, hyphens split and particles set aside.

    ``count``: words of the name as written. Gives a ``Reading``'s names, lead, linked, family and lineage.
    """
    names: list[Token] = []
    lead: list[str] = []
    linked: set[int] = set()
    family: int | None = None
    lineage = False
    particles = ""
    kinds = vocabulary()
    syllabic = all(len(word) < 6 and "-" not in word for segment in segments for word, _ in segment)
    for number, segment in enumerate(segments):
        if family_first and number == 1:
            family = len(names)
        for at, (word, written) in enumerate(segment):
            parts = [part for part in word.split("-") if part.strip("'")]
            if len(parts) > 2 or (len(parts) == 2 and len(parts[0]) > 3 and at + 1 < len(segment)):
                parts = [part for part in parts if part not in _EZAFE] or parts
            before = [part for part in written.split("-") if part.strip("'")]
            if _written_in_one(parts, count):
                names += [token(word[1:]), token(word[0])]
                lead += ["", ""]
                family = 1
                continue
            following = segment[at + 1][0] if at + 1 < len(segment) else ""
            for place, part in enumerate(parts[: MAX_TOKENS - len(names)]):
                bare = part.replace("'", "")
                if bare in kinds["patronymic"] and count > 2 and names and _is_father(following):
                    lineage, particles = True, particles + bare
                    continue
                last = not following and place + 1 == len(parts)
                hyphened = place == 0 and len(parts) > 1
                if not (syllabic and bare in _SYLLABLES) and _is_particle(
                    bare, 3 if hyphened else count, names, last=last
                ):
                    particles += bare
                    continue
                if place and names:
                    linked.add(len(names))
                names.append(token(bare, before[place].replace("'", "") if len(before) == len(parts) else None))
                lead.append(particles)
                particles = ""
    if not names:
        names, lead = [token("".join(word for segment in segments for word, _ in segment) or "?")], [""]
    return tuple(names), tuple(lead), frozenset(linked), family, lineage


def _written_in_one(parts: list[str], count: int) -> bool:
    """Tell a Chinese or Korean name written in one: the family name of one character, then the given name."""
    if count != 1 or len(parts) != 1 or not 1 < len(parts[0]) < 5:
        return False
    return script(parts[0][0]) in ("han", "hangul")


def _compounds(words: list[Word]) -> list[Word]:
    """Make compounds one word whose halves are no names by themselves: ``abd al rahman``, ``kamal al-din``."""
    found: list[Word] = []
    i = 0
    while i < len(words):
        word = words[i][0]
        pieces = word.split("-")
        before = pieces[: -2 if pieces[-1] in _DIN else -1]
        if length := _din(words, i) if found or before else 0:
            before = before or found.pop()[0].split("-")
            found.append((f"{'-'.join(before)}uddin", f"{'-'.join(before)} uddin"))
            i += length
            continue
        if pieces[0] in _ABD and len(pieces) > 1:
            found.append((f"abdul{pieces[-1]}", f"abdul {pieces[-1]}"))
        elif word in _ABD and i + 1 < len(words):
            i += 1 + (words[i + 1][0] in _ABD_ARTICLES and i + 2 < len(words))
            servant_of = words[i][0].split("-")[-1]
            found.append((f"abdul{servant_of}", f"abdul {servant_of}"))
        else:
            found.append(words[i])
        i += 1
    return found


# The second half of Salah al-Din, as written: after an article, or in one with it. ``uddin`` alone is a surname, too.
_DIN: Final = frozenset(("din", "deen", "dine"))
_WRITTEN_DIN: Final = frozenset(("aldin", "eldin", "eddin", "eddine", "aldine", "eldine"))
_DIN_ARTICLES: Final = frozenset(("al", "el", "ul", "u", "ud", "ed", "ad"))


def _din(words: list[Word], i: int) -> int:
    """Count the words from ``i`` on that end a compound with Din; 0 where there is none."""
    word = words[i][0]
    pieces = word.split("-")
    if len(pieces) > 1 and pieces[-1] in _DIN and pieces[-2] in _DIN_ARTICLES:
        return 1
    if pieces[-1] in _WRITTEN_DIN:
        return 1
    following = words[i + 1][0] if i + 1 < len(words) else ""
    return 2 if word in _DIN_ARTICLES and following in _DIN else 0


_EZAFE: Final = ("e", "i", "ye", "yi", "o")  # between the words of a Persian or Urdu compound: Jaish-e-Mohammed

# Particles with which a whole name may begin (Al-Sayed Mohammed, Van den Berg Jan); the others are also surnames
# (Le, Do, An) where they stand first.
_FIRST_PARTICLES: Final = frozenset(
    ("al", "el", "van", "von", "de", "del", "della", "di", "da", "dos", "du", "der", "den")
)  # fmt: skip


# Particles that are also syllables of Chinese, Korean and Vietnamese given names: in a name of short words only they
# are names (Ji Na Kim, Xiao De Wang, Nguyen Thi An Lan).
_SYLLABLES: Final = frozenset(
    ("na", "ni", "du", "de", "da", "do", "di", "la", "le", "el", "an", "ten", "te", "ad", "at", "as")
)


def _is_particle(bare: str, count: int, before: list[Token], *, last: bool) -> bool:
    """Tell a particle from a name: the last word is a name, and so is the first of two."""
    if last or bare not in vocabulary()["particle"]:
        return False
    if bare == "van" and before and before[0].text in vocabulary()["given_last"]:
        return False  # Nguyen Van Lan: a man's middle name
    if len(bare) == 1:  # Alves e Silva, Ortega y Gasset; between given and family name it is an initial
        return len(before) > 1 and not before[-1].gender and not before[-1].initial
    return bool(before) or (count > 2 and bare in _FIRST_PARTICLES)


def _is_father(word: str) -> bool:
    """Tell the name after bin or ibn from the rest of a Korean given name: Won Bin Lee."""
    known = token(word.split("-", maxsplit=1)[0]) if word else None
    return known is not None and (len(word) > 4 or (bool(known.gender) and known.surname < FATHER_SHARE))
