"""The queue, one task, and what is done with it."""

from collections.abc import Mapping

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tongxing.domain.clock import BEIJING
from tongxing.domain.grades import Nature
from tongxing.domain.person import Role
from tongxing.domain.task import TaskState
from tongxing.service import desk_handover, desk_tasks
from tongxing.service.assistant_corrections import READINGS
from tongxing.service.client_acts import UnknownClientError
from tongxing.service.desk_corrections import correct_in_chat
from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.desk_queue import desk_view
from tongxing.service.desk_reach import UnknownTaskError, advisers, people_names
from tongxing.service.desk_task_view import TaskView, task_view
from tongxing.service.desk_team import team_view
from tongxing.service.desk_words import Wish, send
from tongxing.service.substitutes import substitutes_of
from tongxing.service.talk_pilot import proposed
from tongxing.web.desk.forms import (
    UNPROCESSABLE,
    WORD_MAX,
    Drawn,
    act,
    leads,
    notice,
    refusal,
    task_page,
    token,
)
from tongxing.web.front import front_of
from tongxing.web.guard import form_of
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest, locale_of

PILOT_LENGTH_MAX = 1_000
GONE = frozenset(("taken", "ended", "erased", "merged"))
"""Reasons that no other words could mend."""
ENDS = {"done": TaskState.DONE, "declined": TaskState.DECLINED}


@get("/desk", act="task.read", sync_to_thread=False)
def desk(request: PageRequest) -> Drawn:
    """What to do first, and the clients served."""
    front, person = front_of(request), viewer(request)
    now = front.house.clock.now()
    view = desk_view(front.house, person, now=now, locale=locale_of(request))
    values = {"view": view, "person": person, "names": people_names(front.house), **notice(request)}
    adviser = person.role is Role.ADVISER
    values |= {"substitutes": substitutes_of(front.house, person, now=now) if adviser else ()}
    return front.pages.page(request, "desk_home.html", values)


@get("/desk/team", act="team.read", sync_to_thread=False)
def team(request: PageRequest) -> Drawn:
    """The team and its load."""
    front, person = front_of(request), viewer(request)
    now = front.house.clock.now()
    view = team_view(front.house, person, now=now)
    values = {"view": view, "person": person, "names": people_names(front.house), **notice(request)}
    values |= {"substitutes": substitutes_of(front.house, person, now=now)}
    values |= {"today": now.astimezone(BEIJING).date()}
    return front.pages.page(request, "desk_team.html", values)


@get("/desk/tasks/{task_id:str}", act="task.read", sync_to_thread=False)
def task(request: PageRequest, task_id: FromPath[str]) -> Drawn:
    """One task with the words that are proposed."""
    return _page(request, _view(request, task_id), notice(request))


@post("/desk/tasks/{task_id:str}/take", act="task.act", status_code=200)
async def take(request: PageRequest, task_id: FromPath[str]) -> Redirect:
    """Take a task on."""
    await form_of(request)
    house = front_of(request).house
    return await act(task_page(task_id), "taken", desk_tasks.take, house, viewer(request), task_id)


@post("/desk/tasks/{task_id:str}/back", act="task.act", status_code=200)
async def back(request: PageRequest, task_id: FromPath[str]) -> Redirect:
    """Put a task back."""
    await form_of(request)
    house = front_of(request).house
    return await act(task_page(task_id), "given_back", desk_tasks.give_back, house, viewer(request), task_id)


@post("/desk/tasks/{task_id:str}/finish", act="task.act", status_code=200)
async def finish(request: PageRequest, task_id: FromPath[str]) -> Redirect:
    """Bring a task to its end."""
    house, fields = front_of(request).house, await form_of(request)
    page, outcome = task_page(task_id), ENDS.get(fields.get("outcome", ""))
    if outcome is None:
        return leads(page, no="choice")
    given = (house, viewer(request), task_id, outcome, fields.get("why", ""))
    return await act(page, "finished", desk_tasks.finish, *given, now=house.clock.now())


@post("/desk/tasks/{task_id:str}/reassign", act="team.act", status_code=200)
async def reassign(request: PageRequest, task_id: FromPath[str]) -> Redirect:
    """A manager gives the task to somebody else."""
    house, fields = front_of(request).house, await form_of(request)
    given = (house, viewer(request), task_id, fields.get("to", ""))
    return await act(task_page(task_id), "reassigned", desk_tasks.reassign, *given)


@post("/desk/tasks/{task_id:str}/confirm", act="task.act", status_code=200)
async def confirm(request: PageRequest, task_id: FromPath[str]) -> Redirect:
    """The hand-over is agreed to."""
    await form_of(request)
    house = front_of(request).house
    given = (house, viewer(request), task_id)
    return await act("/desk", "moved", desk_handover.confirm, *given, now=house.clock.now())


