"""Score one user against the owners of an account, and answer for a whole item.

Holds no rule of likeness: for each field it normalizes both sides, compares the user's key with every key of every
owner and keeps the highest outcome.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from identity_match.address import AddressMatch
from identity_match.decide import Overall, decide
from identity_match.email_address import EmailMatch
from identity_match.errors import InputError, OptionError
from identity_match.explain import Explanation, explain
from identity_match.field import Field, Options, Source, all_outcomes, values_of
from identity_match.fields import FIELDS
from identity_match.legal_name import NameMatch
from identity_match.phone_number import PhoneMatch
from identity_match.policy import BALANCED, PRESETS, Policy
from identity_match.policy import policy as checked
from identity_match.records import Address, Owner, User, option, owners_from, reading, switch
from identity_match.text import fold, without_surrogates

if TYPE_CHECKING:
    from identity_match.remember import Memory

MAX_FORMS = 1_000  # short forms of one name in ``nicknames``; our choice, the shipped table has at most some dozens
MAX_ACCOUNTS = 1_000  # our choice: far above any item; a longer list is an attack or a mistake
MAX_DEPTH = 32  # objects within objects in what is passed through; our choice: an item of the contract has four levels

Details = bool | Literal["values"]


class Match(NamedTuple):
    """How well a user matches the owners of one account: one outcome a field, each the maximum over all owners.

    The maxima of two fields may come from two different people, as in the response this follows; ``sources`` says
    where each one comes from.

    Attributes:
        legal_name: Score and flags of the name.
        phone_number: Score of the phone number.
        email_address: Score of the e-mail address.
        address: Score and flag of the address.
        sources: Field name to the owner and value that won.
        user: What was compared; personal data.
        owners: What it was compared with; personal data.
        options: The settings of the fields.
        policy: What ``overall`` decides by.
        fields: The four fields, or the same ones remembering what they gave.
    """

    legal_name: NameMatch
    phone_number: PhoneMatch
    email_address: EmailMatch
    address: AddressMatch
    sources: Mapping[str, Source]
    user: User
    owners: Sequence[Owner]
    options: Options
    policy: Policy
    fields: Sequence[Field] = FIELDS

    @property
    def overall(self) -> Overall:
        """Weigh the whole identity and decide by the matcher's policy; worked out when it is asked for.

        >>> from identity_match import score
        >>> user = {"legal_name": "Jane Doe", "phone_number": "+12025550143"}
        >>> overall = score(user, [{"names": ["JANE DOE"], "phone_numbers": ["202-555-0143"]}]).overall
        >>> overall.score, str(overall.decision), overall.best_owner, overall.consistent
        (99, 'match', 0, True)
        """
        return decide(self.user, self.owners, self.options, self.policy, self.fields)

    def decide(self, policy: Policy | str) -> Overall:
        """Weigh the whole identity and decide by another policy: a ``Policy``, or the name of a preset.

        >>> from identity_match import score
        >>> from identity_match.policy import STRICT
        >>> str(score({"legal_name": "Jane Doe"}, [{"names": ["JANE DOE"]}]).decide(STRICT).decision)
        'review'
        """
        return decide(self.user, self.owners, self.options, option(_policy, policy, "policy"), self.fields)

    def explain(self) -> dict[str, Explanation]:
        """Say of each field where its score went: what each part cost, in points that add up to what is missing to 100.

        >>> from identity_match import score
        >>> score({"legal_name": "Jenny Smith"}, [{"names": ["JENNIFER SMITH"]}]).explain()["legal_name"]
        Explanation(score=94, given=5, written=1)
        """
        found: dict[str, Explanation] = {}
        for f in FIELDS:
            source, held = self.sources[f.name], values_of(f, self.owners)
            won = next((raw for place, raw in held if place == source), held[0][1] if held else None)
            found[f.name] = explain(f, getattr(self.user, f.name), won, self.options)
        return found

    def __eq__(self, other: object) -> bool:
        """Compare outcomes and where they come from, not the values."""
        return isinstance(other, Match) and self[:5] == other[:5]

    def __ne__(self, other: object) -> bool:
        """Compare as ``==`` does; a tuple's own would look at every member."""
        return not self == other

    def __hash__(self) -> int:
        """Agree with ``==``."""
        return hash(self[:4])

    def __repr__(self) -> str:
        """Show the scores, never a value."""
        scores = ", ".join(f"{f.name}={getattr(self, f.name).score}" for f in FIELDS)
        return f"Match({scores})"

    def to_dict(self, *, sparse: bool = False, details: Details = False) -> dict[str, Any]:
        """Give the four score objects of the response.

        Args:
            sparse: False: every object and member is there, null where unknown, which every known client accepts.
                True: the older form, where a field that was not compared is null and flags that say nothing about a
                mismatch are left out.
            details: True adds one object ``details`` with each field's reasons and the position of the owner and
                value that won; ``"values"`` adds the two values that were compared, too. They are personal data.

        Returns:
            A dict that survives JSON.

        Raises:
            OptionError: ``sparse`` or ``details`` is none of these.

        >>> from identity_match import score
        >>> score({"legal_name": "Jane Doe"}, [{"names": ["JANE DOE"]}]).to_dict(sparse=True)["legal_name"]["score"]
        100
        """
        if sparse is False and details is False:
            return {name: {part: getattr(self[i], part) for part in parts} for i, (name, parts) in _PLACES}
        sparse, details = option(switch, sparse, "sparse"), option(_details, details, "details")
        result = {f.name: _score_object(f, getattr(self, f.name), sparse=sparse) for f in FIELDS}
        if details:
            result["details"] = {f.name: self._details(f, values=details == "values") for f in FIELDS}
        return result

    def _details(self, f: Field, *, values: bool) -> dict[str, Any]:
        outcome, source = getattr(self, f.name), self.sources.get(f.name, Source())
        found: dict[str, Any] = {
            "reasons": [{"code": str(code), "part": part} for code, part in outcome.reasons],
            "owner": source.owner,
            "value": source.value,
        }
        found |= {name: getattr(outcome, name) for name in outcome._fields if name not in _plain_members(f)}
        if values:
            won = None
            if source.owner is not None and source.value is not None:
                won = getattr(self.owners[source.owner], f.owner_values)[source.value]
            found["user_text"] = _readable(getattr(self.user, f.name))
            found["owner_text"] = _readable(won)
        return found


