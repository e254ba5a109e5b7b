"""Emergency access: an adviser opens how to reach a client who is not theirs; compliance is told."""

from functools import partial

import structlog
from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tongxing.domain.access import AccessAnswer
from tongxing.service.break_glass import identity_of, reason_holds
from tongxing.service.find_client import find_client
from tongxing.web.desk.forms import Drawn
from tongxing.web.front import front_of
from tongxing.web.guard import form_of
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest

PAGE = "desk_glass.html"
CLIENT_LENGTH_MAX = 64
UNPROCESSABLE = 422
log = structlog.get_logger()


@get("/desk/glass", act="glass.read", sync_to_thread=False)
def glass(request: PageRequest) -> Drawn:
    """Whose data, and why; nothing is told of anybody here."""
    client_id = request.query_params.get("client", "").strip()[:CLIENT_LENGTH_MAX]
    return _page(request, client_id=client_id)


@post("/desk/glass", act="glass.read", status_code=200)
async def find(request: PageRequest) -> Drawn:
    """Ids of the clients with this phone or identity number; the number stands in no address."""
    fields, house = await form_of(request), front_of(request).house
    looking = partial(
        find_client,
        house,
        viewer(request),
        fields.get("field", ""),
        fields.get("value", ""),
        answer=AccessAnswer(allowed=True, policies=request.state.policies),
        now=house.clock.now(),
    )
    return _page(request, client_id="", clients=await sync_to_thread(looking))


@post("/desk/clients/{client_id:str}/glass", act="client.break_glass", purpose="emergency", status_code=200)
async def break_glass(request: PageRequest, client_id: FromPath[str]) -> Drawn:
    """Who the client is, once; the look is sealed and compliance is told before this is drawn."""
    fields, house = await form_of(request), front_of(request).house
    if not house.store.people.knows_client(client_id):
        raise NotFoundException(detail="client")
    if not reason_holds(house, fields.get("reason", "")):
        return _page(request, client_id=client_id, short=True, status=UNPROCESSABLE)
    log.warning("a glass was broken", act="client.break_glass")
    return _page(request, client_id=client_id, found=identity_of(house, client_id))


def _page(
    request: PageRequest,
    *,
    client_id: str,
    found: object = None,
    short: bool = False,
    clients: tuple[str, ...] | None = None,
    status: int = 200,
) -> Drawn:
    values = {"client_id": client_id, "found": found, "short": short, "clients": clients}
    return front_of(request).pages.page(request, PAGE, values, status=status)
