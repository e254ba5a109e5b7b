"""Who signs in: one person, one role at a time."""

from dataclasses import dataclass
from enum import StrEnum

from tongxing.domain.draft import Licence


class Role(StrEnum):
    """What a person is to the house; policies (`book/access.cedar`) say what follows from it."""

    CLIENT = "client"
    ADVISER = "adviser"
    MANAGER = "manager"
    COMPLIANCE = "compliance"
    OPERATIONS = "operations"
    AUDITOR = "auditor"
    PARTNER = "partner"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has signed in, as every use case sees them."""

    person_id: str
    name: str
    role: Role
    client_id: str | None = None
    """The client this person is; only of role `client`."""
    team: str | None = None
    """The team an adviser belongs to or a manager leads."""
    licence: Licence | None = None
    """Of an adviser: number, scopes, last day."""


SYSTEM = Person(person_id="system", name="同行", role=Role.ADMINISTRATOR)
"""The house itself, in records of what no person did; it never signs in."""
