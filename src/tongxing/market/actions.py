"""Splits and cash dividends of what clients hold, joined to the day on which the price shows them.

The base date of a split is often a suspended day. It takes effect on the trading day, from one before to two
after the base date, on which close x ratio lies nearest to the close before.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tongxing.domain.clock import day_number, day_of
from tongxing.domain.market import CashDividend, Split
from tongxing.market.coding import HistoryFormatError

SPLIT_HEADER = "code,base_date,ratio_e4"
DIVIDEND_HEADER = "code,ex_date,per_share_e4,payment_date"
E4 = 10_000
SESSIONS_BEFORE_BASE = 1
SESSIONS_AFTER_BASE = 2
BASE_DISTANCE_DAYS_MAX = 15
EX_DAY_WAIT_DAYS = 15
"""An action on a closed or suspended day waits for the next trading day, at most the longest holiday."""
ACTIONS_MAX = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedSplit:
    """A split as announced: one share becomes `ratio`, by a base date."""

    code: str
    base_day: date
    ratio: Fraction


def parse_splits(text: str) -> Mapping[str, tuple[StatedSplit, ...]]:
    """Announced splits by code; raises `HistoryFormatError` with the line."""
    found: dict[str, list[StatedSplit]] = {}
    for number, (code, base_day, ratio) in _rows(text, SPLIT_HEADER, "splits.csv"):
        try:
            split = StatedSplit(
                code=code, base_day=date.fromisoformat(base_day), ratio=Fraction(int(ratio), E4)
            )
        except ValueError as error:
            raise HistoryFormatError(f"splits.csv line {number}: {error}") from error
        if split.ratio <= 0:
            raise HistoryFormatError(f"splits.csv line {number}: a ratio is above zero")
        found.setdefault(code, []).append(split)
    return {code: tuple(splits) for code, splits in found.items()}


def parse_dividends(text: str) -> Mapping[str, tuple[CashDividend, ...]]:
    """Announced cash dividends by code; raises `HistoryFormatError` with the line."""
    found: dict[str, list[CashDividend]] = {}
    for number, (code, ex_day, per_share, paid) in _rows(text, DIVIDEND_HEADER, "dividends.csv"):
        try:
            dividend = CashDividend(
                code=code,
                ex_day=date.fromisoformat(ex_day),
                per_share=Decimal(int(per_share)).scaleb(-4),
                payment_day=date.fromisoformat(paid),
            )
        except ValueError as error:
            raise HistoryFormatError(f"dividends.csv line {number}: {error}") from error
        if dividend.per_share <= 0:
            raise HistoryFormatError(f"dividends.csv line {number}: a dividend is above zero")
        found.setdefault(code, []).append(dividend)
    return {code: tuple(dividends) for code, dividends in found.items()}


def place_splits(
    stated: Sequence[StatedSplit], days: Sequence[int], closes: Sequence[int]
) -> Mapping[int, Split]:
    """Splits by the trading day (day number) they take effect on; those outside the history are dropped."""
    placed: dict[int, Split] = {}
    for split in stated:
        base = day_number(split.base_day)
        middle = bisect_left(days, base)
        window = range(
            max(1, middle - SESSIONS_BEFORE_BASE), min(len(days), middle + SESSIONS_AFTER_BASE + 1)
        )
        candidates = [place for place in window if abs(days[place] - base) <= BASE_DISTANCE_DAYS_MAX]
        if not candidates or base < days[0]:
            continue
        place = min(candidates, key=lambda place: _leap(split.ratio, closes, place))
        placed[days[place]] = Split(code=split.code, day=day_of(days[place]), ratio=split.ratio)
    return placed


def place_dividends(stated: Sequence[CashDividend], days: Sequence[int]) -> Mapping[int, CashDividend]:
    """Dividends by the trading day (day number) on which the price goes ex; two of one day are added."""
    known = frozenset(days)
    placed: dict[int, CashDividend] = {}
    for dividend in stated:
        first = day_number(dividend.ex_day)
        day = next((day for day in range(first, first + EX_DAY_WAIT_DAYS + 1) if day in known), None)
        if day is None or day == days[0]:
            continue
        before = placed[day].per_share if day in placed else Decimal(0)
        placed[day] = CashDividend(
            code=dividend.code,
            ex_day=day_of(day),
            per_share=before + dividend.per_share,
            payment_day=dividend.payment_day,
        )
    return placed


def _leap(ratio: Fraction, closes: Sequence[int], place: int) -> Fraction:
    """How far from standing still a price would have moved: max(x, 1/x), least at 1."""
    moved = closes[place] * ratio / closes[place - 1]
    return max(moved, 1 / moved)


def _rows(text: str, header: str, name: str) -> Sequence[tuple[int, list[str]]]:
    lines = text.splitlines()
    if not lines or lines[0] != header:
        raise HistoryFormatError(f"{name} line 1: expected the header {header!r}")
    if len(lines) > ACTIONS_MAX:
        raise HistoryFormatError(f"{name}: more than {ACTIONS_MAX} lines")
    rows = [(number, line.split(",")) for number, line in enumerate(lines[1:], start=2)]
    for number, cells in rows:
        if len(cells) != header.count(",") + 1:
            raise HistoryFormatError(f"{name} line {number}: expected {header}")
    return rows
