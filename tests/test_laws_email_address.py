"""Laws of e-mail addresses, each quoted by its number."""

from __future__ import annotations

from hypothesis import assume, example, given
from hypothesis import strategies as st
from strategies import at_least, emails, nasty_text

from identity_match.email_address import EmailKey, compare, normalize
from identity_match.email_address.provider import providers
from identity_match.email_address.written import CAP
from identity_match.field import Missing
from identity_match.text import skeleton

OFTEN, VERY_OFTEN = at_least(200), at_least(1_000)

LOCALS = st.from_regex(r"[a-w][a-w0-9]{0,9}(?:[._-][a-w0-9]{1,6})?", fullmatch=True)
WORDS = st.from_regex(r"[a-w]{2,5}", fullmatch=True)  # four x in a row are a mask
TAGS = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
# Two public providers with rules of their own, one without, and a private domain.
DOMAINS = st.sampled_from(
    ["gmail.com", "yahoo.com", "outlook.com", "fastmail.com", "example.com", "mail.example.co.uk"]
)
DOTS_IGNORED = {domain for domain, rule in providers().items() if "." in rule.ignored}
# Latin letters and letters of other scripts that are drawn like them (Unicode TR39).
LOOK_ALIKES = {"a": "аα", "c": "с", "e": "е", "i": "іι", "j": "ј", "o": "оοօ", "p": "рρ", "s": "ѕ", "x": "х", "y": "у"}


def score(user: str, owner: str) -> int | None:
    """Compare two texts; None where a side is missing."""
    ours, theirs = normalize(user), normalize(owner)
    if isinstance(ours, Missing) or isinstance(theirs, Missing):
        return None
    return compare(ours, theirs).score


def same_at_some_provider(local: str, other: str) -> bool:
    """Tell whether two local parts may name one mailbox: signs ignored, or a hyphen that begins a tag."""
    plain = [text.replace(".", "").replace("-", "").replace("_", "") for text in (local, other)]
    return plain[0] == plain[1] or local.partition("-")[0] == other.partition("-")[0]


@given(LOCALS, DOMAINS, st.sampled_from(["{}", " {} ", "<{}>", "mailto:{}", "Jane Doe <{}>"]), st.sampled_from("aA"))
@OFTEN
def test_i03_the_same_address_is_100(local: str, domain: str, form: str, case: str) -> None:
    """I03: For every non-missing x that passes validation, S(x, x) == 100; however it is wrapped, in either case."""
    address = f"{local}@{domain}"
    assert score(form.format(address.upper() if case == "A" else address), address) == 100


@given(st.one_of(emails(), emails(), nasty_text()))
@OFTEN
def test_i03_any_address_equals_itself(text: str) -> None:
    """I03: For every non-missing x that passes validation, S(x, x) == 100; and for every other one that has a key."""
    found = normalize(text)
    if isinstance(found, EmailKey):
        assert compare(found, found).score == 100


@given(emails(), emails())
@OFTEN
def test_i04_none_means_missing(user: str, owner: str) -> None:
    """I04: S(a, b) is None if and only if a or b is missing; I01: else a whole number; I06: alike from either side."""
    ours, theirs = normalize(user), normalize(owner)
    if isinstance(ours, EmailKey) and isinstance(theirs, EmailKey):
        found = compare(ours, theirs).score
        assert type(found) is int
        assert 0 <= found <= 100
        assert compare(theirs, ours).score == found


@given(LOCALS, TAGS, DOMAINS)
@OFTEN
def test_i26_a_tag_on_one_side(local: str, tag: str, domain: str) -> None:
    """I26: S("l+t@d", "l@d") in 70..99 for every non-empty l, t."""
    for pair in ((f"{local}+{tag}@{domain}", f"{local}@{domain}"), (f"{local}@{domain}", f"{local}+{tag}@{domain}")):
        found = score(*pair)
        assert found is not None
        assert 70 <= found <= 99


@given(LOCALS, LOCALS, TAGS, DOMAINS)
@OFTEN
@example("jane", "john", "jane", "example.com")
def test_i26_a_common_tag_is_no_common_mailbox(local: str, other: str, tag: str, domain: str) -> None:
    """I26: S("l+t@d", "m+t@d") < 70 for l != m."""
    assume(not same_at_some_provider(local, other))
    found = score(f"{local}+{tag}@{domain}", f"{other}+{tag}@{domain}")
    assert found is not None
    assert found < 70


