"""Who asks in the web benchmark: enough people of each kind that nobody meets the limit of requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxing.adapters.clock import machine_time
from tongxing.domain.person import Person, Role
from tongxing.service.house import House
from tongxing.service.sign_in import begin, new_key

CLIENTS, WATCHERS, PARTNERS = 50, 5, 5
COOKIE = "tongxing_session"


@dataclass(frozen=True, slots=True)
class Seat:
    """A person who is signed in, and the page they look at."""

    cookie: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """Everybody."""

    now: datetime
    client_ids: Sequence[str]
    clients: Sequence[Seat]
    advisers: Sequence[Seat]
    console: Sequence[Seat]
    keys: Sequence[str]


def seats(house: House) -> Seats:
    """Sign everybody in; keys go to systems of the house, which may send events of every client."""
    client_ids = house.store.client_ids()[:CLIENTS]
    clients = [Person(person_id=one, name=one, role=Role.CLIENT, client_id=one) for one in client_ids]
    watchers = [_staff(f"bench-watcher-{number}", Role.COMPLIANCE) for number in range(WATCHERS)]
    partners = [_staff(f"bench-partner-{number}", Role.OPERATIONS) for number in range(PARTNERS)]
    for person in (*clients, *watchers, *partners):
        house.store.people.add(person)
    return Seats(
        now=house.clock.now(),
        client_ids=client_ids,
        clients=[Seat(_cookie(house, one), "/me") for one in clients],
        advisers=_served(house, client_ids),
        console=[Seat(_cookie(house, one), "/console/corridor") for one in watchers],
        keys=[new_key(house, one.person_id, "bench") for one in partners],
    )


def _served(house: House, client_ids: Sequence[str]) -> Sequence[Seat]:
    """Each client as their own adviser sees them."""
    cookies: dict[str, str] = {}
    found = []
    for client_id in client_ids:
        adviser_id, _team = house.store.people.team_of_adviser(client_id)
        adviser = house.store.people.person(adviser_id) if adviser_id else None
        if adviser is None:
            continue
        if adviser.person_id not in cookies:
            cookies[adviser.person_id] = _cookie(house, adviser)
        found.append(Seat(cookies[adviser.person_id], f"/desk/clients/{client_id}"))
    return found


def _staff(person_id: str, role: Role) -> Person:
    return Person(person_id=person_id, name=person_id, role=role)


def _cookie(house: House, person: Person) -> str:
    return f"{COOKIE}={begin(house, person, now=machine_time())}"
