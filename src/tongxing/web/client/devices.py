"""The client's devices: on and off, where they are, a test; and what a watch and a car come for."""

from collections.abc import Callable
from hashlib import blake2b

import msgspec
from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from tongxing.service import device_acts
from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.me_devices import car_speech, devices_page, watch_cards
from tongxing.web.client.own import UNPROCESSABLE, Drawn, Own, back, own_of
from tongxing.web.guard import form_of
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest, language_of, locale_of
from tongxing.web.words import has, speak, t

PAGE = "/me/devices"
NOT_CHANGED = 304
OWN_COPY = "private, no-cache"
SSML = "application/ssml+xml"


@get(PAGE, act="own.read", sync_to_thread=False)
def devices(request: PageRequest) -> Drawn:
    """Every device as it stands now, with what the watch shows and the car reads."""
    return _page(own_of(request))


@post("/me/devices/switch", act="own.act", status_code=200)
async def switch(request: PageRequest) -> Drawn | Redirect:
    """A device on or off; off forgets where it is."""
    own, fields = own_of(request), await form_of(request)

    def choose() -> None:
        channel, on = device_acts.channel_named(fields.get("channel", "")), fields.get("on") == "1"
        house = own.front.house
        device_acts.switch(
            house, own.client_id, channel, on=on, now=house.clock.now(), token=fields.get("token", "")
        )

    return await _choose(own, choose, done="contact", settle=True)


@post("/me/devices/browser", act="own.act", status_code=200)
async def browser(request: PageRequest) -> Drawn | Redirect:
    """This browser lets itself be told; it hands over its subscription."""
    own, fields = own_of(request), await form_of(request)

    def choose() -> None:
        house = own.front.house
        device_acts.add_browser(
            house,
            own.client_id,
            fields.get("subscription", ""),
            browser=fields.get("browser", ""),
            loopback=own.front.demo,
            now=house.clock.now(),
            token=fields.get("token", ""),
        )

    return await _choose(own, choose, done="contact", settle=True)


@post("/me/devices/address", act="own.act", status_code=200)
async def address(request: PageRequest) -> Drawn | Redirect:
    """A mailbox or a number is added: a code goes there."""
    own, fields = own_of(request), await form_of(request)

    def choose() -> None:
        house = own.front.house
        device_acts.ask_code(
            house,
            own.client_id,
            viewer(request).person_id,
            device_acts.channel_named(fields.get("channel", "")),
            fields.get("address", ""),
            locale=locale_of(request),
            now=house.clock.now(),
            token=fields.get("token", ""),
        )

    return await _choose(own, choose, done="code_sent")


@post("/me/devices/confirm", act="own.act", status_code=200)
async def confirm(request: PageRequest) -> Drawn | Redirect:
    """The code, as it was read there."""
    own, fields = own_of(request), await form_of(request)

    def choose() -> None:
        house = own.front.house
        device_acts.confirm(
            house,
            own.client_id,
            viewer(request).person_id,
            device_acts.channel_named(fields.get("channel", "")),
            fields.get("code", ""),
            now=house.clock.now(),
            token=fields.get("token", ""),
        )

    return await _choose(own, choose, done="contact", settle=True)


@post("/me/devices/forget", act="own.act", status_code=200)
async def forget(request: PageRequest) -> Drawn | Redirect:
    """One browser, mailbox or number is forgotten."""
    own, fields = own_of(request), await form_of(request)
    named = fields.get("address", "")
    return await _choose(
        own, lambda: device_acts.forget(own.front.house, own.client_id, named), done="contact"
    )


@post("/me/devices/test", act="own.act", status_code=200)
async def test(request: PageRequest) -> Drawn | Redirect:
    """A test message to a device that is on."""
    own, fields = own_of(request), await form_of(request)

    def choose() -> None:
        house = own.front.house
        device_acts.test(
            house,
            own.client_id,
            device_acts.channel_named(fields.get("channel", "")),
            locale=locale_of(request),
            now=house.clock.now(),
            token=fields.get("token", ""),
        )

    return await _choose(own, choose, done="test_sent", settle=True)


@get("/me/watch.json", act="own.read", sync_to_thread=False)
def watch(request: PageRequest) -> Response[bytes]:
    """The newest cards for a wrist, each of at most 80 characters; kept by its ETag."""
    body = msgspec.json.encode({"cards": watch_cards(own_of(request).mine())})
    return _kept(request, body, "application/json")


@get("/me/car.ssml", act="own.read", sync_to_thread=False)
def car_ssml(request: PageRequest) -> Response[bytes]:
    """What a car reads aloud."""
    speech = car_speech(own_of(request).mine(), language=locale_of(request))
    return _kept(request, speech.encode(), SSML)


@get("/me/car", act="own.read", sync_to_thread=False)
def car(request: PageRequest) -> Drawn:
    """The same as text: large, and nothing to press; `driving=1` leaves away even the way back."""
    own = own_of(request)
    me = own.mine()
    driving = request.query_params.get("driving") == "1"
    return own.draw("me_car.html", {"page": devices_page(me), "driving": driving}, me=me)


def _kept(request: PageRequest, body: bytes, kind: str) -> Response[bytes]:
    tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": OWN_COPY, "Vary": "Cookie"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=NOT_CHANGED, media_type=kind, headers=headers)
    return Response(body, media_type=kind, headers=headers)


async def _choose(
    own: Own, choice: Callable[[], object], *, done: str, settle: bool = False
) -> Drawn | Redirect:
    """Do what was chosen; what cannot be done is answered with why."""
    try:
        await sync_to_thread(choice)
    except ActRefusedError as refused:
        speak(language_of(own.request))
        own_words = f"device.notice.{refused.reason}"
        notice = t(own_words) if has(own_words) else t(f"me.notice.{refused.reason}")
        return _page(own, notice=notice, status=UNPROCESSABLE)
    except UnknownClientError as unknown:
        raise NotFoundException(detail="client") from unknown
    if settle:
        await own.settled()
    return back(PAGE, done=done)


def _page(own: Own, *, notice: str = "", status: int = 200) -> Drawn:
    me = own.mine()
    values = {"page": devices_page(me), "notice": notice}
    return own.draw("me_devices.html", values, me=me, status=status)
