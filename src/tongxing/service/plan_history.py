"""The market's past as daily returns of several products over the same sessions, for the odds of a plan."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from tongxing.service.ports import Market

Floats = npt.NDArray[np.float64]
KEPT_MAX = 64
_kept: WeakKeyDictionary[Market, dict[tuple[str, date, date], Floats]] = WeakKeyDictionary()


def daily_returns(market: Market, codes: Sequence[str], since: date, until: date) -> dict[str, Floats]:
    """Total return of each product on each session after `since` up to `until`, the same sessions for all.

    A session without a price of a product (suspended, not yet published) counts as no change, made up on the
    next. A product without any price on the first session is left out: its past is shorter than was asked.
    """
    days = market.sessions(since, until)
    kept = _kept.setdefault(market, {})
    found = {}
    for code in codes:
        key = (code, since, until)
        if key not in kept:
            if len(kept) >= KEPT_MAX:
                kept.clear()
            kept[key] = _returns(market, code, days)
        if len(kept[key]):
            found[code] = kept[key]
    return found


def _returns(market: Market, code: str, days: Sequence[date]) -> Floats:
    if not days or market.last_close(code, days[0]) is None:
        return np.empty(0)
    found = np.zeros(max(0, len(days) - 1))
    before = _price(market, code, days[0])
    for place, day in enumerate(days[1:]):
        close = _price(market, code, day)
        split, dividend = market.split_on(code, day), market.dividend_on(code, day)
        worth = close * (Fraction(1) if split is None else split.ratio)
        if dividend is not None:
            worth += Fraction(dividend.per_share)
        found[place] = float(worth / before) - 1.0
        before = close
    return found


def _price(market: Market, code: str, day: date) -> Fraction:
    found = market.last_close(code, day)
    if found is None:
        raise LookupError(f"{code} lost its price by {day.isoformat()}")
    return Fraction(found[0])
