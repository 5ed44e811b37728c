"""Hold the fast paths of phones and e-mails equal to their libraries, and measure what they save.

    python benchmarks/fast_paths.py [COUNT]

COUNT strings of each field (default 120,000) are generated, half of them mutated; wherever a fast path answers, the
library must say the same. Then distinct pairs go through ``normalize`` and ``compare``, and some of them through the
library's own calls, in turns, in CPU time. Exit status 1 where anything differs.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import email_validator
import phonenumbers

from identity_match import email_address, phone_number
from identity_match.email_address import EmailKey
from identity_match.email_address.provider import MAX_PLAIN, PLAIN, mailbox
from identity_match.phone_number import PhoneKey
from identity_match.phone_number.plan import NANP

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 120_000  # strings of a field, so that each fast path answers more than 50,000 of them
PAIRS = 60_000
ROUNDS = 5

NUMBER_SIGNS = "0123456789()-. +/x#"
ADDRESS_SIGNS = "abcdXx019.-_+@' \"é%\u200b\u212a"
LOCALS = ["jane", "jane.doe", "j_d", "o'neil", "j-d", "a", "9", "x" * 60, "jane.doe+bank", "j+a.b", "d.", "maria1985"]
DOMAINS = [
    "gmail.com", "example.com", "a-b.co.uk", "x.test", "mail.local", "home.arpa", "1.com", "a.b", "ab--c.com",
    "y" * 63 + ".com", "xn--bcher-kva.de", "yahoo.com", "user.fastmail.com", "a.c0m", "localhost", "example",
    "outlook.com", "proton.me", "yandex.ru", "mail.example.org",
]  # fmt: skip
AREAS = ["415", "212", "310", "646", "303", "512", "305", "416", "604"]
NUMBER_FORMS = ["{}{}{}", "({}) {}-{}", "{}-{}-{}", "+1{}{}{}", "1 {} {} {}", "+1 ({}) {}-{}", "{}.{}.{}", "1-{}-{}-{}"]


class Result(NamedTuple):
    """What a comparison with the library found.

    Attributes:
        taken: Strings that the fast path answered.
        different: Those of them where the library says something else.
    """

    taken: int
    different: list[str]


def mutated(chosen: random.Random, text: str, signs: str) -> str:
    """Exchange or insert up to two signs; every other text stays as it is."""
    found = list(text)
    for _ in range(chosen.choice([0, 0, 1, 2])):
        at = chosen.randrange(len(found))
        if chosen.random() < 0.5:
            found[at] = chosen.choice(signs)
        else:
            found.insert(at, chosen.choice(signs))
    return "".join(found)


def number(chosen: random.Random) -> str:
    """Write a random number of ten digits in a usual form; 246-521 and 876-606 are where the last four digits count."""
    area = chosen.choice([*AREAS, "246", "876", "800", "555", f"{chosen.randrange(100, 1000)}"])
    exchange = chosen.choice(["521", "606", f"{chosen.randrange(1000):03}", f"{chosen.randrange(100, 1000)}"])
    return chosen.choice(NUMBER_FORMS).format(area, exchange, f"{chosen.randrange(10_000):04}")


def check_numbers(count: int, seed: int) -> Result:
    """Compare number and validity with ``phonenumbers``."""
    chosen = random.Random(seed)
    taken, different = 0, []
    for _ in range(count):
        text = mutated(chosen, number(chosen), NUMBER_SIGNS)
        ours = phone_number.normalize(text)
        if not NANP(text) or not isinstance(ours, PhoneKey):
            continue
        taken += 1
        theirs = phonenumbers.parse(text, "US")
        same = ours.number == phonenumbers.format_number(theirs, phonenumbers.PhoneNumberFormat.E164)
        if ours.state != phone_number.PLACEHOLDER:
            same = same and (ours.state == phone_number.VALID) is phonenumbers.is_valid_number(theirs)
        if not same:
            different.append(text)
    return Result(taken, different)


def check_addresses(count: int, seed: int) -> Result:
    """Compare verdict and normal form with ``email-validator``."""
    chosen = random.Random(seed)
    taken, different = 0, []
    for _ in range(count):
        text = mutated(chosen, f"{chosen.choice(LOCALS)}@{chosen.choice(DOMAINS)}", ADDRESS_SIGNS)
        ours = email_address.normalize(text)
        if not (text.isascii() and PLAIN(text.lower())) or len(text) > MAX_PLAIN or not isinstance(ours, EmailKey):
            continue
        taken += 1
        try:
            found = email_validator.validate_email(text.strip(), check_deliverability=False)
        except email_validator.EmailNotValidError:
            same = not ours.is_valid
        else:
            base, plus, tag = found.local_part.lower().partition("+")
            home = (found.ascii_domain or "").lower()
            same = ours.is_valid and (not base or (ours.base, ours.tag, ours.domain) == mailbox(base, plus + tag, home))
        if not same:
            different.append(text)
    return Result(taken, different)


def number_pairs(count: int, seed: int) -> list[tuple[str, str]]:
    """Make distinct pairs of valid-looking numbers; half of them are one number in two forms."""
    chosen = random.Random(seed)
    pairs = []
    for _ in range(count):
        parts = [
            (chosen.choice(AREAS), f"{chosen.randrange(200, 1000)}", f"{chosen.randrange(10_000):04}") for _ in range(2)
        ]
        user, owner = chosen.choice(NUMBER_FORMS), chosen.choice(NUMBER_FORMS)
        pairs.append((user.format(*parts[0]), owner.format(*parts[chosen.randrange(2)])))
    return pairs


def address_pairs(count: int, seed: int) -> list[tuple[str, str]]:
    """Make distinct pairs of addresses; half of them are one mailbox, some with a tag or in capitals."""
    chosen = random.Random(seed)
    given = ["james", "mary", "robert", "linda", "john", "susan", "david", "karen", "maria", "jose", "anna", "peter"]
    family = ["smith", "johnson", "williams", "garcia", "lee", "brown", "lopez", "nguyen", "khan", "okafor"]
    domains = ["gmail.com", "yahoo.com", "outlook.com", "example.com", "icloud.com", "a-b.net", "x.co.uk", "proton.me"]
    pairs = []
    for _ in range(count):
        halves = [
            (f"{chosen.choice(given)}{chosen.choice(['.', '', '_'])}{chosen.choice(family)}{chosen.randrange(100_000)}",
             chosen.choice(domains))
            for _ in range(2)
        ]  # fmt: skip
        local, domain = halves[0]
        other, home = halves[chosen.randrange(2)]
        user = f"{local}@{domain}"
        tag = chosen.choice(["", "", "+bank"])
        pairs.append((user.title() if chosen.random() < 0.3 else user, f"{other}{tag}@{home}"))
    return pairs


def spent(work: Callable[[], None]) -> float:
    """Give the CPU seconds of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def three_calls(text: str) -> None:
    """Do what a plain use of ``phonenumbers`` does with one number."""
    parsed = phonenumbers.parse(text, "US")
    phonenumbers.is_valid_number(parsed)
    phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def one_call(text: str) -> None:
    """Do what a plain use of ``email-validator`` does with one address."""
    email_validator.validate_email(text, check_deliverability=False)


