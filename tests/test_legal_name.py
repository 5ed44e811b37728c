"""Legal names: how a line is read, and what a result tells beside its score. Scores of pairs stand in ``cases/``."""

from __future__ import annotations

import random
from typing import Any

import pytest
from strategies import listed_given, listed_surnames

from identity_match import Matcher, score
from identity_match.field import DEFAULT_OPTIONS, Missing, Options, Reason
from identity_match.legal_name import (
    FIELD,
    NameKey,
    _name,
    _plain_name,
    _telling,
    compare,
    firm,
    likeness,
    normalize,
    titling,
)
from identity_match.legal_name.agreement import equal_words, garbled, rarity
from identity_match.legal_name.reading import MAX_TOKENS, read
from identity_match.legal_name.tokens import latin_token, token


def key(text: str, options: Options = DEFAULT_OPTIONS) -> NameKey:
    """Read a name that is known not to be missing."""
    found = normalize(text, options)
    assert isinstance(found, NameKey)
    return found


@pytest.mark.parametrize(
    ("line", "holders"),
    [
        ("oscar lindqvist", [("oscar lindqvist", "")]),
        ("oscar lindqvist or helen marsh", [("oscar lindqvist", ""), ("helen marsh", "")]),
        ("oscar & helen marsh jtwros", [("oscar marsh", ""), ("helen marsh", "")]),
        ("marsh, oscar & helen", [("marsh, oscar", ""), ("helen marsh", "")]),
        ("oscar & marsh, helen", [("oscar marsh", ""), ("marsh, helen", "")]),
        ("o. & h. marsh", [("o. marsh", ""), ("h. marsh", "")]),
        ("oscar tod marsh", [("oscar tod marsh", "")]),  # a name before the sign has two words
        ("oscar minor marsh", [("oscar minor marsh", "")]),
        ("oscar lindqvist y/o helen marsh", [("oscar lindqvist", ""), ("helen marsh", "")]),
        ("a marsh or b doyle and/or c roe", [("a marsh", ""), ("b doyle", ""), ("c roe", "")]),
        ("oscar lindqvist pod helen marsh", [("oscar lindqvist", "")]),
        ("oscar lindqvist tod helen marsh", [("oscar lindqvist", "")]),
        ("oscar lindqvist itf helen marsh", [("oscar lindqvist", "")]),
        ("oscar lindqvist fbo helen marsh", [("oscar lindqvist", "")]),
        ("oscar lindqvist payable on death to helen marsh", [("oscar lindqvist", "")]),
        ("oscar marsh cust for helen marsh utma tx", [("oscar marsh", "custodian"), ("helen marsh", "minor")]),
        ("helen marsh a minor", [("helen marsh", "minor")]),
        ("oscar lindqvist ttee", [("oscar lindqvist", "trustee")]),
        ("est of oscar lindqvist", [("oscar lindqvist", "estate")]),
        ("the estate of the late oscar lindqvist", [("oscar lindqvist", "estate")]),
        ("oscar lindqvist decd", [("oscar lindqvist", "estate")]),
        ("oscar lindqvist dba north pier cycles", [("oscar lindqvist", "trading"), ("north pier cycles", "trading")]),
        ("helen doyle aka helen marsh", [("helen doyle", "alias"), ("helen marsh", "alias")]),
        ("helen doyle (helen marsh)", [("helen doyle", ""), ("helen marsh", "alias")]),
        ("oscar lindqvist c/o helen marsh", [("oscar lindqvist", "")]),
        ("c/o helen marsh", [("helen marsh", "care_of")]),
        ("andy orlando", [("andy orlando", "")]),
        ("helen marsh & helen marsh", [("helen marsh", "")]),
        ("& / and", [("& / and", "")]),
        ("pod", [("pod", "")]),
    ],
)
def test_a_line_is_split_into_its_holders(line: str, holders: list[tuple[str, str]]) -> None:
    assert titling.holders(line) == tuple(titling.Holder(*holder) for holder in holders)


def test_no_line_has_more_holders_than_are_read() -> None:
    line = " or ".join(f"oscar {letter * 3}" for letter in "abcdefghijklmnop")
    assert len(titling.holders(line)) == titling.MAX_HOLDERS


def test_every_capacity_is_capped_below_an_owner_in_her_own_right() -> None:
    """100 is kept for text equal as written, 85 on is the contract's strong band."""
    assert all(0 < top < 99 for top in titling.CAPACITIES.values())
    assert all(titling.CAPACITIES[capacity] < 85 for capacity in ("custodian", "minor", "trustee", "estate"))
    assert titling.CAPACITIES["care_of"] < 70


