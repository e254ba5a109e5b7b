"""Join a house with its pages: policies, clock, and whether it is a demo."""

from collections.abc import Callable, Collection

from litestar import Litestar

from tongxing.adapters.clock import WallClock
from tongxing.adapters.policy import Argon2, CedarAccess
from tongxing.app.assistants import assistants_of
from tongxing.service.house import House
from tongxing.service.ports_issuer import Issuer, SignInWays
from tongxing.web.app import create
from tongxing.web.guard import Guard


def pages_for(
    house: House,
    *,
    demo: bool,
    port: int,
    over: Callable[[House], bool] = lambda _house: False,
    names: Collection[str] = (),
    issuer: Issuer | None = None,
) -> Litestar:
    """The web application of a house, under the policies of its book."""
    wall = WallClock(None)
    return create(
        house,
        demo=demo,
        guard=Guard(port, names),
        over=over,
        access=CedarAccess(house.book, demo=demo),
        ways=SignInWays(passwords=Argon2(), issuer=issuer),
        wall=wall,
        assistants=assistants_of(house, wall),
    )
