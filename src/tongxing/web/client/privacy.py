"""The client's choices: personal service, channels, consents, the own data, and what is to be erased."""

from collections.abc import Callable

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.response import Redirect, Stream

from tongxing.domain.event import Retention
from tongxing.service import client_acts, client_choices
from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.me_data import archive
from tongxing.service.me_looked import looked
from tongxing.service.me_privacy import privacy_page
from tongxing.web.client.own import UNPROCESSABLE, Drawn, Own, back, own_of
from tongxing.web.guard import form_of
from tongxing.web.render import PageRequest, language_of, locale_of
from tongxing.web.words import speak, t

PAGE = "/me/privacy"


@get(PAGE, act="own.read", sync_to_thread=False)
def privacy(request: PageRequest) -> Drawn:
    """Every choice as it stands now."""
    return _page(own_of(request))


@post("/me/privacy/personalisation", act="own.act", status_code=200)
async def personalisation(request: PageRequest) -> Drawn | Redirect:
    """Personal service on or off; it counts from the next answer on."""
    own, fields = own_of(request), await form_of(request)
    wanted = fields.get("on") == "1"
    return await _choose(
        own,
        lambda: client_acts.set_personalisation(
            own.front.house, own.client_id, on=wanted, now=own.front.house.clock.now()
        ),
        done="on" if wanted else "off",
        place="personal",
    )


@post("/me/privacy/contact", act="own.act", status_code=200)
async def contact(request: PageRequest) -> Drawn | Redirect:
    """A way to reach the client is allowed or closed."""
    own, fields = own_of(request), await form_of(request)
    return await _choose(
        own,
        lambda: client_choices.set_contact(
            own.front.house,
            own.client_id,
            fields.get("channel", ""),
            allowed=fields.get("allowed") == "1",
            now=own.front.house.clock.now(),
            token=fields.get("token", ""),
        ),
        done="contact",
        place="channels",
    )


@post("/me/privacy/consent", act="own.act", status_code=200)
async def consent(request: PageRequest) -> Drawn | Redirect:
    """A consent is given, for one purpose, source and receiver."""
    own, fields = own_of(request), await form_of(request)
    return await _choose(
        own,
        lambda: client_choices.give_consent(
            own.front.house,
            own.client_id,
            fields.get("consent", ""),
            until=fields.get("until", ""),
            now=own.front.house.clock.now(),
            token=fields.get("token", ""),
        ),
        done="consent",
        place="consents",
    )


@post("/me/privacy/withdraw", act="own.act", status_code=200)
async def withdraw(request: PageRequest) -> Drawn | Redirect:
    """A consent is taken back."""
    own, fields = own_of(request), await form_of(request)
    return await _choose(
        own,
        lambda: client_choices.withdraw_consent(
            own.front.house,
            own.client_id,
            fields.get("consent", ""),
            now=own.front.house.clock.now(),
            token=fields.get("token", ""),
        ),
        done="withdrawn",
        place="consents",
    )


@post("/me/privacy/erasure", act="own.act", status_code=200)
async def erasure(request: PageRequest) -> Drawn | Redirect:
    """The client asks for records to be erased, having confirmed it."""
    own, fields = own_of(request), await form_of(request)
    named = tuple(one.value for one in Retention if fields.get(f"class_{one.value}") == "1")
    if named and fields.get("sure") != "1":
        speak(language_of(request))
        return _page(own, notice=t("me.notice.not_sure"), status=UNPROCESSABLE)
    return await _choose(
        own,
        lambda: client_choices.ask_erasure(
            own.front.house,
            own.client_id,
            named,
            now=own.front.house.clock.now(),
            token=fields.get("token", ""),
        ),
        done="erasure",
        place="erasure",
        settle=True,
    )


@get("/me/privacy/data.zip", act="own.read", sync_to_thread=False)
def data(request: PageRequest) -> Stream:
    """Everything that can still be read about the client, as an archive written while it is read."""
    me = own_of(request).mine()
    speak(language_of(request))
    about = t("me.data.about", day=me.now.date().isoformat())
    return Stream(
        archive(me, about=about, locale=locale_of(request)),
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="my-data-{me.now:%Y%m%d}.zip"',
            "Cache-Control": "no-store",
        },
    )


async def _choose(
    own: Own, choice: Callable[[], object], *, done: str, place: str, settle: bool = False
) -> Drawn | Redirect:
    """Do what was chosen; a choice that cannot be taken is answered with why, nothing is kept."""
    try:
        await sync_to_thread(choice)
    except ActRefusedError as refused:
        speak(language_of(own.request))
        return _page(own, notice=t(f"me.notice.{refused.reason}"), status=UNPROCESSABLE)
    except UnknownClientError as unknown:
        raise NotFoundException(detail="client") from unknown
    if settle:
        await own.settled()
    return back(PAGE, done=done, place=place)


def _page(own: Own, *, notice: str = "", status: int = 200) -> Drawn:
    me = own.mine()
    page = privacy_page(me, locale=locale_of(own.request))
    values = {"page": page, "notice": notice, "today": me.now.date(), "looks": looked(me)}
    return own.draw("me_privacy.html", values, me=me, status=status)
