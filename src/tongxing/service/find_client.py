"""Finding a client by a phone or an identity number that lies sealed: who looked for whom is on record."""

from datetime import datetime

from tongxing.domain.access import AccessAnswer
from tongxing.domain.person import Person
from tongxing.service import access as policies
from tongxing.service.client_names import NAMING
from tongxing.service.house import House

FIND = "client.find"
FIELDS = ("phone", "id_number")
VALUE_LENGTH_MAX = 40


def find_client(
    house: House, person: Person, field: str, value: str, *, answer: AccessAnswer, now: datetime
) -> tuple[str, ...]:
    """Clients whose record now has this value, by their ids alone; each find is sealed for the client.

    `answer` is the judge's, by which the person may look at all.
    """
    if field not in FIELDS or not value.strip():
        return ()
    found = tuple(
        client_id
        for client_id in house.store.blind.find(field, value[:VALUE_LENGTH_MAX])
        if house.store.blind.same(field, _told(house, client_id, field), value)
    )
    for client_id in found:
        policies.note(house, person, FIND, client_id=client_id, answer=answer, now=now)
    return found


def _told(house: House, client_id: str, field: str) -> str:
    """A field as last told; empty where its key is gone."""
    told = ""
    for stored in house.store.own.following((client_id,), NAMING, after=0):
        told = str(stored.event.body.get(field) or told)
    return told
