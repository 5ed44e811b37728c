"""Laws of phone numbers, each quoted by its number."""

from __future__ import annotations

import contextlib

import phonenumbers
from hypothesis import assume, example, given
from hypothesis import strategies as st
from strategies import at_least, nasty_text, phones

from identity_match.field import Missing, Options
from identity_match.phone_number import CAP, FRAGMENT, PLACEHOLDER, PhoneKey, compare, normalize

OFTEN, VERY_OFTEN = at_least(200), at_least(1_000)

KINDS = (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE)
# A fixed and a mobile number of every country that the library knows, those of the United States first.
EXAMPLES = [
    (country, number)
    for country in sorted(phonenumbers.SUPPORTED_REGIONS, key=lambda country: (country != "US", country))
    for kind in KINDS
    if (number := phonenumbers.example_number_for_type(country, kind)) is not None
]
OTHER_DIGITS = [str.maketrans("0123456789", digits) for digits in ("０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९")]


def key(text: str, country: str = "US") -> PhoneKey:
    """Read a number that must have a key."""
    found = normalize(text, Options(default_country=country))
    assert isinstance(found, PhoneKey)
    return found


def score(user: str, owner: str, country: str = "US") -> int | None:
    """Compare two texts; None where a side is missing."""
    options = Options(default_country=country)
    ours, theirs = normalize(user, options), normalize(owner, options)
    if isinstance(ours, Missing) or isinstance(theirs, Missing):
        return None
    return compare(ours, theirs).score


def valid_numbers() -> st.SearchStrategy[tuple[str, phonenumbers.PhoneNumber]]:
    """Valid numbers of every country: the library's example with its last digits exchanged."""

    def vary(made: tuple[int, int]) -> tuple[str, phonenumbers.PhoneNumber]:
        at, last = made
        country, example_number = EXAMPLES[at]
        number = phonenumbers.PhoneNumber()
        number.merge_from(example_number)
        number.national_number = (number.national_number or 0) // 1000 * 1000 + last
        return country, number

    pairs = st.tuples(st.integers(0, len(EXAMPLES) - 1), st.integers(0, 999))
    return pairs.map(vary).filter(lambda made: phonenumbers.is_valid_number(made[1]))


def written(number: phonenumbers.PhoneNumber) -> list[str]:
    """Write a number in every form the library knows, and in other digits."""
    formats = phonenumbers.PhoneNumberFormat
    forms = [
        phonenumbers.format_number(number, form)
        for form in (formats.E164, formats.INTERNATIONAL, formats.NATIONAL, formats.RFC3966)
    ]
    return forms + [forms[1].translate(digits) for digits in OTHER_DIGITS] + [forms[2].translate(OTHER_DIGITS[0])]


@given(phones(), st.sampled_from(["US", "GB", "MX", "JP"]))
@OFTEN
def test_i03_same_text_is_100(text: str, country: str) -> None:
    """I03: For every non-missing x that passes validation, S(x, x) == 100.

    So does an invalid number; a part of a number and a placeholder are compared with nothing.
    """
    found = normalize(text, Options(country))
    if isinstance(found, PhoneKey) and found.state not in (FRAGMENT, PLACEHOLDER):
        assert compare(found, found).score == 100


@given(valid_numbers())
@OFTEN
def test_i03_a_valid_number_is_100(made: tuple[str, phonenumbers.PhoneNumber]) -> None:
    """I03: For every x that passes validation, S(x, x) == 100: no valid number is missing."""
    for text in written(made[1]):
        assert score(text, text, made[0]) == 100


@given(phones(), phones())
@OFTEN
def test_i04_none_means_missing(user: str, owner: str) -> None:
    """I04: S(a, b) is None if and only if a or b is missing.

    Missing, too: a placeholder on file, and a part of a number that is no whole one in the other side's country.
    """
    ours, theirs = normalize(user), normalize(owner)
    if isinstance(ours, PhoneKey) and isinstance(theirs, PhoneKey):
        part = FRAGMENT in (ours.state, theirs.state) and PLACEHOLDER not in (ours.state, theirs.state)
        found = compare(ours, theirs)
        read_abroad = any(reason.code == "country_inferred" for reason in found.reasons)
        assert (found.score is None) is (theirs.state == PLACEHOLDER or (part and not read_abroad))


@given(valid_numbers(), st.data())
@OFTEN
def test_i23_all_formats_of_a_number_are_the_number(
    made: tuple[str, phonenumbers.PhoneNumber], data: st.DataObject
) -> None:
    """I23: All formats of one valid number score 100 with each other; national forms in the default country."""
    country, number = made
    forms = written(number)
    user, owner = data.draw(st.sampled_from(forms)), data.draw(st.sampled_from(forms))
    assert score(user, owner, country) == 100


