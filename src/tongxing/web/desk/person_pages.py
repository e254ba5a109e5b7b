"""The client asks for a person: the wish becomes a task of the adviser."""

from litestar import get, post
from litestar.response import Redirect

from tongxing.service import desk_tasks
from tongxing.service.client_acts import UnknownClientError
from tongxing.web.desk.forms import Drawn, act, notice
from tongxing.web.front import back_to, front_of
from tongxing.web.guard import form_of
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest

PAGE = "/me/human"


@get(PAGE, act="own.read", sync_to_thread=False)
def person_wanted(request: PageRequest) -> Drawn:
    """How to reach a person, with a form that asks for one."""
    values = {"back": back_to(request, "/me"), "asking": True, **notice(request)}
    return front_of(request).pages.page(request, "human.html", values)


@post(PAGE, act="own.act", status_code=200)
async def ask(request: PageRequest) -> Redirect:
    """The client wishes to be contacted."""
    house, fields = front_of(request).house, await form_of(request)
    client_id = viewer(request).client_id
    if client_id is None:
        raise UnknownClientError("nobody")
    given = (house, client_id, fields.get("words", ""), house.clock.now())
    return await act(PAGE, "person", desk_tasks.ask_for_person, *given)
