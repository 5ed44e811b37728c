"""Each fast path says what its authority says: the plan of North America, plain numbers, plain addresses, names."""

from __future__ import annotations

import importlib.util
import random
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import email_validator
import phonenumbers
import pytest
from strategies import listed_given, listed_surnames

from identity_match import tables, text
from identity_match.email_address.provider import SPECIAL_USE, providers
from identity_match.errors import TableError
from identity_match.legal_name import firm, romanize, titling
from identity_match.legal_name.likeness import share_links
from identity_match.legal_name.tokens import Token, latin_token
from identity_match.phone_number.plan import exchanges

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parent.parent
SAMPLE = 4_000  # strings of each kind; benchmarks/fast_paths.py takes many more


@cache
def program(path: str = "data/build_phone.py") -> ModuleType:
    """Import a program, which is no part of the package."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(kind: str) -> set[str]:
    """Give the six-digit prefixes of the shipped table."""
    return {area + exchange for area, found in exchanges(kind).items() for exchange in found}


def is_same_version() -> bool:
    """Tell whether the table was derived from the library's installed version."""
    header = (ROOT / "data" / "phone" / "nanp.tsv").read_text("utf-8").splitlines()[1]
    found = re.search(r"phonenumbers (\S+)\.\s", header)
    assert found is not None
    return found[1] == phonenumbers.__version__


def test_the_last_four_digits_matter_only_where_the_table_asks() -> None:
    """Proof over every branch of the installed metadata: elsewhere area code and exchange settle validity.

    A later version of the library knows new area codes; then the table may say "invalid" of up to one prefix in a
    hundred, until ``data/build_phone.py`` is run again, but a prefix it calls valid must not depend on more digits.
    """
    valid, asked = program().nanp_prefixes()
    if is_same_version():
        assert table("valid") == valid
        assert table("ask") == asked
    else:
        assert not table("valid") & asked
        assert len(table("valid") ^ valid) < len(valid) / 100


def test_the_proof_knows_what_it_expands() -> None:
    """The proof would say nothing if patterns were expanded wrongly, so a few are counted by hand."""
    branches = program().branches
    assert branches(r"2(?:0[1-3]|1)\d{2}") == [
        (frozenset("2"), frozenset("0"), frozenset("123"), program().DIGITS, program().DIGITS),
        (frozenset("2"), frozenset("1"), program().DIGITS, program().DIGITS),
    ]
    with pytest.raises(ValueError, match="does not know"):
        branches(r"2(?=3)\d")


def test_the_table_agrees_with_the_library_number_by_number() -> None:
    """A sample of prefixes, each with two line numbers."""
    chosen = random.Random(1)
    for _ in range(SAMPLE):
        area, exchange = f"{chosen.randrange(200, 1000)}", f"{chosen.randrange(1000):03}"
        if exchange in exchanges("ask").get(area, ()) or not is_same_version():
            continue
        for line in ("0137", "9999"):
            number = phonenumbers.PhoneNumber(country_code=1, national_number=int(area + exchange + line))
            assert (exchange in exchanges("valid").get(area, ())) is phonenumbers.is_valid_number(number)


@pytest.mark.skipif(not is_same_version(), reason="the table was derived from another version of phonenumbers")
def test_plain_numbers_read_as_the_library_reads_them() -> None:
    """Wherever the fast path answers, ``phonenumbers`` gives the same number and the same validity."""
    result = program("benchmarks/fast_paths.py").check_numbers(SAMPLE, 2)
    assert result.different == []
    assert result.taken > SAMPLE / 3


def test_plain_addresses_are_those_that_the_library_accepts() -> None:
    """Wherever the fast path answers, ``email-validator`` accepts the address and its normal form names the same."""
    result = program("benchmarks/fast_paths.py").check_addresses(SAMPLE, 3)
    assert result.different == []
    assert result.taken > SAMPLE / 4


def test_special_names_are_those_of_the_library() -> None:
    """The fast path leaves every special name to the library; all of them are top-level names."""
    assert set(email_validator.SPECIAL_USE_DOMAIN_NAMES) <= SPECIAL_USE | {"home.arpa"}


@pytest.mark.parametrize(("read", "name"), [(lambda: exchanges("valid"), "nanp"), (providers, "mail_providers")])
def test_a_malformed_table_is_our_error(monkeypatch: pytest.MonkeyPatch, read: Any, name: str) -> None:
    """A row of another width is our bug, and is called so."""
    exchanges.cache_clear()
    providers.cache_clear()
    monkeypatch.setattr(tables, "rows", lambda _: [["valid"]])
    with pytest.raises(TableError, match=name):
        read()


# One spelling for another, as romanisations and ours have them; either may stand in a word.
OTHER_SPELLINGS = (
    ("e", "i"), ("f", "ph"), ("k", "kh"), ("u", "ou"), ("l", "r"), ("din", "uddin"), ("din", "aldine"),
    ("abdul", "abdu"), ("o", "oe"), ("q", "g"), ("m", "mm"),
)  # fmt: skip


def links(word: Token) -> frozenset[str]:
    """Give everything by which another word may be joined to this one without looking at letters."""
    return word.sounds.union(word.spellings, *word.forms)


