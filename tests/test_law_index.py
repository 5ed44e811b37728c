"""The list of the laws: every one is quoted by a test, and nearly every one by a test with random input.

A law is quoted as ``I07: its sentence`` in the docstring of a test; ``grep -n "I07" tests/*.py`` finds its tests.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

NUMBERS = [f"I{number:02}" for number in range(1, 48)]
QUOTED = re.compile(r"\bI(\d{2})\b")


class Law(NamedTuple):
    """A test that quotes laws.

    Attributes:
        place: Its file and name.
        sentence: Its docstring.
        random: Whether hypothesis draws its input.
    """

    place: str
    sentence: str
    random: bool


@cache
def quoted() -> dict[str, list[Law]]:
    """Give the tests that quote each law."""
    found: dict[str, list[Law]] = defaultdict(list)
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.FunctionDef) and node.name.startswith("test_")) or path == Path(__file__):
                continue
            sentence = ast.get_docstring(node) or ""
            random = any("given(" in ast.unparse(decorator) for decorator in node.decorator_list)
            for number in {f"I{digits}" for digits in QUOTED.findall(sentence)}:
                found[number].append(Law(f"{path.name}::{node.name}", sentence, random))
    return dict(found)


def test_every_law_is_quoted_by_a_test() -> None:
    """None is lost, and none is quoted that is not on the list."""
    assert sorted(quoted()) == NUMBERS


def test_every_law_is_tried_with_random_input() -> None:
    """Each has a test whose input hypothesis draws."""
    assert [number for number, laws in sorted(quoted().items()) if not any(law.random for law in laws)] == []


def test_a_quotation_says_what_the_law_is() -> None:
    """At least one test of each law gives its sentence behind the number, not the number alone."""
    for number, laws in quoted().items():
        assert any(re.search(rf"{number}(?: \w+)?: .{{20}}", law.sentence, re.DOTALL) for law in laws), number


def test_the_name_of_a_test_is_that_of_its_law() -> None:
    """A test that is named after laws quotes them."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and (named := re.findall(r"_i(\d{2})(?=_)", node.name)):
                quoted_here = set(QUOTED.findall(ast.get_docstring(node) or ""))
                assert set(named) <= quoted_here, f"{path.name}::{node.name}"
