"""Prices of one instrument, ready to be asked by day: plain Python numbers, decoded once."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tongxing.domain.clock import day_number, day_of
from tongxing.domain.market import Bar, CashDividend, Split
from tongxing.market.actions import StatedSplit, place_dividends, place_splits
from tongxing.market.coding import decode_bars, decode_levels

MIL = 1_000
YUAN_FEN = 100
PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """An exchange-traded instrument: its bars as traded, with the splits and dividends between them."""

    code: str
    days: tuple[int, ...]
    places: Mapping[int, int]
    opens: tuple[int, ...]
    highs: tuple[int, ...]
    lows: tuple[int, ...]
    closes: tuple[int, ...]
    lots: tuple[int, ...]
    yuan: tuple[int, ...]
    splits: Mapping[int, Split]
    dividends: Mapping[int, CashDividend]

    def bar(self, day: date) -> Bar | None:
        """The bar of that very day."""
        place = self.places.get(day_number(day))
        if place is None:
            return None
        return Bar(
            code=self.code,
            day=day,
            open_mil=self.opens[place],
            high_mil=self.highs[place],
            low_mil=self.lows[place],
            close_mil=self.closes[place],
            volume_lots=self.lots[place],
            amount_fen=self.yuan[place] * YUAN_FEN,
        )

    def last_place(self, day: date) -> int | None:
        """Where the latest bar at or before a day stands; None before the first."""
        place = bisect_right(self.days, day_number(day)) - 1
        return place if place >= 0 else None

    def reference_mil(self, day: date) -> int | None:
        """The close before a day, ex its dividend and split, half up: what limits are counted from."""
        number = day_number(day)
        place = bisect_right(self.days, number - 1) - 1
        if place < 0:
            return None
        reference = Fraction(self.closes[place])
        if number in self.dividends:
            reference -= Fraction(self.dividends[number].per_share) * MIL
        if number in self.splits:
            reference /= self.splits[number].ratio
        return (2 * reference.numerator + reference.denominator) // (2 * reference.denominator)

    def total_return_ppm(self, start: date, end: date) -> int | None:
        """Change from close to close with dividends put back at the ex day's close; half up."""
        first, last = self.last_place(start), self.last_place(end)
        if first is None or last is None or first > last:
            return None
        units = Fraction(1)
        for number in self._action_days(first, last):
            if number in self.splits:
                units *= self.splits[number].ratio
            if number in self.dividends:
                close = self.closes[self.places[number]]
                units *= 1 + Fraction(self.dividends[number].per_share) * MIL / close
        change = units * self.closes[last] / self.closes[first] - 1
        return (2 * change.numerator * PPM + change.denominator) // (2 * change.denominator)

    def _action_days(self, first: int, last: int) -> list[int]:
        after, until = self.days[first], self.days[last]
        return sorted(day for day in self.splits.keys() | self.dividends.keys() if after < day <= until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """A series of one or more levels by day: an index, yields, net asset values."""

    days: tuple[int, ...]
    places: Mapping[int, int]
    columns: tuple[tuple[int, ...], ...]

    def on(self, day: date, column: int = 0) -> int | None:
        """The level of that very day."""
        place = self.places.get(day_number(day))
        return None if place is None else self.columns[column][place]

    def latest(self, day: date, column: int = 0) -> tuple[int, date] | None:
        """The latest level at or before a day, with its day."""
        place = bisect_right(self.days, day_number(day)) - 1
        return (self.columns[column][place], day_of(self.days[place])) if place >= 0 else None


def series(
    code: str, text: str, splits: tuple[StatedSplit, ...], dividends: tuple[CashDividend, ...]
) -> Series:
    """Decode one bar file and join its splits and dividends; raises `HistoryFormatError`."""
    bars = decode_bars(text, name=f"bars_{code}.csv")
    days, closes = tuple(bars.days.tolist()), tuple(bars.closes.tolist())
    return Series(
        code=code,
        days=days,
        places={day: place for place, day in enumerate(days)},
        opens=tuple(bars.opens.tolist()),
        highs=tuple(bars.highs.tolist()),
        lows=tuple(bars.lows.tolist()),
        closes=closes,
        lots=tuple(bars.lots.tolist()),
        yuan=tuple(bars.yuan.tolist()),
        splits=place_splits(splits, days, closes),
        dividends=place_dividends(dividends, days),
    )


def levels(kind: str, text: str, *, name: str) -> Levels:
    """Decode one file of levels; raises `HistoryFormatError`."""
    days, *columns = decode_levels(kind, text, name=name)
    numbers = tuple(days.tolist())
    return Levels(
        days=numbers,
        places={day: place for place, day in enumerate(numbers)},
        columns=tuple(tuple(column.tolist()) for column in columns),
    )


def price(mil: int) -> Decimal:
    """Mil as yuan, exactly."""
    return Decimal(mil).scaleb(-3)
