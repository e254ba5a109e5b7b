"""The corridor as staff watch it, one decision laid open, and sealed records."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tongxing.service.console_start import running
from tongxing.service.corridor_view import corridor_lines, corridor_totals
from tongxing.service.decision_view import decision_view
from tongxing.service.leaf_view import leaf_view
from tongxing.web.console.looked import looked
from tongxing.web.console.reasons import said
from tongxing.web.console.rows import drawn_with
from tongxing.web.front import front_of
from tongxing.web.recent import Recent
from tongxing.web.render import PageRequest, locale_of, may

LINES = 30
ID_LENGTH_MAX = 64
LEAF_DIGITS_MAX = 15
Drawn = Response[str]
TOTALS, TODAY = Recent(corridor_totals), Recent(running)


@get("/console/corridor", act="corridor.read", sync_to_thread=False)
def corridor(request: PageRequest) -> Drawn:
    """The latest decisions; `?before=` an id goes on where a page ended."""
    front = front_of(request)
    with front.house.store.looking():
        return front.pages.page(request, "corridor.html", {**_lines(request), "clock": front.clock()})


@get("/console/corridor/lines", act="corridor.read", sync_to_thread=False)
def lines(request: PageRequest) -> Drawn:
    """The list alone, for a page that stays open."""
    return front_of(request).pages.page(request, "_lines.html", _lines(request))


@get("/console/corridor/{decision_id:str}", act="verdict.read", sync_to_thread=False)
def decision(request: PageRequest, decision_id: FromPath[str]) -> Drawn:
    """One event through every room."""
    front = front_of(request)
    view = decision_view(front.house, decision_id[:ID_LENGTH_MAX], locale=locale_of(request))
    if view is None:
        raise NotFoundException(detail="decision")
    looked(request, "verdict.read", view.client_id)
    return front.pages.page(request, "decision.html", {"view": view, "said": said})


@get("/console/leaves/{number:str}", act="verdict.read", sync_to_thread=False)
def leaf(request: PageRequest, number: FromPath[str]) -> Drawn:
    """A sealed record, checked anew."""
    front = front_of(request)
    is_number = number.isascii() and number.isdecimal() and len(number) <= LEAF_DIGITS_MAX
    view = leaf_view(front.house, int(number)) if is_number else None
    if view is None:
        raise NotFoundException(detail="leaf")
    return front.pages.page(request, "leaf.html", {"view": view})


def _lines(request: PageRequest) -> dict[str, object]:
    front = front_of(request)
    before = request.query_params.get("before", "")[:ID_LENGTH_MAX]
    found = corridor_lines(front.house, limit=LINES + 1, before=before, locale=locale_of(request))
    return {
        "totals": TOTALS.of(front.house),
        "today": TODAY.of(front.house),
        "lines": found[:LINES],
        "older": len(found) > LINES,
        "before": before,
        "row": drawn_with(front.pages, opens=may(request, "verdict.read")),
    }
