"""What was typed before a session ended, shown to the same person again to send or to leave."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.response import Redirect

from tongxing.domain.person import Role
from tongxing.service import form_kept
from tongxing.service.desk_reach import people_names
from tongxing.web.front import front_of
from tongxing.web.guard import form_of
from tongxing.web.identity.kept import KEPT_COOKIE, SEE_OTHER, is_typed, kept_cookie
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest, language_of
from tongxing.web.words import has, speak, t

AGAIN: Final = 307
"""The browser sends the same fields once more, to where the form was going."""
LEAVE = "kept_leave"
CHOICES: Final = {
    "what": "plan.goal.{}",
    "priority": "plan.goals.p{}",
    "name": "me.life.{}",
    "score": "me.rating.points.{}",
    "outcome": "desk.note.{}",
    "way": "desk.appointment.{}",
    "nature": "desk.nature.{}",
}
"""Fields that are chosen from a list -> where the words of the list stand."""
PEOPLE: Final = ("to", "absent", "substitute")
KINDS: Final = {
    "date": "date",
    "due": "date",
    "first": "date",
    "last": "date",
    "at": "datetime-local",
    "minutes": "number",
}
"""Fields that are no plain text -> how a browser asks for them."""
Drawn = Response[str]


@get("/sign-in/kept", sync_to_thread=False, act="session.act")
def kept_page(request: PageRequest) -> Drawn | Redirect:
    """The words; what was chosen is told in words, other fields are sent along unseen."""
    front, token = front_of(request), request.cookies.get(KEPT_COOKIE, "")
    form = form_kept.kept(front.house, viewer(request), token, now=front.wall.now())
    if form is None:
        return _away(request, "/")
    speak(language_of(request))
    chosen = _chosen(request, form.fields)
    shown = {name: words for name, words in form.fields.items() if is_typed(name) and name not in chosen}
    unseen = {name: words for name, words in form.fields.items() if name not in shown}
    values = {
        "shown": shown,
        "chosen": chosen,
        "unseen": unseen,
        "kinds": KINDS,
        "page": form.page or "/",
        "leave": LEAVE,
    }
    return front.pages.page(request, "sign_in_kept.html", values)


def _chosen(request: PageRequest, fields: Mapping[str, str]) -> dict[str, str]:
    """What was chosen from a list, in the words of that list: its own value says nothing to a reader."""
    found = {
        name: t(CHOICES[name].format(value))
        for name, value in fields.items()
        if name in CHOICES and has(CHOICES[name].format(value))
    }
    if viewer(request).role is not Role.CLIENT:
        names = people_names(front_of(request).house)
        found |= {name: names[fields[name]] for name in PEOPLE if fields.get(name) in names}
    return found


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
