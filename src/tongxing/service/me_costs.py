"""What a client's holdings cost: the moving average of what was paid, fees included.

A purchase adds what was paid with its fees; a sale takes out its share of the cost; a split or bonus changes
the number and not the cost. A holding that came with a snapshot has no purchase in the log: it counts from
the price stated there, and says from which day. Where a price is missing the cost is not known.
"""

from bisect import insort
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from tongxing.domain.clock import beijing_day, day_of, seconds
from tongxing.profile.codes import QUANTITY_PLACES, integer, scaled
from tongxing.profile.rows import holding_value_fen
from tongxing.service.house import House
from tongxing.service.me_memory import Remembered
from tongxing.service.ports import StoredEvent

MOVING_KINDS = frozenset({"trade", "fund_confirmed", "shares_changed", "holding_snapshot"})
BUYS = frozenset({"buy", "subscribe", "reinvest"})
FREE = frozenset({"split", "bonus"})
"""Shares that come or go without changing what was paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the present quantity of one product cost."""

    quantity_e4: int
    cost_fen: int | None
    """None where a part came in without a price."""
    since: date | None = None
    """The day of the snapshot whose price stands for the purchases before it; None: all are in the log."""


class _Move(NamedTuple):
    """One change, in order of time."""

    ts: int
    seq: int
    code: str
    change_e4: int
    paid_fen: int | None
    """What came in cost; None: not known."""
    free: bool


class _Snapshot(NamedTuple):
    ts: int
    seq: int
    holdings: tuple[tuple[str, int, int | None], ...]


@dataclass(slots=True)
class _Told:
    """Movements and snapshots in order of time, and what they came to when it was last asked."""

    entries: list[tuple[int, int, _Move | _Snapshot]] = field(default_factory=list)
    costs: dict[str, Cost] | None = None


def costs(house: House, client_ids: Collection[str]) -> Mapping[str, Cost]:
    """The cost of each product held, by code."""
    return _costs_of(_remembered.of(house, client_ids))


def costs_of(stored: Iterable[StoredEvent]) -> Mapping[str, Cost]:
    """The cost of each product after these events, in whatever order they come."""
    told = _Told()
    for one in stored:
        _take(told, one)
    return _costs_of(told)


def _costs_of(told: _Told) -> Mapping[str, Cost]:
    if told.costs is None:
        told.costs = _folded(entry[2] for entry in told.entries)
    return told.costs


def _take(told: _Told, stored: StoredEvent) -> None:
    event = stored.event
    ts, seq, body = seconds(event.ts), stored.seq, event.body
    entry: _Move | _Snapshot
    if event.kind == "holding_snapshot":
        listed = body["holdings"]
        entry = _Snapshot(ts, seq, tuple(map(_held, listed if isinstance(listed, list) else [])))
    else:
        entry = _move(event.kind, ts, seq, body)
    insort(told.entries, (ts, seq, entry))
    told.costs = None


def _held(holding: Mapping[str, object]) -> tuple[str, int, int | None]:
    return str(holding["code"]), scaled(holding["quantity"], QUANTITY_PLACES), holding_value_fen(holding)


def _move(kind: str, ts: int, seq: int, body: Mapping[str, object]) -> _Move:
    code = str(body["code"])
    if kind == "shares_changed":
        free = str(body["reason"]) in FREE
        return _Move(ts, seq, code, scaled(body["quantity"], QUANTITY_PLACES), None, free)
    quantity = scaled(body["quantity" if kind == "trade" else "units"], QUANTITY_PLACES)
    if str(body["side"]) not in BUYS:
        return _Move(ts, seq, code, -quantity, None, False)
    paid = integer(body["gross_fen"]) + integer(body.get("fees_fen", 0))
    return _Move(ts, seq, code, quantity, paid, False)


def _folded(entries: Iterable[_Move | _Snapshot]) -> dict[str, Cost]:
    found: dict[str, Cost] = {}
    for entry in entries:
        if isinstance(entry, _Snapshot):
            found = {
                code: _stated(found.get(code), entry.ts, held, value) for code, held, value in entry.holdings
            }
        else:
            after = _moved(found.get(entry.code), entry)
            if after is None:
                found.pop(entry.code, None)
            else:
                found[entry.code] = after
    return found


def _stated(before: Cost | None, ts: int, quantity_e4: int, value_fen: int | None) -> Cost:
    """A snapshot that says what we count already changes no cost; another one begins anew."""
    if before is not None and before.quantity_e4 == quantity_e4:
        return before
    return Cost(quantity_e4=quantity_e4, cost_fen=value_fen, since=day_of(beijing_day(ts)))


def _moved(before: Cost | None, move: _Move) -> Cost | None:
    """The cost after one change; None when nothing is left."""
    held, cost = (0, 0) if before is None else (before.quantity_e4, before.cost_fen)
    after = held + move.change_e4
    if after <= 0:
        return None
    since = None if before is None else before.since
    if cost is None or move.free:
        return Cost(quantity_e4=after, cost_fen=cost, since=since)
    if move.change_e4 < 0:
        return Cost(quantity_e4=after, cost_fen=cost * after // held, since=since)
    paid = None if move.paid_fen is None else cost + move.paid_fen
    return Cost(quantity_e4=after, cost_fen=paid, since=since)


_remembered: Remembered[_Told] = Remembered(MOVING_KINDS, _Told, _take)
