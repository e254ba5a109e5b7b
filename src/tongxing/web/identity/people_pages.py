"""Everybody who may sign in, for the administrator."""

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tongxing.domain.person import Role
from tongxing.web.front import front_of
from tongxing.web.guard import form_of
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest

Drawn = Response[str]


@get("/console/people", sync_to_thread=False, act="people.read")
def people(request: PageRequest) -> Drawn:
    """The staff and the systems; clients are not listed here."""
    front = front_of(request)
    rows = [row for row in front.house.store.people.rows() if row.person.role is not Role.CLIENT]
    return front.pages.page(request, "people.html", {"rows": rows, "me": viewer(request).person_id})


@post("/console/people/{person_id:str}/switch", act="people.act", status_code=200)
async def switch(request: PageRequest, person_id: FromPath[str]) -> Redirect:
    """Shut a person out at once, or let them in again; nobody shuts out themselves."""
    front, fields = front_of(request), await form_of(request)
    active = fields.get("active") == "1"
    if person_id == viewer(request).person_id:
        raise NotFoundException(detail="page")
    known = await sync_to_thread(front.house.store.people.set_active, person_id, active=active)
    if not known:
        raise NotFoundException(detail="page")
    return Redirect("/console/people", status_code=303)
