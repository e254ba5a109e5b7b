"""Closing the account: what is to be done first, one button, and no word to keep anybody."""

from collections.abc import Callable

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.response import Redirect

from tongxing.service import me_closing
from tongxing.service.client_acts import ActRefusedError
from tongxing.web.client.own import UNPROCESSABLE, Drawn, Own, back, own_of
from tongxing.web.guard import form_of
from tongxing.web.render import PageRequest, language_of
from tongxing.web.words import speak, t

PAGE = "/me/closing"


@get(PAGE, act="own.read", sync_to_thread=False)
def closing(request: PageRequest) -> Drawn:
    """As it stands now."""
    return _page(own_of(request))


@post(PAGE, act="own.act", status_code=200)
async def file_closing(request: PageRequest) -> Drawn | Redirect:
    """The wish is filed."""
    return await _done(request, me_closing.file_wish, "closing")


@post("/me/closing/withdraw", act="own.act", status_code=200)
async def withdraw_closing(request: PageRequest) -> Drawn | Redirect:
    """The wish is taken back."""
    return await _done(request, me_closing.take_back, "staying")


async def _done(request: PageRequest, act: Callable[..., None], done: str) -> Drawn | Redirect:
    own, fields = own_of(request), await form_of(request)
    house = own.front.house
    try:
        await sync_to_thread(act, house, own.client_id, now=house.clock.now(), token=fields.get("token", ""))
    except ActRefusedError as refused:
        speak(language_of(request))
        return _page(own, notice=t(f"me.closing.refused.{refused.reason}"), status=UNPROCESSABLE)
    return back(PAGE, done=done)


def _page(own: Own, *, notice: str = "", status: int = 200) -> Drawn:
    me = own.mine()
    values = {"page": me_closing.closing_page(me), "notice": notice}
    return own.draw("me_closing.html", values, me=me, status=status)
