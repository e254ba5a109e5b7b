"""The people of the house: added, given new secrets, disabled."""

import re
from dataclasses import replace

from tongxing.domain.person import Person, Role
from tongxing.service.house import House
from tongxing.service.one_time import SEED_BYTES
from tongxing.service.ports_people import Account
from tongxing.service.sign_in import PASSWORD_LENGTH_MAX, Passwords

ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
NAME_LENGTH_MAX = 40
PASSWORD_LENGTH_MIN = 12
"""NIST SP 800-63B asks for 8; a second factor and a lock stand beside it."""


class PersonRefusedError(ValueError):
    """A person cannot be so: `id`, `name`, `team`, `password`, `taken`, `unknown` or `self` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def add_person(house: House, passwords: Passwords, person: Person, password: str) -> bytes:
    """Add somebody who may sign in; gives the seed of the codes, shown once. Raises `PersonRefusedError`."""
    if not ID.fullmatch(person.person_id):
        raise PersonRefusedError("id")
    if not person.name.strip() or len(person.name) > NAME_LENGTH_MAX or not person.name.isprintable():
        raise PersonRefusedError("name")
    if person.role in (Role.ADVISER, Role.MANAGER) and not (person.team or "").strip():
        raise PersonRefusedError("team")
    if person.role is Role.CLIENT and not house.store.people.knows_client(person.client_id or ""):
        raise PersonRefusedError("unknown")
    if house.store.people.account(person.person_id) is not None:
        raise PersonRefusedError("taken")
    return _give_secrets(house, passwords, Account(person=person), password)


def reset_person(house: House, passwords: Passwords, person_id: str, password: str) -> bytes:
    """A new password and seed; signed out everywhere. Raises `PersonRefusedError`."""
    account = house.store.people.account(person_id)
    if account is None:
        raise PersonRefusedError("unknown")
    seed = _give_secrets(house, passwords, account, password)
    house.store.people.close_sessions(person_id)
    return seed


def set_active(house: House, by: Person, person_id: str, *, active: bool) -> None:
    """Disable or enable somebody else. Raises `PersonRefusedError`."""
    if by.person_id == person_id:
        raise PersonRefusedError("self")
    if not house.store.people.set_active(person_id, active=active):
        raise PersonRefusedError("unknown")


def _give_secrets(house: House, passwords: Passwords, account: Account, password: str) -> bytes:
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX or not password.isprintable():
        raise PersonRefusedError("password")
    seed = house.entropy.token(SEED_BYTES)
    fresh = replace(
        account,
        password=passwords.hashed(password),
        one_time=seed,
        one_time_step=None,
        failures=0,
        locked_until=None,
    )
    house.store.people.put(fresh)
    return seed