@pytest.mark.parametrize(
    ("line", "one", "several"),
    [
        ("helen marsh", "helen marsh", ()),
        ("helen marsh (oscar lindqvist)", "helen marsh", ()),
        ("helen marsh aka oscar lindqvist", "helen marsh", ()),
        ("helen marsh; oscar lindqvist", "helen marsh", ("helen marsh", "oscar lindqvist")),
        ("helen marsh & oscar lindqvist", "helen marsh", ("helen marsh", "oscar lindqvist")),
    ],
)
def test_a_user_is_one_person(line: str, one: str, several: tuple[str, ...]) -> None:
    assert titling.claimed(line) == (one, several)


@pytest.mark.parametrize("separator", ["; ", " and "])
def test_a_list_that_is_too_long_to_read_is_no_owners_line(separator: str) -> None:
    """Both sides are cut; what was read would agree, what was not read may be anything."""
    names = [f"{given.title()} Zolkiewski" for given in listed_given()[: titling.MAX_HOLDERS + 3]]
    user, owner = separator.join(names), separator.join(reversed(names)).upper()
    assert len(key(user).several) == titling.MAX_CLAIMED > len(key(owner).holders)
    found = compare(key(user), key(owner))
    assert found.score is not None
    assert found.score < 70


@pytest.mark.parametrize(
    ("text", "names", "family"),
    [
        ("helen anne marsh", ["helen", "anne", "marsh"], None),
        ("marsh, helen anne", ["helen", "anne", "marsh"], 2),
        ("dr. marsh-doyle, helen a. jr", ["helen", "a", "marsh", "doyle"], 2),
        ("van der veen, jan", ["jan", "veen"], 1),
        ("sr. tomás ibarra", ["tomas", "ibarra"], None),
        ("fnu suparman", ["suparman"], None),
        ("nitin joshi s/o prakash joshi", ["nitin", "joshi"], None),
        ("abd al rahman nasser", ["abdulrahman", "nasser"], None),
        ("h.a. marsh", ["h", "a", "marsh"], None),
        ("王小明", ["xiaoming", "wang"], 1),
        ("юлия волкова", ["yuliya", "volkova"], None),
        ("mr", ["mr"], None),
    ],
)
def test_a_name_is_read_in_the_order_given_middle_family(text: str, names: list[str], family: int | None) -> None:
    reading = read(text)
    assert [token.text for token in reading.names] == names
    assert reading.family == family


def test_what_is_left_out_is_remembered() -> None:
    reading = read("prof. dr. jan van der veen iii, phd")
    assert [token.text for token in reading.names] == ["jan", "veen"]
    assert reading.lead == ("", "vander")
    assert (reading.generation, reading.left_out) == (3, ("generation", "title"))
    assert read("nur binti rosli").lineage
    assert read("helen marsh-doyle").linked == {2}


@pytest.mark.parametrize(
    ("suffix", "generation"),
    [("sr", 1), ("jr", 2), ("jr.", 2), ("ii", 2), ("iii", 3), ("iv", 4), ("v", 0), ("x", 0)],
)
def test_generations(suffix: str, generation: int) -> None:
    """One letter alone is an initial, not a number."""
    assert read(f"raymond castle {suffix}").generation == generation


def test_names_without_end_are_marked() -> None:
    assert read(" ".join(f"nam{letter * 2}" for letter in "abcdefghijklmnopqrstuvwxyz")).too_many
    assert len(read("name " * 200).names) <= MAX_TOKENS


