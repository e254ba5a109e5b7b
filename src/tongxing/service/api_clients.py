"""Clients and their profiles, for other systems: masked as the role demands, nobody out of reach."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from tongxing.domain.person import Person
from tongxing.profile import fold
from tongxing.profile.assemble import profile as assemble
from tongxing.profile.door import line
from tongxing.service.api_reach import OutOfReachError, Reach
from tongxing.service.api_shapes import ClientDetail, ClientLine, ProfileAnswer
from tongxing.service.api_shapes_doors import Me
from tongxing.service.client_names import client_names
from tongxing.service.file_doors import client_profile_line
from tongxing.service.house import House
from tongxing.service.states import state_of
from tongxing.service.unfolded import take_in

NAMING = ("client_registered", "client_changed")
CHANGES_READ_MAX = 200
MASKED_FIELDS = ("name", "phone", "id_number", "birth")


class MomentError(ValueError):
    """An instant that cannot be asked for; `words` says why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def me(person: Person) -> Me:
    """Whom a key or a session belongs to."""
    return Me(
        person_id=person.person_id,
        name=person.name,
        role=person.role.value,
        team=person.team,
        client_id=person.client_id,
    )


def list_clients(
    house: House, reach: Reach, *, after: str, limit: int, scan: int
) -> tuple[list[ClientLine], str | None]:
    """Clients within reach in order of their ids, and after which id the next page begins.

    At most `scan` clients are looked at: a page may be short though more follow.
    """
    ids = house.store.client_ids(after=after, limit=scan)
    found: list[ClientLine] = []
    for client_id in ids:
        if reach.may(client_id):
            name = reach.shown("name", client_names(house, (client_id,))[client_id])
            found.append(ClientLine(client_id=client_id, name=name, href=f"/v1/clients/{client_id}"))
            if len(found) == limit:
                break
    last = found[-1].client_id if len(found) == limit else (ids[-1] if len(ids) == scan else None)
    more = last is not None and bool(house.store.client_ids(after=last, limit=1))
    return found, last if more else None


def client_detail(house: House, reach: Reach, client_id: str, *, now: datetime) -> ClientDetail:
    """One client as known now. Raises `OutOfReachError`."""
    state = live_state(house, client_id, now=now)
    found = assemble(state, as_of=present(state, now), book=house.book)
    told = {
        field: reach.shown(field, value) if value else "" for field, value in _told(house, client_id).items()
    }
    risk = found.risk
    return ClientDetail(
        client_id=client_id,
        name=told.get("name", ""),
        phone=told.get("phone", ""),
        id_number=told.get("id_number", ""),
        birth=told.get("birth", ""),
        age=found.age,
        tier=found.tier,
        newcomer_day=found.newcomer_day,
        grade=None if risk.grade is None else risk.grade.name,
        assessment_valid_to=risk.assessment_valid_to,
        personalisation=found.standing.personalisation,
        merged_into=state.merged_into or None,
        adviser_id=house.store.tasks.adviser_of(client_id),
    )


def client_profile(house: House, client_id: str, *, as_of: datetime | None, now: datetime) -> ProfileAnswer:
    """The profile now, or as the house knew the client at a past instant.

    Raises:
        OutOfReachError: nothing is known of such a client, or nothing was at that instant.
        MomentError: an instant that has not come.
        ErasedError: the past rests on records whose key is gone.
    """
    if as_of is None:
        state = live_state(house, client_id, now=now)
        told: Mapping[str, object] | None = line(assemble(state, as_of=present(state, now), book=house.book))
    else:
        if as_of > now:
            raise MomentError("as_of lies ahead of the clock in force")
        told = client_profile_line(house, client_id, as_of=as_of)
    if told is None:
        raise OutOfReachError(client_id)
    return msgspec.convert(told, ProfileAnswer)


def live_state(house: House, client_id: str, *, now: datetime) -> fold.State:
    """The folded state with the client's latest own switches. Raises `OutOfReachError`."""
    folded = house.store.folded_through(client_id)
    blob = house.store.state(client_id)
    if blob is None:
        raise OutOfReachError(client_id)
    state = state_of(house, client_id, blob)
    take_in(house, state, after=folded, now=now)
    return state


def present(state: fold.State, now: datetime) -> datetime:
    """The first whole second at which everything known by `now` counts."""
    return max(now, fold.known_until(state)) + timedelta(seconds=1)


def _told(house: House, client_id: str) -> Mapping[str, str]:
    """The latest word on each field that is masked."""
    events, _more = house.store.own.events((client_id,), NAMING, limit=CHANGES_READ_MAX)
    found: dict[str, str] = {}
    for stored in events:
        for field in MASKED_FIELDS:
            value = stored.event.body.get(field)
            if field not in found and isinstance(value, str) and value:
                found[field] = value
    return found
