"""Compile the mailbox rules of mail providers: one row a domain, checked and sorted."""

from __future__ import annotations

from pathlib import Path

SOURCE = Path(__file__).parent / "email" / "mail_providers.tsv"
SIGNS = frozenset("._-")


def _signs(cell: str, place: str) -> str:
    signs = "" if cell == "-" else cell
    if not SIGNS.issuperset(signs):
        message = f"{place}: signs other than . _ -"
        raise ValueError(message)
    return signs


def _word(cell: str, word: str, place: str) -> str:
    if cell not in ("-", word):
        message = f"{place}: expected {word} or -"
        raise ValueError(message)
    return "" if cell == "-" else word


def build() -> dict[str, str]:
    """Give the table's file name and content."""
    comments = []
    rows: dict[str, str] = {}
    for number, line in enumerate(SOURCE.read_text("utf-8").splitlines(), 1):
        if line.startswith("#"):
            comments.append(line)
            continue
        place = f"{SOURCE.name} line {number}"
        domains, filed, ignored, equal, hyphen, subdomain, source = line.split("\t")
        if not source:
            message = f"{place}: a row without a source"
            raise ValueError(message)
        rules = (_signs(ignored, place), _signs(equal, place))
        words = (_word(hyphen, "hyphen", place), _word(subdomain, "subdomain", place))
        for domain in domains.split():
            if domain in rows or domain != domain.lower():
                message = f"{place}: a domain that is there twice or not in lower case"
                raise ValueError(message)
            rows[domain] = "\t".join((domain, domain if filed == "-" else filed, *rules, *words))
    header = [
        *comments[:1],
        "# Source: the providers' help pages, named row by row in data/email/mail_providers.tsv.",
        "# Licence: MIT, own words. Date: 2026-11-22.",
        "# Columns: domain, filed under, signs ignored, signs that are equal, hyphen, subdomain.",
    ]
    return {"mail_providers.tsv": "\n".join([*header, *(rows[domain] for domain in sorted(rows))]) + "\n"}
