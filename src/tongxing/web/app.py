"""The web application over one house: demo stores only, on the loopback address only."""

from collections.abc import Callable

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State

from tongxing.service.house import House
from tongxing.web import client_pages, clock_pages, files, staff_pages
from tongxing.web.api import routes as api
from tongxing.web.client import routes as client
from tongxing.web.console import routes as console
from tongxing.web.desk import routes as desk
from tongxing.web.errors import Faults
from tongxing.web.front import Front
from tongxing.web.guard import BODY_BYTES_MAX, Guard, add_headers
from tongxing.web.identity import routes as identity
from tongxing.web.render import Pages, environment

ROUTES = (
    client_pages.start,
    client_pages.clients,
    client_pages.home,
    client_pages.cards,
    client_pages.search,
    client_pages.ask,
    client_pages.dismiss,
    client_pages.personalisation,
    client_pages.human,
    staff_pages.corridor,
    staff_pages.lines,
    staff_pages.decision,
    staff_pages.leaf,
    clock_pages.clock,
    clock_pages.advance,
    clock_pages.restart,
    clock_pages.large_type,
    clock_pages.healthz,
    files.static_file,
    *identity.ROUTES,
    *client.ROUTES,
    *desk.ROUTES,
    *console.ROUTES,
    *api.ROUTES,
)


def create(house: House, *, demo: bool, port: int, over: Callable[[House], bool]) -> Litestar:
    """The pages of a demo store, answering to the loopback names with this port alone.

    Raises `ValueError` for a store that is no demo: these pages have no sign-in.
    """
    if not demo:
        raise ValueError("these pages have no sign-in: they serve a demo store and nothing else")
    pages = Pages(environment())
    return Litestar(
        route_handlers=list(ROUTES),
        state=State({"front": Front(house, pages, over)}),
        before_request=Guard(port),
        before_send=[add_headers],
        exception_handlers={Exception: Faults(pages)},
        request_max_body_size=BODY_BYTES_MAX,
        compression_config=CompressionConfig(backend="gzip", minimum_size=1_000, gzip_compress_level=6),
        openapi_config=None,
        logging_config=None,
    )
