"""The console's pages over a house, for a person who was let in by the judge before them."""

from functools import partial

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.testing import TestClient

from tongxing.adapters.policy import CedarAccess
from tongxing.domain.person import Person, Role
from tongxing.service.access import may as policy_may
from tongxing.service.house import House
from tongxing.simulation.demo import demo_over
from tongxing.web.console.routes import ROUTES
from tongxing.web.errors import Faults
from tongxing.web.front import Front
from tongxing.web.render import PageRequest, Pages, environment

ORIGIN = "http://127.0.0.1:8611"
PERSON = "X-Person"
PEOPLE = {
    "operations-1": Person(person_id="operations-1", name="唐沐阳", role=Role.OPERATIONS),
    "compliance-1": Person(person_id="compliance-1", name="许静之", role=Role.COMPLIANCE),
    "auditor-1": Person(person_id="auditor-1", name="韩守一", role=Role.AUDITOR),
}
Browser = TestClient[Litestar]


def browser(house: House) -> Browser:
    """A browser before these pages; the header `X-Person` says who was let in."""
    pages = Pages(environment())
    may = partial(policy_may, house, CedarAccess(house.book, demo=True))
    app = Litestar(
        route_handlers=list(ROUTES),
        state=State(
            {
                "front": Front(house, pages, demo_over, house.clock, True),
                "may": lambda person, act: may(person, act).allowed,
            }
        ),
        before_request=_let_in,
        exception_handlers={Exception: Faults(pages)},
        compression_config=CompressionConfig(backend="gzip"),
        openapi_config=None,
        logging_config=None,
    )
    return TestClient(app, base_url=ORIGIN, raise_server_exceptions=False)


def _let_in(request: PageRequest) -> None:
    request.state.person = PEOPLE[request.headers.get(PERSON, "compliance-1")]
    request.state.form_key = "key"


def press(client: Browser, path: str, /, person: str = "operations-1", **fields: str) -> str:
    """Send a form as a person; where the answer leads."""
    headers = {PERSON: person, "Sec-Fetch-Site": "same-origin"}
    answer = client.post(path, data={"form_key": "key", **fields}, headers=headers, follow_redirects=False)
    assert answer.status_code == 303, answer.text[:500]
    return answer.headers["location"]
