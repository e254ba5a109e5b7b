"""The lots a holding is made of: when each part was bought, the oldest sold first.

Fees of redemption and the tax on dividends depend on how long a part was held, so a holding is never one
number here. Quantities are e4 integers (units times 10,000).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A part of a holding."""

    quantity_e4: int
    bought: date
    at_least: bool = False
    """The day is the one on which the part was first stated: it was bought then or earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A change of a holding, in order of time."""

    day: date
    kind: Literal["buy", "sell", "free", "state"]
    """`free`: shares that come or go without a purchase; `state`: so many are held, whatever was counted."""
    quantity_e4: int
    """Signed for `free`; positive otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A part of a lot that is sold."""

    quantity_e4: int
    held_days: int


def lots(moves: Iterable[Move]) -> tuple[Lot, ...]:
    """What is left of the lots after these moves; a sale beyond what is known leaves nothing."""
    held: list[Lot] = []
    for move in moves:
        if move.kind == "buy":
            held.append(Lot(quantity_e4=move.quantity_e4, bought=move.day))
        elif move.kind == "sell":
            held = list(_without(held, move.quantity_e4))
        elif move.kind == "free":
            held = _spread(held, move)
        elif move.quantity_e4 != sum(lot.quantity_e4 for lot in held):
            held = [Lot(quantity_e4=move.quantity_e4, bought=move.day, at_least=True)]
    return tuple(lot for lot in held if lot.quantity_e4 > 0)


def oldest_first(held: Sequence[Lot], quantity_e4: int, on: date) -> tuple[Taken, ...]:
    """Which parts a sale of so much takes; raises `ValueError` when less is held."""
    left, taken = quantity_e4, []
    for lot in sorted(held, key=lambda lot: lot.bought):
        part = min(left, lot.quantity_e4)
        if part > 0:
            taken.append(Taken(quantity_e4=part, held_days=max(0, (on - lot.bought).days)))
            left -= part
    if left > 0:
        raise ValueError(f"{quantity_e4} e4 cannot be taken from lots that hold {quantity_e4 - left}")
    return tuple(taken)


def available_e4(held: Sequence[Lot], on: date, *, same_day: bool) -> int:
    """What may be sold on a day: what was bought that very day waits, except where T+0 holds."""
    return sum(lot.quantity_e4 for lot in held if same_day or lot.bought < on or lot.at_least)


def _without(held: Sequence[Lot], quantity_e4: int) -> Iterable[Lot]:
    left = quantity_e4
    for lot in held:
        part = min(left, lot.quantity_e4)
        left -= part
        if lot.quantity_e4 > part:
            yield replace(lot, quantity_e4=lot.quantity_e4 - part)


def _spread(held: list[Lot], move: Move) -> list[Lot]:
    """New shares belong to the lots they came from; without a lot they begin one on their day."""
    total = sum(lot.quantity_e4 for lot in held)
    if total <= 0:
        return [Lot(quantity_e4=max(0, move.quantity_e4), bought=move.day)]
    found, given, counted = [], 0, 0
    for lot in held:
        counted += lot.quantity_e4
        upto = move.quantity_e4 * counted // total
        found.append(replace(lot, quantity_e4=lot.quantity_e4 + upto - given))
        given = upto
    return found
