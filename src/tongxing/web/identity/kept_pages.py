"""What was typed before a session ended, shown to the same person again to send or to leave."""

from functools import partial
from typing import Final

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.response import Redirect

from tongxing.service import form_kept
from tongxing.web.front import front_of
from tongxing.web.guard import form_of
from tongxing.web.identity.kept import KEPT_COOKIE, SEE_OTHER, is_typed, kept_cookie
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest

AGAIN: Final = 307
"""The browser sends the same fields once more, to where the form was going."""
LEAVE = "kept_leave"
Drawn = Response[str]


@get("/sign-in/kept", sync_to_thread=False, act="session.act")
def kept_page(request: PageRequest) -> Drawn | Redirect:
    """The words; fields that nobody types are sent along unseen."""
    front, token = front_of(request), request.cookies.get(KEPT_COOKIE, "")
    form = form_kept.kept(front.house, viewer(request), token, now=front.wall.now())
    if form is None:
        return _away(request, "/")
    shown = {name: words for name, words in form.fields.items() if is_typed(name)}
    unseen = {name: words for name, words in form.fields.items() if name not in shown}
    values = {"shown": shown, "unseen": unseen, "page": form.page or "/", "leave": LEAVE}
    return front.pages.page(request, "sign_in_kept.html", values)


@post("/sign-in/kept", act="session.act", status_code=200)
async def kept_sent(request: PageRequest) -> Redirect:
    """Send it where it was going, once; or leave it, and go back to the page."""
    front, fields = front_of(request), await form_of(request)
    taking = partial(
        form_kept.take,
        front.house,
        viewer(request),
        request.cookies.get(KEPT_COOKIE, ""),
        now=front.wall.now(),
    )
    form = await sync_to_thread(taking)
    if form is None or LEAVE in fields:
        return _away(request, form.page if form is not None else "/")
    answer = Redirect(form.path, status_code=AGAIN)
    answer.set_cookie(kept_cookie(request, ""))
    return answer


def _away(request: PageRequest, page: str) -> Redirect:
    answer = Redirect(page or "/", status_code=SEE_OTHER)
    answer.set_cookie(kept_cookie(request, ""))
    return answer
