"""The web application over one house: pages for everybody, and the interface for other systems."""

from collections.abc import Callable

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.types import ControllerRouterHandler

from tongxing.domain.access import Access
from tongxing.domain.clock import Clock
from tongxing.service.house import House
from tongxing.service.ports_issuer import SignInWays
from tongxing.web import clock_pages, design_pages, files, log_pages, metrics
from tongxing.web.api import assistant_routes
from tongxing.web.api import routes as api
from tongxing.web.api.assistant_routes import Assistants
from tongxing.web.client import routes as client
from tongxing.web.console import routes as console
from tongxing.web.desk import routes as desk
from tongxing.web.errors import Faults
from tongxing.web.front import Front
from tongxing.web.guard import BODY_BYTES_MAX, Guard, add_headers
from tongxing.web.identity import routes as identity
from tongxing.web.identity.judge import Judge
from tongxing.web.metrics_requests import RequestFigures, watched
from tongxing.web.metrics_store import StoreFigures
from tongxing.web.render import Pages, environment

ROUTES: tuple[ControllerRouterHandler, ...] = (
    clock_pages.clock,
    clock_pages.advance,
    clock_pages.restart,
    clock_pages.large_type,
    files.static_file,
    *design_pages.ROUTES,
    *log_pages.ROUTES,
    *metrics.ROUTES,
    *identity.ROUTES,
    *client.ROUTES,
    *desk.ROUTES,
    *console.ROUTES,
    *api.ROUTES,
)


def create(
    house: House,
    *,
    demo: bool,
    guard: Guard,
    over: Callable[[House], bool],
    access: Access,
    ways: SignInWays,
    wall: Clock,
    assistants: Assistants | None = None,
) -> Litestar:
    """The pages and the interface of a house, answering to the hosts of its guard.

    Raises `ValueError` for a demo that is no demo store: its people are chosen by one click.
    """
    if demo and house.store.setting("clock") != "market":
        raise ValueError("one-click sign-in is for a demo store with a market clock and for nothing else")
    pages = Pages(environment())
    figures = RequestFigures(StoreFigures(house))
    judge = Judge(guard, house, access, wall)
    app = Litestar(
        route_handlers=[
            *ROUTES,
            *(identity.ELSEWHERE if ways.issuer is not None else ()),
            *(assistant_routes.ROUTES if assistants is not None else ()),
        ],
        state=State(
            {
                "front": Front(house, pages, over, wall, demo),
                "figures": figures,
                "reach": judge.reach,
                "may": judge.may,
                "ways": ways,
                "assistants": assistants,
            }
        ),
        before_request=judge,
        before_send=[add_headers],
        exception_handlers={Exception: Faults(pages)},
        request_max_body_size=BODY_BYTES_MAX,
        compression_config=CompressionConfig(backend="gzip", minimum_size=1_000, gzip_compress_level=6),
        openapi_config=None,
        logging_config=None,
    )
    return watched(app, figures, house.entropy)
