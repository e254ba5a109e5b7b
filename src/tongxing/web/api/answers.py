"""Answers as JSON with their tags, so that what did not change is not sent again."""

from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response

from tongxing.service.api_repeats import Kept
from tongxing.web.api.asking import tags_of
from tongxing.web.render import PageRequest

MEDIA = "application/json"
TAG_BYTES = 9
KEEPING = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
NOT_MODIFIED = 304
_encode = msgspec.json.Encoder(decimal_format="string", order="sorted").encode


def read(request: PageRequest, shape: Any, *, tag: str = "") -> Response[bytes]:  # noqa: ANN401 - any shape
    """The answer to a read: 304 where the caller has it already."""
    body = _encode(shape)
    known = tag or blake2b(body, digest_size=TAG_BYTES).hexdigest()
    headers = {**KEEPING, "ETag": f'"{known}"'}
    if any(one in {"*", known} for one in tags_of(request, "if-none-match")):
        return Response(b"", status_code=NOT_MODIFIED, media_type=MEDIA, headers=headers)
    next_page = getattr(shape, "next", None)
    if isinstance(next_page, str):
        headers["Link"] = f'<{next_page}>; rel="next"'
    return Response(body, status_code=200, media_type=MEDIA, headers=headers)


def done(shape: Any, *, status: int = 200, tag: str = "", location: str = "") -> Kept:  # noqa: ANN401
    """The answer to an act, in a form that can be kept for a repeat."""
    headers = {"Cache-Control": "no-store"}
    if tag:
        headers["ETag"] = f'"{tag}"'
    if location:
        headers["Location"] = location
    return Kept(status=status, body=_encode(shape), headers=headers)


def given(kept: Kept) -> Response[bytes]:
    """An answer that can be kept, as it goes out: the same for the first call and for every repeat."""
    return Response(kept.body, status_code=kept.status, media_type=MEDIA, headers=dict(kept.headers))


def next_address(request: PageRequest, cursor: str | None) -> str | None:
    """The address of the next page: the same one with its filters and the new cursor."""
    if cursor is None:
        return None
    asked = [(name, str(value)) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f"{request.url.path}?{urlencode([*asked, ('cursor', cursor)])}"


def list_name(request: PageRequest) -> str:
    """What a cursor belongs to: the address with its filters, the size of a page left aside."""
    asked = sorted(
        (name, str(value))
        for name, value in request.query_params.multi_items()
        if name not in {"cursor", "limit"}
    )
    return f"{request.url.path}?{urlencode(asked)}"
