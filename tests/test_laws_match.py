"""Laws of the whole: what holds for every user and every list of owners, whatever the fields decide.

Each docstring quotes its law and says where a test is narrower. Laws of one field are in ``test_laws_<field>.py``,
those of processes, threads and failing libraries in ``test_laws_run.py``, that of columns in ``test_batch.py``.
"""

from __future__ import annotations

import contextlib
import copy
import json
import random
import sys
import unicodedata
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import (
    addresses,
    anything,
    at_least,
    emails,
    names,
    nasty_text,
    owner,
    owners,
    phones,
    users,
    wrapped,
)

import identity_match
from identity_match import IdentityMatchError, Match, Matcher, Owner, User, match, score
from identity_match.errors import InputError
from identity_match.field import DEFAULT_OPTIONS, FAILED, Missing, order, to_score
from identity_match.fields import FIELDS

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

import arbitrary  # noqa: E402 - found only now

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
    """I01: For all inputs, every score is None or an int (not bool, not float) with 0 <= score <= 100.

    So is the overall score, and that of every person; every flag is None or a bool.
    """
    overall = score(user, held).overall
    for found in (overall.score, *(person.score for person in overall.people)):
        assert found is None or (type(found) is int and 0 <= found <= 100)
    for outcome in outcomes(user, held).values():
        assert outcome.score is None or (type(outcome.score) is int and 0 <= outcome.score <= 100)
        for name, value in outcome._asdict().items():
            assert not name.startswith("is_") or value is None or type(value) is bool


@given(users(), owners())
@example(JANE, [HOLDER])
def test_i02_twice_is_the_same(user: Any, held: Any) -> None:
    """I02: Calling twice with equal input gives equal output, in one process; two processes: ``test_laws_run.py``."""
    assert score(user, held) == score(copy.deepcopy(user), copy.deepcopy(held))
    assert score(user, held).to_dict(details=True) == Matcher().score(user, held).to_dict(details=True)


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