def _plain_members(f: Field) -> tuple[str, ...]:
    return ("score", *f.flags, "reasons")


def _readable(value: Address | str | None) -> Any:
    """Make a raw value survive JSON: lone surrogates become U+FFFD."""
    if isinstance(value, Address):
        return {name: _readable(part) for name, part in value._asdict().items()}
    return without_surrogates(value) if isinstance(value, str) else value


_MEMBERS = {f.name: ("score", *f.flags) for f in FIELDS}  # of each field's score object
_PLACES = tuple(enumerate(_MEMBERS.items()))


def _score_object(f: Field, outcome: Any, *, sparse: bool) -> dict[str, Any] | None:
    members = {name: getattr(outcome, name) for name in _MEMBERS[f.name]}
    if not sparse:
        return members
    if outcome.score is None:
        return None
    # The reference example leaves the two informative flags out of a name that does not match (score 30).
    silent = ("is_nickname_match", "is_business_name_detected") if outcome.score < 70 else ()
    return {name: value for name, value in members.items() if value is not None and not (name in silent and not value)}


class Matcher:
    """``score`` and ``match`` with settings of one's own; immutable, so threads may share one.

    Args:
        default_country: ISO 3166-1 alpha-2 country of phone numbers and addresses that name none.
        nicknames: Nicknames beside the shipped ones: given name to its short forms, matched in either direction.
        policy: What ``Match.overall`` decides by: a ``Policy``, or the name of a preset, ``strict``, ``balanced`` or
            ``lenient``. Changes no score.

    Attributes:
        options: What every field is given.
        policy: What ``Match.overall`` decides by.

    Raises:
        OptionError: ``default_country`` is not two letters, ``nicknames`` does not map text to lists of text of at most
            1,000 entries, or ``policy`` is neither a policy nor the name of one.

    >>> Matcher(nicknames={"Xiomara": ["Xio"]}).score({"legal_name": "Xio Doe"}, [{"names": ["Xiomara Doe"]}])
    Match(legal_name=94, phone_number=None, email_address=None, address=None)
    """

    __slots__ = ("_options", "_policy")

    def __init__(
        self,
        *,
        default_country: str = "US",
        nicknames: Mapping[str, Iterable[str]] = MappingProxyType({}),
        policy: Policy | str = BALANCED,
    ) -> None:
        country = option(_country, default_country, "default_country")
        self._options = Options(country, option(_nickname_table, nicknames, "nicknames"))
        self._policy = option(_policy, policy, "policy")

    @property
    def options(self) -> Options:
        """What every field is given."""
        return self._options

    @property
    def policy(self) -> Policy:
        """What ``Match.overall`` decides by."""
        return self._policy

    def __eq__(self, other: object) -> bool:
        """Compare the settings."""
        return isinstance(other, Matcher) and (self._options, self._policy) == (other._options, other._policy)

    def __hash__(self) -> int:
        """Agree with ``==``."""
        return hash(self._options.default_country)

    def __reduce__(self) -> tuple[Any, ...]:
        """Be sent to another process as the settings it was made with."""
        return _matcher, (self._options.default_country, dict(self._options.nicknames), self._policy)

    def __repr__(self) -> str:
        """Show the settings; of the nicknames only how many names have some."""
        nicknames = len(self._options.nicknames)
        country, policy = self._options.default_country, self._policy.name
        return f"Matcher(default_country={country!r}, nicknames=<{nicknames}>, policy={policy!r})"

    def score(self, user: User | Mapping[str, Any], owners: Sequence[Owner | Mapping[str, Any]]) -> Match:
        """Score a user against the owners of one account, each field the maximum over every value of every owner.

        Args:
            user: ``User`` or a dict with ``legal_name``, ``phone_number``, ``email_address``, ``address``.
            owners: List of ``Owner`` or dicts with ``names``, ``phone_numbers``, ``emails``, ``addresses``; at most
                1,000, each list at most 50 long.

        Returns:
            Scores are 0..100, or None where a side has no usable value: missing is never a mismatch. Not symmetric:
            only owners' names are read as joint titling.

        Raises:
            InputError: Wrong shape or type; the message names the path.

        >>> result = Matcher().score({"legal_name": "Jenny Smith"}, [{"names": ["JENNIFER W SMITH", "JOHN SMITH"]}])
        >>> result.legal_name.is_nickname_match, result.phone_number.score
        (True, None)
        """
        return self._score(User.from_dict(user), owners_from(owners))

    def score_remembering(self, user: User, owners: Sequence[Owner], memory: Memory) -> Match:
        """Score as ``score`` does, records that were read before; matchers of other options need another memory.

        >>> from identity_match.remember import Memory
        >>> Matcher().score_remembering(User("Jane Doe"), [Owner(names=("JANE DOE",))], Memory())
        Match(legal_name=100, phone_number=None, email_address=None, address=None)
        """
        return self._score(user, owners, memory.fields)

    def _score(self, user: User, owners: Sequence[Owner], fields: Sequence[Field] = FIELDS) -> Match:
        outcomes, sources = all_outcomes(fields, user, owners, self._options)
        return tuple.__new__(Match, (*outcomes, sources, user, owners, self._options, self._policy, fields))

    def match(  # noqa: PLR0913 - the members of the request and the two switches of the answer
        self,
        user: User | Mapping[str, Any],
        accounts: Sequence[Mapping[str, Any]],
        *,
        item: Mapping[str, Any] | None = None,
        account_ids: Sequence[str] | None = None,
        request_id: str | None = None,
        sparse: bool = False,
        details: Details = False,
    ) -> dict[str, Any]:
        """Answer as ``/identity/match`` does: every account with null balances and its four score objects.

        Args:
            user: As for ``score``.
            accounts: Accounts with ``owners``, as in a response of ``/identity/get``; at most 1,000.
            item: Passed through; None gives a minimal one, because the response needs an item.
            account_ids: Only these accounts, in the order of ``accounts``; None gives all.
            request_id: Passed through; None makes a random one.
            sparse: As for ``Match.to_dict``.
            details: As for ``Match.to_dict``; one object an account.

        Returns:
            The whole response as a dict that survives JSON.

        Raises:
            InputError: Wrong shape or type, or an id in ``account_ids`` that no account has (by its position).

        >>> account = {"account_id": "a1", "name": "Checking", "type": "depository", "owners": [{"names": ["J DOE"]}]}
        >>> Matcher().match({"legal_name": "John Doe"}, [account])["accounts"][0]["legal_name"]["score"] >= 70
        True
        """
        claimed = User.from_dict(user)
        known = reading(_accounts, accounts, "accounts")
        if account_ids is not None:
            wanted = reading(_ids, account_ids, "account_ids")
            ids = {account.account_id for account in known}
            for i, account_id in enumerate(wanted):
                if account_id not in ids:
                    path = f"account_ids[{i}]"
                    raise InputError(path, "no account has this id")
            known = [account for account in known if account.account_id in wanted]
        scored = []
        for account in known:
            result = self._score(claimed, account.owners)
            scored.append(account.members | result.to_dict(sparse=sparse, details=details))
        request = os.urandom(8).hex()[:15] if request_id is None else reading(_plain_text, request_id, "request_id")
        passed = _local_item() if item is None else reading(_passed, item, "item")
        return {"accounts": scored, "item": passed, "request_id": request}


