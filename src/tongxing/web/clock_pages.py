"""The market clock, the size of letters, and whether the house is well."""

from typing import Final

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.response import Redirect

from tongxing.service.clock_view import ADVANCE, RESTART, ask_for
from tongxing.web.front import back_to, front_of
from tongxing.web.guard import form_of
from tongxing.web.render import LARGE_COOKIE, PageRequest, is_fragment, kept

SEE_OTHER: Final = 303
Drawn = Response[str]


@get("/clock", sync_to_thread=False, act="demo.act")
def clock(request: PageRequest) -> Drawn:
    """The clock bar alone, with the progress of the job under way."""
    return _clock(request)


@post("/clock/advance", status_code=200, act="demo.act")
async def advance(request: PageRequest) -> Drawn | Redirect:
    """Ask the worker to live the next session."""
    return await _ask(request, ADVANCE)


@post("/clock/restart", status_code=200, act="demo.act")
async def restart(request: PageRequest) -> Drawn | Redirect:
    """Ask the worker to begin the demo again."""
    return await _ask(request, RESTART)


@post("/large-type", status_code=200, act="public")
async def large_type(request: PageRequest) -> Redirect:
    """Larger letters on or off."""
    fields = await form_of(request)
    answer = Redirect(back_to(request, "/"), status_code=SEE_OTHER)
    wanted = fields.get("on", "0" if request.cookies.get(LARGE_COOKIE) == "1" else "1")
    answer.set_cookie(kept(LARGE_COOKIE, "1" if wanted == "1" else "0"))
    return answer


async def _ask(request: PageRequest, job: str) -> Drawn | Redirect:
    """Queue the job unless one is under way: asking twice moves the clock once."""
    await sync_to_thread(ask_for, front_of(request).house, job)
    if is_fragment(request):
        return _clock(request)
    return Redirect(back_to(request, "/"), status_code=SEE_OTHER)


def _clock(request: PageRequest) -> Drawn:
    front = front_of(request)
    return front.pages.page(request, "_clock.html", {"clock": front.clock()})