@st.composite
def strangers(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Give two words a side; the two sides share no letter."""
    letters = draw(st.permutations("abcdefghijklmnopqrstuvwxyz"))
    halves = "".join(letters[:13]), "".join(letters[13:])
    ours, theirs = (draw(st.lists(st.text(half, min_size=3, max_size=9), min_size=2, max_size=2)) for half in halves)
    return ours, theirs


@at_least(200)
@given(strangers(), st.permutations("0123456789"), st.data())
def test_i05_nothing_shared_is_no_match(words: Any, digits: list[str], data: st.DataObject) -> None:
    """I05: If neither side is missing and the normalized forms share no letter or digit, S(a, b) < 70.

    Latin letters: a transliteration shares none with its original. Country and state are left out, which every address
    of a country shares; so is the calling code of a phone number, unless its digits are not shared either.
    """
    ours, theirs = words
    ten, five = st.text(digits[:5], min_size=10, max_size=10), st.text(digits[5:], min_size=5, max_size=5)
    mine, other = data.draw(ten), data.draw(five)
    user = {
        "legal_name": " ".join(ours),
        "phone_number": mine,
        "email_address": f"{''.join(ours)}@{ours[0]}.{ours[1]}",
        "address": {"street": f"{mine[:3]} {ours[0]}", "city": ours[1], "postal_code": mine[:5]},
    }
    held = {
        "names": [" ".join(theirs)],
        "phone_numbers": [other + other],
        "emails": [f"{''.join(theirs)}@{theirs[0]}.{theirs[1]}"],
        "addresses": [{"street": f"{other[:3]} {theirs[0]}", "city": theirs[1], "postal_code": other}],
    }
    assert all(found < 70 for found in scores(user, [held]).values())


def _spaced(text: str) -> str:
    return "\u00a0 " + text.replace(" ", "\u2003 ") + "\t"


REWRITES: dict[str, Any] = {
    "upper": str.upper,
    "lower": str.lower,
    "title": str.title,
    "swapcase": str.swapcase,
    "spaces": _spaced,
    "NFC": lambda text: unicodedata.normalize("NFC", text),
    "NFD": lambda text: unicodedata.normalize("NFD", text),
}


def rewritten(value: Any, change: Any) -> Any:
    """Change every text in a request, except one whose letters do not change their case one for one."""
    if isinstance(value, str):
        made = change(value)
        kept = value.lower() == made.lower() or change in (_spaced, REWRITES["NFC"], REWRITES["NFD"])
        return made if kept and "ı" not in value else value
    if isinstance(value, dict):
        return {key: rewritten(inner, change) for key, inner in value.items()}
    return [rewritten(inner, change) for inner in value] if isinstance(value, list) else value


@at_least(300)
@given(users(), owners(), st.sampled_from(sorted(REWRITES)))
@example(JANE, [HOLDER], "upper")
@example({"address": {"street": "100 Main St", "postal_code": "94107"}}, [HOLDER], "spaces")
@example({"email_address": "jane@example.com\u200b"}, [HOLDER], "spaces")
@example({"address": {"street": "", "country": "US"}}, [HOLDER], "spaces")
def test_i08_case_spaces_and_unicode_form_do_not_matter(user: Any, held: Any, change: str) -> None:
    """I08: S is invariant under case change, leading, trailing and repeated white space and NFC/NFD of either side.

    White space includes that of Unicode, but not the end of a line, which parts the lines of an address. Case changes
    that go back and forth: the dotless i and the sharp s of a domain are other letters in capitals.
    """
    plain = scores(user, held)
    assert scores(rewritten(user, REWRITES[change]), held) == plain
    assert scores(user, rewritten(held, REWRITES[change])) == plain


MORE: dict[str, Any] = {
    "names": st.one_of(names(), st.none()),
    "phone_numbers": wrapped(phones()),
    "emails": wrapped(emails()),
    "addresses": wrapped(addresses()),
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
    """I12: R(user, owners) field by field equals max over o of R(user, [o]), None counting as below 0.

    Of equal scores the one that ranks first by flags and reasons.
    """
    one_by_one, together = [outcomes(user, [one]) for one in held], outcomes(user, held)
    for name in NAMES:
        best = max((found[name] for found in one_by_one), key=order, default=None)
        if best is None or best.score is None:
            assert together[name].score is None
        else:
            assert together[name] == best


@given(users(), owners(), st.randoms(use_true_random=False))
@example(JANE, [HOLDER, {"names": ["Jane A Doe", "Janet Doe"]}], random.Random(1))
def test_i13_order_and_repetition_do_not_matter(user: Any, held: Any, dice: random.Random) -> None:
    """I13: Permuting owners, or the lists inside an owner, or duplicating an owner changes nothing.

    Nor does a value that an owner has twice.
    """
    shuffled = [{key: dice.sample(values, len(values)) for key, values in one.items()} for one in held]
    dice.shuffle(shuffled)
    doubled = [{key: values * 2 for key, values in one.items()} for one in held]
    expected = outcomes(user, held)
    for other in (shuffled, [*held, *dice.sample(held, min(1, len(held)))], doubled):
        assert outcomes(user, other) == expected


@given(users(), owners())
@example(JANE, [{"names": ["John Doe"]}, HOLDER])
@example(JANE, [HOLDER, HOLDER])
def test_i14_flags_come_from_the_pair_that_won(user: Any, held: Any) -> None:
    """I14: Flags come from the same (user, owner, name) pair that gave the maximum, with a fixed tie rule.

    The rule: the first of the pairs whose outcome no other one outranks by score, flags and reasons.
    """
    result, claimed, holders = score(user, held), User.from_dict(user), [Owner.from_dict(one) for one in held]
    for field in FIELDS:
        ours = field.normalize(getattr(claimed, field.name), DEFAULT_OPTIONS)
        pairs = {
            (i, j): field.compare(ours, key)
            for i, holder in enumerate(holders)
            for j, value in enumerate(getattr(holder, field.owner_values))
            if ours and not isinstance(key := field.normalize(value, DEFAULT_OPTIONS), Missing)
        }
        pairs = {place: outcome for place, outcome in pairs.items() if outcome.score is not None}
        if not pairs:
            assert getattr(result, field.name).score is None
            assert result.sources[field.name] == (None, None)
            continue
        best = max(pairs.values(), key=order)
        assert getattr(result, field.name) == best
        assert result.sources[field.name] == next(place for place, outcome in pairs.items() if outcome == best)


@given(users(), owners())
@example(JANE, [HOLDER])
def test_i34_input_is_not_changed(user: Any, held: Any) -> None:
    """I34: Inputs are not mutated: deepcopy before equals value after, for dicts, lists and records.

    What is made of them, such as a decision, changes nothing either; a row of a table is a dict by then.
    """
    account, item = {"account_id": "a", "owners": held}, {"item_id": "i", "products": ["auth"]}
    records = User.from_dict(user), [Owner.from_dict(one) for one in held]
    before = copy.deepcopy((user, held, account, item, records))
    score(user, held).overall.to_dict()
    score(*records).explain()
    match(user, [account], item=item, details="values")
    assert (user, held, account, item, records) == before


@given(users(), owners(), nasty_text(), st.sampled_from([False, True, "values"]), st.sampled_from([False, True]))
@example(JANE, [HOLDER], "\ud800", "values", False)  # noqa: FBT003 - hypothesis wants positions
def test_i36_results_survive_json(user: Any, held: Any, text: str, details: Any, sparse: Any) -> None:
    """I36: A result survives JSON: loads(dumps(r)) == r, UTF-8 encodable, no NaN.

    The whole answer, and what a match says of decision and cost.
    """
    account = {"account_id": text, "name": text, "verification_name": text, "owners": held}
    answer = match(user, [account], item={"item_id": text}, request_id=text, details=details, sparse=sparse)
    result = score(user, held)
    told = {"overall": result.overall.to_dict()}
    told |= {name: found.to_dict(values=True) for name, found in result.explain().items()}
    for made in (answer, told):
        plain = json.loads(json.dumps(made, allow_nan=False, ensure_ascii=False).encode("utf-8"))
        assert plain == json.loads(json.dumps(made))
    assert json.loads(json.dumps(answer, allow_nan=False, ensure_ascii=False).encode("utf-8")) == answer


def _result_or_own_error(call: Any, *args: Any, **options: Any) -> None:
    with contextlib.suppress(IdentityMatchError):
        found = call(*args, **options)
        if isinstance(found, Match):  # a failure of ours would be caught, and cost its field
            assert FAILED not in {reason for outcome in found[:4] for reason in outcome.reasons}


def odd_objects() -> st.SearchStrategy[Any]:
    """Objects of every sort, such as ones whose every method raises."""
    make = st.sampled_from(sorted(arbitrary.OBJECTS)).map(arbitrary.OBJECTS.__getitem__)
    return st.one_of(anything(), st.tuples(make, nasty_text()).map(lambda made: made[0](made[1], 97_83)))


@at_least(150)
@given(odd_objects(), odd_objects())
def test_i37_arbitrary_objects(user: Any, held: Any) -> None:
    """I37: For arbitrary objects the public API returns a result or raises a subclass of the library's base error."""
    _result_or_own_error(score, user, held)
    _result_or_own_error(score, {"legal_name": user, "phone_number": held, "email_address": user, "address": held}, [])
    _result_or_own_error(
        score, {"address": {"street": user, "postal_code": held}}, [{"addresses": [{"data": user}, held]}]
    )
    _result_or_own_error(score, JANE, [{"names": user, "phone_numbers": held}, {"names": [user], "emails": [held]}])
    for record in (User, Owner, identity_match.Address):
        _result_or_own_error(record.from_dict, user)


@at_least(150)
@given(odd_objects(), odd_objects())
@example([], [[]])
@example({"a": float("nan")}, {})
def test_i37_arbitrary_objects_in_the_whole_answer(one: Any, other: Any) -> None:
    """I37, for ``match``, the settings of ``Matcher`` and what is asked of a result."""
    account = {"account_id": "a", "owners": [HOLDER]}
    _result_or_own_error(match, JANE, one)
    _result_or_own_error(match, JANE, [account], item=one, request_id=other)
    _result_or_own_error(match, JANE, [account], account_ids=one)
    _result_or_own_error(match, JANE, [account], details=one)
    _result_or_own_error(match, JANE, [account], sparse=one)
    _result_or_own_error(match, JANE, [{"account_id": one, "owners": other}])
    _result_or_own_error(match, JANE, [{**account, "name": one, "verification_insights": other}])
    _result_or_own_error(Matcher, default_country=one, nicknames=other)
    _result_or_own_error(Matcher, policy=one)
    _result_or_own_error(score(JANE, [HOLDER]).decide, one)


@given(st.integers(0, 2**40))
def test_i37_i38_whole_requests_with_arbitrary_objects(seed: int) -> None:
    """I37: a result or a subclass of the base error. I38: no four characters of a value in what is raised or logged.

    Through every entry, JSON and the command included; ``benchmarks/arbitrary.py`` throws 100,000 of them.
    """
    assert arbitrary.run(range(seed, seed + 1)).faults == []


def test_i37_i38_the_detector_sees_what_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    """I37, I38: the law above would say nothing if a strange error or a leak went by unseen."""

    def leak(*_: object) -> None:
        raise InputError(arbitrary._SAID[0], "expected text")

    def strange(*_: object) -> None:
        raise KeyError

    for fault, said in ((leak, "carries a value"), (strange, "KeyError")):
        monkeypatch.setattr(User, "from_dict", fault)
        assert any(said in what for _, what in arbitrary.run(range(5)).faults)


PARTS = ("street", "city", "region", "postal_code", "country")


def _with_noise(value: Any, noise: Any) -> Any:
    """Add keys that nobody knows to every object of a request."""
    if isinstance(value, list):
        return [_with_noise(inner, noise) for inner in value]
    if not isinstance(value, dict):
        return value
    return {key: _with_noise(inner, noise) for key, inner in value.items()} | {"owner_id": noise, "": noise, 7: noise}


def _spelled_out(address: Any) -> Any:
    """Name every part of an address, None where it has none."""
    if isinstance(address, dict):
        inner = address.get("data")
        return {**address, "data": _spelled_out(inner)} if "data" in address else dict.fromkeys(PARTS) | address
    return address


@given(users(), owners(), anything())
@example(JANE, [HOLDER], None)
def test_i41_unknown_keys_and_missing_keys(user: Any, held: Any, noise: Any) -> None:
    """I41: Unknown keys are ignored; missing optional keys equal explicit None; at every level."""
    expected = outcomes(user, held)
    assert outcomes(_with_noise(user, noise), _with_noise(held, noise)) == expected
    nothing = {"names": None, "phone_numbers": None, "emails": None, "addresses": None}
    spelled_out = {**dict.fromkeys(NAMES), **user, "address": _spelled_out(user.get("address"))}
    owned = [nothing | one | {"addresses": [_spelled_out(entry) for entry in one.get("addresses", [])]} for one in held]
    assert outcomes(spelled_out, owned) == expected
    account = {"account_id": "a", "owners": held}
    more = account | {"owner_id": noise, "official_name": None, "mask": None}
    assert match(user, [more], request_id="r") == match(user, [account], request_id="r")


@given(st.one_of(st.binary(), st.just(b"Jane Doe"), nasty_text().map(lambda text: text.encode("utf-8", "replace"))))
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_i42_bytes_are_rejected(kind: Any, content: bytes) -> None:
    """I42: bytes are rejected, never silently equal to text."""
    raw = kind(content)
    for name in NAMES:
        with pytest.raises(InputError):
            score({name: raw}, [])
    for member in ("names", "phone_numbers", "emails", "addresses"):
        for held in (raw, [raw], [{"data": raw}]):
            with pytest.raises(InputError):
                score({}, [{member: held}])
    for part in PARTS:
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


# Kinds of the sample pairs by how much the two sides have in common. Matches: written otherwise; one value off; a value
# that is another one. Non-matches: nearly everything in common; one thing; nothing but a place or a word.
TIERS = {
    "strong match": """
        capitals comma-form diacritics family-first unit-written street-words phone-written plus-tag title-on-one-side
        legal-form word-shortened middle-initial middle-left-out suffix-on-one-side joint-account
    """,
    "medium match": """
        nickname other-spelling typo-in-name typo-in-email typo-in-phone typo-in-street two-surnames line-cut
        one-of-several legal-form-left-out several-at-once initial-for-given sole-trader trade-name payable-on-death
        post-box
    """,
    "weak match": """
        moved moved-and-new-email name-changed married-name new-email new-phone fields-missing adopted-name
    """,
    "weak no": """
        twins spouse spouse-one-mailbox father-and-son father-and-son-one-phone father-with-his-name heir relative
        relative-one-phone owners-of-the-household look-alike-email near-name near-phone other-unit namesake
        firm-namesake similar-company sister-company
    """,
    "medium no": """
        flatmates neighbours same-office recycled-phone same-surname-and-city same-given-name employee
        firm-of-that-surname firm-of-that-trade
    """,
    "strong no": "unrelated same-postal-code same-street-elsewhere",
}


@cache
def scored_pairs() -> dict[str, list[int]]:
    """Give the overall scores of the sample pairs by tier."""
    rows = map(json.loads, (ROOT / "data" / "sample" / "pairs.jsonl").read_text("utf-8").splitlines())
    found: dict[str, list[int]] = {tier: [] for tier in TIERS}
    of_kind = {kind: tier for tier, kinds in TIERS.items() for kind in kinds.split()}
    for row in rows:
        tier = of_kind[row["kind"]]
        assert tier.endswith("match") is row["match"]
        found[tier].append(score(row["a"], [row["b"]]).overall.score or 0)
    return found


@given(st.randoms(use_true_random=False))
@example(None)
def test_i46_mean_scores_walk_down(dice: random.Random | None) -> None:
    """I46: Mean scores walk down: STRONG match > MEDIUM > WEAK > WEAK no > MEDIUM no > STRONG no on the labelled set.

    The overall score of the sample pairs, whose kinds were put into the tiers by what the two sides share before any
    of them was scored; also where a random tenth of every tier is left out, so that no few rows carry the order.
    """
    tiers = scored_pairs().values()
    means = [mean(dice.sample(found, len(found) * 9 // 10) if dice else found) for found in tiers]
    assert means == sorted(means, reverse=True)
    assert len(set(means)) == len(means)