def _details(value: object, name: str) -> Details:
    if isinstance(value, str) and str.__str__(value) == "values":
        return "values"
    if not isinstance(value, bool):
        message = f"{name}: expected True, False or 'values'"
        raise OptionError(message)
    return value


def _policy(value: object, name: str) -> Policy:
    if isinstance(value, Policy):
        return checked(value._asdict())  # a record can be made with anything in it
    preset = PRESETS.get(str.__str__(value)) if isinstance(value, str) else None
    if preset is None:
        message = f"{name}: expected a Policy or one of {', '.join(PRESETS)}"
        raise OptionError(message)
    return preset


def _matcher(default_country: str, nicknames: Mapping[str, Iterable[str]], policy: Policy) -> Matcher:
    return Matcher(default_country=default_country, nicknames=nicknames, policy=policy)


def _country(value: object, name: str) -> str:
    country = str.__str__(value) if isinstance(value, str) else ""
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        message = f"{name}: expected two letters of ISO 3166-1"
        raise OptionError(message)
    return country.upper()


def _nickname_table(nicknames: object, name: str) -> dict[str, frozenset[str]]:
    message = f"{name}: expected a mapping of text to lists of text"
    if not isinstance(nicknames, Mapping):
        raise OptionError(message)
    table: dict[str, frozenset[str]] = {}
    for full, forms in nicknames.items():
        if not isinstance(full, str) or isinstance(forms, str) or not isinstance(forms, Iterable):
            raise OptionError(message)
        short = []
        for form in forms:  # which need not end
            if not isinstance(form, str):
                raise OptionError(message)
            short.append(form)
            if len(short) > MAX_FORMS:
                message = f"nicknames: at most {MAX_FORMS} forms of one name are accepted"
                raise OptionError(message)
        key = fold(str.__str__(full))
        table[key] = table.get(key, frozenset()) | frozenset(fold(str.__str__(form)) for form in short)
    return table