@pytest.mark.parametrize(
    ("text", "detected"),
    [
        ("copper finch bakery llc", True),
        ("copper finch l.l.c.", True),
        ("harrow gate limited", True),
        ("harrow gate ltd.", True),
        ("vogel gmbh", True),
        ("transportes ibarra s.a. de c.v.", True),
        ("rosehip bank", True),
        ("lindqvist family trust", True),
        ("law office of oscar lindqvist", True),
        ("maria sa", False),
        ("mary co", False),
        ("vincent lincoln", False),
        ("åsa berg", False),
        ("incarnacion ltaief", False),
        ("thomas banks", False),
        ("", False),
        ("&", False),
    ],
)
def test_which_names_are_firms(text: str, detected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert firm.read(text).detected is detected


def test_legal_forms_of_one_class_are_one() -> None:
    assert firm.read("harrow ltd").forms == firm.read("harrow limited").forms != firm.read("harrow inc").forms
    assert [word.text for word in firm.read("harrow gate ltd").words] == ["harrow", "gate"]


@pytest.mark.parametrize(("user", "owner"), [("Xio Marsh", "Xiomara Marsh"), ("Xiomara Marsh", "MARSH, XIO")])
def test_a_nickname_of_the_caller_counts_in_both_directions(user: str, owner: str) -> None:
    own = Matcher(nicknames={"Xiomara": ["Xio"]}).score({"legal_name": user}, [{"names": [owner]}]).legal_name
    assert own.is_nickname_match
    assert own.score is not None
    assert own.score >= 85


def test_a_nickname_of_the_caller_joins_nobody_else() -> None:
    matcher = Matcher(nicknames={"Xiomara": ["Xio"], "Zenobia": ["Zen"]})
    for user, owner in (("Xio Marsh", "Zenobia Marsh"), ("Xio Marsh", "Zen Marsh"), ("Xio Marsh", "Xiomara Doyle")):
        found = matcher.score({"legal_name": user}, [{"names": [owner]}]).legal_name
        assert found.score is not None
        assert found.score < 70
    plain = score({"legal_name": "Zen Marsh"}, [{"names": ["Zenobia Marsh"]}]).legal_name
    own = matcher.score({"legal_name": "Zen Marsh"}, [{"names": ["Zenobia Marsh"]}]).legal_name
    assert (own.score or 0) >= (plain.score or 0)


def test_own_nicknames_stand_beside_the_shipped_ones() -> None:
    found = Matcher(nicknames={"William": ["Wix"]}).score({"legal_name": "Bill Marsh"}, [{"names": ["William Marsh"]}])
    assert found.legal_name.is_nickname_match


@pytest.mark.parametrize("text", ["Grace Whitfield", "Copper Finch Bakery LLC", "Oscar OR Helen Whitfield", "王小明"])
def test_a_key_shows_no_name(text: str) -> None:
    shown = repr(key(text)).lower()
    assert not any(word.lower() in shown for word in text.split() if len(word) > 2)
    assert shown == f"namekey(<{len(key(text).holders)} holders>)"


def test_keys_are_equal_by_what_they_say() -> None:
    assert key("Grace  WHITFIELD") == key("grace whitfield")
    assert hash(key("Grace  WHITFIELD")) == hash(key("grace whitfield"))
    assert key("Grace Whitfield") != key("Grace Whitford")


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (None, Missing.BLANK),
        ("", Missing.BLANK),
        ("\u200b\ufeff", Missing.BLANK),
        ("!!!", Missing.BLANK),
        ("12345", Missing.UNREADABLE),
        ("N/A", Missing.PLACEHOLDER),
        ("Account Holder", Missing.PLACEHOLDER),
        (" unknown. ", Missing.PLACEHOLDER),
    ],
)
def test_what_is_no_name(text: str | None, missing: Missing) -> None:
    assert normalize(text) is missing


@pytest.mark.parametrize(
    ("user", "holder"), [("Oscar Lindqvist", 0), ("Helen Marsh", 1), ("Grace Roe", 2), ("Roe, Grace", 2)]
)
def test_the_holder_that_won_is_told(user: str, holder: int) -> None:
    found = compare(key(user), key("OSCAR LINDQVIST OR HELEN MARSH OR GRACE ROE"))
    assert (found.score, found.holder) == (99, holder)


def test_details_tell_the_holder_and_the_reasons() -> None:
    result = score({"legal_name": "Peggy Marsh"}, [{"names": ["JOHN DOE", "OSCAR DOE OR MARGARET MARSH"]}])
    details: dict[str, Any] = result.to_dict(details=True)["details"]["legal_name"]
    assert details["holder"] == 1
    assert {"code": "nickname", "part": "given"} in details["reasons"]


