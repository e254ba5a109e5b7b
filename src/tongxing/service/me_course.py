"""How a client's account went beside an index: unit values at the closes of a period, flows taken out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, TypeAlias

from tongxing.domain.book import Book, RuleMissingError
from tongxing.domain.clock import seconds
from tongxing.profile.codes import integer
from tongxing.profile.tags import pairs
from tongxing.service.house import House
from tongxing.service.me_memory import Remembered
from tongxing.service.ports import StoredEvent
from tongxing.service.views import PointView

Period: TypeAlias = Literal["1m", "3m", "6m", "1y", "all"]
PERIODS: dict[str, int | None] = {"1m": 31, "3m": 92, "6m": 183, "1y": 366, "all": None}
"""Calendar days each period looks back."""
FIRST_PERIOD = "3m"
POINTS_MAX = 260
"""More closes are thinned out evenly; the first and the last stay."""
PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The account and one index over a period, both 1,000,000 at its first close."""

    period: str
    index: str
    index_name: str
    choices: tuple[tuple[str, str], ...]
    """(code, name) of the indices to choose from."""
    points: tuple[PointView, ...]
    change_ppm: int | None
    index_change_ppm: int | None
    drawdown_ppm: int | None
    """The deepest fall from a peak within the period, 0 or less."""


@dataclass(slots=True)
class _Closes:
    """Unit value at each close, by the event that was last to say it."""

    by_day: dict[date, tuple[tuple[int, int, str, str], int]] = field(default_factory=dict)


def course(house: House, client_id: str, *, period: str, index: str, on: date) -> Course:
    """The closes of a period that ends with the last one; unknown choices are the first ones."""
    chosen = period if period in PERIODS else FIRST_PERIOD
    choices = _choices(house.book, on)
    code = index if index in dict(choices) else next((one for one, _name in choices), "")
    closes = _remembered.of(house, (client_id,)).by_day
    days = _of_period(sorted(closes), PERIODS[chosen])
    units = [(day, closes[day][1]) for day in days]
    points = _points(house, _thinned(units), code) if units and units[0][1] > 0 else ()
    values = [unit for _day, unit in units]
    last = points[-1] if points else None
    return Course(
        period=chosen,
        index=code,
        index_name=dict(choices).get(code, ""),
        choices=choices,
        points=points,
        change_ppm=None if last is None else last.unit_ppm - PPM,
        index_change_ppm=None if last is None or last.benchmark_ppm is None else last.benchmark_ppm - PPM,
        drawdown_ppm=_drawdown(values) if points else None,
    )


def _choices(book: Book, on: date) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(pairs(book.rules.words("benchmark_choices", on)).items())
    except RuleMissingError:
        return ()


def _of_period(days: Sequence[date], back: int | None) -> Sequence[date]:
    """The closes of the period, with the last one before it as where it starts."""
    if back is None or not days:
        return days
    start = days[-1] - timedelta(days=back)
    earlier = sum(1 for day in days if day <= start)
    return days[max(0, earlier - 1) :]


def _thinned(units: Sequence[tuple[date, int]]) -> Sequence[tuple[date, int]]:
    count = len(units)
    if count <= POINTS_MAX:
        return units
    return [units[place * (count - 1) // (POINTS_MAX - 1)] for place in range(POINTS_MAX)]


def _points(house: House, units: Sequence[tuple[date, int]], code: str) -> tuple[PointView, ...]:
    first, base = units[0]
    found = []
    for day, unit in units:
        change = house.market.index_change_ppm(code, first, day) if code else None
        mark = None if change is None else PPM + change
        found.append(PointView(day=day, unit_ppm=unit * PPM // base, benchmark_ppm=mark))
    return tuple(found)


def _drawdown(values: Sequence[int]) -> int:
    peak, deepest = values[0], 0
    for value in values:
        peak = max(peak, value)
        deepest = min(deepest, (value - peak) * PPM // peak if peak > 0 else 0)
    return deepest


def _take(closes: _Closes, stored: StoredEvent) -> None:
    event = stored.event
    day = date.fromisoformat(str(event.body["date"]))
    key = (seconds(event.ts), seconds(event.known_at), event.source, event.source_seq)
    known = closes.by_day.get(day)
    if known is None or key > known[0]:
        closes.by_day[day] = (key, integer(event.body["unit_ppm"]))


_remembered: Remembered[_Closes] = Remembered(("day_valued",), _Closes, _take)
