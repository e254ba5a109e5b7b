"""Clients, profiles, the next best service, and what was said to a client."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from tongxing.service.api_clients import client_detail, client_profile, list_clients
from tongxing.service.api_next import next_service
from tongxing.service.api_shapes import (
    ClientDetail,
    Clients,
    NextAnswer,
    ProfileAnswer,
)
from tongxing.service.api_shapes_records import Touches
from tongxing.service.api_verdicts import list_touches
from tongxing.web.api.answers import list_name, next_address, read
from tongxing.web.api.asking import Paged, Query, id_of, limit_of, query_of, rule
from tongxing.web.api.caller import reach_of
from tongxing.web.api.cursors import cursor, number_place, text_place
from tongxing.web.api.operations import Area, Operation
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest

CLIENTS, PROFILES = "api.clients.read", "api.profiles.read"
NEXT, TOUCHES = "api.next.read", "api.touches.read"
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class AsOf(Query, frozen=True, kw_only=True):
    """A profile in the past."""

    as_of: Instant | None = None
    """An instant with its zone: the profile as the house knew the client then."""


class Moment(Query, frozen=True, kw_only=True):
    """A moment of service."""

    moment: Instant | None = None
    """An instant with its zone; left out: now."""


@get(
    "/v1/clients",
    act=CLIENTS,
    sync_to_thread=True,
    api=Operation(
        area=Area.CLIENTS,
        summary="List clients",
        detail="Clients within reach of the key, in order of their ids, names masked. A page may be short "
        "though more follow: go on while `next` says so.",
        gives=Clients,
        query=Paged,
        example={
            "items": [{"client_id": "C000017", "name": "林*", "href": "/v1/clients/C000017"}],
            "next": None,
        },
    ),
)
def clients_list(request: PageRequest) -> Response[bytes]:
    """A page of clients."""
    asked, name = query_of(request, Paged), list_name(request)
    house = front_of(request).house
    items, last = list_clients(
        house,
        reach_of(request, CLIENTS),
        after=text_place(name, asked.cursor),
        limit=limit_of(house, asked.limit),
        scan=rule(house, "api_scan_max"),
    )
    goes_on = next_address(request, None if last is None else cursor(name, last))
    return read(request, Clients(items=items, next=goes_on))


@get(
    "/v1/clients/{client_id:str}",
    act=CLIENTS,
    sync_to_thread=False,
    api=Operation(
        area=Area.CLIENTS,
        summary="Read a client",
        detail="Who the client is and where they stand now; fields masked as the role demands.",
        gives=ClientDetail,
        query=Query,
        problems=("not-found", "erased"),
    ),
)
def client_read(request: PageRequest, client_id: FromPath[str]) -> Response[bytes]:
    """One client."""
    query_of(request, Query)
    house = front_of(request).house
    found = client_detail(house, reach_of(request, CLIENTS), id_of(client_id), now=house.clock.now())
    return read(request, found)


@get(
    "/v1/clients/{client_id:str}/profile",
    act=PROFILES,
    sync_to_thread=True,
    api=Operation(
        area=Area.CLIENTS,
        summary="Read a client's profile",
        detail="Needs, risk and preferences, each with the events it rests on; now, or as the house knew the "
        "client at a past instant.",
        gives=ProfileAnswer,
        query=AsOf,
        problems=("not-found", "erased"),
    ),
)
def profile_read(request: PageRequest, client_id: FromPath[str]) -> Response[bytes]:
    """The profile of one client."""
    asked, house = query_of(request, AsOf), front_of(request).house
    found = client_profile(house, id_of(client_id), as_of=asked.as_of, now=house.clock.now())
    return read(request, found)


@get(
    "/v1/clients/{client_id:str}/next",
    act=NEXT,
    sync_to_thread=True,
    api=Operation(
        area=Area.CLIENTS,
        summary="Ask for the next best service",
        detail="What would be decided at a moment, with every gate's answer. Computed for this answer alone: "
        "nothing is written, nothing is sent, and no words are given: words go to clients through the "
        "corridor and in no other way.",
        gives=NextAnswer,
        query=Moment,
        problems=("not-found", "erased"),
    ),
)
def next_read(request: PageRequest, client_id: FromPath[str]) -> Response[bytes]:
    """The next best service, dry."""
    asked, house = query_of(request, Moment), front_of(request).house
    return read(request, next_service(house, id_of(client_id), moment=asked.moment, now=house.clock.now()))


@get(
    "/v1/clients/{client_id:str}/touches",
    act=TOUCHES,
    sync_to_thread=False,
    api=Operation(
        area=Area.VERDICTS,
        summary="List what was said to a client",
        detail="Every delivered touch, newest first, with the leaves that prove verdict and receipt.",
        gives=Touches,
        query=Paged,
        problems=("not-found", "erased"),
    ),
)
def touches_list(request: PageRequest, client_id: FromPath[str]) -> Response[bytes]:
    """A page of touches."""
    asked, name = query_of(request, Paged), list_name(request)
    house = front_of(request).house
    items, last = list_touches(
        house,
        id_of(client_id),
        before=number_place(name, asked.cursor),
        limit=limit_of(house, asked.limit),
    )
    goes_on = next_address(request, None if last is None else cursor(name, last))
    return read(request, Touches(items=items, next=goes_on))
