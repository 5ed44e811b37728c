"""Compile the tables of personal and business names from ``data/names/``."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent / "names"

# Edges of the seed that join people and not forms of one name: cognates that are names in their own right (Ian is a
# Scottish John), forms that belong to another name (Bill is a William), old genealogical links (Virginia for Jane).
REFUSED = frozenset(
    frozenset(pair.split())
    for pair in (
        "ian john", "ivan john", "jane virginia", "robert bill", "robert billy", "patrick peter", "miguel michael",
        "cecilia sheila", "susan hannah", "joanna hannah", "emily emma", "amelia emily", "maureen mary",
        "raphael ralph", "johannes jonathan", "jonathan nathan", "evan john", "sean john", "jane jean",
        "jeanne jane", "michelle mickey", "michelle micky", "elisa elizabeth", "helen eileen", "helena eileen",
        "ashley leah", "roger bobby", "alice lisa", "alicia lisa", "charles carl", "joshua joe", "anna hannah",
        "andrew randy", "elbert albert", "angel angela", "derrick eric",
        "benjamin jamie", "savannah anna", "margarita megan", "megan margarita", "roger bobby", "rodger bobby",
        "fred bill", "fred billy", "fred willie", "fred willy", "michael micah", "micheal micah", "brady brody",
        "mercedes sadie", "janet jessie", "jane jessie", "jeanette jessie", "ashley lee", "shirley lee", "elias lee",
        "levi lee", "leah lee", "stephanie annie", "stefanie annie", "martha patsy", "charlotte sherry", "kendra kay",
        "edna eddie", "darlene lena", "garrett jerry", "garret jerry", "garrett gary", "jack jon", "roxanne ann",
        "roxanne rose", "mary marsha", "mary mariah", "mary marilyn", "mary marion", "maria mariah", "carol kara",
        "carol kari", "carole kara", "carole kari", "carole lynn", "carol lynn", "caroline lynn", "melissa lisa",
        "margaret rita", "margaret daisy", "margarita daisy", "anna annette", "louise lois", "lois louise",
        "doris dora", "helen elaine", "elaine helen", "genevieve jean", "jean genevieve", "orlando roland",
        "roland orlando", "veronica vera", "marietta mary", "marietta maria", "marietta marie", "marietta mariah",
        "marietta marion",
    )
)  # fmt: skip

# A word that this many of 100,000 people bear as a surname, and that few lists have as a given name, is a surname.
SURNAME_SHARE, FEW_LISTS = 15, 2
# A word on few lists that is a name of this many lists with two letters exchanged, or of a long name with one left out,
# is that name misspelt: census lists hold Willaim, Joesph and Patrica.
MANY_LISTS, LONG_NAME = 9, 7

# A name that differs by one letter from one with this many times its bearers is that name misspelt: Johm. With fewer it
# may be that, or a name: Oliva, Josua.
MISSPELT, PERHAPS_MISSPELT = 1000, 50


def read(name: str) -> tuple[list[str], list[list[str]]]:
    """Read a source file: its comment lines and its rows."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [line for line in lines if line.startswith("#")], [
        line.split("\t") for line in lines if line and not line.startswith("#")
    ]


def given_names() -> tuple[str, dict[str, str], set[str]]:
    """Group given names by first letter and gender; also each one's gender, and the misspelt ones left out."""
    header, rows = read("given_names.tsv")
    families = {name: int(share) for share, name in read("surnames.tsv")[1]}
    rows = [row for row in rows if families.get(row[1], 0) < SURNAME_SHARE or int(row[2]) > FEW_LISTS]
    slips = {(row[0], slip) for row in rows if int(row[2]) >= MANY_LISTS for slip in _slips(row[1])}
    known = {name for _, names in read("variants.tsv")[1] for name in names.split()}
    rows = [row for row in rows if int(row[2]) > FEW_LISTS or row[1] in known or (row[0], row[1]) not in slips]
    more_header, more = read("given_more.tsv")
    listed = {row[1] for row in rows}
    added = [[gender, name] for gender, names in more for name in names.split() if name not in listed]
    rows += [list(row) for row in dict.fromkeys(map(tuple, added))]
    header += more_header
    groups: dict[str, list[str]] = defaultdict(list)
    for gender, name, *_ in rows:
        groups[gender].append(name)
    genders = {name: gender for gender, name, *_ in rows}
    return _file(header, _by_letter(groups)), genders, {slip for _, slip in slips} - genders.keys()


