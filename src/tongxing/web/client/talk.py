"""The chat: a page that works without script, and the same answers as a stream of events with it."""

import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent, ServerSentEventMessage

from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.ports import Store, StoreError
from tongxing.service.talk_queue import leave
from tongxing.service.talk_rate import WHYS, rate_answer
from tongxing.service.talk_say import Locale, NoAssistantError, Reply, Wish, say
from tongxing.service.talk_view import TalkPage, talk_page
from tongxing.web.client.own import UNPROCESSABLE, Drawn, Own, back, own_of
from tongxing.web.guard import form_of
from tongxing.web.render import PageRequest, language_of, locale_of
from tongxing.web.words import speak, t

TOO_MANY: Final = 429
NEWEST: Final = "newest"
MINUTE: Final = 60.0
CHOICE_DIGITS: Final = 2
SLOT_LENGTH: Final = 40
ID_LENGTH_MAX: Final = 64
PLACE_LENGTH_MAX: Final = 40
Refused = ActRefusedError | NoAssistantError | StoreError
_recent: WeakKeyDictionary[Store, dict[str, deque[float]]] = WeakKeyDictionary()


@get("/me/talk", act="own.read", sync_to_thread=False)
def talk(request: PageRequest) -> Drawn:
    """The chat, newest turns last."""
    return _page(own_of(request))


@get("/me/talk/turns", act="own.read", sync_to_thread=False)
def talk_turns(request: PageRequest) -> Drawn:
    """The turns alone, for a page that waits for a person's answer."""
    own = own_of(request)
    with own.front.house.store.looking():
        return _turns(own, talk_page(own.mine(), locale=locale_of(request)))


@post("/me/talk/leave", act="own.act", status_code=200)
async def talk_leave(request: PageRequest) -> Drawn | Redirect:
    """The client waits no longer, or wants to be called at one of the times offered."""
    own, fields = own_of(request), await form_of(request)
    house = own.front.house
    try:
        await sync_to_thread(
            leave, house, own.client_id, slot=fields.get("slot", "")[:SLOT_LENGTH], now=house.clock.now()
        )
    except (ActRefusedError, StoreError) as refused:
        return _page(own, notice=_notice(own, refused), status=_status(refused))
    return back("/me/talk", done="call" if fields.get("slot") else "left", place=NEWEST)


@post("/me/talk", act="own.act", status_code=200)
async def talk_say(request: PageRequest) -> Drawn | Redirect:
    """The client says something; without script the page comes again with the answer."""
    own, wish = own_of(request), await _wish(request)
    try:
        await sync_to_thread(_said, own, wish)
    except (ActRefusedError, NoAssistantError, StoreError) as refused:
        return _page(own, notice=_notice(own, refused), typed=wish.text, status=_status(refused))
    return back("/me/talk", place=NEWEST)


@post("/me/talk/stream", act="own.act", status_code=200)
async def talk_stream(request: PageRequest) -> ServerSentEvent:
    """The same for a page with script: `heard` at once, then the words, then the finished turn."""
    own, wish = own_of(request), await _wish(request)
    return ServerSentEvent(_told(own, wish), headers={"Cache-Control": "no-store"})


@post("/me/talk/{touch_id:str}/rating", act="own.act", status_code=200)
async def talk_rate(request: PageRequest, touch_id: FromPath[str]) -> Drawn | Redirect:
    """The client says whether an answer helped; a later word replaces it."""
    own, fields = own_of(request), await form_of(request)
    told = touch_id[:ID_LENGTH_MAX]
    try:
        await sync_to_thread(_rated, own, told, fields)
    except UnknownClientError as unknown:
        raise NotFoundException(detail="answer") from unknown
    except ActRefusedError as refused:
        speak(language_of(request))
        return _page(own, notice=t(f"talk.rate.refused.{refused.reason}"), status=UNPROCESSABLE)
    place = fields.get("before", "")[:PLACE_LENGTH_MAX]
    query = f"?{urlencode({'before': place})}" if place else ""
    return back(f"/me/talk{query}", place=f"said-{told}")


