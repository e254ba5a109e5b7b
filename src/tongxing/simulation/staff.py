"""The staff of a demo: invented people of every role, and who serves which client."""

from datetime import date
from hashlib import blake2b

from tongxing.domain.draft import Licence
from tongxing.domain.person import Person, Role
from tongxing.service.house import House

SCOPES = ("advice", "marketing", "fund_sales")
VALID_TO = date(2027, 12, 31)
PUDONG, XIHU = "浦东", "西湖"


def _adviser(number: int, name: str, team: str) -> Person:
    return Person(
        person_id=f"adviser-{number}",
        name=name,
        role=Role.ADVISER,
        team=team,
        licence=Licence(number=f"S09990000000{number}", scopes=SCOPES, valid_to=VALID_TO),
    )


STAFF = (
    _adviser(1, "林知行", PUDONG),
    _adviser(2, "周予安", PUDONG),
    _adviser(3, "沈嘉禾", XIHU),
    Person(person_id="manager-1", name="顾明远", role=Role.MANAGER, team=PUDONG),
    Person(person_id="compliance-1", name="许静之", role=Role.COMPLIANCE),
    Person(person_id="operations-1", name="唐沐阳", role=Role.OPERATIONS),
    Person(person_id="operations-2", name="乔一诺", role=Role.OPERATIONS),
    Person(person_id="auditor-1", name="韩守一", role=Role.AUDITOR),
    Person(person_id="partner-1", name="晨光银行", role=Role.PARTNER),
    Person(person_id="administrator-1", name="陆行简", role=Role.ADMINISTRATOR),
)


def hire(house: House) -> None:
    """Staff a demo store, and give every client an adviser; a second call changes nothing."""
    for person in STAFF:
        house.store.people.add(person)
    advisers = [person.person_id for person in STAFF if person.role is Role.ADVISER]
    house.store.people.assign_all(
        {client_id: advisers[_number(client_id) % len(advisers)] for client_id in house.store.client_ids()}
    )


def _number(client_id: str) -> int:
    return int.from_bytes(blake2b(client_id.encode(), digest_size=4).digest(), "big")
