"""Payments of one product on one day: a dividend, a matured product, shares allotted or paid for."""

from typing import NamedTuple

from tongxing.domain.clock import DAY_SECONDS
from tongxing.domain.event import EventRef
from tongxing.profile.codes import integer
from tongxing.profile.record import Last, State

KEPT_DAYS = 60
"""How long a payment is kept beside a later one of its kind."""
KEPT_MAX = 32


class Payment(NamedTuple):
    """Money of one product on one day, with the key of the event that told it."""

    ts: int
    known_at: int
    source: str
    source_seq: str
    code: str
    amount_fen: int
    day: int
    """The Beijing day it speaks of."""

    @property
    def cause(self) -> str:
        """What makes it another payment; told twice by two sources it is still one."""
        return f"{self.code} {self.day} {self.amount_fen}"

    def ref(self, kind: str) -> EventRef:
        """The event that told it."""
        return EventRef(source=self.source, source_seq=self.source_seq, kind=kind, ts=self.ts)


def payments(state: State, kind: str) -> tuple[Payment, ...]:
    """The latest payments of a kind, oldest first."""
    return _within(state.last.get(kind))


def joined(found: Last | None, payment: Payment, kind: str) -> Last:
    """The payments of a kind with one more; the same set whatever order they came in."""
    every = sorted({payment, *_within(found)})[-KEPT_MAX:]
    newest = every[-1]
    kept = tuple(one for one in every if one.ts > newest.ts - KEPT_DAYS * DAY_SECONDS)
    return Last(newest.ts, newest.known_at, newest.source, newest.source_seq, kind, kept)


def _within(found: Last | None) -> tuple[Payment, ...]:
    kept = () if found is None else found.value
    return tuple(_payment(one) for one in kept if isinstance(one, tuple))


def _payment(one: tuple[object, ...]) -> Payment:
    ts, known_at, source, source_seq, code, amount, day = one
    key = integer(ts), integer(known_at), str(source), str(source_seq)
    return Payment(*key, str(code), integer(amount), integer(day))
