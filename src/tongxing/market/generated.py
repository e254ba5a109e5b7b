"""An invented market of the same shape as a shipped one, from a generator handed in: for tests and trials.

Nothing in it is a real price. It has what real histories have: a limit that holds, a split whose base day is
suspended, a dividend, two indices, yields and a fund.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator

from tongxing.domain.clock import day_number, day_of
from tongxing.market import manifest
from tongxing.market.actions import DIVIDEND_HEADER, SPLIT_HEADER
from tongxing.market.coding import Bars, Numbers, encode_bars, encode_levels

CODES = ("159920", "510300", "511260", "512480", "512800", "518880")
INDICES = ("000015", "000300")
FUND = "F00002"
DAILY_MOVE = 0.012
DAILY_MOVE_MAX = 0.08
"""Below every limit in force, so that rounding never breaks one."""
FIRST_CLOSE_MIL = 4_000
CLOSE_MIL_MIN = 1_000
DIVIDEND_MIL = 20
SPLIT_AFTER = 0.5
DIVIDEND_AFTER = 0.25
SESSIONS_MIN = 20


def texts(chance: Generator, *, sessions: Sequence[date], codes: Sequence[str] = CODES) -> Mapping[str, str]:
    """Coded files of an invented market over these sessions, manifest included; one seed, one market.

    Raises:
        ValueError: fewer than twenty sessions, or no code.
    """
    if len(sessions) < SESSIONS_MIN or not codes:
        raise ValueError(f"an invented market needs {SESSIONS_MIN} sessions and a code")
    days = np.array([day_number(day) for day in sessions], dtype=np.int64)
    suspended = int(len(days) * SPLIT_AFTER)
    ex_day = day_of(int(days[int(len(days) * DIVIDEND_AFTER)]))
    found = {f"bars_{code}.csv": _bars(chance, days, suspended) for code in codes}
    for code in INDICES:
        found[f"index_{code}.csv"] = encode_levels("index", days, _walk(chance, len(days), 3_000_000))
    found["yields.csv"] = encode_levels(
        "yields", days, _walk(chance, len(days), 25_000), _walk(chance, len(days), 30_000)
    )
    nav = _walk(chance, len(days), 1_000_000)
    found[f"nav_{FUND}.csv"] = encode_levels("nav", days, nav, nav)
    base_day = day_of(int(days[suspended])).isoformat()
    found["splits.csv"] = _lines(SPLIT_HEADER, [f"{code},{base_day},20000" for code in codes])
    paid = (ex_day + timedelta(days=5)).isoformat()
    found["dividends.csv"] = _lines(
        DIVIDEND_HEADER, [f"{code},{ex_day.isoformat()},{DIVIDEND_MIL * 10},{paid}" for code in codes]
    )
    found[manifest.NAME] = manifest.write(found)
    return found


def _bars(chance: Generator, days: Numbers, suspended: int) -> str:
    """A walk of closes; the base day of the split is suspended, and prices halve on the session after it."""
    closes = _walk(chance, len(days), FIRST_CLOSE_MIL)
    closes[suspended:] //= 2
    open_step = np.rint(closes * chance.uniform(-0.005, 0.005, len(days))).astype(np.int64)
    opens = closes + open_step
    reach = np.rint(closes * chance.uniform(0, 0.004, (2, len(days)))).astype(np.int64)
    lots = chance.integers(1_000, 5_000_000, len(days))
    keep = np.arange(len(days)) != suspended
    return encode_bars(
        Bars(
            days=days[keep],
            opens=opens[keep],
            highs=(np.maximum(opens, closes) + reach[0])[keep],
            lows=(np.minimum(opens, closes) - reach[1])[keep],
            closes=closes[keep],
            lots=lots[keep],
            yuan=(lots * closes // 10)[keep],
        )
    )


def _walk(chance: Generator, length: int, first: int) -> Numbers:
    """A level that moves by bounded steps and never nears zero."""
    moves = np.clip(chance.normal(0.0002, DAILY_MOVE, length), -DAILY_MOVE_MAX, DAILY_MOVE_MAX)
    level = float(first)
    floor = first * CLOSE_MIL_MIN / FIRST_CLOSE_MIL
    found = []
    for move in moves.tolist():
        level = max(floor, level * (1 + move))
        found.append(round(level))
    return np.array(found, dtype=np.int64)


def _lines(header: str, rows: Sequence[str]) -> str:
    return "\n".join((header, *rows)) + "\n"