def test_words_that_no_bit_joins_share_no_key() -> None:
    """``share_links`` looks at letters first; it must find whatever the sets of links have in common."""
    draw = random.Random(7)
    words = [*listed_given(), *listed_surnames()]
    words += [word for word in words if word.startswith("abd") or word.endswith(("din", "dine"))] * 20
    joined = 0
    for _ in range(60_000):
        word = other = draw.choice(words)
        for old, new in draw.sample(OTHER_SPELLINGS, 3):
            other = other.replace(old, new) if draw.random() < 0.5 else other.replace(new, old)
        one, two = latin_token(word), latin_token(other if draw.random() < 0.7 else draw.choice(words))
        linked = not links(one).isdisjoint(links(two))
        assert share_links(one, two) == linked, (word, other)
        joined += linked and one.text != two.text
    assert joined > 5_000


# Letters of each class of ``romanize.classes``, in the order of its bits.
CLASSES = ("m", "n", "lr", "bpfvw", "szxcj", "a")
KEY_PIECES = """
    a e i o u y j z h s t c k x q g d p b f v w m n l r tsch dsch zh kh ph sch dzh ju ij oe ue ae ou oo uv ai din abd
    uddin ul ii
"""


def test_every_key_has_what_its_word_surely_has_and_nothing_that_it_lacks() -> None:
    """``classes`` tells words apart that share no key; it must say nothing that a rule may undo."""
    draw, pieces = random.Random(5), KEY_PIECES.split()
    words = [*listed_given(), *listed_surnames()]
    words += ["".join(draw.choices(pieces, k=draw.randint(1, 6))) for _ in range(60_000)]
    sure = 0
    for word in words:
        bits = romanize.classes(word, text.letter_bits(word))
        sounds = latin_token(word).sounds
        for i, letters in enumerate(CLASSES):
            has, lacks = bits >> i & 1, bits >> i + len(CLASSES) & 1
            there = [not set(letters).isdisjoint(sound) for sound in sounds]
            assert not (has and not all(there)), (word, letters)
            assert not (lacks and any(there)), (word, letters)
            sure += has + lacks
    assert sure > 0.8 * len(CLASSES) * len(words)


OTHER_LETTERS = "éüñçşıøß" + "дмитрий" + "σωκ" + "محمد" + "李明" + "김민" + "ｊａ" + "\u1112\u1161"
OTHER_WORDS = """
    josé müller юлия ooo 株式会社 有限公司 주식회사 محمد 李明 김민준 ﬁn ﬂ şıp ω y e and of the gmbh ltd
"""


def other_texts() -> Iterator[str]:
    """Give texts of words, of which some have other letters than ASCII's."""
    draw, words = random.Random(11), OTHER_WORDS.split()
    for _ in range(30_000):
        pieces = [
            draw.choice(words) if draw.random() < 0.5
            else "".join(draw.choices(OTHER_LETTERS + "abcde", k=draw.randint(1, 6)))
            for _ in range(draw.randint(1, 5))
        ]  # fmt: skip
        yield draw.choice((" ", "  ", "\u00a0", ", ", "-")).join(pieces)


def test_words_are_cleaned_without_looking_at_each_letter() -> None:
    """A sign behind the words sends them the long way."""
    for words in other_texts():
        assert text.clean(f"{words} +", 256) == (f"{text.clean(words, 256).text} +", ())


@pytest.mark.skipif(not text.__file__.endswith(".py"), reason="compiled code calls its own functions")
def test_words_that_tell_no_firm_are_read_as_the_long_way_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {words: firm.read(words) for words in map(str.casefold, other_texts()) if not words.isascii()}
    monkeypatch.setattr(firm, "_simple_words", lambda _: [])
    assert {words: firm.read(words) for words in found} == found


LINE_PIECES = """
    john smith mary j t p d a f o c i smith-jones o'neil dec'd jt/wros p/o/d t/a d/b/a c/o p.o.d. t.o.d. s.a. 401k roth
    sep & / ; ( ) , . % + the late of for in as community property money tenants common jtten jttenants acc acct joint
    and/or &/or _pod pod1 á podé power under
"""


def test_a_line_without_a_marker_is_split_at_conjunctions_alone() -> None:
    """Where ``_has_clause`` finds no word of a marker, no expression that looks for one may find any."""
    draw = random.Random(3)
    pieces = [*sorted(titling.SIGN_WORDS), *LINE_PIECES.split()]
    plain = 0
    for _ in range(60_000):
        text = " ".join(draw.choices(pieces, k=draw.randint(1, 6)))
        if draw.random() < 0.2:
            text = text.replace(" ", draw.choice(("", "-", "/", "_")), 1)
        text = titling._INNER().sub("", text)
        if titling._has_clause(text):
            continue
        plain += 1
        bare = titling._undotted(text)
        assert titling._split(titling._ACCOUNT().sub(" ; ", bare)) == titling._aside(text), text
        assert titling._BENEFICIARY().search(bare) is None, text
        assert titling._RELATIVE_OF().search(bare) is None, text
    assert plain > 3_000
