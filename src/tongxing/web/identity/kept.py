"""A form that was sent after its session had ended: its words wait for the same person to sign in again."""

from datetime import datetime
from functools import partial
from typing import Final
from urllib.parse import quote

from litestar import Response
from litestar.concurrency import sync_to_thread
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.response import Redirect

from tongxing.service.form_kept import KeptForm, has_run_out, keep
from tongxing.service.house import House
from tongxing.web.front import back_to, front_of
from tongxing.web.guard import FORM_TYPE, form_of
from tongxing.web.identity.form_key import FIELD
from tongxing.web.render import PageRequest, is_fragment
from tongxing.web.words import has

KEPT_COOKIE: Final = "tongxing_kept"
API: Final = "/v1/"
"""Doors for programs, which no session opens."""
SEE_OTHER: Final = 303
UNAUTHORIZED: Final = 401


async def keep_form(request: PageRequest, house: House, now: datetime, session_token: str) -> None:
    """Keep what was typed, where the session of a known person has only run out.

    Where nothing was typed there is nothing to keep: a button is pressed again by who still means it.
    """
    request.state.kept, request.state.ran_out = "", False
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    by_program = request.url.path.startswith(API)
    if request.method != "POST" or not session_token or kind != FORM_TYPE or by_program:
        return
    fields = dict(await form_of(request))
    fields.pop(FIELD, None)
    form = KeptForm(path=request.url.path, page=back_to(request, ""), fields=fields)
    if any(is_typed(name) and words.strip() for name, words in fields.items()):
        request.state.kept = await sync_to_thread(partial(keep, house, session_token, form, now=now))
        request.state.ran_out = bool(request.state.kept)
    else:
        request.state.ran_out = await sync_to_thread(has_run_out, house, session_token)


def is_typed(name: str) -> bool:
    """Whether a field holds what somebody typed or chose, and is shown to them again."""
    return has(f"identity.kept.field.{name}")


def may_return(request: PageRequest) -> bool:
    """Whether whoever is nobody here may sign in and go on: after a look, or a form whose session ran out."""
    return request.method == "GET" or bool(getattr(request.state, "ran_out", False))


def to_sign_in(request: PageRequest) -> Response[str] | Redirect:
    """The way to the door and back; a part of a page takes the whole page there."""
    query = request.url.query
    asked = f"{request.url.path}?{query}" if query else request.url.path
    token = getattr(request.state, "kept", "")
    leads = asked if request.method == "GET" and not is_fragment(request) else back_to(request, "")
    door = f"/sign-in?next={quote(leads)}" if leads else "/sign-in"
    answer: Response[str] | Redirect
    if is_fragment(request):
        headers = {"HX-Redirect": door}
        answer = Response("", status_code=UNAUTHORIZED, media_type=MediaType.HTML, headers=headers)
    else:
        answer = Redirect(door, status_code=SEE_OTHER)
    if token:
        answer.set_cookie(kept_cookie(request, token))
    return answer


def kept_cookie(request: PageRequest, token: str) -> Cookie:
    """Finds the form again; an empty one forgets it. Ends with the browser, the form ends sooner."""
    return Cookie(
        key=KEPT_COOKIE,
        value=token,
        path="/",
        httponly=True,
        samesite="lax",
        secure=not front_of(request).demo,
        max_age=None if token else 0,
    )
