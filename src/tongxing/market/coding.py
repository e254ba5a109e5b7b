"""How prices are written down: small whole numbers, each as its difference from what is already known.

A coded file is a CSV with one header line. Days are steps from the row before, prices are mil (0.001 CNY),
so that a row takes about thirty bytes and nothing is lost to rounding, except amounts below one yuan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.int64]

BAR_HEADER = "day_step,close_step,open_from_before,high_above,low_below,lots,yuan_beyond_close"
LEVEL_HEADERS = {
    "index": "day_step,close_milli_step",
    "nav": "day_step,nav_e6_step,cumulative_e6_step",
    "yields": "day_step,year10_e4_step,year30_e4_step",
}
ROWS_MAX = 20_000
"""Rows of one file: eighty years of sessions."""
MIL_SHARES_PER_LOT_YUAN = 10
"""A lot of 100 shares at one mil is a tenth of a yuan."""


class HistoryFormatError(ValueError):
    """A price file is not what its header promises: which file, which line, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Columns of a bar file, decoded; one entry a trading day."""

    days: Numbers
    opens: Numbers
    highs: Numbers
    lows: Numbers
    closes: Numbers
    lots: Numbers
    yuan: Numbers


def encode_bars(bars: Bars) -> str:
    """Write bars as coded CSV; `decode_bars` gives back exactly what was written."""
    before = np.concatenate(([0], bars.closes[:-1]))
    top = np.maximum(bars.opens, bars.closes)
    bottom = np.minimum(bars.opens, bars.closes)
    columns = (
        _steps(bars.days),
        bars.closes - before,
        bars.opens - before,
        bars.highs - top,
        bottom - bars.lows,
        bars.lots,
        bars.yuan - bars.lots * bars.closes // MIL_SHARES_PER_LOT_YUAN,
    )
    return _write(BAR_HEADER, columns)


def decode_bars(text: str, *, name: str) -> Bars:
    """Read coded bars; raises `HistoryFormatError` where a line is broken or a price makes no sense."""
    cells = _read(text, BAR_HEADER, name)
    days, closes = np.cumsum(cells[:, 0]), np.cumsum(cells[:, 1])
    opens = closes - cells[:, 1] + cells[:, 2]
    top, bottom = np.maximum(opens, closes), np.minimum(opens, closes)
    lots = cells[:, 5]
    lows = bottom - cells[:, 4]
    senseless = (cells[:, 0] <= 0) | (lows <= 0) | (cells[:, 3] < 0) | (cells[:, 4] < 0) | (lots < 0)
    _refuse_where(senseless, name)
    return Bars(
        days=days,
        opens=opens,
        highs=top + cells[:, 3],
        lows=lows,
        closes=closes,
        lots=lots,
        yuan=cells[:, 6] + lots * closes // MIL_SHARES_PER_LOT_YUAN,
    )


def encode_levels(kind: str, days: Numbers, *columns: Numbers) -> str:
    """Write a series of levels (index, net asset value, yields) as coded CSV."""
    return _write(LEVEL_HEADERS[kind], (_steps(days), *(_steps(column) for column in columns)))


def decode_levels(kind: str, text: str, *, name: str) -> tuple[Numbers, ...]:
    """Read days and levels; raises `HistoryFormatError` where a line is broken or days do not rise."""
    cells = _read(text, LEVEL_HEADERS[kind], name)
    _refuse_where(cells[:, 0] <= 0, name)
    return tuple(np.cumsum(cells[:, column]) for column in range(cells.shape[1]))


def _steps(values: Numbers) -> Numbers:
    return np.diff(values, prepend=0)


def _write(header: str, columns: Sequence[Numbers]) -> str:
    rows = np.column_stack(columns).tolist()
    return "\n".join((header, *(",".join(map(str, row)) for row in rows))) + "\n"


def _read(text: str, header: str, name: str) -> Numbers:
    first, _, rest = text.partition("\n")
    if first.rstrip("\r") != header:
        raise HistoryFormatError(f"{name} line 1: expected the header {header!r}, found {first[:120]!r}")
    lines = rest.splitlines()
    if not 0 < len(lines) <= ROWS_MAX:
        raise HistoryFormatError(f"{name}: {len(lines)} rows, expected 1 to {ROWS_MAX}")
    width = header.count(",") + 1
    for number, line in enumerate(lines, start=2):
        if line.count(",") + 1 != width:
            raise HistoryFormatError(f"{name} line {number}: expected {width} cells, found {line[:120]!r}")
    try:
        flat = list(map(int, ",".join(lines).split(",")))
        return np.array(flat, dtype=np.int64).reshape(len(lines), width)
    except (ValueError, OverflowError) as error:
        raise HistoryFormatError(f"{name}: {_first_bad(lines)}") from error


def _first_bad(lines: Sequence[str]) -> str:
    for number, line in enumerate(lines, start=2):
        for cell in line.split(","):
            if not cell.strip().lstrip("-").isdecimal():
                return f"line {number}: {cell[:40]!r} is not a whole number"
    return "a number is too large"


def _refuse_where(senseless: NDArray[np.bool_], name: str) -> None:
    if senseless.any():
        line = int(np.argmax(senseless)) + 2
        raise HistoryFormatError(f"{name} line {line}: days must rise and prices must be above zero")