@given(TAGS, TAGS, DOMAINS)
@OFTEN
def test_i26_a_tag_alone_has_no_base(tag: str, other: str, domain: str) -> None:
    """I26: "+t@d" has no base and is not equal to "+u@d"."""
    assume(tag != other)
    found = score(f"+{tag}@{domain}", f"+{other}@{domain}")
    assert found is None or found < 70


@given(WORDS, WORDS, st.data())
@OFTEN
def test_i27_dots_count_but_where_the_provider_ignores_them(first: str, last: str, data: st.DataObject) -> None:
    """I27: Dots in the local part are ignored only for the documented domains."""
    domain = data.draw(st.sampled_from([*sorted(providers()), "outlook.com", "hotmail.com", "aol.com", "example.com"]))
    found = score(f"{first}.{last}@{domain}", f"{first}{last}@{domain}")
    assert found is not None
    assert found == 100 if domain in DOTS_IGNORED else found < 70


@given(LOCALS, LOCALS, DOMAINS)
@OFTEN
@example("johnsmith1", "johnsmith2", "gmail.com")
@example("a", "b", "example.com")
def test_i28_another_mailbox_is_below_70(local: str, other: str, domain: str) -> None:
    """I28: Different registrable mailboxes on one domain score below 70."""
    assume(not same_at_some_provider(local, other))
    assert score(f"{local}@{domain}", f"{other}@{domain}") in range(70)


@given(LOCALS, LOCALS, DOMAINS, st.lists(st.tuples(st.integers(0, 99), st.sampled_from("yz")), min_size=1, max_size=6))
@OFTEN
def test_i19_more_junk_never_helps(local: str, other: str, domain: str, junk: list[tuple[int, str]]) -> None:
    """I19: For a fixed b and a chain of edits that insert letters absent from b, S does not rise by more than 1 a step.

    Letters before the @; one more behind it may make a private domain of a public one, which proves more.
    """
    owner = f"{local}@{domain}"
    assume(not set("yz") & set(owner))
    for start in (local, other):
        text, last = start, score(f"{start}@{domain}", owner)
        for place, letter in junk:
            at = place % (len(text) + 1)
            text = text[:at] + letter + text[at:]
            now = score(f"{text}@{domain}", owner)
            assert now is not None
            assert last is not None
            assert now < 70
            assert now <= last + 1
            last = now


@given(LOCALS, DOMAINS, st.data())
@OFTEN
def test_i31_a_look_alike_letter_is_another_mailbox_and_named(local: str, domain: str, data: st.DataObject) -> None:
    """I31: Replacing any letter by a look-alike of another script never yields 100, and is flagged."""
    address = f"{local}@{domain}"
    places = [at for at, char in enumerate(address) if char in LOOK_ALIKES]
    at = data.draw(st.sampled_from(places))
    fake = address[:at] + data.draw(st.sampled_from(LOOK_ALIKES[address[at]])) + address[at + 1 :]
    assert skeleton(fake) == address
    ours, theirs = normalize(fake), normalize(address)
    assert isinstance(ours, EmailKey)
    assert isinstance(theirs, EmailKey)
    outcome = compare(ours, theirs)
    assert outcome.score in range(70)
    assert "homoglyph" in {reason.code for reason in outcome.reasons}


@given(st.one_of(emails(), nasty_text(), st.text("ab.@+-<>()\"' ,;:*x\u200b\u00e9\u0130\u1e9e", max_size=24)))
@VERY_OFTEN
@example('"a b"@example.com')
@example("mailto:mailto:a@b.c")
@example("a@b.c.@")
@example("some..dots@gmail.com")
@example("x@a-b.fastmail.com")
def test_i32_i33_twice_is_once_and_short(text: str) -> None:
    """I32: n(n(x)) == n(x) for every string. I33: never more than 2 x cap characters, never an exception."""
    found = normalize(text)
    if isinstance(found, EmailKey):
        assert normalize(found.text) == found
        assert len(found.text) <= 2 * CAP
        assert found.base not in repr(found) or len(found.base) < 4
    else:
        assert isinstance(found, Missing)
