"""What the desk's handlers share: who asks, what was typed, where an answer leads, what is said there."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

from litestar import Response
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from tongxing.domain.clock import BEIJING
from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.desk_reach import UnknownTaskError
from tongxing.web.front import Front
from tongxing.web.render import PageRequest, language_of
from tongxing.web.words import has, speak, t

SEE_OTHER: Final = 303
UNPROCESSABLE: Final = 422
TOKEN_BYTES = 8
WORD_MAX = 80
DIGITS_MAX = 5
Drawn = Response[str]
Done = TypeVar("Done")


def task_page(task_id: str) -> str:
    """Address of a task."""
    return f"/desk/tasks/{quote(task_id, safe='')}"


def client_page(client_id: str) -> str:
    """Address of a client."""
    return f"/desk/clients/{quote(client_id, safe='')}"


def token(front: Front) -> str:
    """Names one form, so that sending it twice is one act."""
    return front.house.entropy.token(TOKEN_BYTES).hex()


async def act(
    page: str, done: str, use_case: Callable[..., object], *given: object, **named: object
) -> Redirect:
    """Do it beside the event loop and lead to a page that says what became of it."""
    try:
        await sync_to_thread(use_case, *given, **named)
    except UnknownTaskError as unknown:
        raise NotFoundException(detail="task") from unknown
    except DeskRefusedError as refused:
        return leads(page, no=refused.reason, who=refused.who)
    return leads(page, ok=done)


def leads(page: str, **said: str) -> Redirect:
    """An answer to a form: the page, with one word on what happened."""
    words = urlencode({name: word for name, word in said.items() if word})
    return Redirect(f"{page}?{words}", status_code=SEE_OTHER)


def notice(request: PageRequest) -> Mapping[str, object]:
    """What the page says on top: words of the catalogue, chosen by the address and never taken from it."""
    speak(language_of(request))
    done, refused = request.query_params.get("ok", ""), request.query_params.get("no", "")
    who = request.query_params.get("who", "")[:WORD_MAX]
    if refused and has(f"desk.refused.{refused}"):
        return {"notice": t(f"desk.refused.{refused}", who=who), "notice_bad": True}
    if done and has(f"desk.done.{done}"):
        return {"notice": t(f"desk.done.{done}"), "notice_bad": False}
    return {"notice": "", "notice_bad": False}


def refusal(request: PageRequest, refused: DeskRefusedError) -> Mapping[str, object]:
    """Why a form is shown again."""
    speak(language_of(request))
    return {"notice": t(f"desk.refused.{refused.reason}", who=refused.who), "notice_bad": True}


def local_time(typed: str) -> datetime:
    """What a field for day and time holds, in Beijing time; raises `DeskRefusedError` (`form`)."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError as broken:
        raise DeskRefusedError("form") from broken
    return found if found.tzinfo is not None else found.replace(tzinfo=BEIJING)


def whole(typed: str) -> int:
    """A small whole number; raises `DeskRefusedError` (`form`)."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= DIGITS_MAX):
        raise DeskRefusedError("form")
    return int(typed)
