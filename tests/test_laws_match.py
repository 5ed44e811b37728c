"""Laws of the whole: what holds for every user and every list of owners, whatever the fields decide.

Each docstring quotes its law. Laws of one field are in ``test_laws_<field>.py``.
"""

from __future__ import annotations

import contextlib
import copy
import json
import math
import os
import random
import subprocess
import sys
import unicodedata
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import address_parts, anything, emails, nasty_text, owner, owners, person_names, phones, users, wrapped

from identity_match import IdentityMatchError, Match, Matcher, Owner, User, match, score
from identity_match.errors import InputError
from identity_match.field import DEFAULT_OPTIONS, FAILED, Missing, to_score
from identity_match.fields import FIELDS

NAMES = [field.name for field in FIELDS]
JANE: dict[str, Any] = {
    "legal_name": "Jane Doe",
    "phone_number": "+1 415 555 0123",
    "email_address": "jane+bank@example.com",
    "address": {"street": "100 Main St Apt 4", "city": "San Francisco", "region": "CA", "postal_code": "94107"},
}
HOLDER = {
    "names": ["JANE W DOE", "JOHN DOE"],
    "phone_numbers": [{"data": "4155550123"}, {"data": "4155550199"}],
    "emails": ["jane@example.com"],
    "addresses": [
        {"data": {"street": "100 MAIN STREET #4", "city": "SAN FRANCISCO", "region": "CA", "postal_code": "94107-2211"}}
    ],
}


def outcomes(user: Any, held: Any) -> dict[str, Any]:
    """Give score, flags and reasons of every field; where they come from is left out."""
    result = score(user, held)
    return {name: getattr(result, name) for name in NAMES}


def scores(user: Any, held: Any) -> dict[str, int]:
    """Give every score, None as -1, so that None counts as below 0."""
    return {name: -1 if outcome.score is None else outcome.score for name, outcome in outcomes(user, held).items()}


@given(users(), owners())
@example(JANE, [HOLDER])
def test_i01_scores_are_none_or_whole_numbers_of_the_scale(user: Any, held: Any) -> None:
    """I01: For all inputs, every score is None or an int (not bool, not float) with 0 <= score <= 100."""
    for outcome in outcomes(user, held).values():
        assert outcome.score is None or (type(outcome.score) is int and 0 <= outcome.score <= 100)
        for name, value in outcome._asdict().items():
            assert not name.startswith("is_") or value is None or type(value) is bool


@given(users(), owners())
@example(JANE, [HOLDER])
def test_i02_twice_is_the_same(user: Any, held: Any) -> None:
    """I02: Calling twice with equal input gives equal output, in one process."""
    assert score(user, held) == score(copy.deepcopy(user), copy.deepcopy(held))
    assert score(user, held).to_dict(details=True) == Matcher().score(user, held).to_dict(details=True)


_PROGRAM = """
import json, sys
from identity_match import Matcher
matcher = Matcher(nicknames={"Xiomara": ["Xio", "Mara", "Xiomi"]})
for user, held in json.load(sys.stdin):
    print(json.dumps(matcher.score(user, held).to_dict(details=True)))
"""


def test_i02_hash_seeds_do_not_matter() -> None:
    """I02: ... in two processes with different PYTHONHASHSEED."""
    given_names = [
        "Bob",
        "Robert",
        "Bill",
        "Liz",
        "Elizabeth",
        "Xio",
        "Xiomara",
        "Jenny",
        "Jennifer",
        "José",
        "Pepe",
        "Юлия",
    ]
    people = [f"{given_name} {family}" for given_name in given_names for family in ("Smith", "Garcia Lopez")]
    pairs: list[Any] = [
        [JANE | {"legal_name": one}, [HOLDER, {"names": people[i : i + 3]}]] for i, one in enumerate(people)
    ]
    asked = json.dumps(pairs)
    told = {
        subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            input=asked,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1234")
    }
    assert len(told) == 1
    assert len(told.pop().splitlines()) == len(pairs)


