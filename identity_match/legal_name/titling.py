"""Who holds an account by the line a bank prints: ``A OR B``, ``A & B SMITH``, POD, ITF, CUST FOR, EST OF, DBA.

Only the owner's side carries titling. The user's side is one person: a second name there is marked, so that it never
helps.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from identity_match.legal_name.reading import vocabulary
from identity_match.legal_name.tokens import token
from identity_match.text import pattern

MAX_HOLDERS = 8  # holders of one line that are read; our choice, printed lines hold two or three

# What each capacity may reach at most. Below 85: the estate, the minor, the trust and the trustee are not the person
# who owns in her own right (attack table of the contract's own bands: strong starts at 85). A trade name is the same
# legal person, but not the same name.
CAPACITIES = {"custodian": 84, "minor": 84, "trustee": 84, "estate": 84, "trading": 97, "alias": 97, "care_of": 69}


class Holder(NamedTuple):
    """One name out of a line.

    Attributes:
        text: The name as it stood there, cleaned, lower case.
        capacity: Key of ``CAPACITIES``, or empty for an owner in her own right.
    """

    text: str
    capacity: str = ""


_ESTATE = pattern(r"^(?:the )?(?:estate|est|succession) of (?:the late )?")
_TRUST_FOR = pattern(r"\b(?:in trust for|payable on death(?: to)?|transfer on death(?: to)?|for (?:the )?benefit of)\b")
_CUSTODY = pattern(r"\b(?:cust(?:odian)?|cus|gdn|guardian)(?: for| of|/)?\b")
_CARE_OF = pattern(r"(?:^|\s)(?:c/o|care of|% )\s*")
_TRADING = pattern(r"\b(?:dba|d/b/a|d\.b\.a\.?|doing business as|t/a|trading as|t/as)(?=\W|$)")
_ALIAS = pattern(r"\b(?:aka|a/k/a|a\.k\.a\.?|also known as|fka|f/k/a|formerly known as|formerly|alias)(?=\W|$)")
_BETWEEN = pattern(r"\s*(?:;|\||\+|\ufffd|\s/\s?|/\s|\band/or\b|\s&/or\s|\s&\s|&|\band\b|\bor\b|\by/o\b)\s*")
_PARENTHESIS = pattern(r"[(\[{«“\"]([^)\]}»”\"]*)[)\]}»”\"]")
_MARKERS = pattern(
    r"\b(?:jtwros|jtros|jt ?ten(?:ants?)?|wros|joint tenants?(?: with rights? of survivorship)?"
    r"|ten(?:ants)? (?:in )?com(?:mon)?"
    r"|ten(?:ants)? (?:by )?ent(?:irety)?|comm(?:unity)? prop(?:erty)?|jt/wros|(?:joint|jt)(?: acc(?:oun)?t)?(?= ?$))\b"
)
_SIGNS = pattern(
    r"[;|+&/\ufffd(\[{«“\"%]|\b(?:and|or|y/o|pod|tod|itf|fbo|cust|custodian|cus|gdn|guardian|utma|ugma|minor|ttees?|tte|trustees?"
    r"|est|estate|succession|decd|deceased|dec'd|dba|aka|fka|alias|formerly|jtwros|jtros|wros|jt|joint|ten|tenants?|comm"
    r"|trust|payable|transfer|benefit|care|doing|trading|also|d\.b\.a|a\.k\.a|poa)\b"
)


SIGN_WORDS = frozenset(
    (
        "and", "or", "y", "o", "pod", "tod", "itf", "fbo", "cust", "custodian", "cus", "gdn", "guardian", "utma",
        "ugma", "minor", "ttee", "ttees", "tte", "trustee", "trustees", "est", "estate", "succession", "decd",
        "deceased", "dba", "aka", "fka", "alias", "formerly", "jtwros", "jtros", "wros", "jt", "joint", "ten",
        "tenant", "tenants", "comm", "trust", "payable", "transfer", "benefit", "care", "doing", "trading", "also",
        "poa", "bene", "beneficiary",
    )
)  # fmt: skip


def has_signs(text: str) -> bool:
    """Tell whether a line may hold more than one plain name; False is the usual case.

    >>> has_signs("john smith"), has_signs("john or jane smith")
    (False, True)
    """
    return _SIGNS().search(text) is not None


_CAPACITY = pattern(
    r"\b(?:pod|tod|itf|fbo|utma|ugma|cust|custodian|gdn|ttees?|tte|trustees?|c/o|care of|in trust for|payable on death"
    r"|transfer on death|benefit of|decd|deceased|poa)\b|^(?:the )?(?:estate|est|succession) of "
)


def has_capacity(text: str) -> bool:
    """Tell whether a line names somebody in a capacity or under another name; conjunctions alone do not count.

    >>> has_capacity("smith & sons llc"), has_capacity("john smith dba smith plumbing llc")
    (False, True)
    """
    return any(find().search(text) for find in (_CAPACITY, _TRADING, _ALIAS))


def holders(text: str) -> tuple[Holder, ...]:
    """Split an owner's line into the people and firms it names as owners, in order; at least one.

    Args:
        text: Cleaned text in lower case.

    >>> [h.text for h in holders("john & jane smith jtwros")]
    ['john smith', 'jane smith']
    >>> [h.text for h in holders("john smith pod jane doe")]
    ['john smith']
    >>> holders("est of john smith")
    (Holder(text='john smith', capacity='estate'),)
    """
    if not has_signs(text):
        return (Holder(text),)
    found = [
        Holder(" ".join(holder.text.strip(" ,-").split()), holder.capacity)
        for holder in _split(_MARKERS().sub(" ", text))
    ]
    found = [holder for holder in found if any(char.isalnum() for char in holder.text)]
    return tuple(dict.fromkeys(found))[:MAX_HOLDERS] or (Holder(text),)


def _split(text: str) -> list[Holder]:
    if estate := _ESTATE().match(text):
        return [Holder(text[estate.end() :], "estate")]
    if death := re.search(r"[\s,(]*\b(?:decd|deceased|dec'd)\b\)?", text):
        return [Holder(text[: death.start()] + text[death.end() :], "estate")]
    if care := _CARE_OF().search(text):
        before = text[: care.start()]
        return _split(before) if before.strip() else [Holder(text[care.end() :], "care_of")]
    if cut := re.search(r"\b(?:pod|tod|itf|fbo|bene(?:ficiary)?)\b", text) or _TRUST_FOR().search(text):
        return _split(text[: cut.start()]) if text[: cut.start()].strip() else [Holder(text)]
    if minor := re.search(r"\b(?:utma|ugma|a minor|minor)\b.*$", text):
        text = text[: minor.start()]
        if not _CUSTODY().search(text):
            return [Holder(text, "minor")]
    if custody := _CUSTODY().search(text):
        before, after = text[: custody.start()], text[custody.end() :]
        return [Holder(before, "custodian"), Holder(after, "minor")]
    if trustee := re.search(r"\b(?:ttees?|tte|trustees?|poa)\b", text):
        people = _people(text[: trustee.start()])
        return [*(Holder(person, "trustee") for person in people), Holder(text[trustee.end() :].removeprefix(" of "))]
    for find, capacity in ((_TRADING, "trading"), (_ALIAS, "alias")):
        if other := find().search(text):
            first = [Holder(h.text, h.capacity or capacity) for h in _split(text[: other.start()])]
            return [*first, *(Holder(part, capacity) for part in find().split(text[other.end() :]))]
    if aside := _PARENTHESIS().search(text):
        rest = _PARENTHESIS().sub(" ", text)
        second = [Holder(aside[1], "alias")] if _name_words(aside[1]) > 1 else []
        return [*_split(rest), *second] if rest.strip() else [Holder(aside[1])]
    return [Holder(person) for person in _people(text)]


def _people(text: str) -> list[str]:
    """Split at conjunctions and give a bare given name the family name of its neighbour; the whole comes last.

    The whole is kept because ``and`` also joins the words of a firm; it is compared as a firm only.
    """
    parts = [part.strip(" ,") for part in _BETWEEN().split(text) if part and part.strip(" ,")]
    if len(parts) < 2:
        return [text]
    return [_completed(part, parts, i) for i, part in enumerate(parts)]


def _completed(part: str, parts: list[str], position: int) -> str:
    """Give ``JOHN`` of ``JOHN & JANE SMITH`` its family name; ``JANE`` of ``SMITH, JOHN & JANE`` likewise."""
    if _name_words(part) > 1 or "," in part:
        return part
    later = next((p for p in parts[position + 1 :] if _name_words(p) > 1), None)
    earlier = next((p for p in reversed(parts[:position]) if _name_words(p) > 1), None)
    if later is not None:
        family = later.split(",")[0] if "," in later else later.split()[-1]
        return f"{part} {family}"
    if earlier is not None:
        if "," in earlier:
            return f"{part} {earlier.split(',')[0]}"
        words = earlier.split()
        return f"{part} {words[0] if _family_first(words) else words[-1]}"
    return part


def _family_first(words: list[str]) -> bool:
    """Tell ``smith john`` from ``john smith`` by which of the two words is the known given name."""
    first, last = token(words[0].strip(".'-") or "?"), token(words[-1].strip(".'-") or "?")
    return first.surname > 0 and not first.gender and bool(last.gender)


def _name_words(text: str) -> int:
    kinds = vocabulary()
    left_out = ("title", "generation", "postnominal")
    return sum(len(word) > 1 and not any(word.strip(".,") in kinds[kind] for kind in left_out) for word in text.split())


def claimed(text: str) -> tuple[str, tuple[str, ...]]:
    """Read the user's line as one person: the first name of a list, and the others.

    A name in parentheses or behind an alias is left out and counts for nothing.

    Returns:
        The text of the one name, and all names of the list if there are several, else an empty tuple.

    >>> claimed("jane doe (john smith)"), claimed("jane doe; john smith")
    (('jane doe', ()), ('jane doe', ('jane doe', 'john smith')))
    """
    if not has_signs(text):
        return text, ()
    bare = _PARENTHESIS().sub(" ", text)
    bare = " ".join((bare if any(map(str.isalnum, bare)) else text).split())
    for find in (_ALIAS, _CARE_OF):
        if (found := find().search(bare)) and bare[: found.start()].strip():
            bare = bare[: found.start()].strip()
    people = _people(bare)
    return (people[0] if len(people) > 1 else bare), (tuple(people) if len(people) > 1 else ())
