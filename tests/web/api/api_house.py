"""What tests of the interface share: the real application, people with keys, and a caller."""

from collections.abc import Mapping
from datetime import date

from litestar import Litestar
from litestar.testing import TestClient

from tongxing.app.pages import pages_for
from tongxing.domain.draft import Licence
from tongxing.domain.person import Person, Role
from tongxing.service.house import House
from tongxing.service.ports_people import Account
from tongxing.service.sign_in import new_key

PORT = 8600
ORIGIN = f"http://127.0.0.1:{PORT}"
FOREIGN = "C000015"
"""The one client whom adviser-1 does not serve."""
Caller = TestClient[Litestar]
PEOPLE = (
    Person(person_id="partner-1", name="晨光银行", role=Role.PARTNER),
    Person(person_id="compliance-1", name="许静之", role=Role.COMPLIANCE),
    Person(person_id="operations-1", name="唐沐阳", role=Role.OPERATIONS),
    Person(
        person_id="adviser-1",
        name="林知行",
        role=Role.ADVISER,
        team="浦东",
        licence=Licence(number="A1", scopes=("advice",), valid_to=date(2028, 1, 1)),
    ),
    Person(person_id="adviser-2", name="周予安", role=Role.ADVISER, team="浦东"),
)
KEYS: dict[str, str] = {}


def enrol(house: House) -> None:
    """Keep the people with a key each; adviser-1 serves everybody but one."""
    for person in PEOPLE:
        house.store.people.put(Account(person=person))
        KEYS[person.person_id] = new_key(house, person.person_id, "tests")
    since = house.clock.now()
    assigned = {one: "adviser-2" if one == FOREIGN else "adviser-1" for one in house.store.client_ids()}
    with house.store.batch() as batch:
        for client_id, adviser in assigned.items():
            batch.tasks.assign(client_id, adviser, since=since)


def as_person(name: str) -> Mapping[str, str]:
    """Headers of a call by this person."""
    return {"Authorization": f"Bearer {KEYS[name]}"}


def application(house: House) -> Litestar:
    return pages_for(house, demo=True, port=PORT)