@given(users(), owner())
@example(JANE, HOLDER)
@example({"legal_name": "!!!", "phone_number": "0000000000"}, {"names": ["???"], "phone_numbers": ["0000000000"]})
def test_i04_none_means_missing(user: Any, held: Any) -> None:
    """I04: S(a, b) is None if and only if a or b is missing after normalization."""
    result, claimed, holder = score(user, [held]), User.from_dict(user), Owner.from_dict(held)
    for field in FIELDS:
        ours = field.normalize(getattr(claimed, field.name), DEFAULT_OPTIONS)
        theirs = [field.normalize(value, DEFAULT_OPTIONS) for value in getattr(holder, field.owner_values)]
        theirs = [key for key in theirs if not isinstance(key, Missing)]
        # A key on file may be a placeholder: it is known for what it is only beside the user's.
        missing = isinstance(ours, Missing) or all(field.compare(ours, key).score is None for key in theirs)
        assert (getattr(result, field.name).score is None) is missing
        if missing:
            assert all(getattr(getattr(result, field.name), flag) is None for flag in field.flags)
            assert getattr(result, field.name).reasons


def _words(letters: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.text(letters, min_size=3, max_size=8), min_size=2, max_size=2)


@given(_words("abcdefghijklm"), _words("nopqrstuvwxyz"))
def test_i05_nothing_shared_is_no_match(ours: list[str], theirs: list[str]) -> None:
    """I05: If neither side is missing and the normalized forms share no letter or digit, S(a, b) < 70."""
    user = {
        "legal_name": " ".join(ours),
        "phone_number": "2122242422",
        "email_address": f"{''.join(ours)}@{ours[0]}.ca",
        "address": {"street": f"111 {ours[0]}", "city": ours[1], "postal_code": "11221"},
    }
    held = {
        "names": [" ".join(theirs)],
        "phone_numbers": ["6036636630"],
        "emails": [f"{''.join(theirs)}@{theirs[0]}.us"],
        "addresses": [{"street": f"345 {theirs[0]}", "city": theirs[1], "postal_code": "34345"}],
    }
    assert all(found < 70 for found in scores(user, [held]).values())


@pytest.mark.parametrize(
    ("one", "other"), [("John Smith", "Jane Doe"), ("Maria Garcia", "Wei Chen"), ("Ann Brown", "Tom Brown")]
)
@pytest.mark.parametrize("joint", ["{0} OR {1}", "{0} AND {1}", "{0} & {1}"])
def test_i07_joint_titling_counts_on_the_owners_side_only(one: str, other: str, joint: str) -> None:
    """I07: Joint titling, titles of roles, masks and "DBA" are honoured only on the owner side."""
    title = joint.format(one, other)
    for person in (one, other):
        assert scores({"legal_name": person}, [{"names": [title.upper()]}])["legal_name"] >= 85
        assert scores({"legal_name": title}, [{"names": [person.upper()]}])["legal_name"] < 70


@pytest.mark.parametrize("role", ["POD", "ITF", "TOD"])
def test_i07_roles_count_on_the_owners_side_only(role: str) -> None:
    """I07: ... titles of roles (POD, TOD, ITF ...): the holder matches, the beneficiary does not."""
    title = f"JOHN SMITH {role} JANE DOE"
    assert scores({"legal_name": "John Smith"}, [{"names": [title]}])["legal_name"] >= 85
    assert scores({"legal_name": "Jane Doe"}, [{"names": [title]}])["legal_name"] < 70
    assert scores({"legal_name": title}, [{"names": ["JANE DOE"]}])["legal_name"] < 70


def _spaced(text: str) -> str:
    return "\u00a0 " + text.replace(" ", "\u2003 ") + "\t"


REWRITES = [str.upper, str.lower, str.title, _spaced, lambda t: unicodedata.normalize("NFD", t)]


@pytest.mark.parametrize("rewrite", REWRITES, ids=["upper", "lower", "title", "spaces", "NFD"])
@settings(max_examples=40)
@given(person_names(), person_names())
@example("İsmail Straße", "ismail strasse")
@example("Ms. Zoë O’Neill Jr.", "ZOE ONEILL JR")
def test_i08_case_spaces_and_unicode_form_do_not_matter_in_names(rewrite: Any, one: str, other: str) -> None:
    """I08: S is invariant under case change, leading, trailing and repeated white space and NFC/NFD of either side."""
    plain = scores({"legal_name": one}, [{"names": [other]}])
    assert scores({"legal_name": rewrite(one)}, [{"names": [other]}]) == plain
    assert scores({"legal_name": one}, [{"names": [rewrite(other)]}]) == plain


