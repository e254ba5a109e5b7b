"""The judge before every handler: who asks, what for, on whom; an act that is not declared is refused."""

import ipaddress
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from litestar.concurrency import sync_to_thread
from litestar.exceptions import (
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
    TooManyRequestsException,
)

from tongxing.domain.access import Access, AccessAnswer
from tongxing.domain.clock import Clock
from tongxing.domain.person import Person, Role
from tongxing.service import access as policies
from tongxing.service.api_reach import Reach
from tongxing.service.house import House
from tongxing.service.masking import shown
from tongxing.service.ports_people import AccessEntry
from tongxing.service.sign_in import person_by_key, session_of
from tongxing.web.guard import Guard, form_of
from tongxing.web.identity.form_key import set_form_key
from tongxing.web.identity.kept import keep_form
from tongxing.web.render import PageRequest

COOKIE = "tongxing_session"
BEARER = "bearer "
API = "/v1"
CALLERS_MAX = 10_000
MINUTE = 60
REVEAL, GLASS, READ = "client.reveal", "client.break_glass", "client.read"
IDENTITY = "identity"
FIELD_LENGTH_MAX = 40


class Judge:
    """Asked by the application before each handler."""

    def __init__(self, guard: Guard, house: House, access: Access, wall: Clock) -> None:
        self._guard, self._house, self._access, self._wall = guard, house, access, wall
        self._rate = Rate()

    async def __call__(self, request: PageRequest) -> None:
        """Put the person into `request.state.person`; raises 401, 403, 404 or 429."""
        request.state.person = request.state.session = None
        set_form_key("")
        self._guard(request)
        now = self._wall.now()
        self._rate.check(
            f"address {address_of(request)}", now, self._most("address_requests_per_minute_max", now)
        )
        with self._house.store.looking():
            person = self._person(request, now)
        if person is not None:
            self._rate.check(f"person {person.person_id}", now, self._most("requests_per_minute_max", now))
        act = request.route_handler.opt.get("act")
        if act is None:
            raise PermissionDeniedException(detail="act")
        client_id = self._client(request, person)
        asked = await _asked(request, str(act), person)
        with self._house.store.looking():
            answer = policies.may(self._house, self._access, person, **asked, client_id=client_id)
            look = self._look(person, asked, client_id, answer)
        request.state.policies = answer.policies
        if look is not None:
            look = replace(look, field=await _field(request, asked["act"]))
            await sync_to_thread(self._house.store.people.note, look)
        if answer.allowed:
            return
        if person is None:
            await keep_form(request, self._house, now, request.cookies.get(COOKIE, ""))
            raise NotAuthorizedException(detail="sign-in")
        if request.path_params.get("client_id") is not None:
            raise NotFoundException(detail="client")
        raise PermissionDeniedException(detail="role")

    def _look(
        self, person: Person | None, asked: Mapping[str, str], client_id: str | None, answer: AccessAnswer
    ) -> AccessEntry | None:
        """What is noted of staff who ask for a client; None for all others."""
        if person is None or person.role is Role.CLIENT or client_id is None:
            return None
        now = self._house.clock.now()
        return policies.entry_of(self._house, person, **asked, client_id=client_id, answer=answer, now=now)

    def reach(self, person: Person, act: str) -> Reach:
        """What the policies say of a person for an act, for use cases that go over many clients."""

        def allowed(client_id: str | None) -> bool:
            return policies.may(self._house, self._access, person, act, client_id=client_id).allowed

        return Reach(
            person=person, may=allowed, shown=lambda field, value: shown(field, value, role=person.role)
        )

    def may(self, person: Person, act: str, client_id: str | None = None, reason: str = "") -> bool:
        """One question, for a page that shows more to those who may see more."""
        asked = policies.may(self._house, self._access, person, act, client_id=client_id, reason=reason)
        return asked.allowed

    def _person(self, request: PageRequest, now: datetime) -> Person | None:
        given = request.headers.get("authorization", "")
        if given.lower().startswith(BEARER):
            person = person_by_key(self._house, given[len(BEARER) :].strip(), now)
            if person is None:
                raise NotAuthorizedException(detail="key")
            request.state.person = person
            return person
        token = request.cookies.get(COOKIE, "")
        session = session_of(self._house, token, now=now) if token else None
        if session is None or (request.url.path.startswith(API) and request.method != "GET"):
            return None
        request.state.session, request.state.person = session, session.person
        set_form_key(session.form_key)
        return session.person

    def _client(self, request: PageRequest, person: Person | None) -> str | None:
        named = request.path_params.get("client_id")
        if named is not None:
            return str(named)
        return person.client_id if person is not None and person.role is Role.CLIENT else None

    def _most(self, rule: str, now: datetime) -> int:
        return self._house.book.rules.number(rule, now.date())


async def _asked(request: PageRequest, act: str, person: Person | None) -> dict[str, str]:
    """The act with its purpose and, for what opens a masked field, the words typed as its reason.

    Without such words nothing is opened: the wish is judged as a look at the page, which asks again.
    """
    purpose = str(request.route_handler.opt.get("purpose", ""))
    if act not in (REVEAL, GLASS) or person is None:
        return {"act": act, "purpose": purpose}
    reason = (await form_of(request)).get("reason", "").strip()
    return {"act": act if reason else READ, "purpose": purpose, "reason": reason}


async def _field(request: PageRequest, act: str) -> str:
    """The field that a reveal opens; a broken glass opens all of who it is."""
    if act == GLASS:
        return IDENTITY
    return (await form_of(request)).get("field", "")[:FIELD_LENGTH_MAX] if act == REVEAL else ""


class Rate:
    """How many requests a caller made in this minute; the callers least recently seen are forgotten."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def check(self, caller: str, now: datetime, most: int) -> None:
        """Count one request. Raises 429 with `Retry-After` for one too many."""
        minute, second = divmod(int(now.timestamp()), MINUTE)
        known, count = self._made.pop(caller, (minute, 0))
        count = count + 1 if known == minute else 1
        self._made[caller] = (minute, count)
        if len(self._made) > CALLERS_MAX:
            self._made.popitem(last=False)
        if count > most:
            raise TooManyRequestsException(detail="rate", headers={"Retry-After": str(MINUTE - second)})


def address_of(request: PageRequest) -> str:
    """Where a request came from: an address, of version 6 only its network; or nothing known."""
    host = request.client.host if request.client is not None else ""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    if found.version == 6:  # noqa: PLR2004 - version 6
        return str(ipaddress.ip_network((host, 64), strict=False))
    return host