def _rated(own: Own, touch_id: str, fields: Mapping[str, str]) -> None:
    rate_answer(
        own.mine(),
        touch_id,
        fields.get("helped", ""),
        why=fields.get("why", ""),
        words=fields.get("text", ""),
        now=own.front.house.clock.now(),
        token=fields.get("token", ""),
    )


async def _told(own: Own, wish: Wish) -> AsyncIterator[ServerSentEventMessage]:
    yield ServerSentEventMessage(event="heard", data="1")
    try:
        reply = await sync_to_thread(_said, own, wish)
    except (ActRefusedError, NoAssistantError, StoreError) as refused:
        yield ServerSentEventMessage(event="refused", data=_notice(own, refused))
        return
    if reply is not None and reply.sent is not None:
        for part in reply.sent.parts:
            if part.role == "body":
                yield ServerSentEventMessage(event="words", data=part.text.replace("\n", " "))
    page = await sync_to_thread(_newest, own)
    yield ServerSentEventMessage(event="done", data=_turns(own, page).content)


def _said(own: Own, wish: Wish) -> Reply | None:
    house = own.front.house
    _take_turn(own)
    try:
        return say(house, own.client_id, wish, now=house.clock.now())
    except UnknownClientError as unknown:
        raise NotFoundException(detail="client") from unknown


def _take_turn(own: Own) -> None:
    """Raises `ActRefusedError` (`too_many`) for more messages in a minute than the house answers."""
    house = own.front.house
    most = house.book.rules.number("talk_turns_minute_max", house.clock.now().date())
    turns = _recent.setdefault(house.store, {}).setdefault(own.client_id, deque(maxlen=most))
    now = time.monotonic()
    if len(turns) == most and now - turns[0] < MINUTE:
        raise ActRefusedError("too_many")
    turns.append(now)


async def _wish(request: PageRequest) -> Wish:
    fields = await form_of(request)
    choice, _, words = fields.get("choice", "").partition(":")
    number = int(choice) if choice.isascii() and choice.isdigit() and len(choice) < CHOICE_DIGITS else 0
    return Wish(
        text=words if number else fields.get("text", ""),
        choice=number,
        token=fields.get("token", ""),
        locale=_locale(request) if number else None,
    )


def _locale(request: PageRequest) -> Locale:
    return "en" if language_of(request) == "en" else "zh-CN"


def _page(own: Own, *, notice: str = "", typed: str = "", status: int = 200) -> Drawn:
    with own.front.house.store.looking():
        me = own.mine()
        before = own.request.query_params.get("before", "")
        page = talk_page(me, before=before, locale=locale_of(own.request))
        speak(language_of(own.request))
        values = {
            "page": page,
            "notice": notice,
            "typed": typed,
            "last": False,
            "whys": WHYS,
            "place": before,
        }
        values["tries"] = [t(f"talk.try.{number}") for number in range(4)]
        return own.draw("me_talk.html", values, me=me, status=status)


def _turns(own: Own, page: TalkPage) -> Drawn:
    """The turns without the page around them, for a page that has one already."""
    return own.draw("me_talk_turns.html", {"page": page, "last": True, "whys": WHYS, "place": ""})


def _newest(own: Own) -> TalkPage:
    """The last turn alone."""
    page = talk_page(own.mine(), locale=locale_of(own.request))
    cut = max((n for n, one in enumerate(page.bubbles) if one.card is None), default=0)
    return replace(page, bubbles=page.bubbles[cut:], earlier="")


def _notice(own: Own, refused: Refused) -> str:
    """Why the message was not taken, in words; nothing of it is kept."""
    speak(language_of(own.request))
    if isinstance(refused, ActRefusedError):
        house = own.front.house
        most = house.book.rules.number("talk_text_length_max", house.clock.now().date())
        return t(f"talk.notice.{refused.reason}", most=most)
    return t("talk.notice.nobody" if isinstance(refused, NoAssistantError) else "talk.notice.later")


def _status(refused: Refused) -> int:
    if isinstance(refused, ActRefusedError) and refused.reason in ("too_many", "busy"):
        return TOO_MANY
    return UNPROCESSABLE if isinstance(refused, ActRefusedError) else 503
