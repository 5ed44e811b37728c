"""Who holds an account by the line a bank prints: ``A OR B``, ``A & B SMITH``, POD, ITF, CUST FOR, EST OF, DBA.

Only the owner's side carries titling. The user's side is one person: a second name there is marked, so that it never
helps. Words that are names, too (Tod, Minor) mean something only where a whole name stands before them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from identity_match.legal_name.reading import vocabulary
from identity_match.legal_name.tokens import COMMON_SURNAME, token
from identity_match.text import fold, pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from identity_match.legal_name.tokens import Token

MAX_HOLDERS: Final = 8  # holders of one line that are read; our choice, printed lines hold two or three
# Names of a user's list: one more, so that a list that was cut equals no owner's line.
MAX_CLAIMED: Final = MAX_HOLDERS + 1

# What each capacity may reach at most. Below 85: the estate, the minor, the trust and the trustee are not the person
# who owns in her own right (the strong band starts at 85). A trade name is the same legal person, but not the same
# name. An attorney, a relative by whom the owner is described, or the person a letter is sent to owns nothing.
CAPACITIES: Final = {
    "custodian": 84, "minor": 84, "trustee": 84, "estate": 84, "trading": 97, "alias": 97, "care_of": 69,
    "relative": 69,
}  # fmt: skip


class Holder(NamedTuple):
    """One name out of a line.

    Attributes:
        text: The name as it stood there, cleaned, lower case.
        capacity: Key of ``CAPACITIES``, or empty for an owner in her own right.
    """

    text: str
    capacity: str = ""


_INNER: Final = pattern(r"(?<=[^\W\d_])['’‘ʼʻ`´](?=[^\W\d_])")  # an apostrophe within a word: May'aka is no alias
_DOTTED: Final = pattern(r"\b(?:[a-z]\.){2,}[a-z]?\b")
_SPACED: Final = pattern(r"\b(?:p[/ ]o[/ ]d|t[/ ]o[/ ]d|i[/ ]t[/ ]f|f[/ ]b[/ ]o)\b")
_ESTATE_OF: Final = pattern(r"^(?:the )?(?:estate|est|succession|heirs?) (?:of )?(?:the late )?")
_ESTATE_END: Final = pattern(r"[\s,]+(?:estate|est)$|[\s,(]*\b(?:decd|deceased|dec'd)\b\)?")
_BENEFICIARY: Final = pattern(
    r"\b(?:pod|tod|itf|fbo|bene(?:ficiary)?|poa|in trust for|payable on death(?: to)?|transfer on death(?: to)?"
    r"|for (?:the )?benefit of)\b"
)
_MINOR: Final = pattern(r"\b(?:utma|ugma|a minor|minor)\b.*$")
_CUSTODY: Final = pattern(r"\b(?:cust(?:odian)?|cus|gdn|guardian)(?: for| of|/)?\b")
_TRUSTEE: Final = pattern(r"(?:\bas )?\b(?:ttees?|tte|trustees?)\b(?: (of|for)\b)?")
_ATTORNEY: Final = pattern(r"(?:\bas )?\b(?:poa|power of attorney|attorney[ -]in[ -]fact) for\b")
_CARE_OF: Final = pattern(r"(?:^|\s)(?:c/o|care of|% )\s*")
_RELATIVE_OF: Final = pattern(r"\b(?:wife|husband|spouse|widow(?:er)?|son|daughter|child) of\b")
_TRADING: Final = pattern(r"\b(?:dba|d/b/a|doing business as|t/a|trading as|t/as)(?=\W|$)")
_ALIAS: Final = pattern(r"\b(?:aka|a/k/a|also known as|fka|f/k/a|formerly known as|formerly|alias)(?=\W|$)")
_BETWEEN: Final = pattern(
    r"\s*(?:;|\||\+|•|·|\ufffd|\s/\s?|/\s|(?<=[^\W\d_]{3})/(?=[^\W\d_]{3})|\s&/or\s|&|(?<![\w'-])(?:and/or|and|or|y/o)(?![\w'-]))\s*"
)
_SIGN_BETWEEN: Final = pattern(r"\s[^\w\s,.'-]+\s")  # whatever it is, with a whole name on either side it parts two
_WEAK: Final = frozenset(("y", "e", "o", "und", "et"))
_WEAK_BETWEEN: Final = pattern(rf"\s+(?:{'|'.join(sorted(_WEAK))})\s+")
_PARENTHESIS: Final = pattern(r"[(\[{«“\"]([^)\]}»”\"]*)[)\]}»”\"]")
_ACCOUNT: Final = pattern(
    r"\b(?:jtwros|jtros|jt ?ten(?:ants?)?|wros|joint tenants?(?: with rights? of survivorship)?"
    r"|ten(?:ants)? (?:in )?com(?:mon)?|ten(?:ants)? (?:by )?ent(?:irety)?|comm(?:unity)? prop(?:erty)?|jt/wros"
    r"|(?:joint|jt)(?: acc(?:oun)?t)?)\b|\s(?:ira|roth ira|rollover ira|sep ira|hsa|401k|savings|checking|brokerage"
    r"|money market|acc(?:oun)?t)$"
)
SIGN_WORDS: Final = frozenset(
    (
        "and", "or", "y", "e", "o", "und", "et", "pod", "tod", "itf", "fbo", "cust", "custodian", "cus", "gdn",
        "guardian", "utma", "ugma", "minor", "ttee", "ttees", "tte", "trustee", "trustees", "est", "estate",
        "succession", "decd", "deceased", "dba", "aka", "fka", "alias", "formerly", "jtwros", "jtros", "wros", "jt",
        "joint", "ten", "tenant", "tenants", "comm", "trust", "payable", "transfer", "benefit", "care", "doing",
        "trading", "also", "poa", "attorney", "bene", "beneficiary", "ira", "hsa", "savings", "checking", "brokerage",
        "market", "account", "acct", "heir", "heirs", "wife", "husband", "spouse", "widow", "widower", "son",
        "daughter", "child",
    )
)  # fmt: skip
# Signs and words above, initials of which a marker may be made, and a comma between several words on either side.
_SIGNS: Final = pattern(
    rf"[;|+&/•·\ufffd(\[{{«“\"%]|\b(?:{'|'.join(sorted(SIGN_WORDS))}|dec'd|401k)\b|(?:\b[a-z]\.){{2}}"
    r"|\b(?:p o d|t o d|i t f|f b o)\b|\s[^\w\s,.'-]+\s"
    r"|\w\s[^,]*,\s*\S+\s+\S"
)


def has_signs(text: str) -> bool:
    """Tell whether a line may hold more than one plain name; False is the usual case.

    >>> has_signs("john smith"), has_signs("john or jane smith")
    (False, True)
    """
    return _SIGNS().search(text) is not None


# One word of each marker above that is no conjunction; a line that has none of them is one of conjunctions and commas.
_CLAUSE_WORDS: Final = SIGN_WORDS - _WEAK - {"and", "or"} | frozenset(
    (
        "a", "c", "d", "f", "i", "p", "t", "dec", "in", "power", "community", "roth", "rollover", "sep", "401k",
        "money", "acc", "jtten", "jttenant", "jttenants",
    )
)  # fmt: skip
_WORDS: Final = pattern(r"\w+")


def _has_clause(text: str) -> bool:
    """Tell whether a line may say more of its names than that there are several; also of initials with dots."""
    return "." in text or "%" in text or not _CLAUSE_WORDS.isdisjoint(_WORDS().findall(text))


_BREAKS: Final = dict.fromkeys(map(ord, "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"), "\n")


def on_one_line(raw: str) -> str:
    r"""Part the lines of a text by a semicolon, if with each a name begins; else they are one name that was broken.

    Args:
        raw: Any text, cut at a cap.

    >>> on_one_line("Jane Doe\nJohn Smith"), on_one_line("Jane\nDoe")
    ('Jane Doe;John Smith', 'Jane\nDoe')
    """
    if raw.isprintable():
        return raw
    text = raw.translate(_BREAKS)
    lines = [[_token(word) for word in line.split()] for line in text.split("\n") if line.strip()]
    whole = len(lines) > 1 and all(len(line) > 1 and any(word.gender for word in line) for line in lines)
    begins = all(line[0].gender and line[0].surname < COMMON_SURNAME for line in lines[1:])
    return text.replace("\n", ";") if whole and begins else raw


def _token(word: str) -> Token:
    return token(fold(word.strip(".,'-")) or "?")


def has_capacity(text: str, found: Sequence[Holder]) -> bool:
    """Tell whether a line names somebody in a capacity or under another name; conjunctions alone do not count.

    Args:
        text: The line.
        found: Its holders.

    >>> [has_capacity(line, holders(line)) for line in ("smith & sons llc", "john smith dba smith plumbing llc")]
    [False, True]
    """
    if any(holder.capacity for holder in found):
        return True
    return _has_clause(text) and any(find().search(_undotted(text)) for find in (_BENEFICIARY, _RELATIVE_OF))


def holders(text: str) -> tuple[Holder, ...]:
    """Split an owner's line that has signs into the people and firms it names as owners, in order; at least one.

    Args:
        text: Cleaned text in lower case.

    >>> [h.text for h in holders("john & jane smith jtwros")]
    ['john smith', 'jane smith']
    >>> [h.text for h in holders("john smith pod jane doe")], [h.text for h in holders("tod smith")]
    (['john smith'], ['tod smith'])
    >>> holders("est of john smith")
    (Holder(text='john smith', capacity='estate'),)
    """
    text = _INNER().sub("", text)
    parts = _split(_ACCOUNT().sub(" ; ", _undotted(text))) if _has_clause(text) else _aside(text)
    found = [Holder(" ".join(part.text.strip(" ,-;").split()), part.capacity) for part in parts]
    found = [holder for holder in found if any(char.isalnum() for char in holder.text)]
    return tuple(dict.fromkeys(found))[:MAX_HOLDERS] or (Holder(text),)


_ROLES: Final = frozenset(("pod", "tod", "itf", "fbo", "poa"))  # words of SIGN_WORDS that are hardly anybody's initials


def _undotted(text: str, words: frozenset[str] = SIGN_WORDS) -> str:
    """Write ``p.o.d.`` and ``p/o/d`` as ``pod``, where that means something here; initials keep their dots.

    ``t.o.d.`` becomes ``pod``, which means the same and is nobody's name.
    """
    text = _DOTTED().sub(lambda m: m[0].replace(".", "") if m[0].replace(".", "") in words else m[0], text)
    return _SPACED().sub(lambda m: "pod" if m[0][-1] == "d" else m[0][::2], text)


def _split(text: str) -> list[Holder]:
    if (estate := _ESTATE_OF().match(text)) or (estate := _ESTATE_END().search(text)):
        rest = f"{text[: estate.start()]} {text[estate.end() :]}"
        if _name_words(rest) > 1:
            return [Holder(rest, "estate")]
    if care := _CARE_OF().search(text):
        before = text[: care.start()]
        return _split(before) if before.strip() else [Holder(text[care.end() :], "care_of")]
    attorney = _ATTORNEY().search(text)
    if attorney and _name_words(text[attorney.end() :]):
        return _split(text[attorney.end() :])  # who acts for somebody owns nothing
    relative = _RELATIVE_OF().search(text)
    if relative and _name_words(text[relative.end() :]):
        before = text[: relative.start()]
        return _split(before) if _name_words(before) > 1 else [Holder(text[relative.end() :], "relative")]
    cut = _BENEFICIARY().search(text)
    if cut and _is_clause(text[: cut.start()], cut[0], text[cut.end() :]):
        return _split(text[: cut.start()])
    minor = _MINOR().search(text)
    if minor and _name_words(text[: minor.start()]) > 1:
        text = text[: minor.start()]
        if not _CUSTODY().search(text):
            return [Holder(text, "minor")]
    custody = _CUSTODY().search(text)
    if custody and _name_words(text[: custody.start()]) > 1:
        return [Holder(text[: custody.start()], "custodian"), Holder(text[custody.end() :], "minor")]
    trustee = _TRUSTEE().search(text)
    if trustee and _name_words(text[: trustee.start()]) > 1:
        people = [Holder(person, "trustee") for person in _people(text[: trustee.start()])]
        after = text[trustee.end() :]
        return people if trustee[1] == "for" and "trust" not in after.split() else [*people, Holder(after)]
    for find, capacity in ((_TRADING, "trading"), (_ALIAS, "alias")):
        other = find().search(text)
        if other and _name_words(text[: other.start()]) and _name_words(text[other.end() :]):
            first = [Holder(h.text, h.capacity or capacity) for h in _split(text[: other.start()])]
            return [*first, *(Holder(part, capacity) for part in find().split(text[other.end() :]))]
    return _aside(text)


_ALSO_NAMES: Final = frozenset(("tod", "bene", "poa"))


def _is_clause(before: str, marker: str, after: str) -> bool:
    """Tell a clause that names beneficiaries from a name: ``j smith tod jane doe`` and ``j tod smith``."""
    if (named := _name_words(before)) > 1:
        return True
    if marker in _ALSO_NAMES:
        return bool(named) and len(before.split()) > 1 and _name_words(after) > 1
    return bool(named and _name_words(after))


def _aside(text: str) -> list[Holder]:
    """Split off a second name in brackets; a nickname of one word there is left out."""
    aside = _PARENTHESIS().search(text)
    rest = _PARENTHESIS().sub(" ", text)
    if aside is None or _name_words(rest) < 2:
        return [Holder(person) for person in _people(text)]
    second = [Holder(aside[1], "alias")] if _name_words(aside[1]) > 1 else []
    return [*(Holder(person) for person in _people(rest)), *second]


def _people(text: str) -> list[str]:
    """Split at conjunctions and commas between whole names, and give a bare given name its neighbour's family name."""
    parts = [part.strip(" ,") for part in _BETWEEN().split(text) if part and part.strip(" ,")]
    parts = [piece for part in parts for piece in _listed(part)]
    if len(parts) < 2:
        return [text]
    whole = [part for part in parts if not _lacks_family(part)]
    found: list[str] = []
    passed = 0
    for part in parts:
        later = whole[passed] if passed < len(whole) else ""
        if part == later:
            found.append(part)
            passed += 1
        else:
            found += _completed(part, whole[passed - 1] if passed else "", later)
    return list(dict.fromkeys(found))


