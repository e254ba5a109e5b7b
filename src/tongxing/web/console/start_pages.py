"""The console's first page and its health: what needs a person now."""

from litestar import Response, get

from tongxing.service.console_funnels import kept
from tongxing.service.console_health import health
from tongxing.service.console_start import running, wanting
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest

Drawn = Response[str]


@get("/console", act="corridor.read", sync_to_thread=False)
def start(request: PageRequest) -> Drawn:
    """What needs a person now, and how the day goes."""
    front = front_of(request)
    house = front.house
    values = {"wanting": wanting(house), "today": running(house), "book": house.book, "clock": front.clock()}
    return front.pages.page(request, "console_start.html", values)


@get("/console/health", act="health.read", sync_to_thread=False)
def health_page(request: PageRequest) -> Drawn:
    """Lag, queues, workers, disk, book and versions."""
    front = front_of(request)
    values = {"view": health(front.house), "funnels": kept(front.house)}
    return front.pages.page(request, "console_health.html", values)