@pytest.mark.parametrize("rewrite", REWRITES, ids=["upper", "lower", "title", "spaces", "NFD"])
def test_i08_case_spaces_and_unicode_form_do_not_matter_elsewhere(rewrite: Any) -> None:
    """I08, for phone numbers, e-mails and addresses."""
    rewritten = {
        "phone_number": rewrite(JANE["phone_number"]),
        "email_address": rewrite(JANE["email_address"]),
        "address": {part: rewrite(value) for part, value in JANE["address"].items()},
    }
    plain = scores({**JANE, "legal_name": None}, [HOLDER])
    assert scores(rewritten, [HOLDER]) == plain


MORE: dict[str, Any] = {
    "names": person_names(),
    "phone_numbers": wrapped(phones()),
    "emails": wrapped(emails()),
    "addresses": wrapped(address_parts()),
}


@given(users(), owners(), owner())
@example(JANE, [HOLDER], {"names": ["ZED QUX"]})
def test_i11_an_owner_more_never_lowers_a_score(user: Any, held: Any, more: Any) -> None:
    """I11: Adding an owner to the owner side never lowers any score."""
    before, after = scores(user, held), scores(user, [*held, more])
    assert all(after[name] >= before[name] for name in NAMES)


@given(users(), owner(), st.data())
def test_i11_a_value_more_never_lowers_a_score(user: Any, held: Any, data: st.DataObject) -> None:
    """I11: Adding a name, a phone, an e-mail or an address to the owner side never lowers any score."""
    before = scores(user, [held])
    member = data.draw(st.sampled_from(sorted(MORE)))
    more = {**held, member: [*held.get(member, []), data.draw(MORE[member])]}
    after = scores(user, [more])
    assert all(after[name] >= before[name] for name in NAMES)


@given(users(), owners())
@example(JANE, [HOLDER, {}, {"names": ["Jane Doe"]}])
def test_i12_the_maximum_over_owners(user: Any, held: Any) -> None:
    """I12: R(user, owners) field by field equals max over o of R(user, [o]), None counting as below 0."""
    one_by_one = [scores(user, [one]) for one in held]
    assert scores(user, held) == {name: max((found[name] for found in one_by_one), default=-1) for name in NAMES}


@given(users(), owners(), st.randoms(use_true_random=False))
@example(JANE, [HOLDER, {"names": ["Jane A Doe", "Janet Doe"]}], random.Random(1))
def test_i13_order_and_repetition_do_not_matter(user: Any, held: Any, dice: random.Random) -> None:
    """I13: Permuting owners, or the lists inside an owner, or duplicating an owner changes nothing."""
    shuffled = [{key: dice.sample(values, len(values)) for key, values in one.items()} for one in held]
    dice.shuffle(shuffled)
    assert outcomes(user, shuffled) == outcomes(user, held)
    assert outcomes(user, [*held, *held[:1]]) == outcomes(user, held)


@given(users(), owners())
@example(JANE, [{"names": ["John Doe"]}, HOLDER])
def test_i14_flags_come_from_the_pair_that_won(user: Any, held: Any) -> None:
    """I14: Flags come from the same (user, owner, name) pair that gave the maximum, with a fixed tie rule."""
    result, claimed, holders = score(user, held), User.from_dict(user), [Owner.from_dict(one) for one in held]
    for field in FIELDS:
        source = result.sources[field.name]
        if source.owner is None or source.value is None:
            assert getattr(result, field.name).score is None
            continue
        won = getattr(holders[source.owner], field.owner_values)[source.value]
        ours = field.normalize(getattr(claimed, field.name), DEFAULT_OPTIONS)
        assert field.compare(ours, field.normalize(won, DEFAULT_OPTIONS)) == getattr(result, field.name)


@given(users(), owners())
@example(JANE, [HOLDER])
def test_i34_input_is_not_changed(user: Any, held: Any) -> None:
    """I34: Inputs are not mutated: deepcopy before equals value after."""
    account = {"account_id": "a", "owners": held}
    before = copy.deepcopy((user, held, account))
    score(user, held)
    match(user, [account], item={"item_id": "i", "products": ["auth"]})
    assert (user, held, account) == before


