"""The start page and the client's home."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tongxing.service import client_acts
from tongxing.service.client_view import client_rows, client_view
from tongxing.service.views import ClientView
from tongxing.web.front import Front, back_to, front_of
from tongxing.web.guard import form_of
from tongxing.web.render import PageRequest, is_fragment, language_of, locale_of
from tongxing.web.words import speak, t

SEE_OTHER: Final = 303
UNPROCESSABLE = 422
QUERY_LENGTH_MAX = 100
LOOKS, LOOK_SECONDS = 16, 0.05
"""How long an answer waits for the worker to take in what was just done."""
Drawn = Response[str]


@get("/", sync_to_thread=False)
def start(request: PageRequest) -> Drawn:
    """What this is, a list of clients, and the way to the corridor."""
    return _start(request, front_of(request))


@get("/clients", sync_to_thread=False)
def clients(request: PageRequest) -> Drawn:
    """The clients that fit what was typed; the whole start page for readers without script."""
    front = front_of(request)
    if not is_fragment(request):
        return _start(request, front)
    return front.pages.page(request, "_client_rows.html", _rows(request, front))


@get("/clients/{client_id:str}", sync_to_thread=False)
def home(request: PageRequest, client_id: FromPath[str]) -> Drawn:
    """One client's home."""
    front = front_of(request)
    values = {"view": _view(request, front, client_id), "clock": front.clock(), "notice": ""}
    return front.pages.page(request, "client.html", values)


@get("/clients/{client_id:str}/cards", sync_to_thread=False)
def cards(request: PageRequest, client_id: FromPath[str]) -> Drawn:
    """The cards alone, for a page that waits for a new one."""
    return _cards(request, front_of(request), client_id)


@post("/clients/{client_id:str}/search", status_code=200)
async def search(request: PageRequest, client_id: FromPath[str]) -> Drawn | Redirect:
    """The client searches; the cards that follow come with the answer when the worker was quick."""
    return await _speak_up(request, client_id, client_acts.search)


@post("/clients/{client_id:str}/ask", status_code=200)
async def ask(request: PageRequest, client_id: FromPath[str]) -> Drawn | Redirect:
    """The client asks the house something."""
    return await _speak_up(request, client_id, client_acts.ask)


@post("/clients/{client_id:str}/cards/{touch_id:str}/dismiss", status_code=200)
async def dismiss(
    request: PageRequest, client_id: FromPath[str], touch_id: FromPath[str]
) -> Drawn | Redirect:
    """The client sends a card away."""
    front, fields = front_of(request), await form_of(request)
    now = front.house.clock.now()
    why = fields.get("why", "")
    await sync_to_thread(client_acts.dismiss, front.house, client_id, touch_id, why, now=now)
    return await _answer(request, front, client_id)


@post("/clients/{client_id:str}/personalisation", status_code=200)
async def personalisation(request: PageRequest, client_id: FromPath[str]) -> Redirect:
    """The client switches personalised service on or off."""
    front, fields = front_of(request), await form_of(request)
    now = front.house.clock.now()
    wanted = fields.get("on") == "1"
    await sync_to_thread(client_acts.set_personalisation, front.house, client_id, on=wanted, now=now)
    await _settled(front)
    return Redirect(f"/clients/{client_id}", status_code=SEE_OTHER)


@get("/human", sync_to_thread=False)
def human(request: PageRequest) -> Drawn:
    """How to reach a person."""
    return front_of(request).pages.page(request, "human.html", {"back": back_to(request, "/")})


def _start(request: PageRequest, front: Front) -> Drawn:
    values = {**_rows(request, front), "clock": front.clock()}
    return front.pages.page(request, "start.html", values)


def _rows(request: PageRequest, front: Front) -> Mapping[str, object]:
    query = request.query_params.get("q", "")[:QUERY_LENGTH_MAX]
    return {"rows": client_rows(front.house, query=query), "q": query}


def _view(request: PageRequest, front: Front, client_id: str) -> ClientView:
    now = front.house.clock.now()
    view = client_view(front.house, client_id, now=now, locale=locale_of(request))
    if view is None:
        raise NotFoundException(detail="client")
    return view


def _cards(
    request: PageRequest, front: Front, client_id: str, *, notice: str = "", status: int = 200
) -> Drawn:
    values = {"view": _view(request, front, client_id), "notice": notice}
    return front.pages.page(request, "_cards.html", values, status=status)


async def _speak_up(request: PageRequest, client_id: str, act: Callable[..., object]) -> Drawn | Redirect:
    """Take the client's words in; words that cannot be taken are answered with why, nothing is kept."""
    front, fields = front_of(request), await form_of(request)
    text = fields.get("text", "")
    try:
        await sync_to_thread(act, front.house, client_id, text, now=front.house.clock.now())
    except client_acts.ActRefusedError as refused:
        speak(language_of(request))
        notice = t(f"notice.{refused.reason}", most=client_acts.TEXT_LENGTH_MAX)
        if is_fragment(request):
            return _cards(request, front, client_id, notice=notice, status=UNPROCESSABLE)
        values = {"view": _view(request, front, client_id), "clock": front.clock(), "notice": notice}
        return front.pages.page(request, "client.html", values, status=UNPROCESSABLE)
    return await _answer(request, front, client_id)


async def _answer(request: PageRequest, front: Front, client_id: str) -> Drawn | Redirect:
    await _settled(front)
    if is_fragment(request):
        return _cards(request, front, client_id)
    return Redirect(f"/clients/{client_id}#cards", status_code=SEE_OTHER)


async def _settled(front: Front) -> None:
    """Give the worker a moment, so that readers without script see the answer at once."""
    for _ in range(LOOKS):
        await asyncio.sleep(LOOK_SECONDS)
        if front.house.store.lag() == 0:
            return
