"""Sums over the days of a holding's life: fast in floats, exact to the fen where floats cannot decide.

Each sum comes with a bound of its rounding error. Only where a half fen lies within that bound is the sum
taken again in fractions, so the answer is always that of exact arithmetic.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

import numpy as np

from tongxing.advice.attribution_life import FEN_SCALE, RATE_E8, Floats

EPSILON = float(np.finfo(np.float64).eps)
ROUNDINGS = 16
"""More roundings than any one term of a sum goes through."""
HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What was held on each day after the first, and between which prices."""

    held: Floats
    """Economic quantity e4 at the open, after the day's corporate action."""
    base: Floats
    """Close before, or the reference price of an ex day."""
    close: Floats
    fx_before: Floats | None
    fx: Floats | None
    market: Floats | None
    """Index levels by day, the first day before these days included."""
    sector: Floats | None
    closed: Sequence[int]
    """Places of suspended days, rising."""

    @property
    def count(self) -> int:
        """How many days."""
        return len(self.held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The parts of a window that are sums over days, in fen."""

    market_fen: int
    sector_fen: int
    suspended_fen: int
    fx_fen: int
    rest: Callable[[Sequence[int]], int]
    """What neither market nor sector explains, over the days at these places."""


def sums(days: Days) -> Sums:
    """The parts by day: market, sector, currency, suspension, and the rest to be dealt out by day."""
    scale = float(FEN_SCALE)
    held = days.held * (RATE_E8 / scale) if days.fx_before is None else days.held / scale * days.fx_before
    value = held * days.base
    live = value
    if days.closed:
        live = value.copy()
        live[list(days.closed)] = 0.0
    by_market, by_sector = _return(days.market), _return(days.sector)
    taken = by_market if by_sector is None else by_sector
    gross = float(live.sum())
    market = sector = 0
    if by_market is not None:
        market = _fen(live * by_market, gross, lambda: _market(days, days.market))
    if by_market is not None and by_sector is not None:
        terms = live * (by_sector - by_market)
        sector = _fen(terms, 2 * gross, lambda: _market(days, days.sector) - _market(days, days.market))

    def rest(places: Sequence[int]) -> int:
        at = list(places)
        moved = held[at] * (days.close[at] - days.base[at])
        size = float((np.abs(moved) + value[at]).sum())
        terms = moved if taken is None else moved - value[at] * taken[at]
        return _fen(terms, size, lambda: _rest(days, at))

    return Sums(
        market_fen=market,
        sector_fen=sector,
        suspended_fen=_suspended(days, held) if days.closed else 0,
        fx_fen=_fx(days),
        rest=rest,
    )


def half_up(exact: Fraction) -> int:
    """To a whole number, a half away from zero."""
    whole = floor(abs(exact) + HALF)
    return whole if exact >= 0 else -whole


def _return(levels: Floats | None) -> Floats | None:
    """Change by day of an index."""
    return None if levels is None else levels[1:] / levels[:-1] - 1.0


def _fen(terms: Floats, size: float, exact: Callable[[], Fraction]) -> int:
    """A sum of terms in fen; `size` bounds what each term's own error is a share of."""
    total = float(terms.sum())
    spread = float(np.abs(terms).sum())
    doubt = EPSILON * (ROUNDINGS * size + (len(terms) + ROUNDINGS) * spread) + EPSILON
    shifted = abs(total) + 0.5
    whole = floor(shifted)
    if shifted - whole <= doubt or whole + 1 - shifted <= doubt:
        return half_up(exact())
    return whole if total >= 0 else -whole


def _suspended(days: Days, held: Floats) -> int:
    """Quantity × change of the valuation price."""
    at = list(days.closed)
    moved = held[at] * (days.close[at] - days.base[at])
    return _fen(moved, float(np.abs(moved).sum()), lambda: sum((_move(days, one) for one in at), Fraction(0)))


def _fx(days: Days) -> int:
    """Quantity × close × change of the rate."""
    if days.fx is None or days.fx_before is None:
        return 0
    terms = days.held * days.close / float(FEN_SCALE) * (days.fx - days.fx_before)
    return _fen(terms, float(np.abs(terms).sum()), lambda: _fx_exact(days))


def _market(days: Days, levels: Floats | None) -> Fraction:
    """Value × return of the index, exactly."""
    return sum((_value(days, at) * _index(levels, at) for at in _open(days)), Fraction(0))


def _rest(days: Days, places: Iterable[int]) -> Fraction:
    levels = days.market if days.sector is None else days.sector
    return sum((_move(days, at) - _value(days, at) * _index(levels, at) for at in places), Fraction(0))


def _fx_exact(days: Days) -> Fraction:
    if days.fx is None or days.fx_before is None:
        return Fraction(0)
    numbers = zip(days.held, days.close, days.fx, days.fx_before, strict=True)
    total = sum(int(held) * int(close) * (int(fx) - int(before)) for held, close, fx, before in numbers)
    return Fraction(total, FEN_SCALE)


def _open(days: Days) -> Iterable[int]:
    closed = frozenset(days.closed)
    return (at for at in range(days.count) if at not in closed)


def _rate(days: Days, at: int) -> int:
    return RATE_E8 if days.fx_before is None else int(days.fx_before[at])


def _value(days: Days, at: int) -> Fraction:
    return Fraction(int(days.held[at]) * int(days.base[at]) * _rate(days, at), FEN_SCALE)


def _move(days: Days, at: int) -> Fraction:
    change = int(days.close[at]) - int(days.base[at])
    return Fraction(int(days.held[at]) * change * _rate(days, at), FEN_SCALE)


def _index(levels: Floats | None, at: int) -> Fraction:
    """Return of an index on a day, exactly."""
    if levels is None:
        return Fraction(0)
    before = int(levels[at])
    return Fraction(int(levels[at + 1]) - before, before)
