"""Instants as they are stored: whole microseconds since 1970, exact in both directions."""

from datetime import datetime, timedelta
from hashlib import blake2b

from tongxing.domain.clock import BEIJING

PARTITIONS = 64
_EPOCH = datetime(1970, 1, 1, 8, tzinfo=BEIJING)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """An instant as a number; a naive one is a mistake of ours and raises `TypeError`."""
    return (at - _EPOCH) // _MICROSECOND


def instant(at_us: int) -> datetime:
    """The Beijing instant of a stored number."""
    return _EPOCH + timedelta(microseconds=at_us)


def partition_of(client_id: str) -> int:
    """Which of the 64 partitions a client's events belong to, the same on every machine."""
    digest = blake2b(client_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % PARTITIONS
