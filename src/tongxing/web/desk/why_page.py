"""An adviser sees why a client's holding changed, in the words the client would read."""

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tongxing.service.client_acts import UnknownClientError
from tongxing.service.desk_reach import may_look
from tongxing.service.me_who import mine
from tongxing.web.client.why import why_values
from tongxing.web.desk.forms import Drawn
from tongxing.web.front import front_of
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest


@get("/desk/clients/{client_id:str}/why/{code:str}", act="client.read", sync_to_thread=True)
def client_why(request: PageRequest, client_id: FromPath[str], code: FromPath[str]) -> Drawn:
    """Why one holding of a client changed."""
    front = front_of(request)
    if not may_look(front.house, viewer(request), client_id):
        raise NotFoundException(detail="client")
    try:
        me = mine(front.house, client_id, now=front.house.clock.now())
    except UnknownClientError as unknown:
        raise NotFoundException(detail="client") from unknown
    values, status = why_values(request, me, code)
    here = f"/desk/clients/{client_id}"
    values |= {"here": f"{here}/why/{code}", "up": here, "client_id": client_id}
    return front.pages.page(request, "why_desk.html", values, status=status)
