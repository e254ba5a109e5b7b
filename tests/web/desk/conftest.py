"""The desk's own pages over a small real house; who asks is said by a header instead of a session."""

from collections.abc import Iterator

import msgspec
import pytest
from desk_people import LIN, NOW, PEOPLE, SHEN, WHO, happened
from litestar import Litestar
from litestar.datastructures import State
from litestar.testing import TestClient
from page_house import ORIGIN, Browser
from sqlalchemy import insert

from tongxing.adapters.clock import WallClock
from tongxing.adapters.policy import CedarAccess
from tongxing.adapters.store import SqlStore
from tongxing.adapters.store.tables_people import person as table
from tongxing.app import temporary_house
from tongxing.service.access import may as policy_may
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.work import work
from tongxing.simulation.demo import demo_over
from tongxing.web.desk.routes import ROUTES
from tongxing.web.errors import Faults
from tongxing.web.front import Front
from tongxing.web.guard import BODY_BYTES_MAX, add_headers
from tongxing.web.render import PageRequest, Pages, environment


@pytest.fixture(autouse=True)
def _no_waiting() -> None:
    """These pages wait for no worker."""


@pytest.fixture
def desk_house() -> Iterator[House]:
    """One client of Lin's who complained, one of Shen's, and their advisers."""
    with temporary_house(seed=11) as house:
        person = {"name": "林晓晓", "birth": "1990-01-01", "opened_on": "2020-01-01"}
        person |= {"phone": "13900000001", "id_number": "999999199001010013", "branch": "城西营业部"}
        for client in ("C1", "C2"):
            append(house, [happened(1, "client_registered", dict(person), client)])
            append(house, [happened(2, "consent_given", {"purpose": "personalised_service"}, client)])
        append(house, [happened(3, "complaint_made", {"text": "费用一直没有人答复"})])
        house.store.set_setting("market_now", NOW.isoformat())
        work(house, now=NOW)
        assert isinstance(house.store, SqlStore)
        with house.store._writing() as connection:
            for one in PEOPLE.values():
                licence = None if one.licence is None else msgspec.json.encode(one.licence).decode()
                row = {"person_id": one.person_id, "name": one.name, "role": one.role.value}
                connection.execute(insert(table).values(**row, team=one.team, licence=licence))
        with house.store.batch() as batch:
            batch.tasks.assign("C1", LIN.person_id, since=NOW)
            batch.tasks.assign("C2", SHEN.person_id, since=NOW)
        yield house


@pytest.fixture
def desk(desk_house: House) -> Iterator[Browser]:
    """A browser of Lin's."""

    def judge(request: PageRequest) -> None:
        request.state.person = PEOPLE[request.headers.get(WHO, LIN.person_id)]

    pages, access = Pages(environment()), CedarAccess(desk_house.book, demo=True)
    app = Litestar(
        route_handlers=list(ROUTES),
        state=State(
            {
                "front": Front(desk_house, pages, demo_over, WallClock(), demo=True),
                "may": lambda person, act: policy_may(desk_house, access, person, act).allowed,
            }
        ),
        before_request=judge,
        before_send=[add_headers],
        exception_handlers={Exception: Faults(pages)},
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=None,
        logging_config=None,
    )
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
        yield client
