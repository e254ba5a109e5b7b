"""A call made twice is done once: the first answer is kept under the caller's key, sealed, for a day.

As the draft of the Idempotency-Key header says: the same key with the same request gives the same answer,
with another request it is refused, and while the first call is under way the second one is told so.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b

import msgspec

from tongxing.domain.clock import BEIJING
from tongxing.service.house import House

FORGOTTEN_AT_ONCE = 100
KEY_LENGTH_MAX = 128


class KeyReusedError(ValueError):
    """The key belongs to another request."""


class UnderWayError(RuntimeError):
    """The first call with this key has not come to its end."""


class Kept(msgspec.Struct, frozen=True):
    """An answer as it was given."""

    status: int
    body: bytes
    headers: dict[str, str]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Kept).decode


def digest(*parts: str | bytes) -> bytes:
    """What makes two requests the same."""
    whole = blake2b(digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big"))
        whole.update(data)
    return whole.digest()


def once(
    house: House, person_id: str, key: str, asked: bytes, *, now: datetime, do: Callable[[], Kept]
) -> Kept:
    """The kept answer of the first such call, or that of this one, done now and kept.

    What fails leaves the key free. Raises `KeyReusedError`, `UnderWayError`, and what `do` raises.
    """
    rows, rules, on = house.store.idempotency, house.book.rules, now.astimezone(BEIJING).date()
    rows.forget(now - timedelta(hours=rules.number("api_key_answer_hours", on)), limit=FORGOTTEN_AT_ONCE)
    earlier = rows.begin(person_id, key, asked, now=now)
    if earlier is not None:
        if earlier.asked != asked:
            raise KeyReusedError(key)
        if earlier.status is not None:
            if not earlier.answer:
                raise KeyReusedError(key)
            return _decode(earlier.answer)
        lost = now - earlier.at > timedelta(seconds=rules.number("api_key_way_seconds", on))
        if not lost or not rows.take_over(person_id, key, earlier, now=now):
            raise UnderWayError(key)
    try:
        answer = do()
    except BaseException:
        rows.release(person_id, key)
        raise
    rows.finish(person_id, key, status=answer.status, answer=_encode(answer))
    return answer
