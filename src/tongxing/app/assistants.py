"""Join a house with the tools of a person's assistant: the same policies, the same record of who looked."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from tongxing import __version__
from tongxing.adapters.policy.cedar import CedarAccess
from tongxing.domain.clock import Clock
from tongxing.domain.person import Person
from tongxing.service import access as policies
from tongxing.service.api_reach import OutOfReachError, Reach
from tongxing.service.api_tools import Tools
from tongxing.service.house import House
from tongxing.service.masking import shown

CLOCK, MARKET_CLOCK = "clock", "market"


def is_demo(house: House) -> bool:
    """Whether a store lives by the market clock."""
    return house.store.setting(CLOCK) == MARKET_CLOCK


def tools_for(house: House, person: Person, wall: Clock) -> Tools:
    """The tools of one person; whatever is read of a client is noted before it is told."""
    access = CedarAccess(house.book, demo=is_demo(house))

    def reaches(act: str, client_id: str | None) -> Reach:
        answer = policies.may(house, access, person, act, client_id=client_id)
        if client_id is not None:
            policies.note(house, person, act, client_id=client_id, answer=answer, now=wall.now())
        if not answer.allowed:
            raise OutOfReachError(act)
        return Reach(
            person=person,
            may=lambda one: policies.may(house, access, person, act, client_id=one).allowed,
            shown=lambda field, value: shown(field, value, role=person.role),
        )

    return Tools(house=house, reaches=reaches)


@dataclass(frozen=True, slots=True)
class HttpAssistants:
    """What answers assistants that come over HTTP."""

    house: House
    wall: Clock

    def answering(self, person: Person) -> Callable[[Any, Any, Any], Any]:
        """An ASGI application for one request of this person."""
        from tongxing.adapters.assistant_http import answering  # noqa: PLC0415 - an extra

        return answering(tools_for(self.house, person, self.wall), version=__version__)


def assistants_of(house: House, wall: Clock) -> HttpAssistants | None:
    """What answers assistants over HTTP; None without the extra `mcp`."""
    return None if find_spec("mcp") is None else HttpAssistants(house, wall)