def _listed(part: str) -> list[str]:
    """Split ``oscar doe, helen marsh`` and ``juan garcia y maria lopez``: whole names on both sides of the sign."""
    words = part.split()
    if _WEAK.isdisjoint(words) and all(map(str.isalnum, words)):
        return [part]
    for pieces in (part.split(","), _SIGN_BETWEEN().split(part), _WEAK_BETWEEN().split(part)):
        if len(pieces) > 1 and all(_whole(piece) for piece in pieces):
            return [piece.strip() for piece in pieces]
    halves = _WEAK_BETWEEN().split(part)
    if len(halves) == 2 and len(halves[0].split()) == 1 and _given(halves[0]) and _whole(halves[1]):
        return halves  # Hans und Eva Weber
    return [part]


def _given(text: str) -> bool:
    """Tell a word that is a given name and hardly a family name."""
    word = token(fold(text.strip(".'-")) or "?")
    return bool(word.gender) and word.surname < WHOLE_SHARE


_ARTICLES: Final = frozenset(("al", "el"))


def _whole(text: str) -> bool:
    """Tell a given name with a family name after it."""
    words = [fold(word.strip(".'-")) for word in text.split()]
    if len(words) < 2 or not all(words):
        return False
    first, last = token(words[0]), token(words[-1])
    if words[0] in _ARTICLES and not token(words[1]).surname:
        return False  # Al Mazruei, Akram: an article and a family name
    return bool(first.gender) and first.surname < WHOLE_SHARE and (not last.gender or last.surname >= WHOLE_SHARE)


