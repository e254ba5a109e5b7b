"""Signing in by another house's word: begun here, proved there, and a person of this house in the end."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import structlog

from tongxing.domain.person import Person, Role
from tongxing.service.house import House
from tongxing.service.people import ID, NAME_LENGTH_MAX
from tongxing.service.ports_door import HeldRow
from tongxing.service.ports_issuer import Bounds, ClaimRules, Issuer, IssuerRefusedError
from tongxing.service.sign_in import TOKEN_LENGTH_MAX, fresh_token, hashed, number

ATTEMPT = "oidc"
MAILED = "email"
STAFF = frozenset(Role) - {Role.CLIENT, Role.PARTNER}
log = structlog.get_logger()


class SignInRefusedError(ValueError):
    """Nobody was signed in: `state` (no such attempt, or used or over), `token`, `person`, `issuer`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a sign-in under way."""

    state: str
    nonce: str
    verifier: str
    leads: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A sign-in under way."""

    address: str
    """Where the browser goes."""
    token: str
    """For a cookie: only the browser that began comes back."""
    seconds: int


def start(house: House, issuer: Issuer, leads: str, *, now: datetime) -> Started:
    """Begin; raises `IssuerDownError`."""
    attempt = _Attempt(
        state=fresh_token(house), nonce=fresh_token(house), verifier=fresh_token(house), leads=leads
    )
    address = issuer.address(state=attempt.state, nonce=attempt.nonce, verifier=attempt.verifier)
    token, minutes = fresh_token(house), number(house, "identity_oidc_minutes", now)
    row = HeldRow(
        token_hash=hashed(token),
        kind=ATTEMPT,
        person_id="",
        until=now + timedelta(minutes=minutes),
        body=msgspec.json.encode(attempt),
    )
    house.store.door.hold(row, now=now)
    return Started(address=address, token=token, seconds=minutes * 60)


def finish(
    house: House, issuer: Issuer, token: str, answer: Mapping[str, str], *, now: datetime
) -> tuple[Person, str]:
    """The person and where they wanted to go; an attempt counts once, whatever comes of it.

    `answer`: what the issuer put into the address (`state`, `code` or `error`, `iss`).

    Raises:
        SignInRefusedError: nobody is signed in.
        IssuerDownError: the issuer does not answer.
    """
    attempt = _taken(house, token, answer.get("state", ""), now)
    if answer.get("error") or not answer.get("code"):
        raise SignInRefusedError("issuer")
    bounds = Bounds(
        now=now,
        skew_seconds=number(house, "identity_oidc_skew_seconds", now),
        old_seconds_max=number(house, "identity_oidc_old_seconds_max", now),
    )
    try:
        claims = issuer.claims(
            answer["code"],
            answered_by=answer.get("iss", ""),
            nonce=attempt.nonce,
            verifier=attempt.verifier,
            bounds=bounds,
        )
    except IssuerRefusedError as refused:
        log.warning("a sign-in elsewhere does not hold", why=refused.what)
        raise SignInRefusedError("token") from refused
    person, why = person_of(house, issuer.rules, claims)
    if person is None:
        log.warning("nobody here for a sign-in elsewhere", why=why)
        raise SignInRefusedError("person")
    return person, attempt.leads


def person_of(house: House, rules: ClaimRules, claims: Mapping[str, object]) -> tuple[Person | None, str]:
    """The person whom claims name, else None and why: `name`, `disabled`, `system`, `role`, `unknown`."""
    person_id = _text(claim(claims, rules.person_claim))
    if not 0 < len(person_id) <= TOKEN_LENGTH_MAX:
        return None, "name"
    if rules.person_claim == MAILED and claims.get("email_verified") is not True:
        return None, "name"
    granted = _granted(rules, claims)
    account = house.store.people.account(person_id)
    if account is None:
        return _created(house, rules, claims, person_id, granted)
    role = account.person.role
    if not account.active:
        return None, "disabled"
    if role is Role.PARTNER:
        return None, "system"
    asked = bool(rules.role_claim) or role is Role.ADMINISTRATOR
    return (None, "role") if asked and role not in granted else (account.person, "")


def claim(claims: Mapping[str, object], name: str) -> object:
    """A claim by its name, or by a path of names with dots."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _taken(house: House, token: str, state: str, now: datetime) -> _Attempt:
    if not 0 < len(token) <= TOKEN_LENGTH_MAX:
        raise SignInRefusedError("state")
    row = house.store.door.take(hashed(token), ATTEMPT, now=now)
    if row is None:
        raise SignInRefusedError("state")
    attempt = msgspec.json.decode(row.body, type=_Attempt)
    if not hmac.compare_digest(attempt.state.encode(), state.encode("utf-8", "replace")):
        raise SignInRefusedError("state")
    return attempt


def _granted(rules: ClaimRules, claims: Mapping[str, object]) -> frozenset[Role]:
    """The roles that the claims give by the list of the house."""
    told = claim(claims, rules.role_claim) if rules.role_claim else None
    values = told if isinstance(told, list) else [told]
    return frozenset(rules.roles[one] for one in values if isinstance(one, str) and one in rules.roles)


def _created(
    house: House, rules: ClaimRules, claims: Mapping[str, object], person_id: str, granted: frozenset[Role]
) -> tuple[Person | None, str]:
    """Staff at their first sign-in, where the house wants it: of exactly one role; some have a team."""
    if not rules.create or not ID.fullmatch(person_id):
        return None, "unknown"
    roles = granted & STAFF
    if len(roles) != 1:
        return None, "role"
    (role,) = roles
    team = _text(claim(claims, rules.team_claim)).strip() if rules.team_claim else ""
    if role in (Role.ADVISER, Role.MANAGER) and not 0 < len(team) <= NAME_LENGTH_MAX:
        return None, "role"
    name = _text(claims.get("name")).strip()
    fits = 0 < len(name) <= NAME_LENGTH_MAX and name.isprintable()
    person = Person(person_id=person_id, name=name if fits else person_id, role=role, team=team or None)
    house.store.people.add(person)
    return house.store.people.person(person_id), "unknown"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
