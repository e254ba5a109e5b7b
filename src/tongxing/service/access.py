"""May this person do this to this client: the one place that asks the policies, and notes what staff did."""

from datetime import datetime

from tongxing.domain.access import Access, AccessAnswer, AccessQuestion
from tongxing.domain.clock import BEIJING
from tongxing.domain.person import Person, Role
from tongxing.service.client_acts import UnknownClientError
from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.desk_reach import stands_in
from tongxing.service.desk_words import profile_now
from tongxing.service.house import House
from tongxing.service.ports import ErasedError
from tongxing.service.ports_people import AccessEntry

PURPOSES = {Role.COMPLIANCE: "compliance", Role.AUDITOR: "audit", Role.OPERATIONS: "operations"}
"""What a role works for when an address names no other purpose."""
SERVICE = "service"
REASON_LENGTH_MAX = 200
SUBSTITUTE = "_substitute"
"""Policies that let a substitute in end so."""


def may(
    house: House,
    access: Access,
    person: Person | None,
    act: str,
    *,
    client_id: str | None = None,
    purpose: str = "",
    reason: str = "",
) -> AccessAnswer:
    """The answer of the policies on one read or act; notes nothing."""
    return access.decide(
        AccessQuestion(
            person=person,
            act=act,
            client_id=client_id,
            relation=relation(house, person, client_id),
            purpose=purpose or purpose_of(person),
            consents=_consents(house, person, client_id),
            reason=reason,
        )
    )


def note(
    house: House,
    person: Person,
    act: str,
    *,
    client_id: str | None,
    answer: AccessAnswer,
    now: datetime,
    purpose: str = "",
    reason: str = "",
) -> None:
    """Keep who looked at what."""
    house.store.people.note(
        entry_of(
            house, person, act, client_id=client_id, answer=answer, now=now, purpose=purpose, reason=reason
        )
    )


def entry_of(
    house: House,
    person: Person,
    act: str,
    *,
    client_id: str | None,
    answer: AccessAnswer,
    now: datetime,
    purpose: str = "",
    reason: str = "",
) -> AccessEntry:
    """A look as it is kept; a client that is not known has no record to keep it on."""
    if client_id is not None and not house.store.people.knows_client(client_id):
        client_id = None
    return AccessEntry(
        at=now,
        person_id=person.person_id,
        role=person.role.value,
        act=act,
        client_id=client_id,
        purpose=purpose or purpose_of(person),
        reason=reason.strip()[:REASON_LENGTH_MAX],
        allowed=answer.allowed,
        policies=" ".join(answer.policies),
        in_place_of=_in_place_of(house, client_id, answer),
    )


def purpose_of(person: Person | None) -> str:
    """What a person works for when an address names no other purpose."""
    return SERVICE if person is None else PURPOSES.get(person.role, SERVICE)


def relation(house: House, person: Person | None, client_id: str | None) -> frozenset[str]:
    """How a person stands to a client: `self`, `assigned`, `substitute`, `team`.

    A client of nobody's is of any manager's team.
    """
    if person is None or client_id is None:
        return frozenset()
    if person.role is Role.CLIENT:
        return frozenset({"self"}) if person.client_id == client_id else frozenset()
    if person.role not in (Role.ADVISER, Role.MANAGER):
        return frozenset()
    adviser, team = house.store.people.team_of_adviser(client_id)
    serves = adviser == person.person_id or stands_in(house, person, client_id)
    found = {"assigned"} if serves else set()
    if adviser is not None and not serves and person.role is Role.ADVISER:
        today = house.clock.now().astimezone(BEIJING).date()
        if house.store.people.substitutes.stands_in(person.person_id, adviser, today):
            found.add("substitute")
    if person.role is Role.MANAGER and (adviser is None or (team is not None and team == person.team)):
        found.add("team")
    return frozenset(found)


def _in_place_of(house: House, client_id: str | None, answer: AccessAnswer) -> str | None:
    """The absent adviser, where the answer rests on standing in for them."""
    if client_id is None or not any(name.endswith(SUBSTITUTE) for name in answer.policies):
        return None
    return house.store.people.team_of_adviser(client_id)[0]


def _consents(house: House, person: Person | None, client_id: str | None) -> frozenset[str]:
    """Purposes that the client agreed to for this partner by name; the house's own roles need none here."""
    if person is None or client_id is None or person.role is not Role.PARTNER:
        return frozenset()
    now = house.clock.now()
    try:
        profile, _at = profile_now(house, client_id, now)
    except (UnknownClientError, DeskRefusedError, ErasedError):
        return frozenset()
    names, today = {person.person_id, person.name}, now.astimezone(BEIJING).date()
    given = profile.standing.consents
    return frozenset(
        one.purpose for one in given if one.receiver in names and (one.until is None or one.until >= today)
    )