WHOLE_SHARE: Final = 10  # people per 100,000 from which on a word is as good a surname as a given name

_FIRM_ENDS: Final = frozenset(
    ("sons", "son", "daughters", "bros", "brothers", "associates", "company", "co", "partners", "family")
)


def is_firm_line(text: str) -> bool:
    """Tell ``smith & sons`` from two people.

    >>> is_firm_line("john smith & sons"), is_firm_line("john smith & jane")
    (True, False)
    """
    if _FIRM_ENDS.isdisjoint(_WORDS().findall(text)):
        return False
    parts = _BETWEEN().split(text)
    return any(not _FIRM_ENDS.isdisjoint(after.split()[:1]) for _, after in pairwise(parts))


def mixed(text: str) -> tuple[str, ...]:
    """Split a line that has signs at conjunctions, where all parts have several words; else give nothing.

    >>> mixed("acme llc and john smith"), mixed("smith & sons llc")
    (('acme llc', 'john smith'), ())
    """
    parts = tuple(part.strip(" ,") for part in _BETWEEN().split(text))
    return parts if len(parts) > 1 and all(len(part.split()) > 1 for part in parts) else ()


def _completed(part: str, earlier: str, later: str) -> list[str]:
    """Give ``JOHN`` of ``JOHN & JANE SMITH`` its family name, ``JANE`` of ``SMITH, JOHN & JANE`` likewise.

    Where it is open which word of ``SANTOSO BUDI`` is the family name, both readings are given.

    Args:
        part: A given name alone.
        earlier: The nearest whole name before it, or empty.
        later: The nearest whole name behind it, or empty.
    """
    if later:
        return [f"{part} {later.partition(',')[0] if ',' in later else later.rsplit(maxsplit=1)[-1]}"]
    if not earlier:
        return [part]
    if "," in earlier:
        return [f"{part} {earlier.partition(',')[0]}"]
    words = [word for word in earlier.split() if len(word.strip(".")) > 1]
    first, last = token(fold(words[0].strip(".'-")) or "?"), token(fold(words[-1].strip(".'-")) or "?")
    if first.gender and not last.gender:
        return [f"{part} {words[-1]}"]
    if last.gender and not first.gender:
        return [f"{part} {words[0]}"]
    return [f"{part} {words[-1]}", f"{part} {words[0]}"]


