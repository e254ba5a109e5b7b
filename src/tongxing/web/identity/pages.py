"""Signing in and out, and in a demo being any of its people by one click."""

from functools import partial
from typing import Final

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from tongxing.domain.person import Person, Role
from tongxing.service import sign_in as signing
from tongxing.service.client_view import client_rows
from tongxing.service.form_kept import kept
from tongxing.web.front import Front, back_to, front_of
from tongxing.web.guard import form_of
from tongxing.web.identity.judge import COOKIE, Rate, address_of
from tongxing.web.identity.kept import KEPT_COOKIE
from tongxing.web.render import PageRequest

SEE_OTHER: Final = 303
UNPROCESSABLE: Final = 422
QUERY_LENGTH_MAX: Final = 100
HOMES: Final = {
    Role.CLIENT: "/me",
    Role.ADVISER: "/desk",
    Role.MANAGER: "/desk",
    Role.COMPLIANCE: "/console",
    Role.OPERATIONS: "/console",
    Role.AUDITOR: "/console",
    Role.ADMINISTRATOR: "/console/people",
    Role.PARTNER: "/v1/docs",
}
Drawn = Response[str]
tries = Rate()
"""Tries to sign in, from each address."""


@get("/", sync_to_thread=False, act="public")
def start(request: PageRequest) -> Drawn | Redirect:
    """The home of who is signed in; else what this is, and in a demo its people."""
    front, person = front_of(request), request.state.person
    if person is not None:
        return Redirect(HOMES[person.role], status_code=SEE_OTHER)
    return _chooser(request, front) if front.demo else Redirect("/sign-in", status_code=SEE_OTHER)


@get("/demo", sync_to_thread=False, act="public")
def demo_people(request: PageRequest) -> Drawn:
    """The people of the demo, also for who is signed in as one of them."""
    front = front_of(request)
    if not front.demo:
        raise NotFoundException(detail="page")
    return _chooser(request, front)


@get("/human", sync_to_thread=False, act="public")
def human(request: PageRequest) -> Drawn:
    """How to reach a person, also without an account."""
    return front_of(request).pages.page(request, "human.html", {"back": back_to(request, "/")})


@post("/demo/sign-in", act="public", status_code=200)
async def demo_sign_in(request: PageRequest) -> Redirect:
    """Be one of the demo's people."""
    front, fields = front_of(request), await form_of(request)
    person = await sync_to_thread(_of_demo, front, fields.get("person", "")) if front.demo else None
    if person is None:
        raise NotFoundException(detail="page")
    return await begun(request, front, person, HOMES[person.role])


@get("/sign-in", sync_to_thread=False, act="public")
def sign_in_page(request: PageRequest) -> Drawn:
    """The form."""
    values = {"next": own_path(request.query_params.get("next", "")), "person": "", "wrong": False}
    return front_of(request).pages.page(request, "sign_in.html", values | _ways(request))


@post("/sign-in", act="public", status_code=200)
async def sign_in(request: PageRequest) -> Drawn | Redirect:
    """Sign in by password and one-time code; what was wrong is never told."""
    front, fields = front_of(request), await form_of(request)
    if not _ways(request)["passwords"]:
        raise NotFoundException(detail="page")
    now = front.wall.now()
    most = front.house.book.rules.number("sign_ins_per_minute_max", now.date())
    tries.check(address_of(request), now, most)
    given = (fields.get("person", ""), fields.get("password", ""), fields.get("code", ""))
    named = {"passwords": request.app.state.ways.passwords, "now": now}
    person = await sync_to_thread(partial(signing.sign_in, front.house, *given, **named))
    wanted = own_path(fields.get("next", ""))
    if person is None:
        values = {"next": wanted, "person": given[0], "wrong": True}
        return front.pages.page(request, "sign_in.html", values | _ways(request), status=UNPROCESSABLE)
    return await begun(request, front, person, wanted or HOMES[person.role])


@post("/sign-out", act="public", status_code=200)
async def sign_out(request: PageRequest) -> Redirect:
    """End this session, or all of this person."""
    front, fields = front_of(request), await form_of(request)
    everywhere = fields.get("everywhere") == "1"
    token = request.cookies.get(COOKIE, "")
    person = request.state.person
    await sync_to_thread(signing.end, front.house, token, everywhere=everywhere, person=person)
    leads = "/" if request.app.state.ways.issuer is None else "/signed-out"
    answer = Redirect(leads, status_code=SEE_OTHER, headers={"Clear-Site-Data": '"cache"'})
    answer.set_cookie(_cookie(front, "", seconds=0))
    return answer


def _ways(request: PageRequest) -> dict[str, bool]:
    """How one signs in here: at the issuer, by password, or either."""
    ways = request.app.state.ways
    return {"elsewhere": ways.issuer is not None, "passwords": ways.by_password}


def own_path(path: str) -> str:
    """A path of our own pages to go on to; empty for anything else."""
    own = (
        path.startswith("/") and not path.startswith(("//", "/\\", "/sign-", "/demo")) and path.isprintable()
    )
    return path if own and "\\" not in path else ""


async def begun(request: PageRequest, front: Front, person: Person, leads: str) -> Redirect:
    """A new session for the cookie, the one before it ends; first to words that wait to be sent."""
    before = request.cookies.get(COOKIE, "")
    if before:
        await sync_to_thread(signing.end, front.house, before)
    now = front.wall.now()
    token = await sync_to_thread(signing.begin, front.house, person, now=now)
    waiting = request.cookies.get(KEPT_COOKIE, "")
    if waiting and await sync_to_thread(kept, front.house, person, waiting, now=now) is not None:
        leads = "/sign-in/kept"
    answer = Redirect(leads, status_code=SEE_OTHER)
    answer.set_cookie(_cookie(front, token))
    return answer


def _cookie(front: Front, token: str, *, seconds: int | None = None) -> Cookie:
    """Ends with the browser; out of reach of scripts and other sites; over TLS alone unless in a demo."""
    return Cookie(
        key=COOKIE,
        value=token,
        path="/",
        httponly=True,
        samesite="lax",
        secure=not front.demo,
        max_age=seconds,
    )


def _of_demo(front: Front, person_id: str) -> Person | None:
    """A member of the demo's staff, or any of its clients."""
    known = front.house.store.people.person(person_id)
    if known is not None:
        return known
    if front.house.store.state(person_id) is None:
        return None
    person = Person(person_id=person_id, name=person_id, role=Role.CLIENT, client_id=person_id)
    front.house.store.people.add(person)
    return person


def _chooser(request: PageRequest, front: Front) -> Drawn:
    query = request.query_params.get("q", "")[:QUERY_LENGTH_MAX]
    staff = [
        row.person
        for row in front.house.store.people.rows()
        if row.active and row.person.role not in (Role.CLIENT, Role.PARTNER)
    ]
    fitting = [one for one in staff if query in one.person_id or query in one.name] if query else staff
    values = {
        "rows": client_rows(front.house, query=query),
        "staff": fitting,
        "q": query,
        "clock": front.clock(),
    }
    return front.pages.page(request, "start.html", values)
