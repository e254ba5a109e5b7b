"""The client's home: what was prepared, search and questions, and cards sent away."""

from collections.abc import Callable
from typing import Final

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tongxing.service import client_acts
from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.me_home import cards_shown, home_page
from tongxing.web.client.own import (
    ELDER_COOKIE,
    SEE_OTHER,
    UNPROCESSABLE,
    Drawn,
    Own,
    back,
    own_of,
)
from tongxing.web.front import back_to
from tongxing.web.guard import form_of
from tongxing.web.render import LARGE_COOKIE, PageRequest, is_fragment, kept, language_of, locale_of
from tongxing.web.words import speak, t

CARDS: Final = "cards"


@get("/me", act="own.read", sync_to_thread=False)
def home(request: PageRequest) -> Drawn:
    """The home."""
    return _home(own_of(request))


@get("/me/cards", act="own.read", sync_to_thread=False)
def cards(request: PageRequest) -> Drawn:
    """The cards alone, for a page that waits for a new one."""
    return _cards(own_of(request))


@post("/me/search", act="own.act", status_code=200)
async def search(request: PageRequest) -> Drawn | Redirect:
    """The client searches; the cards that follow come with the answer when the worker was quick."""
    return await _speak_up(request, client_acts.search)


@post("/me/ask", act="own.act", status_code=200)
async def ask(request: PageRequest) -> Drawn | Redirect:
    """The client asks the house something."""
    return await _speak_up(request, client_acts.ask)


@post("/me/cards/{touch_id:str}/dismiss", act="own.act", status_code=200)
async def dismiss(request: PageRequest, touch_id: FromPath[str]) -> Drawn | Redirect:
    """The client sends a card away, and may say why."""
    own, fields = own_of(request), await form_of(request)
    house = own.front.house
    why = fields.get("why", "")
    try:
        await sync_to_thread(client_acts.dismiss, house, own.client_id, touch_id, why, now=house.clock.now())
    except UnknownClientError as unknown:
        raise NotFoundException(detail="card") from unknown
    return await _answer(own)


@post("/me/elder", act="own.act", status_code=200)
async def elder(request: PageRequest) -> Redirect:
    """The simple home on or off, and with it large letters."""
    fields = await form_of(request)
    wanted = "1" if fields.get("on") == "1" else "0"
    answer = Redirect(back_to(request, "/me"), status_code=SEE_OTHER)
    for name in (ELDER_COOKIE, LARGE_COOKIE):
        answer.set_cookie(kept(name, wanted))
    return answer


def _home(own: Own, *, notice: str = "", typed: str = "", status: int = 200) -> Drawn:
    with own.front.house.store.looking():
        me = own.mine()
        page = home_page(me, locale=locale_of(own.request), elder=own.elder)
        values = {"me": me, "page": page, "cards": page.cards, "notice": notice, "typed": typed}
        values["personalisation"] = page.personalisation
        return own.draw("me_home.html", values, me=me, status=status)


def _cards(own: Own, *, notice: str = "", status: int = 200) -> Drawn:
    me = own.mine()
    values = {"cards": cards_shown(me), "personalisation": me.seen().permission.on, "notice": notice}
    return own.draw("me_cards.html", values, status=status)


async def _speak_up(request: PageRequest, said: Callable[..., object]) -> Drawn | Redirect:
    """Take the client's words in; words that cannot be taken are answered with why, nothing is kept."""
    own, fields = own_of(request), await form_of(request)
    house, text = own.front.house, fields.get("text", "")
    try:
        await sync_to_thread(
            said, house, own.client_id, text, now=house.clock.now(), token=fields.get("token", "")
        )
    except ActRefusedError as refused:
        speak(language_of(request))
        notice = t(f"me.notice.{refused.reason}", most=client_acts.TEXT_LENGTH_MAX)
        if is_fragment(request):
            return _cards(own, notice=notice, status=UNPROCESSABLE)
        return _home(own, notice=notice, typed=text, status=UNPROCESSABLE)
    except UnknownClientError as unknown:
        raise NotFoundException(detail="client") from unknown
    return await _answer(own)


async def _answer(own: Own) -> Drawn | Redirect:
    await own.settled()
    if is_fragment(own.request):
        return _cards(own)
    return back("/me", place=CARDS)
