"""Compile the tables of personal and business names from ``data/names/``."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

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
        "andrew randy", "elbert albert", "angel angela",
    )
)  # fmt: skip

# A word that this many of 100,000 people bear as a surname, and that few lists have as a given name, is a surname.
SURNAME_SHARE, FEW_LISTS = 15, 2


def read(name: str) -> tuple[list[str], list[list[str]]]:
    """Read a source file: its comment lines and its rows."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [line for line in lines if line.startswith("#")], [
        line.split("\t") for line in lines if line and not line.startswith("#")
    ]


def given_names() -> tuple[str, dict[str, str]]:
    """Group given names by gender, one row each: fast to load."""
    header, rows = read("given_names.tsv")
    families = {name: int(share) for share, name in read("surnames.tsv")[1]}
    rows = [row for row in rows if families.get(row[1], 0) < SURNAME_SHARE or int(row[2]) > FEW_LISTS]
    more_header, more = read("given_more.tsv")
    listed = {row[1] for row in rows}
    added = [[gender, name] for gender, names in more for name in names.split() if name not in listed]
    rows += [list(row) for row in dict.fromkeys(map(tuple, added))]
    header += more_header
    groups: dict[str, list[str]] = defaultdict(list)
    for gender, name, *_ in rows:
        groups[gender].append(name)
    body = [f"{gender}\t{' '.join(sorted(groups[gender]))}" for gender in sorted(groups)]
    return _file(header, body), {name: gender for gender, name, *_ in rows}


def surnames() -> str:
    """Group surnames by share, the most common first."""
    header, rows = read("surnames.tsv")
    groups: dict[int, list[str]] = defaultdict(list)
    for share, name in rows:
        groups[int(share)].append(name)
    return _file(header, [f"{share}\t{' '.join(groups[share])}" for share in sorted(groups, reverse=True)])


def nicknames(gender: dict[str, str]) -> str:
    """Join the seed with our own forms; opposite genders and cognates are refused."""
    seed_header, seed = read("nicknames_seed.tsv")
    own_header, own = read("nicknames.tsv")
    forms: dict[str, set[str]] = defaultdict(set)
    for name, short in seed:
        opposite = {gender.get(name), gender.get(short)} == {"m", "f"}
        if not opposite and frozenset((name, short)) not in REFUSED:
            forms[name].add(short)
    for _, name, shorts in own:
        if " " not in name and "-" not in name:
            forms[name].update(shorts.split())
    return _file(seed_header + own_header, [f"{name}\t{' '.join(sorted(forms[name]))}" for name in sorted(forms)])


def copy(name: str) -> str:
    """Take over a file as it is, without notes."""
    header, rows = read(name)
    return _file(header, ["\t".join(row) for row in rows])


def build() -> dict[str, str]:
    """Compile every table of this area: file name to content."""
    given, gender = given_names()
    return {
        "given_names.tsv": given,
        "surnames.tsv": surnames(),
        "nicknames.tsv": nicknames(gender),
        "name_variants.tsv": copy("variants.tsv"),
        "name_words.tsv": copy("words.tsv"),
        "han.tsv": copy("han.tsv"),
    } | {path.name: copy(path.name) for path in sorted(HERE.glob("business_*.tsv"))}


def _file(header: list[str], rows: list[str]) -> str:
    return "\n".join([*header, *rows]) + "\n"
