"""Consents: what is in force, and a new word of the client."""

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from tongxing.service.api_consents import consents_of, say_consent
from tongxing.service.api_repeats import Kept, digest, once
from tongxing.service.api_shapes_doors import ConsentAct, Consents, Written
from tongxing.web.api.answers import done, given, read
from tongxing.web.api.asking import Query, decoded, id_of, key_of, query_of, raw_body, rule, tags_of
from tongxing.web.api.caller import caller
from tongxing.web.api.operations import Area, Operation
from tongxing.web.api.problems import Problem
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest

PATH = "/v1/clients/{client_id:str}/consents"


@get(
    PATH,
    act="api.consents.read",
    sync_to_thread=False,
    api=Operation(
        area=Area.CONSENTS,
        summary="Read a client's consents",
        detail="The consents in force. The ETag is their version: send it in If-Match when you write one.",
        gives=Consents,
        query=Query,
        problems=("not-found", "erased"),
    ),
)
def consents_read(request: PageRequest, client_id: FromPath[str]) -> Response[bytes]:
    """What the client agreed to."""
    query_of(request, Query)
    house = front_of(request).house
    found = consents_of(house, id_of(client_id), now=house.clock.now())
    day = house.clock.now().date()
    return read(request, found, tag=f"{found.version}-{day:%Y%m%d}-{int(found.personalisation)}")


@post(
    PATH,
    act="api.consents.act",
    status_code=202,
    api=Operation(
        area=Area.CONSENTS,
        summary="Write that a client gave or withdrew a consent",
        detail="Becomes an event of the log; it counts from the next decision on. A partner writes consents "
        "with itself as receiver alone.",
        gives=Written,
        status=202,
        body=ConsentAct,
        body_example={
            "act": "give",
            "purpose": "personalised_service",
            "source": "card_bill",
            "receiver": "partner-1",
            "until": "2027-05-06",
        },
        key="needed",
        if_match="optional",
        problems=("not-found", "erased"),
    ),
)
async def consents_act(request: PageRequest, client_id: FromPath[str]) -> Response[bytes]:
    """Write one word of the client."""
    house, person, name = front_of(request).house, caller(request), id_of(client_id)
    key, expected = key_of(request, needed=True), _expected(request)
    data = await raw_body(request, at_most=rule(house, "api_body_bytes_max"))
    act, now = decoded(data, ConsentAct), house.clock.now()

    def say() -> Kept:
        said = say_consent(house, person, name, act, key=key, expected=expected, now=now)
        return done(said, status=202)

    asked = digest("POST", request.url.path, data)
    return given(
        await sync_to_thread(
            once, house, person.person_id, key, asked, now=front_of(request).wall.now(), do=say
        )
    )


def _expected(request: PageRequest) -> int | None:
    """The version that If-Match names; None where any will do. Raises `Problem` 412 for no version."""
    tags = tags_of(request, "if-match")
    if not tags or tags == ("*",):
        return None
    version = tags[0].partition("-")[0]
    if len(tags) != 1 or not (version.isascii() and version.isdecimal()) or len(version) > 18:  # noqa: PLR2004
        raise Problem(kind="precondition-failed")
    return int(version)