def _slips(name: str) -> set[str]:
    """List misspellings of a name behind its first letter: two letters exchanged, or one left out of a long name."""
    inner = range(1, len(name) - 1)
    found = {name[:i] + name[i + 1] + name[i] + name[i + 2 :] for i in inner} if len(name) > 4 else set()
    return found | ({name[:i] + name[i + 1 :] for i in inner} if len(name) >= LONG_NAME else set()) - {name}


def known_given_names(without: set[str]) -> str:
    """Group the given names that no list with genders has by first letter; misspelt ones are left out.

    Args:
        without: Names of those lists, and misspelt ones.
    """
    header, rows = read("given_known.tsv")
    bearers = {name: int(count) for count, name in rows}
    fewest = min(filter(None, bearers.values()))
    slips = {
        slip
        for name, count in bearers.items()
        for slip in (_one_letter_off(name) if count > MISSPELT * fewest else ())
        if 0 < bearers.get(slip, 0) * MISSPELT < count
    }
    groups: dict[str, list[str]] = defaultdict(list)
    for name in bearers.keys() - slips - without:
        groups[name[0]].append(name)
    return _file(header, [f"{letter}\t{' '.join(sorted(names))}" for letter, names in sorted(groups.items())])


def given_slips(gender: dict[str, str]) -> str:
    """List the given names that may be a far commoner one misspelt, each with those; of opposite genders none is."""
    header, rows = read("given_known.tsv")
    bearers = {name: int(count) for count, name in rows if gender.get(name)}
    commoner: dict[str, set[str]] = defaultdict(set)
    for name, count in bearers.items():
        for slip in _one_letter_off(name):
            if 0 < bearers.get(slip, 0) * PERHAPS_MISSPELT <= count and {gender[slip], gender[name]} != {"m", "f"}:
                commoner[slip].add(name)
    return _file(header, [f"{slip[0]}\t{slip}\t{' '.join(sorted(commoner[slip]))}" for slip in sorted(commoner)])


def _one_letter_off(name: str) -> Iterator[str]:
    """List what a name becomes by a letter left out, added or replaced, or by two letters exchanged."""
    for i in range(len(name) + 1):
        yield name[:i] + name[i + 1 :]
        yield name[:i] + name[i + 1 : i + 2] + name[i : i + 1] + name[i + 2 :]
        for letter in ascii_lowercase:
            yield name[:i] + letter + name[i:]
            yield name[:i] + letter + name[i + 1 :]


def surnames() -> str:
    """Group surnames by first letter and share."""
    header, rows = read("surnames.tsv")
    groups: dict[str, list[str]] = defaultdict(list)
    for share, name in rows:
        groups[share].append(name)
    return _file(header, _by_letter(groups))


def _by_letter(groups: dict[str, list[str]]) -> list[str]:
    """Write one row a first letter and group, so that a program that needs a few names reads a few rows."""
    cells: dict[tuple[str, str], list[str]] = defaultdict(list)
    for group, names in groups.items():
        for name in names:
            cells[name[0], group].append(name)
    return [f"{letter}\t{group}\t{' '.join(sorted(names))}" for (letter, group), names in sorted(cells.items())]


def nicknames(gender: dict[str, str]) -> str:
    """Join the seed with our own forms; opposite genders and cognates are refused."""
    seed_header, seed = read("nicknames_seed.tsv")
    own_header, own = read("nicknames.tsv")
    forms: dict[str, set[str]] = defaultdict(set)
    for name, short in seed:
        opposite = {gender.get(name), gender.get(short)} == {"m", "f"}
        if not opposite and frozenset((name, short)) not in REFUSED:
            forms[name].add(short)
    for _, name, familiar in own:
        if " " not in name and "-" not in name:
            forms[name].update(familiar.split())
    shorts: dict[str, set[str]] = defaultdict(set)
    fulls: dict[str, set[str]] = defaultdict(set)
    spellings = _firm_spellings()
    for name, found in forms.items():
        for spelling in spellings.get(name, {name}):
            shorts[spelling] |= found
            for form in found:
                fulls[form].add(spelling)
    names = sorted(shorts.keys() | fulls.keys())
    body = [f"{name[0]}\t{name}\t{' '.join(sorted(shorts[name]))}\t{' '.join(sorted(fulls[name]))}" for name in names]
    return _file(["# Letter, name, its short forms, the names it is short for.", *seed_header, *own_header], body)