def measure(name: str, field: object, pairs: list[tuple[str, str]], library: Callable[[str], None]) -> None:
    """Print pairs per CPU second, and how many times as much the library alone takes for the two sides."""
    normalize, compare = field.normalize, field.compare  # type: ignore[attr-defined]
    texts = [text for pair in pairs[: len(pairs) // 8] for text in pair]

    def ours() -> None:
        for user, owner in pairs:
            compare(normalize(user), normalize(owner))

    def theirs() -> None:
        for text in texts:
            library(text)

    rates, ratios = [], []
    for _ in range(ROUNDS):
        each, plain = spent(ours) / len(pairs), 2 * spent(theirs) / len(texts)
        rates.append(1 / each)
        ratios.append(plain / each)
    print(f"{name}: {statistics.median(rates):,.0f} pairs per CPU second (best {max(rates):,.0f}),", end=" ")
    print(f"{statistics.median(ratios):.0f} times the library's calls alone")


def main() -> int:
    """Run all; give the exit status."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    failed = 0
    for name, check in (("phone_number", check_numbers), ("email_address", check_addresses)):
        result = check(count, 7)
        failed += len(result.different)
        print(f"{name}: {count:,} strings, fast path {result.taken:,}, different {len(result.different)}")
        for text in result.different[:5]:
            print(f"  {text!r}")
    measure("phone_number", phone_number, number_pairs(PAIRS, 8), three_calls)
    measure("email_address", email_address, address_pairs(PAIRS, 9), one_call)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