@pytest.mark.parametrize(
    ("user", "owner", "reason"),
    [
        ("Peggy Marsh", "Margaret Marsh", Reason("nickname", "given")),
        ("Helen Marsh", "Peter Marsh", Reason("conflict", "given")),
        ("Helen Marsh", "Helen Doyle", Reason("conflict", "family")),
        ("Marsh", "Helen Marsh", Reason("fragment")),
        ("H Marsh", "Helen Marsh", Reason("initial", "given")),
        ("Helen Marsh Jr", "Helen Marsh", Reason("generation_missing", "generation")),
        ("Helen Marsh Jr", "Helen Marsh Sr", Reason("generation_conflict", "generation")),
        ("Dr Helen Marsh", "Helen Marsh", Reason("title", "left_out")),
        ("Marsh Helen", "Helen Marsh", Reason("name_order")),
        ("Helen Marsh", "EST OF HELEN MARSH", Reason("estate", "owner")),
        ("Helen Marsh; Oscar Doe", "Helen Marsh", Reason("several_names", "user")),
        ("H\u0435len Marsh", "Helen Marsh", Reason("look_alike_letters", "user")),
        ("\u202eHelen Marsh", "Helen Marsh", Reason("hidden_characters", "user")),
        ("Helen Marsh", "Helen Marsh LLC", Reason("person_against_business")),
        ("Harrow Gate Bakery", "Harrow Gate Bakery LLC", Reason("legal_form_missing", "business")),
    ],
)
def test_reasons_name_what_was_found(user: str, owner: str, reason: Reason) -> None:
    assert reason in compare(key(user), key(owner)).reasons


def test_not_compared_says_why_on_either_side() -> None:
    nobody = score({"legal_name": "N/A"}, [{"names": ["Helen Marsh"]}]).legal_name
    assert (nobody.score, nobody.holder, nobody.reasons) == (None, None, (Reason("placeholder", "user"),))
    nothing = score({"legal_name": "Helen Marsh"}, [{"names": ["", "12345"]}]).legal_name
    assert (nothing.score, nothing.reasons) == (None, (Reason("blank", "owner"), Reason("unreadable", "owner")))


def test_the_best_name_of_any_owner_counts() -> None:
    owners = [{"names": ["John Doe", "Helena Marsh"]}, {"names": ["MARSH, HELEN"]}]
    assert score({"legal_name": "Helen Marsh"}, owners).legal_name.score == 99
    mixed = [{"names": ["Helen Doe"]}, {"names": ["Oscar Marsh"]}]
    assert (score({"legal_name": "Helen Marsh"}, mixed).legal_name.score or 0) < 70


def test_the_field_is_what_the_contract_calls_it() -> None:
    assert (FIELD.name, FIELD.owner_values) == ("legal_name", "names")
    flags = ("is_first_name_or_last_name_match", "is_nickname_match", "is_business_name_detected")
    assert FIELD.flags == flags


def test_plain_names_are_read_as_any_other() -> None:
    """The plain path gives what the whole grammar gives, for names of the lists and for words that mean something."""
    draw = random.Random(11)
    words = [*draw.sample(listed_given(), 400), *draw.sample(listed_surnames(), 400), *"abcdeghijkmoptvyz"]
    words += sorted(_telling())[::9]
    read = 0
    for _ in range(4_000):
        picked = draw.sample(words, draw.randint(2, 5))
        comma = draw.randint(0, len(picked) - 1)
        text = f"{' '.join(picked[:comma])}, {' '.join(picked[comma:])}" if comma else " ".join(picked)
        plain = _plain_name(text, DEFAULT_OPTIONS)
        if plain is not None:
            whole = _name(text, DEFAULT_OPTIONS)
            assert (plain.person, plain.as_firm().firm, plain.personal) == (
                whole.person,
                whole.as_firm().firm,
                whole.personal,
            ), text
            read += 1
    assert read > 1_000


def test_unlike_words_are_joined_by_nothing() -> None:
    """The glance at letters refuses no pair that a rule joins: names of the lists, and names with slips."""
    draw = random.Random(12)
    names = [*draw.sample(listed_given(), 1_500), *draw.sample(listed_surnames(), 1_500)]
    names += [
        "mikhailovich",
        "nikolaevich",
        "petrovna",
        "piatrouna",
        "abdulrahman",
        "abdulkarim",
        "oluwaseun",
        "vanloon",
    ]

    def slip(name: str) -> str:
        place, letter = draw.randrange(len(name)), draw.choice("abcdefghijklmnopqrstuvwxyz")
        parts = (
            name[:place] + name[place + 1 :],
            name[:place] + letter + name[place + 1 :],
            name[:place] + letter + name[place:],
        )
        return draw.choice(parts) or name

    words = [token(name) for name in sorted({*names, *map(slip, names), *(slip(slip(name)) for name in names)})]
    assert not likeness.unlike(token("roxy"), token("rnxi"), family=False)  # four letters, five sounds
    refused = joined = 0
    for _ in range(30_000):
        a = draw.choice(words)
        b = token(slip(slip(a.text))) if draw.random() < 0.5 else draw.choice(words)
        for family, given in ((True, False), (False, True), (False, False)):
            found = likeness.linked(a, b, family=family, given=given) if a.text != b.text else likeness.NOTHING
            joined += bool(found.code)
            if likeness.unlike(a, b, family=family):
                refused += 1
                assert found == likeness.NOTHING, (a.text, b.text, found)
    assert min(refused, joined) > 5_000


