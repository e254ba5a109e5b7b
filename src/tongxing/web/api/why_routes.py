"""Why a client's holding changed, for other systems."""

from datetime import date

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from tongxing.service.explain_api import WhyAnswer, holding_why
from tongxing.service.explain_file import ExplainError
from tongxing.web.api.answers import read
from tongxing.web.api.asking import Query, id_of, query_of
from tongxing.web.api.operations import Area, Operation
from tongxing.web.api.problems import invalid
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest, locale_of

PROFILES = "api.profiles.read"
WORDS = {
    "too_long": "the days are too far apart",
    "no_days": "no close lies between these days",
    "no_prices": "there are no published prices of it for these days",
    "oversold": "the log sells more than was held",
}


class Days(Query, frozen=True, kw_only=True):
    """The days of the question; left out: the last month."""

    start: date | None = msgspec.field(default=None, name="from")
    end: date | None = msgspec.field(default=None, name="to")


@get(
    "/v1/clients/{client_id:str}/holdings/{code:str}/why",
    act=PROFILES,
    sync_to_thread=True,
    api=Operation(
        area=Area.CLIENTS,
        summary="Read why a client's holding changed",
        detail="The causes of a holding's change between two closes in fen, which add up to the result "
        "exactly, with sentences that compliance cleared. Nothing is used that was not published. Where too "
        "much is unexplained, `hand_over` asks for a person.",
        gives=WhyAnswer,
        query=Days,
        problems=("not-found", "erased", "invalid"),
    ),
)
def why_read(request: PageRequest, client_id: FromPath[str], code: FromPath[str]) -> Response[bytes]:
    """Why one holding of one client changed."""
    days = query_of(request, Days)
    house = front_of(request).house
    try:
        found = holding_why(
            house,
            id_of(client_id),
            id_of(code),
            start=days.start,
            end=days.end,
            now=house.clock.now(),
            locale=locale_of(request),
        )
    except ExplainError as problem:
        raise invalid(WORDS.get(str(problem), str(problem)), parameter="from") from problem
    return read(request, found)
