"""Join a house with the tools of a person's assistant: the same policies, the same record of who looked."""

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