@given(valid_numbers(), valid_numbers())
@OFTEN
@example(EXAMPLES[0], EXAMPLES[0])
@example(EXAMPLES[0], EXAMPLES[1])
def test_i24_another_number_is_below_70(
    made: tuple[str, phonenumbers.PhoneNumber], other: tuple[str, phonenumbers.PhoneNumber]
) -> None:
    """I24: Two valid numbers with different country code or national number score below 70.

    In the digits that are dialled today: the mark of a mobile in old Mexican and in Argentinian numbers is none.
    """
    ours, theirs = (phonenumbers.format_number(n, phonenumbers.PhoneNumberFormat.E164) for _, n in (made, other))
    assume(key(ours).number != key(theirs).number)
    assert score(ours, theirs) in range(70)


@given(valid_numbers(), st.integers(1, 6))
@OFTEN
def test_i24_the_last_digits_are_no_number(made: tuple[str, phonenumbers.PhoneNumber], cut: int) -> None:
    """I24: SHORT_NSN_MATCH alone is never 70 or more.

    Where a country has one area code, a number without it is dialled there, and is the number. Without Argentina, whose
    mobile numbers are the same without the 9 that is dialled from abroad.
    """
    assume(made[0] != "AR")
    e164 = phonenumbers.format_number(made[1], phonenumbers.PhoneNumberFormat.E164)
    national = phonenumbers.national_significant_number(made[1])
    found = score(national[cut:], e164, made[0])
    with contextlib.suppress(phonenumbers.NumberParseException):
        assume(phonenumbers.parse(national[cut:], made[0]) != made[1])
    assert found is None or found < 70


@given(valid_numbers(), st.sampled_from([" ext. {}", "x{}", " #{}", ";ext={}", " extension {}"]), st.integers(1, 9999))
@OFTEN
def test_i25_an_extension_on_one_side(made: tuple[str, phonenumbers.PhoneNumber], form: str, extension: int) -> None:
    """I25: Same number, extension on one side only: 70..99. With another extension it is another desk: below 70."""
    plain = phonenumbers.format_number(made[1], phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    extended = plain + form.format(extension)
    for user, owner in ((plain, extended), (extended, plain)):
        found = score(user, owner)
        assert found is not None
        assert 70 <= found <= 99
    assert score(extended, f"{plain} ext {extension}") == 100
    found = score(extended, f"{plain} ext {extension + 1}")
    assert found is not None
    assert found < 70


@given(st.one_of(phones(), nasty_text(), st.text("0123456789+()-. xX#;,/ab*OoIl", max_size=30)))
@VERY_OFTEN
@example("1-800-MATTRESS")
@example("+54 9 11 2345 6789")
@example("+5215512345678")
@example("tel:03-331-6005;isub=12;phone-context=+64")
@example("+0014157452130")
@example("0111234567")
@example("tel:4155550132;phone-context=+1415555")
@example("+7(5)92x1")
@example("+18]00plas s334")
@example("tel:+14155550132;phone-context=+1415555")
@example("(+44) (0)20 7946 0018")
@example("tel:0132;phone-context=+1415555")
@example("tel:4155550132;ext=7;phone-context=+1415555")
@example("+14155550132;phone-context=+1415555")
def test_i32_i33_twice_is_once_and_short(text: str) -> None:
    """I32: n(n(x)) == n(x) for every string. I33: never more than 2 x cap characters, never an exception."""
    for country in ("US", "GB"):
        options = Options(default_country=country)
        found = normalize(text, options)
        if isinstance(found, PhoneKey):
            assert normalize(found.text, options) == found
            members = found.number, found.extension, found.dialled, found.state
            assert sum(map(len, members)) <= 2 * CAP
            assert found.number.removeprefix("+") not in repr(found)
        else:
            assert isinstance(found, Missing)


@given(phones(), phones())
@OFTEN
@example("020 7946 0018", "+44 20 7946 0018")
@example("5512345678", "+525512345678")
def test_comparison_is_symmetric(user: str, owner: str) -> None:
    """I06 speaks of names; so do numbers: S(a, b) == S(b, a), except that a placeholder on file is not compared."""
    ours, theirs = normalize(user), normalize(owner)
    if isinstance(ours, PhoneKey) and isinstance(theirs, PhoneKey) and PLACEHOLDER not in (ours.state, theirs.state):
        assert compare(ours, theirs).score == compare(theirs, ours).score


def test_i24_a_digit_changed_inserted_or_dropped_is_another_number() -> None:
    """I24, for every one-digit change of one number."""
    number = "+14155550132"
    for at in range(2, len(number)):
        for digit in "0123456789":
            if digit != number[at]:
                assert score(number[:at] + digit + number[at + 1 :], number) in range(70)
            if (at, digit) != (2, "1"):  # +1 1 415 ...: a trunk prefix typed after the calling code
                assert score(number[:at] + digit + number[at:], number) in range(70)
        assert score(number[:at] + number[at + 1 :], number) in range(70)