@post("/desk/tasks/{task_id:str}/decline", act="task.act", status_code=200)
async def decline(request: PageRequest, task_id: FromPath[str]) -> Redirect:
    """The hand-over does not happen."""
    house, fields = front_of(request).house, await form_of(request)
    given = (house, viewer(request), task_id, fields.get("why", ""))
    return await act(task_page(task_id), "declined", desk_handover.decline, *given, now=house.clock.now())


@post("/desk/tasks/{task_id:str}/pilot", act="task.act", status_code=200)
async def pilot(request: PageRequest, task_id: FromPath[str]) -> Drawn:
    """What the assistant would answer, put into the field: nothing is sent before a person sends it."""
    house, fields = front_of(request).house, await form_of(request)
    asked = fields.get("asked", "")[:PILOT_LENGTH_MAX]
    try:
        found = await sync_to_thread(proposed, house, viewer(request), task_id, asked, now=house.clock.now())
    except (UnknownTaskError, UnknownClientError) as unknown:
        raise NotFoundException(detail="task") from unknown
    values: dict[str, object] = {
        "asked": asked,
        "piloted": bool(found),
        "silent": not found,
        **notice(request),
    }
    if found:
        values["typed"] = found
    return _page(request, _view(request, task_id), values)


@post("/desk/tasks/{task_id:str}/correct", act="task.act", status_code=200)
async def correct(request: PageRequest, task_id: FromPath[str]) -> Redirect:
    """What a question of the chat really asked."""
    house, fields = front_of(request).house, await form_of(request)
    given = (house, viewer(request), task_id, fields.get("touch", "")[:WORD_MAX], fields.get("intent", ""))
    return await act(task_page(task_id), "corrected", correct_in_chat, *given, now=house.clock.now())


@post("/desk/tasks/{task_id:str}/words", act="task.act", status_code=200)
async def words(request: PageRequest, task_id: FromPath[str]) -> Drawn | Redirect:
    """Final words go to compliance; what cannot even be judged is shown again as it was typed."""
    house, fields = front_of(request).house, await form_of(request)
    typed = fields.get("text", "")
    try:
        wish = _wish(fields)
        made = await sync_to_thread(send, house, viewer(request), task_id, wish, now=house.clock.now())
    except UnknownTaskError as unknown:
        raise NotFoundException(detail="task") from unknown
    except DeskRefusedError as refused:
        if refused.reason in GONE:
            return leads(task_page(task_id), no=refused.reason, who=refused.who)
        again = {**refusal(request, refused), "typed": typed, "picked": fields.get("nature", "")}
        return _page(request, _view(request, task_id), again, status=UNPROCESSABLE)
    if made.cleared:
        return leads(task_page(task_id), ok="sent")
    return leads(task_page(task_id), no="unsaid")


def _wish(fields: Mapping[str, str]) -> Wish:
    try:
        nature = Nature(fields.get("nature", ""))
    except ValueError as unknown:
        raise DeskRefusedError("choice") from unknown
    return Wish(
        text=fields.get("text", ""),
        nature=nature,
        product=fields.get("product", "").strip().upper(),
        token=fields.get("token", ""),
        assisted=fields.get("assisted") == "1",
    )


def _last_words(view: TaskView) -> str:
    """What the client last wrote in the chat, but for the wish for a person: what to ask the assistant."""
    said = [one.words for one in view.chat if one.card is None]
    return next((one for one in reversed(said) if one != view.paper.words), view.paper.words if said else "")


def _view(request: PageRequest, task_id: str) -> TaskView:
    house = front_of(request).house
    try:
        return task_view(house, viewer(request), task_id, now=house.clock.now())
    except UnknownTaskError as unknown:
        raise NotFoundException(detail="task") from unknown


def _page(request: PageRequest, view: TaskView, said: Mapping[str, object], *, status: int = 200) -> Drawn:
    front, person = front_of(request), viewer(request)
    others = advisers(front.house, person.team) if person.role is Role.MANAGER else ()
    last = view.paper.tries[-1] if view.paper.tries else None
    mend = last is not None and not last.cleared
    values = {
        "view": view,
        "person": person,
        "names": people_names(front.house),
        "others": others,
        "token": token(front),
        "natures": [one.value for one in Nature],
        "typed": last.text if mend and last else view.proposal,
        "picked": last.nature if mend and last else view.nature,
        "product": last.product if mend and last else "",
        "asked": _last_words(view),
        "piloted": False,
        "readings": READINGS,
        **said,
    }
    return front.pages.page(request, "desk_task.html", values, status=status)
