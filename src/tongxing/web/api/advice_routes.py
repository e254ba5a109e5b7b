"""A client's plan for other systems."""

from litestar import Response, get
from litestar.params import FromPath

from tongxing.service.api_plan import PlanAnswer, client_plan
from tongxing.web.api.answers import read
from tongxing.web.api.asking import Query, id_of, query_of
from tongxing.web.api.operations import Area, Operation
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest, locale_of

PROFILES = "api.profiles.read"


@get(
    "/v1/clients/{client_id:str}/plan",
    act=PROFILES,
    sync_to_thread=True,
    api=Operation(
        area=Area.CLIENTS,
        summary="Read a client's plan",
        detail="The last plan the client had drafted and did not take back, with its exact words and the "
        "leaf that proves it. It was written by AI, and whoever shows it carries the mark on. What "
        "compliance would not let pass today is held back, and the rules are named.",
        gives=PlanAnswer,
        query=Query,
        problems=("not-found", "erased"),
    ),
)
def plan_read(request: PageRequest, client_id: FromPath[str]) -> Response[bytes]:
    """The plan of one client."""
    query_of(request, Query)
    house = front_of(request).house
    found = client_plan(house, id_of(client_id), now=house.clock.now(), locale=locale_of(request))
    return read(request, found)
