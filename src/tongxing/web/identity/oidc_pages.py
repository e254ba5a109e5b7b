"""Signing in at another house's OpenID provider, and coming back."""

from collections.abc import Mapping
from functools import partial
from typing import Final, cast

import structlog
from litestar import Response, get
from litestar.concurrency import sync_to_thread
from litestar.datastructures import Cookie
from litestar.response import Redirect

from tongxing.service.oidc_sign_in import SignInRefusedError, finish, start
from tongxing.service.ports_issuer import Issuer, IssuerDownError
from tongxing.web.front import Front, front_of
from tongxing.web.identity.judge import address_of
from tongxing.web.identity.pages import HOMES, SEE_OTHER, begun, own_path, tries
from tongxing.web.render import PageRequest, language_of
from tongxing.web.words import speak

ATTEMPT_COOKIE: Final = "tongxing_oidc"
UNDER: Final = "/sign-in/oidc"
STATUS: Final = {"state": 400, "token": 400, "issuer": 400, "person": 403, "down": 503}
ANSWER_LENGTH_MAX: Final = 4_096
Drawn = Response[str]


@get(UNDER, act="public")
async def begin_elsewhere(request: PageRequest) -> Drawn | Redirect:
    """Lead the browser to the issuer."""
    front, issuer = front_of(request), _issuer(request)
    now = front.wall.now()
    tries.check(
        address_of(request), now, front.house.book.rules.number("sign_ins_per_minute_max", now.date())
    )
    leads = own_path(request.query_params.get("next", ""))
    try:
        started = await sync_to_thread(partial(start, front.house, issuer, leads, now=now))
    except IssuerDownError:
        return _stopped(request, "down", leads)
    answer = Redirect(started.address, status_code=SEE_OTHER, headers={"Cache-Control": "no-store"})
    answer.set_cookie(_cookie(front, started.token, started.seconds))
    return answer


@get(f"{UNDER}/back", act="public")
async def come_back(request: PageRequest) -> Drawn | Redirect:
    """Take the issuer's answer, once; the session is our own from here on."""
    front, issuer = front_of(request), _issuer(request)
    answered: Mapping[str, str] = {
        name: request.query_params.get(name, "")[:ANSWER_LENGTH_MAX]
        for name in ("state", "code", "error", "iss")
    }
    token = request.cookies.get(ATTEMPT_COOKIE, "")
    finishing = partial(finish, front.house, issuer, token, answered, now=front.wall.now())
    try:
        person, leads = await sync_to_thread(finishing)
    except SignInRefusedError as refused:
        return _forgotten(front, _stopped(request, refused.reason, ""))
    except IssuerDownError:
        return _forgotten(front, _stopped(request, "down", ""))
    return _forgotten(front, await begun(request, front, person, leads or HOMES[person.role]))


@get("/signed-out", sync_to_thread=True, act="public")
def signed_out(request: PageRequest) -> Drawn | Redirect:
    """Signed out here; the way to end the sign-in at the issuer too, where it offers one."""
    if request.state.person is not None:
        return Redirect("/", status_code=SEE_OTHER)
    return front_of(request).pages.page(request, "signed_out.html", {"way_out": _issuer(request).way_out()})


def _issuer(request: PageRequest) -> Issuer:
    """These handlers stand only in an application that was given one."""
    return cast("Issuer", request.app.state.ways.issuer)


def _stopped(request: PageRequest, reason: str, leads: str) -> Drawn:
    """What happened and what can be done, with the number under which the log tells more."""
    speak(language_of(request))
    trace = str(structlog.contextvars.get_contextvars().get("trace_id", ""))
    values = {"reason": reason, "trace": trace, "next": leads}
    return front_of(request).pages.page(request, "sign_in_stopped.html", values, status=STATUS[reason])


def _forgotten(front: Front, answer: Drawn | Redirect) -> Drawn | Redirect:
    """Without the cookie of the attempt: it counted."""
    answer.set_cookie(_cookie(front, "", 0))
    return answer


def _cookie(front: Front, token: str, seconds: int) -> Cookie:
    return Cookie(
        key=ATTEMPT_COOKIE,
        value=token,
        path=UNDER,
        httponly=True,
        samesite="lax",
        secure=not front.demo,
        max_age=seconds,
    )
