"""Cursors: where a page ended, opaque to callers and checked when they come back.

A cursor gives no right: it holds a place in a list that is filtered anew for each page, and belongs to that
list with those filters alone.
"""

import base64
import binascii
from hashlib import blake2b

import msgspec

from tongxing.web.api.problems import invalid

LENGTH_MAX = 400
MARK_BYTES = 6
Place = str | int
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[bytes, str | int]).decode


def cursor(of: str, place: Place) -> str:
    """A place of the list `of` (its address with its filters)."""
    return base64.urlsafe_b64encode(_encode((_mark(of), place))).rstrip(b"=").decode("ascii")


def text_place(of: str, given: str) -> str:
    """The place of a cursor of this list, empty for none. Raises `Problem` 422."""
    if not given:
        return ""
    place = _place(of, given)
    if not isinstance(place, str):
        raise _stranger()
    return place


def number_place(of: str, given: str) -> int | None:
    """The same where places are numbers; None for none."""
    if not given:
        return None
    place = _place(of, given)
    if not isinstance(place, int):
        raise _stranger()
    return place


def _place(of: str, given: str) -> Place:
    try:
        data = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
        mark, place = _decode(data)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as broken:
        raise _stranger() from broken
    if mark != _mark(of) or cursor(of, place) != given:
        raise _stranger()
    return place


def _mark(of: str) -> bytes:
    return blake2b(of.encode(), digest_size=MARK_BYTES).digest()


def _stranger() -> Exception:
    return invalid("no cursor of this list; begin without one", parameter="cursor")
