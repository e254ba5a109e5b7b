"""A client's sealed records: checked anew on the page, verified by the browser, and taken away as files."""

import msgspec
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tongxing.service.leaf_view import leaf_view
from tongxing.service.log_receipts import FILE_ENDING, RecordFile, closed_but, record_file
from tongxing.service.me_who import Mine
from tongxing.web.client.own import Drawn, own_of
from tongxing.web.render import PageRequest

NUMBER_LENGTH_MAX = 15
GROUP, CHOSEN = "group", "chosen"
HOW_TEXT = "text/plain; charset=utf-8"


@get("/me/proofs/{number:str}", act="own.read", sync_to_thread=True)
def proof(request: PageRequest, number: FromPath[str]) -> Drawn:
    """One sealed record of the client's own, checked anew; 404 for anybody else's."""
    own = own_of(request)
    me = own.mine()
    found = _record(me, number)
    values = {
        "leaf": leaf_view(own.front.house, int(number)),
        "record": found,
        "told": msgspec.to_builtins(found),
    }
    return own.draw("me_proof.html", values, me=me)


@get("/me/proofs/{number:str}/receipt", act="own.read", sync_to_thread=True)
def proof_receipt(request: PageRequest, number: FromPath[str]) -> Response[bytes]:
    """The receipt as a file (C2SP tlog-proof); 404 while no checkpoint covers the record."""
    own = own_of(request)
    found = _record(own.mine(), number)
    if not found.receipt:
        raise NotFoundException(detail="receipt")
    return _file(found.receipt.encode(), f"record-{number}{FILE_ENDING}", HOW_TEXT)


@get("/me/proofs/{number:str}/record", act="own.read", sync_to_thread=True)
def proof_record(request: PageRequest, number: FromPath[str]) -> Response[bytes]:
    """The record with its receipt as one JSON file: all its groups opened, or those that were chosen."""
    found = _record(own_of(request).mine(), number)
    asked = request.query_params
    taken = closed_but(found, asked.getall(GROUP, [])) if CHOSEN in asked else found
    if taken is None:
        raise NotFoundException(detail="group")
    return _file(msgspec.json.encode(taken), f"record-{number}.json", "application/json")


def _record(me: Mine, number: str) -> RecordFile:
    readable = number.isascii() and number.isdigit() and len(number) <= NUMBER_LENGTH_MAX
    found = record_file(me, int(number)) if readable else None
    if found is None:
        raise NotFoundException(detail="leaf")
    return found


def _file(content: bytes, name: str, kind: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)
