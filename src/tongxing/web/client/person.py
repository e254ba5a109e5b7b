"""Who the client is to the house: moments and profile, each of which the client may add to or correct."""

from collections.abc import Callable, Mapping

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from tongxing.service import client_choices, tags
from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.client_choices import LIFE_EVENTS
from tongxing.service.me_moments import moments_page
from tongxing.service.me_profile import profile_page
from tongxing.service.tags import TagRefusedError
from tongxing.web.client.own import UNPROCESSABLE, Drawn, Own, back, own_of
from tongxing.web.guard import form_of
from tongxing.web.render import PageRequest, language_of, locale_of
from tongxing.web.words import speak, t

Fields = Mapping[str, str]
LABEL_LENGTH_MAX = 200


@get("/me/moments", act="own.read", sync_to_thread=False)
def moments(request: PageRequest) -> Drawn:
    """Days that matter to the client, and care that was given."""
    return _moments(own_of(request), {})


@post("/me/moments", act="own.act", status_code=200)
async def add_moment(request: PageRequest) -> Drawn | Redirect:
    """The client tells of an event in life, and agrees that it may be used."""
    own, fields = own_of(request), await form_of(request)
    house = own.front.house
    try:
        await sync_to_thread(
            client_choices.tell_life_event,
            house,
            own.client_id,
            fields.get("name", ""),
            fields.get("date", ""),
            agreed=fields.get("agreed") == "1",
            now=house.clock.now(),
            token=fields.get("token", ""),
        )
    except ActRefusedError as refused:
        speak(language_of(request))
        return _moments(own, fields, notice=t(f"me.notice.{refused.reason}"), status=UNPROCESSABLE)
    except UnknownClientError as unknown:
        raise NotFoundException(detail="client") from unknown
    return back("/me/moments", done="moment")


@get("/me/profile", act="own.read", sync_to_thread=False)
def profile(request: PageRequest) -> Drawn:
    """What the house thinks of the client, and why."""
    return _profile(own_of(request), {})


@post("/me/profile/correct", act="own.act", status_code=200)
async def correct(request: PageRequest) -> Drawn | Redirect:
    """The client says what is right in a label's place."""
    return await _tag(request, tags.correct, "corrected", with_value=True)


@post("/me/profile/delete", act="own.act", status_code=200)
async def delete(request: PageRequest) -> Drawn | Redirect:
    """The client wants a label gone."""
    return await _tag(request, tags.delete, "deleted")


@post("/me/profile/restore", act="own.act", status_code=200)
async def restore(request: PageRequest) -> Drawn | Redirect:
    """The client lets a removed label back in."""
    return await _tag(request, tags.restore, "restored")


async def _tag(
    request: PageRequest, said: Callable[..., object], done: str, *, with_value: bool = False
) -> Drawn | Redirect:
    own, fields = own_of(request), await form_of(request)
    house = own.front.house
    words = [fields.get("label", "")[:LABEL_LENGTH_MAX]]
    if with_value:
        words.append(fields.get("value", ""))
    try:
        await sync_to_thread(said, house, own.client_id, *words, now=house.clock.now())
    except TagRefusedError as refused:
        speak(language_of(request))
        return _profile(own, fields, notice=t(f"me.tag_refused.{refused.reason}"), status=UNPROCESSABLE)
    except UnknownClientError as unknown:
        raise NotFoundException(detail="client") from unknown
    return back("/me/profile", done=done)


def _moments(own: Own, fields: Fields, *, notice: str = "", status: int = 200) -> Drawn:
    me = own.mine()
    values = {
        "page": moments_page(me),
        "choices": LIFE_EVENTS,
        "fields": fields,
        "notice": notice,
        "today": me.now.date(),
    }
    return own.draw("me_moments.html", values, me=me, status=status)


def _profile(own: Own, fields: Fields, *, notice: str = "", status: int = 200) -> Drawn:
    me = own.mine()
    page = profile_page(me, locale=locale_of(own.request))
    values = {"page": page, "fields": fields, "notice": notice, "today": me.now.date()}
    return own.draw("me_profile.html", values, me=me, status=status)
