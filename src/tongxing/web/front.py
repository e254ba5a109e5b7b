"""What every page of the house needs, handed in once when the pages are made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from tongxing.domain.clock import Clock
from tongxing.service.clock_view import clock_view
from tongxing.service.house import House
from tongxing.service.views import ClockView
from tongxing.web.render import PageRequest, Pages


@dataclass(frozen=True, slots=True)
class Front:
    """The house behind the pages, and the hand that draws them."""

    house: House
    pages: Pages
    over: Callable[[House], bool]
    wall: Clock
    """The machine's clock: sessions and limits live by it, also in a demo."""
    demo: bool
    """Whether its people may be chosen by one click."""

    def clock(self) -> ClockView:
        """The market clock now."""
        return clock_view(self.house, self.over)


def front_of(request: PageRequest) -> Front:
    """The front these pages were made with."""
    return cast("Front", request.app.state.front)


def back_to(request: PageRequest, fallback: str) -> str:
    """The own page a form was sent from, for readers without script; never another site's address."""
    host, referrer = request.headers.get("host", ""), request.headers.get("referer", "")
    own = next((one for one in (f"https://{host}/", f"http://{host}/") if referrer.startswith(one)), "")
    path = referrer.removeprefix(own) if own else None
    if path is None or path.startswith(("/", "\\")) or not path.isprintable():
        return fallback
    return f"/{path}"