def _lacks_family(part: str) -> bool:
    """Tell a given name alone, with a middle initial or not, from a name with its family name."""
    if "," in part:
        return False
    kinds = vocabulary()
    words = [word.strip(".") for word in part.split()]
    words = [word for word in words if not any(word in kinds[kind] for kind in ("title", "generation", "postnominal"))]
    return len(words) < 2 or len(words[-1]) < 2


def _name_words(text: str) -> int:
    kinds = vocabulary()
    left_out = ("title", "generation", "postnominal")
    return sum(len(word) > 1 and not any(word.strip(".,") in kinds[kind] for kind in left_out) for word in text.split())


def claimed(text: str) -> tuple[str, tuple[str, ...]]:
    """Read a user's line that has signs as one person: the first name of a list, and the others.

    A name in brackets or behind an alias is left out and counts for nothing.

    Returns:
        The text of the one name, and the names of the list if there are several, else an empty tuple.

    >>> claimed("jane doe (john smith)"), claimed("jane doe; john smith")
    (('jane doe', ()), ('jane doe', ('jane doe', 'john smith')))
    """
    text = _INNER().sub("", text)
    bare = " ".join(_PARENTHESIS().sub(" ", text).split())
    if _name_words(bare) < 2:
        bare = text
    bare = _undotted(bare, _ROLES)
    for find in (_ALIAS, _CARE_OF):
        if (found := find().search(bare)) and bare[: found.start()].strip():
            bare = bare[: found.start()].strip()
    people = _people(bare)
    return (people[0] if len(people) > 1 else bare), (tuple(people[:MAX_CLAIMED]) if len(people) > 1 else ())