def variants() -> str:
    """Turn groups of spellings round: each spelling with the numbers of its groups, marked where they are loose."""
    header, rows = read("variants.tsv")
    groups: dict[str, list[str]] = defaultdict(list)
    for number, (language, names) in enumerate(rows):
        for name in names.split():
            mark = "=" if language.endswith("-given") else LOOSE_LANGUAGES.get(language, "")
            groups[name].append(f"{mark}{number}")
    body = [f"{name[0]}\t{name}\t{' '.join(groups[name])}" for name in sorted(groups)]
    return _file(
        [
            "# Letter, spelling, its groups; a group with ? joins systems of romanisation, one with ~ joins languages,",
            "# one with = holds for given names only.",
            *header,
        ],
        body,
    )


def syllables() -> str:
    """List the syllables of Chinese and Korean names, a row a language."""
    chinese_header, chinese = read("pinyin.tsv")
    korean_header, korean = read("korean.tsv")
    words = {word for row in korean for word in row[0].split()}
    words |= {word for language, names in read("variants.tsv")[1] if language == "ko" for word in names.split()}
    rows = [("ko", words), ("zh", {row[0] for row in chinese})]
    return _file(
        [*chinese_header, *korean_header], [f"{language}\t{' '.join(sorted(found))}" for language, found in rows]
    )


def business_forms() -> str:
    """Write legal forms one spelling a row, without spaces and signs: class, spelling, note."""
    header, rows = read("business_forms.tsv")
    forms: dict[str, str] = {}
    notes: dict[str, str] = {}
    for form, _, spellings, *note in rows:
        for spelling in spellings.split("|"):
            compact = re.sub(r"[^\w]", "", spelling)
            forms.setdefault(compact, form)
            notes[compact] = "".join(note) or notes.get(compact, "")
    return _file(header, [f"{form}\t{compact}\t{notes[compact]}" for compact, form in forms.items()])


def business_words() -> str:
    """Add the words of legal forms to the words of business names."""
    header, rows = read("business_words.tsv")
    forms = {word for row in read("business_forms.tsv")[1] for word in re.findall(r"\w+", row[2])}
    return _file(header, ["\t".join(row) for row in [*rows, ["form_word", " ".join(sorted(forms))]]])


# Rows of variants in these languages join systems of romanisation (?) or languages (~): no spellings of one name.
LOOSE_LANGUAGES = {"ko": "?", "zh": "?", "x": "~"}


def _firm_spellings() -> dict[str, set[str]]:
    """Map each spelling to all spellings of the same name, which share its short forms."""
    firm: dict[str, set[str]] = defaultdict(set)
    for language, names in read("variants.tsv")[1]:
        if language not in LOOSE_LANGUAGES:
            for name in names.split():
                firm[name].update(names.split())
    return firm


def copy(name: str) -> str:
    """Take over a file as it is, without notes."""
    header, rows = read(name)
    return _file(header, ["\t".join(row) for row in rows])


def build() -> dict[str, str]:
    """Compile every table of this area: file name to content."""
    given, gender, slips = given_names()
    return {
        "given_names.tsv": given,
        "known_given_names.tsv": known_given_names(slips | gender.keys()),
        "given_slips.tsv": given_slips(gender),
        "surnames.tsv": surnames(),
        "nicknames.tsv": nicknames(gender),
        "name_variants.tsv": variants(),
        "name_words.tsv": copy("words.tsv"),
        "syllables.tsv": syllables(),
        "han.tsv": copy("han.tsv"),
        "business_forms.tsv": business_forms(),
        "business_words.tsv": business_words(),
    }


def _file(header: list[str], rows: list[str]) -> str:
    return "\n".join([*header, *rows]) + "\n"
