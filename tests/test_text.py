"""Cleaning and folding: total, capped, idempotent over every code point."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import nasty_text

from identity_match import text

# Joined by a letter that takes part in no composition, so that every code point is folded by itself.
CHUNK = 4_096


def _chunks(*, surrogates: bool) -> list[str]:
    points = [c for c in range(sys.maxunicode + 1) if surrogates or not 0xD800 <= c <= 0xDFFF]
    return ["|".join(map(chr, points[i : i + CHUNK])) for i in range(0, len(points), CHUNK)]


def test_fold_is_idempotent_for_every_code_point() -> None:
    """I32: Normalizers are idempotent: n(n(x)) == n(x) for every string."""
    for chunk in _chunks(surrogates=True):
        once = text.fold(chunk)
        again = text.fold(once)
        assert again == once, [hex(ord(a)) for a in chunk.split("|") if a and text.fold(text.fold(a)) != text.fold(a)]


@given(nasty_text(200))
@example("\u0344\u0344")
@example("\u1100\u3161\u11a8")
def test_fold_is_idempotent_for_text(value: str) -> None:
    """I32, for text whose characters compose with each other."""
    once = text.fold(value)
    assert text.fold(once) == once


@given(nasty_text(100))
def test_fold_does_not_know_case(value: str) -> None:
    folded = text.fold(value)
    assert folded == folded.lower() or text.fold(folded.lower()) == folded


@given(nasty_text(200))
def test_fold_does_not_know_the_unicode_form(value: str) -> None:
    assert text.fold(unicodedata.normalize("NFD", value)) == text.fold(unicodedata.normalize("NFC", value))


def test_fold_keeps_a_bounded_memory() -> None:
    """Text that walks through Unicode must not fill the memory of a long-lived process."""
    for chunk in _chunks(surrogates=True)[:40]:
        text.fold(chunk)
    assert len(text._FOLD) <= 20_000


@given(nasty_text(200), st.integers(0, 64))
@example("ab cd", 3)
@example("\u0958" * 10, 5)
@example("\u0344" * 10, 64)
@example("a\u0301\u200d\u0302\u200d\u0303\u200d\u0304\u200d\u0305\u200d\u0306", 64)
def test_clean_is_capped_idempotent_and_clean(value: str, cap: int) -> None:
    """I33: Normalizers never return more than their cap allows and never raise; I32: twice is once."""
    cleaned = text.clean(value, cap)
    assert len(cleaned.text) <= cap
    assert text.clean(cleaned.text, cap).text == cleaned.text
    assert cleaned.text == " ".join(cleaned.text.split())
    assert unicodedata.is_normalized("NFC", cleaned.text)
    assert not {unicodedata.category(char) for char in cleaned.text} & {"Cc", "Cf", "Cs"}
    cleaned.text.encode("utf-8")
    run = 0
    for char in cleaned.text:
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        assert run <= text.MARK_RUN


@given(st.text(st.characters(codec="ascii"), max_size=60), st.integers(1, 60))
def test_clean_treats_plain_text_as_any_other(value: str, cap: int) -> None:
    """The short way for plain ASCII gives what the long way gives."""
    if value.isprintable() and len(value) <= cap:
        assert text.clean(value, cap).text == text.clean(value + "\u200b", cap + 1).text


def test_clean_cuts_before_it_works() -> None:
    cleaned = text.clean("x" * 10_000_000, 256)
    assert cleaned == ("x" * 256, (text.TRUNCATED,))


@pytest.mark.parametrize(
    ("value", "marks"),
    [
        ("Jane Doe", ()),
        ("Jane\u200dDoe", (text.HIDDEN,)),
        ("Jane\x00Doe", (text.HIDDEN,)),
        ("\ud800", (text.DAMAGED,)),
        ("Jane\ufffd", (text.DAMAGED,)),
        ("\u202eenaJ" * 100, (text.TRUNCATED, text.HIDDEN)),
        ("Zoë\tDoe\n", ()),
    ],
)
def test_clean_names_what_it_had_to_do(value: str, marks: tuple[str, ...]) -> None:
    assert text.clean(value, 256).marks == marks


@given(nasty_text())
def test_without_surrogates_can_be_written(value: str) -> None:
    made = text.without_surrogates(value)
    made.encode("utf-8")
    assert type(made) is str
    if not any(0xD800 <= ord(char) <= 0xDFFF for char in value):
        assert made == value


@pytest.mark.parametrize(
    ("char", "script"),
    [("a", "latin"), ("é", "latin"), ("а", "cyrillic"), ("α", "greek"), ("王", "han"), ("さ", "kana"), ("한", "hangul"),
     ("م", "arabic"), ("4", ""), (" ", ""), ("Ａ", "latin"), ("א", "hebrew")],
)  # fmt: skip
def test_scripts_have_names(char: str, script: str) -> None:
    assert text.script(char) == script
    assert text.scripts(char) == (frozenset([script]) if script else frozenset())
