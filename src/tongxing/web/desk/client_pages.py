"""One page on one client, and what an adviser writes on it."""

from collections.abc import Mapping

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tongxing.domain.person import Role
from tongxing.service import desk_handover, desk_notes, desk_tasks
from tongxing.service.client_acts import UnknownClientError
from tongxing.service.desk_client import appointment_of, desk_client
from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.desk_notes import Meeting, Note
from tongxing.service.desk_reach import all_advisers, may_look, people_names, reaches
from tongxing.service.masking import shown
from tongxing.service.phrases import title
from tongxing.web.desk.forms import (
    Drawn,
    act,
    client_page,
    leads,
    local_time,
    notice,
    refusal,
    task_page,
    token,
    whole,
)
from tongxing.web.front import front_of
from tongxing.web.guard import form_of
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest, locale_of

CALENDAR = "text/calendar"
FIELDS = ("name", "phone", "id_number", "birth", "branch", "opened_on")
"""What stands under identity, in this order."""
MASKED = ("name", "phone", "id_number", "birth")
STARS = "--------"


@get("/desk/clients/{client_id:str}", act="client.read", sync_to_thread=False)
def client(request: PageRequest, client_id: FromPath[str]) -> Drawn:
    """Everything an adviser may see of a client."""
    with front_of(request).house.store.looking():
        return _page(request, client_id, notice(request))


@post("/desk/clients/{client_id:str}/reveal", act="client.reveal", status_code=200)
async def reveal(request: PageRequest, client_id: FromPath[str]) -> Drawn:
    """The page with one masked thing open; it has no address of its own, and a look again is asked again."""
    fields = await form_of(request)
    if not fields.get("reason", "").strip():
        return _page(request, client_id, refusal(request, DeskRefusedError("reason")), status=422)
    return _page(request, client_id, {**notice(request), "opened": fields.get("field", "")})


@post("/desk/clients/{client_id:str}/contact", act="client.contact", status_code=200)
async def contact(request: PageRequest, client_id: FromPath[str]) -> Redirect:
    """Begin a contact of one's own: it leads to a task with words to send."""
    _seen(request, client_id)
    house, fields = front_of(request).house, await form_of(request)
    why, form = fields.get("why", ""), fields.get("token", "")
    given = (house, viewer(request), client_id, why)
    try:
        made = await sync_to_thread(desk_tasks.open_contact, *given, token=form, now=house.clock.now())
    except DeskRefusedError as refused:
        return leads(client_page(client_id), no=refused.reason, who=refused.who)
    return leads(task_page(made.task_id), ok="taken")


@post("/desk/clients/{client_id:str}/notes", act="client.contact", status_code=200)
async def call_note(request: PageRequest, client_id: FromPath[str]) -> Redirect:
    """Keep a note after a call."""
    _seen(request, client_id)
    house, fields = front_of(request).house, await form_of(request)
    made = Note(
        outcome=fields.get("outcome", ""),
        text=fields.get("text", ""),
        sensitive=fields.get("sensitive") == "1",
        task_id=fields.get("task_id", "")[:64],
        token=fields.get("token", ""),
    )
    given = (house, viewer(request), client_id, made)
    return await act(client_page(client_id), "noted", desk_notes.note_call, *given, now=house.clock.now())


@post("/desk/clients/{client_id:str}/appointments", act="client.contact", status_code=200)
async def appointment(request: PageRequest, client_id: FromPath[str]) -> Redirect:
    """Keep an appointment."""
    _seen(request, client_id)
    house, fields = front_of(request).house, await form_of(request)
    try:
        made = Meeting(
            at=local_time(fields.get("at", "")),
            minutes=whole(fields.get("minutes", "")),
            way=fields.get("way", ""),
            about=fields.get("about", ""),
            task_id=fields.get("task_id", "")[:64],
            token=fields.get("token", ""),
        )
    except DeskRefusedError as refused:
        return leads(client_page(client_id), no=refused.reason)
    given = (house, viewer(request), client_id, made)
    return await act(
        client_page(client_id), "agreed", desk_notes.set_appointment, *given, now=house.clock.now()
    )


@get(
    "/desk/clients/{client_id:str}/appointments/{appointment_id:str}",
    act="client.read",
    sync_to_thread=False,
)
def calendar(request: PageRequest, client_id: FromPath[str], appointment_id: FromPath[str]) -> Response[str]:
    """One appointment as a file for a calendar."""
    _seen(request, client_id)
    agreed = appointment_of(front_of(request).house, client_id, appointment_id.removesuffix(".ics"))
    if agreed is None:
        raise NotFoundException(detail="client")
    headers = {
        "Content-Disposition": f'attachment; filename="{agreed.appointment_id}.ics"',
        "Cache-Control": "no-store",
    }
    words = desk_notes.calendar_file(client_id, agreed)
    return Response(words, media_type=CALENDAR, headers=headers)


@post("/desk/clients/{client_id:str}/hand-over", act="task.act", status_code=200)
async def hand_over(request: PageRequest, client_id: FromPath[str]) -> Redirect:
    """Ask that somebody else serves the client."""
    house, fields = front_of(request).house, await form_of(request)
    person = viewer(request)
    if not reaches(house, person, client_id):
        raise UnknownClientError(client_id)
    given = (house, person, client_id, fields.get("to", ""), fields.get("why", ""))
    named = {"token": fields.get("token", ""), "now": house.clock.now()}
    return await act(client_page(client_id), "asked", desk_handover.ask_hand_over, *given, **named)


def _seen(request: PageRequest, client_id: str) -> None:
    """404 for a client of somebody else, as for one that is not there."""
    if not may_look(front_of(request).house, viewer(request), client_id):
        raise NotFoundException(detail="client")


def _page(request: PageRequest, client_id: str, said: Mapping[str, object], *, status: int = 200) -> Drawn:
    front, person = front_of(request), viewer(request)
    now = front.house.clock.now()
    names = people_names(front.house)
    _seen(request, client_id)
    try:
        view = desk_client(front.house, person, client_id, now=now, locale=locale_of(request))
    except DeskRefusedError as merged:
        values = {"client_id": client_id, "other": merged.who, "person": person}
        return front.pages.page(request, "desk_merged.html", values)
    if view is None:
        raise NotFoundException(detail="client")
    values = {
        "view": view,
        "person": person,
        "names": names,
        "others": [one for one in all_advisers(front.house) if one.person_id != view.adviser],
        "token": token(front),
        "opened": "",
        "fields": [name for name in FIELDS if name in view.identity],
        "closed": [
            name for name in MASKED if name in view.identity and shown(name, STARS, role=person.role) != STARS
        ],
        "serves": person.role in (Role.ADVISER, Role.MANAGER),
        "titles": lambda playbook: title(front.house.book, playbook),
        **said,
    }
    opened = str(values["opened"])
    values["shown"] = {"name": ""} | {
        name: shown(name, value, role=person.role, opened=name == opened)
        for name, value in view.identity.items()
    }
    return front.pages.page(request, "desk_client.html", values, status=status)
