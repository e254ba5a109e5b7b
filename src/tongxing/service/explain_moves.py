"""What came into and went out of a client's holdings, from the log: the past of one code, as known now."""

from bisect import insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from tongxing.domain.clock import beijing_day, day_of, seconds
from tongxing.profile.codes import QUANTITY_PLACES, integer, scaled
from tongxing.service.me_costs import BUYS, FREE, MOVING_KINDS
from tongxing.service.me_memory import Remembered
from tongxing.service.me_who import Mine
from tongxing.service.ports import StoredEvent

PRICE_PLACES = 6


class Move(NamedTuple):
    """One change of a quantity, in order of time."""

    ts: int
    seq: int
    day: date
    change_e4: int
    price_e6: int
    """0 where no price was paid."""
    gross_fen: int
    fee_fen: int
    free: bool
    """By a split or a bonus."""


class Statement(NamedTuple):
    """A snapshot: what the quantity was said to be."""

    ts: int
    seq: int
    day: date
    held_e4: int


@dataclass(slots=True)
class Past:
    """All changes of each code, and the snapshots, which speak of every code."""

    moves: dict[str, list[Move]] = field(default_factory=dict)
    snapshots: list[tuple[int, int, date, Mapping[str, int]]] = field(default_factory=list)

    def of(self, code: str) -> list[Move | Statement]:
        """Changes and statements of one code in order of time."""
        said: list[Move | Statement] = [
            Statement(ts, seq, day, held.get(code, 0)) for ts, seq, day, held in self.snapshots
        ]
        return sorted([*said, *self.moves.get(code, ())], key=lambda one: (one.ts, one.seq))

    def codes(self) -> list[str]:
        """Every code that was ever held."""
        return sorted({*self.moves, *(code for one in self.snapshots for code in one[3])})


def past_of(me: Mine) -> Past:
    """The past of a client and of the records merged into it."""
    return _remembered.of(me.house, me.client_ids)


def _take(past: Past, stored: StoredEvent) -> None:
    event = stored.event
    ts, body = seconds(event.ts), event.body
    day = day_of(beijing_day(ts))
    if event.kind == "holding_snapshot":
        listed = body["holdings"]
        held = {
            str(one["code"]): scaled(one["quantity"], QUANTITY_PLACES)
            for one in (listed if isinstance(listed, list) else [])
        }
        insort(past.snapshots, (ts, stored.seq, day, held), key=lambda one: one[:2])
        return
    move = _move(event.kind, ts, stored.seq, day, body)
    past.moves.setdefault(str(body["code"]), []).append(move)


def _move(kind: str, ts: int, seq: int, day: date, body: Mapping[str, object]) -> Move:
    if kind == "shares_changed":
        change = scaled(body["quantity"], QUANTITY_PLACES)
        return Move(ts, seq, day, change, 0, 0, 0, str(body["reason"]) in FREE)
    trade = kind == "trade"
    quantity = scaled(body["quantity" if trade else "units"], QUANTITY_PLACES)
    sign = 1 if str(body["side"]) in BUYS else -1
    price = scaled(body["price" if trade else "nav"], PRICE_PLACES)
    fee = integer(body.get("fees_fen", 0))
    return Move(ts, seq, day, sign * quantity, price, integer(body["gross_fen"]), fee, False)


_remembered: Remembered[Past] = Remembered(MOVING_KINDS, Past, _take)