def test_a_glance_hides_no_form() -> None:
    """Two words of which a table, or an option, makes one the short form of the other are linked."""
    names = [token(name) for name in listed_given()]
    forms = [(name, token(form)) for name in names for form in name.shorts | name.fulls]
    assert len(forms) > 1_000
    assert all(likeness.share_links(*pair) for pair in forms)
    own = token("grzbrk").with_forms((frozenset({"pim"}), frozenset({"xaverius"})))
    found = [likeness.share_links(own, token(word)) for word in ("pim", "xaverius", "pom")]
    assert found == [True, True, False]


@pytest.mark.parametrize(
    ("one", "other", "is_slip"),
    [
        ("hsely hunter", "shelby hunter", True),
        ("hsely marsh hunter", "shelby hunter", True),  # one word may be the other's only word
        ("jane hunter", "jane hunter", False),  # nothing is left over
        ("jane hunter", "jane hunter marsh", False),  # left out, not mistyped
        ("annetta hunter", "annita hunter", False),  # two given names that are no surnames
        ("aaden hunter", "aadena hunter", False),  # a woman's ending, not a slip
        ("rizwan hunter", "rizwana hunter", False),
        ("iwlehmlnia hunter", "wilhelmina hunter", True),  # an a at the end of both is no ending of one
        ("grzxe hunter", "grace hunter", False),  # six of ten letters in common
        ("hsely rnash", "shelby quinn", False),  # one of two words is another word
        ("oliva hunter", "olivia hunter", True),  # a name, but eighty times as many bear the other
        ("lim hunter", "liam hunter", True),
        ("adan hunter", "adam hunter", False),  # two names, both common enough
        ("joan hunter", "john hunter", False),
        ("sena hunter", "sean hunter", False),  # a woman's and a man's
        ("mia thoma", "mia thomas", False),  # two surnames, whatever else they are
        ("jane castillo", "jane carrillo", False),
        ("castillo hunter", "carrillo hunter", False),  # also where given names stand
        ("jane hnetru", "jane hunter", True),  # a surname, and letters that are none
    ],
)
def test_a_word_that_contradicts_nothing_is_a_slip(one: str, other: str, is_slip: bool) -> None:  # noqa: FBT001 - a column
    assert garbled(read(one), read(other)) is garbled(read(other), read(one)) is is_slip


@pytest.mark.parametrize(
    ("one", "other", "rare"),
    [
        ("ann smith", "smith ann", "common"),
        ("ann zolkiewski", "ann zolkiewski", "rare"),
        ("ann smith zolkiewski", "smith zolkiewski ann", "rare"),  # the rarest of several
        ("ann smith", "ann jones", ""),  # a given name says nothing
        ("j q smith", "j q jones", ""),  # nor do initials
    ],
)
def test_a_shared_surname_is_as_rare_as_its_share(one: str, other: str, rare: str) -> None:
    assert rarity(read(one), read(other)) == rarity(read(other), read(one)) == rare


def test_equal_words_are_counted_without_initials() -> None:
    assert equal_words(read("ann m lee"), read("lee m ann")) == 2
    assert equal_words(read("ann lee"), read("joe ray")) == 0


def test_i45_a_failing_library_never_raises_a_score(monkeypatch: pytest.MonkeyPatch) -> None:
    """I45: With each dependency call made to raise, the result is a documented one; it is never a higher score."""
    pairs = [("Юлия Волкова", "YULIYA VOLKOVA"), ("Marsh, Oscar, James", "OSCAR JAMES MARSH")]

    def scores() -> list[int]:
        return [score({"legal_name": user}, [{"names": [owner]}]).legal_name.score or 0 for user, owner in pairs]

    def fail(*args: object) -> None:
        raise SystemError

    before = scores()
    monkeypatch.setattr("anyascii.anyascii", fail)
    monkeypatch.setattr("nameparser.HumanName", fail)
    latin_token.cache_clear()
    try:
        after = scores()
    finally:
        latin_token.cache_clear()  # forgets what was read without the library
    assert after < before
    assert all(now <= then for now, then in zip(after, before, strict=True))