def _list(value: object, path: str) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise InputError(path, f"expected a list, found {type(value).__name__}")
    if len(value) > MAX_ACCOUNTS:
        raise InputError(path, f"at most {MAX_ACCOUNTS} are accepted, found {len(value)}")
    return value


def _object(value: object, path: str) -> Mapping[Any, Any]:
    if isinstance(value, Mapping):
        return value
    raise InputError(path, f"expected an object, found {type(value).__name__}")


def _plain_text(value: object, path: str) -> str:
    if isinstance(value, str):
        return without_surrogates(value)
    raise InputError(path, f"expected text, found {type(value).__name__}")


def _ids(value: object, path: str) -> list[str]:
    """Read the ids of the accounts that are wanted; what is no text is no account's id."""
    found: list[str] = []
    for i, wanted in enumerate(_list(value, path)):
        if not isinstance(wanted, str):
            path += f"[{i}]"
            raise InputError(path, "no account has this id")
        found.append(str.__str__(wanted))
    return found


def _passed(value: object, path: str) -> Any:
    return _plain_json(_object(value, path), path)


def _plain_json(value: object, path: str, depth: int = MAX_DEPTH) -> Any:
    """Copy what is passed through, so that the answer survives JSON and shares nothing with the input.

    Dates become ISO 8601 text, because the official client gives an item's dates as objects.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return without_surrogates(value)
    from datetime import date  # noqa: PLC0415 - loaded only where an account or an item is passed through

    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    if isinstance(value, int) and value.bit_length() <= 64:
        return int(value)
    if depth and isinstance(value, list | tuple):
        return [_plain_json(entry, path, depth - 1) for entry in value]
    if depth and isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {without_surrogates(key): _plain_json(entry, path, depth - 1) for key, entry in value.items()}
    problem = "holds something that is not JSON" if depth else "is nested too deeply"
    raise InputError(path, problem)


# Members of an account that the response repeats, with what stands for one that is missing. Source: AccountBase in the
# contract; the first five are required there.
_REQUIRED_MEMBERS = {"mask": None, "name": "", "official_name": None, "type": "other", "subtype": None}
_OPTIONAL_MEMBERS = (
    "verification_status", "verification_name", "verification_insights", "persistent_account_id", "holder_category",
    "apy", "paired_account_id",
)  # fmt: skip
_BALANCES = ("available", "current", "iso_currency_code", "limit", "unofficial_currency_code")


class Account(NamedTuple):
    """An account as the answer repeats it, and its owners as they are compared.

    Attributes:
        account_id: Its id.
        members: Members of the answer but the scores; balances are null.
        owners: Its owners; personal data.
    """

    account_id: str
    members: dict[str, Any]
    owners: Sequence[Owner]

    def __repr__(self) -> str:
        """Show no value."""
        return f"Account(<{len(self.owners)} owners>)"

    @classmethod
    def from_dict(cls, value: object, path: str = "account") -> Account:
        """Read an account in the shape of a response of ``/identity/get``; unknown keys are left out.

        Raises:
            InputError: Wrong shape or type.
        """
        return reading(_account, value, path)


def _accounts(value: object, path: str) -> list[Account]:
    return [Account.from_dict(account, f"{path}[{i}]") for i, account in enumerate(_list(value, path))]


def _account(value: object, path: str) -> Account:
    held = _object(value, path)
    account_id = held.get("account_id")
    members: dict[str, Any] = {
        "account_id": _plain_text(account_id, f"{path}.account_id"), "balances": dict.fromkeys(_BALANCES),
    }  # fmt: skip
    for name, default in _REQUIRED_MEMBERS.items():
        found = held.get(name)
        members[name] = default if found is None else _plain_text(found, f"{path}.{name}")
    members |= {name: _plain_json(held[name], f"{path}.{name}") for name in _OPTIONAL_MEMBERS if name in held}
    return Account(str.__str__(account_id), members, owners_from(held.get("owners"), f"{path}.owners"))


def _local_item() -> dict[str, Any]:
    """Make the smallest item that the official clients accept."""
    return {
        "available_products": [], "billed_products": [], "consent_expiration_time": None, "error": None,
        "item_id": "local", "update_type": "background", "webhook": None,
    }  # fmt: skip


_SHARED = Matcher()
score = _SHARED.score
match = _SHARED.match
