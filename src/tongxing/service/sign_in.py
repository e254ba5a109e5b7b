"""Signing in and out: sessions, passwords with one-time codes, keys of systems; only hashes are kept."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from tongxing.domain.clock import BEIJING
from tongxing.domain.person import Person, Role
from tongxing.service.house import House
from tongxing.service.one_time import step_of
from tongxing.service.ports_people import KeyRow, SessionRow

TOKEN_BYTES = 32
TOKEN_LENGTH_MAX = 200
PASSWORD_LENGTH_MAX = 200
SEEN_EVERY = timedelta(seconds=60)
"""How exactly the last use of a session is kept: not every page is a write."""
KEY_PREFIX = "txk_"


class Passwords(Protocol):
    """How passwords are kept."""

    def hashed(self, password: str) -> str:
        """A slow hash to keep."""
        ...

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is the password; equally slow without one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A sign-in in force."""

    person: Person
    form_key: str


def sign_in(
    house: House, person_id: str, password: str, typed: str, *, passwords: Passwords, now: datetime
) -> Person | None:
    """The person, proved by password and one-time code; None for anybody else, and nobody is told why.

    After some wrong tries in a row nobody gets in for a while, with the right words neither.
    `now` is the machine's time, also in a store with a market clock.
    """
    people = house.store.people
    account = people.account(person_id[:TOKEN_LENGTH_MAX])
    fits = passwords.fits(account.password if account else None, password[:PASSWORD_LENGTH_MAX])
    if account is None or (account.locked_until is not None and now < account.locked_until):
        return None
    step = None
    if fits and account.active and account.one_time:
        step = step_of(account.one_time, typed, now, after=account.one_time_step)
    if step is None or not people.took_code(person_id, step):
        locked = now + timedelta(minutes=number(house, "identity_lock_minutes", now))
        people.failed(person_id, most=number(house, "identity_failures_max", now), locked_until=locked)
        return None
    people.signed_in(person_id)
    return account.person


def begin(house: House, person: Person, *, now: datetime) -> str:
    """A new session; its token is shown to the browser alone."""
    token = fresh_token(house)
    row = SessionRow(
        token_hash=hashed(token),
        person_id=person.person_id,
        form_key=fresh_token(house),
        made_at=now,
        seen_at=now,
        until=now + timedelta(hours=number(house, "identity_session_hours", now)),
    )
    kept = timedelta(minutes=number(house, "identity_form_kept_minutes", now))
    house.store.people.forget_sessions(now - kept)
    house.store.people.open_session(row)
    return token


def session_of(house: House, token: str, *, now: datetime) -> Session | None:
    """The session of a token; None when it is unknown, over, or was left alone for too long."""
    if not token or len(token) > TOKEN_LENGTH_MAX:
        return None
    people = house.store.people
    found = people.session(hashed(token))
    if found is None:
        return None
    row, person = found
    client = person.role is Role.CLIENT
    idle = number(house, "identity_idle_minutes_client" if client else "identity_idle_minutes_staff", now)
    if now >= row.until or now - row.seen_at >= timedelta(minutes=idle):
        return None
    if now - row.seen_at >= SEEN_EVERY:
        people.seen(row.token_hash, now)
    return Session(person=person, form_key=row.form_key)


def end(house: House, token: str, *, everywhere: bool = False, person: Person | None = None) -> None:
    """The token is worth nothing any more; with `everywhere` none of the person's is."""
    house.store.people.close_session(hashed(token))
    if everywhere and person is not None:
        house.store.people.close_sessions(person.person_id)


def new_key(house: House, person_id: str, name: str, *, until: datetime | None = None) -> str:
    """A key for another system; it is shown now and never again."""
    key = KEY_PREFIX + fresh_token(house)
    row = KeyRow(key_hash=hashed(key), person_id=person_id, name=name, made_at=house.clock.now(), until=until)
    house.store.people.add_key(row)
    return key


def person_by_key(house: House, key: str, now: datetime) -> Person | None:
    """The active person behind a key that is neither over nor revoked."""
    if not key.startswith(KEY_PREFIX) or len(key) > TOKEN_LENGTH_MAX:
        return None
    found = house.store.people.key(hashed(key))
    if found is None:
        return None
    row, person = found
    return None if row.revoked or (row.until is not None and now >= row.until) else person


def hashed(token: str) -> bytes:
    """What is kept of a token; 256 random bits need no slow hash."""
    return sha256(token.encode("utf-8", "replace")).digest()


def number(house: House, rule: str, now: datetime) -> int:
    """A bound of the door on a day."""
    return house.book.rules.number(rule, now.astimezone(BEIJING).date())


def fresh_token(house: House) -> str:
    """256 random bits, as they stand in a cookie or an address."""
    return urlsafe_b64encode(house.entropy.token(TOKEN_BYTES)).decode().rstrip("=")