@given(users(), owners(), nasty_text(), st.sampled_from([False, True, "values"]), st.sampled_from([False, True]))
@example(JANE, [HOLDER], "\ud800", "values", False)  # noqa: FBT003 - hypothesis wants positions
def test_i36_results_survive_json(user: Any, held: Any, text: str, details: Any, sparse: Any) -> None:
    """I36: A result survives JSON: loads(dumps(r)) == r, UTF-8 encodable, no NaN."""
    account = {"account_id": text, "name": text, "verification_name": text, "owners": held}
    answer = match(user, [account], item={"item_id": text}, request_id=text, details=details, sparse=sparse)
    written = json.dumps(answer, allow_nan=False, ensure_ascii=False)
    assert json.loads(written.encode("utf-8")) == answer


def _result_or_own_error(call: Any, *args: Any, **options: Any) -> None:
    with contextlib.suppress(IdentityMatchError):
        found = call(*args, **options)
        if isinstance(found, Match):  # a failure of ours would be caught, and cost its field
            assert FAILED not in {reason for outcome in found[:4] for reason in outcome.reasons}


@settings(max_examples=150)
@given(anything(), anything())
def test_i37_arbitrary_objects(user: Any, held: Any) -> None:
    """I37: For arbitrary objects the public API returns a result or raises a subclass of the library's base error."""
    _result_or_own_error(score, user, held)
    _result_or_own_error(score, {"legal_name": user, "phone_number": held, "email_address": user, "address": held}, [])
    _result_or_own_error(
        score, {"address": {"street": user, "postal_code": held}}, [{"addresses": [{"data": user}, held]}]
    )
    _result_or_own_error(score, JANE, [{"names": user, "phone_numbers": held}, {"names": [user], "emails": [held]}])


@settings(max_examples=150)
@given(anything(), anything())
@example([], [[]])
@example({"a": math.nan}, {})
def test_i37_arbitrary_objects_in_the_whole_answer(one: Any, other: Any) -> None:
    """I37, for ``match`` and the settings of ``Matcher``."""
    account = {"account_id": "a", "owners": [HOLDER]}
    _result_or_own_error(match, JANE, one)
    _result_or_own_error(match, JANE, [account], item=one, request_id=other)
    _result_or_own_error(match, JANE, [account], account_ids=one)
    _result_or_own_error(match, JANE, [account], details=one)
    _result_or_own_error(match, JANE, [{"account_id": one, "owners": other}])
    _result_or_own_error(match, JANE, [{**account, "name": one, "verification_insights": other}])
    _result_or_own_error(Matcher, default_country=one, nicknames=other)


@given(users(), owners(), anything())
@example(JANE, [HOLDER], None)
def test_i41_unknown_keys_and_missing_keys(user: Any, held: Any, noise: Any) -> None:
    """I41: Unknown keys are ignored; missing optional keys equal explicit None."""
    expected = outcomes(user, held)
    noisy = [{**one, "owner_id": noise, "": noise} for one in held]
    assert outcomes({**user, "ssn": noise, "date_of_birth": noise}, noisy) == expected
    everything = [{"names": None, "phone_numbers": None, "emails": None, "addresses": None, **one} for one in held]
    assert outcomes({**dict.fromkeys(NAMES), **user}, everything) == expected


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_i42_bytes_are_rejected(kind: Any) -> None:
    """I42: bytes are rejected, never silently equal to text."""
    raw = kind(b"Jane Doe")
    for name in NAMES:
        with pytest.raises(InputError):
            score({name: raw}, [])
    for member in ("names", "phone_numbers", "emails", "addresses"):
        for held in (raw, [raw], [{"data": raw}]):
            with pytest.raises(InputError):
                score({}, [{member: held}])
    for part in ("street", "city", "region", "postal_code", "country"):
        with pytest.raises(InputError):
            score({"address": {part: raw}}, [])


@given(st.floats(0, 1), st.floats(0, 1))
@example(0.6957, 0.7)
@example(0.845, 0.85)
def test_i43_edges_are_exact(one: float, other: float) -> None:
    """I43: Threshold edges are exact: a raw value r < 70 is never reported as 70 or more."""
    for value in (one, other):
        assert value * 100 - 1 < to_score(value) <= value * 100 + 1e-6  # the quantum that to_score states
    assert (to_score(one) <= to_score(other)) or one > other


def test_i43_every_hundredth_is_itself() -> None:
    """I43, the other way round: r hundredths are reported as r, whatever binary fractions make of them."""
    assert [to_score(n / 100) for n in range(101)] == list(range(101))
    assert [to_score(n * 0.01) for n in range(101)] == list(range(101))
