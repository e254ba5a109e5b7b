"""Verdicts and the leaves that prove them."""

from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from tongxing.service.api_shapes_records import ProofAnswer, VerdictDetail, Verdicts
from tongxing.service.api_verdicts import list_verdicts, proof, verdict_detail
from tongxing.web.api.answers import list_name, next_address, read
from tongxing.web.api.asking import Paged, Query, id_of, limit_of, query_of, rule
from tongxing.web.api.caller import reach_of
from tongxing.web.api.cursors import cursor, text_place
from tongxing.web.api.operations import Area, Operation
from tongxing.web.api.problems import Problem
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest

VERDICTS, PROOFS = "api.verdicts.read", "api.proofs.read"
LEAF_DIGITS_MAX = 15


class VerdictQuery(Paged, frozen=True, kw_only=True):
    """Verdicts of all clients within reach, or of one."""

    client: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    """A client id."""


@get(
    "/v1/verdicts",
    act=VERDICTS,
    sync_to_thread=True,
    api=Operation(
        area=Area.VERDICTS,
        summary="List verdicts",
        detail="Every decision, silence and refusals included, newest first. A page may be short though more "
        "follow: go on while `next` says so.",
        gives=Verdicts,
        query=VerdictQuery,
    ),
)
def verdicts_list(request: PageRequest) -> Response[bytes]:
    """A page of verdicts."""
    asked, name = query_of(request, VerdictQuery), list_name(request)
    house = front_of(request).house
    items, last = list_verdicts(
        house,
        reach_of(request, VERDICTS),
        client_id=asked.client,
        before=text_place(name, asked.cursor),
        limit=limit_of(house, asked.limit),
        scan=rule(house, "api_scan_max"),
    )
    goes_on = next_address(request, None if last is None else cursor(name, last))
    return read(request, Verdicts(items=items, next=goes_on))


@get(
    "/v1/verdicts/{decision_id:str}",
    act=VERDICTS,
    sync_to_thread=False,
    api=Operation(
        area=Area.VERDICTS,
        summary="Read a verdict",
        detail="Why something was said or was not: the cause, the signs, every gate's answer, the verdict on "
        "the words, the leaves.",
        gives=VerdictDetail,
        query=Query,
        problems=("not-found", "erased"),
    ),
)
def verdict_read(request: PageRequest, decision_id: FromPath[str]) -> Response[bytes]:
    """One decision."""
    query_of(request, Query)
    house = front_of(request).house
    return read(request, verdict_detail(house, reach_of(request, VERDICTS), id_of(decision_id)))


@get(
    "/v1/proofs/{leaf_index:str}",
    act=PROOFS,
    sync_to_thread=False,
    api=Operation(
        area=Area.VERDICTS,
        summary="Read a leaf of the ledger",
        detail="The exact bytes, their RFC 6962 hash, the root over all leaves, and which commitments open.",
        gives=ProofAnswer,
        query=Query,
        problems=("not-found",),
    ),
)
def proof_read(request: PageRequest, leaf_index: FromPath[str]) -> Response[bytes]:
    """One leaf, checked anew."""
    query_of(request, Query)
    if not (leaf_index.isascii() and leaf_index.isdecimal() and len(leaf_index) <= LEAF_DIGITS_MAX):
        raise Problem(kind="not-found")
    house = front_of(request).house
    return read(request, proof(house, reach_of(request, PROOFS), int(leaf_index)))
