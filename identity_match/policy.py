"""What a team does with scores: thresholds, what is required, and what a missing field means.

A policy is data. It takes no part in how alike two values are; it turns scores, which are whole numbers, into a
decision, and its name, version and hash stand in every decision, so that it can be said later which rules applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from identity_match.errors import OptionError

ABSENT = ("neutral", "review", "fail")
MOST_OWNERS = 1_000_000
MAX_TOML = 1 << 16  # characters; our choice, a policy has some dozens of lines


class Thresholds(NamedTuple):
    """The score from which on each field passes, 0..100."""

    legal_name: int
    phone_number: int
    email_address: int
    address: int


class Policy(NamedTuple):
    """Thresholds and requirements; make one with ``policy``, which checks it.

    Attributes:
        name: What it is called.
        version: Its version, any text.
        match: Overall score from which on a person is a match, 0..100; no score is above 99, as nothing is proof.
        review: Overall score from which on somebody should look, 0..100; at most ``match``.
        thresholds: The score from which on each field passes, 0..100.
        required: Fields that have to pass for a match.
        absent: What it means if a required field was compared with nobody: ``neutral`` nothing, ``review`` no match
            without a look, ``fail`` no match.
        payee_match: Name score from which on a name is a match, not a close one, in the codes of payee verification.
        many_owners: Number of owners above which a result warns: among many people a chance match is likelier.
    """

    name: str
    version: str
    match: int
    review: int
    thresholds: Thresholds
    required: tuple[str, ...]
    absent: str
    payee_match: int = 90
    many_owners: int = 10

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits over all settings but the name: policies that decide alike have the same."""
        return _hash(self)

    @property
    def label(self) -> str:
        """Name, version and hash, as results carry them.

        >>> BALANCED.label.split()[:2]
        ['balanced', '1']
        """
        return f"{self.name} {self.version} {self.hash}"


@lru_cache(maxsize=64)
def _hash(policy: Policy) -> str:
    import hashlib  # noqa: PLC0415 - a score that nobody decides on needs neither
    import json  # noqa: PLC0415

    settings = {key: value for key, value in policy._asdict().items() if key not in ("name", "version")}
    text = json.dumps(settings, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:12]


def policy(settings: Mapping[str, Any], base: Policy | None = None) -> Policy:
    """Make a policy of settings; what is left out is as in ``base``, the preset ``balanced`` if none is given.

    Args:
        settings: Members of ``Policy``; ``thresholds`` may name some of the fields only.
        base: The policy to start from; ``settings["base"]``, the name of a preset, goes before it.

    Raises:
        OptionError: An unknown setting or field, a score out of 0..100, ``review`` above ``match``.

    >>> policy({"name": "ours", "match": 80, "thresholds": {"legal_name": 85}}).thresholds.legal_name
    85
    """
    if not isinstance(settings, Mapping):
        message = "policy: expected a table of settings"
        raise OptionError(message)
    known = {"base", *Policy._fields}
    if unknown := [key for key in settings if key not in known]:
        message = f"policy: {len(unknown)} unknown settings; known are {', '.join(sorted(known))}"
        raise OptionError(message)
    start = base or BALANCED
    if "base" in settings:
        start = _preset(settings["base"])
    given = {key: value for key, value in settings.items() if key != "base"}
    for key in ("match", "review", "payee_match"):
        _check_score(given.get(key, 0), key)
    thresholds = _thresholds(given.get("thresholds", {}))
    required = _names(given.get("required", start.required))
    if given.get("absent", ABSENT[0]) not in ABSENT:
        message = f"policy.absent: expected one of {', '.join(ABSENT)}"
        raise OptionError(message)
    most = given.get("many_owners", start.many_owners)
    if isinstance(most, bool) or not isinstance(most, int) or not 1 <= most <= MOST_OWNERS:
        message = f"policy.many_owners: expected a whole number 1 to {MOST_OWNERS:,}"
        raise OptionError(message)
    for key in ("name", "version"):
        text = given.get(key, "")
        if not isinstance(text, str) or len(text) > 100 or not text.isprintable():
            message = f"policy.{key}: expected at most 100 printable characters"
            raise OptionError(message)
    made = start._replace(**given | {"thresholds": start.thresholds._replace(**thresholds), "required": required})
    if made.review > made.match:
        message = "policy.review: expected at most policy.match"
        raise OptionError(message)
    return made


def policy_from_toml(text: str) -> Policy:
    r"""Read a policy from TOML text.

    Raises:
        OptionError: No TOML, too long, or settings that ``policy`` refuses.

    >>> policy_from_toml('name = "ours"\nbase = "strict"\n[thresholds]\nphone_number = 95').thresholds.phone_number
    95
    """
    import tomllib  # noqa: PLC0415 - only for files

    problem = "policy: expected TOML of at most 65,536 characters"
    if len(text) > MAX_TOML:
        raise OptionError(problem)
    settings: dict[str, Any] | None = None
    try:
        settings = tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):  # also a number of more than 4,300 digits
        settings = None
    if settings is None:  # raised out here: the parser's own error shows the text
        raise OptionError(problem)
    return policy(settings)


def _preset(name: object) -> Policy:
    if not isinstance(name, str) or name not in PRESETS:
        message = f"policy.base: expected one of {', '.join(PRESETS)}"
        raise OptionError(message)
    return PRESETS[name]


def _check_score(value: object, key: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        message = f"policy.{key}: expected a whole number 0 to 100"
        raise OptionError(message)


def _thresholds(value: object) -> dict[str, int]:
    if isinstance(value, Thresholds):
        value = value._asdict()
    if not isinstance(value, Mapping) or not set(value) <= set(Thresholds._fields):
        message = f"policy.thresholds: expected a table with names among {', '.join(Thresholds._fields)}"
        raise OptionError(message)
    for name, score in value.items():
        _check_score(score, f"thresholds.{name}")
    return dict(value)


def _names(value: object) -> tuple[str, ...]:
    known = Thresholds._fields
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) and name in known for name in value):
        message = f"policy.required: expected a list of names among {', '.join(known)}"
        raise OptionError(message)
    return tuple(name for name in known if name in value)


# 70 is the contract's threshold for every field, 85 where its strong band begins. The overall thresholds are our
# choice; benchmarks/README.md has what each of them lets through.
BALANCED = Policy("balanced", "1", 70, 50, Thresholds(70, 70, 70, 70), ("legal_name",), "neutral")
STRICT = Policy("strict", "1", 90, 60, Thresholds(85, 85, 85, 85), ("legal_name", "address"), "review")
LENIENT = Policy("lenient", "1", 60, 35, Thresholds(60, 60, 60, 60), (), "neutral")
PRESETS = {preset.name: preset for preset in (STRICT, BALANCED, LENIENT)}
