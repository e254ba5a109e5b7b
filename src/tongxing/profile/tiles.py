"""The compiler for one client: rows are added to series, aggregates are read from them.

A windowed series is a figure for each Beijing day; so events may come late and in any order, and what has
left every window is dropped without changing an answer.
"""

from bisect import bisect_right
from sys import intern
from typing import Any, TypeAlias

from tongxing.domain.clock import BEIJING_OFFSET_SECONDS, DAY_SECONDS, beijing_day, day_of
from tongxing.profile.features import AGGREGATES, PPM, Aggregate
from tongxing.profile.formulas import FORMULAS, derive
from tongxing.profile.integer_ops import IntegerOps
from tongxing.profile.plan import (
    COUNT,
    GROUPED,
    LAST,
    LEAST,
    MOST,
    SERIES,
    SLOT_OF,
    SUM,
    VALUATION,
    VALUED_SLOT,
    ops,
    series_kind,
)
from tongxing.profile.rows import FIRST_COLUMN, TABLES, VALUED, Row

Key: TypeAlias = tuple[int, int, str, str]
"""(ts, known_at, source, source_seq): the greatest is the last."""
Slot: TypeAlias = Any
"""By kind of series: a number by day, a number by day and group, one number, or a keyed entry."""
ValuedDays: TypeAlias = dict[int, tuple[Any, ...]]
"""Beijing day -> (ts, known_at, source, source_seq, value, unit, cash, flow, largest sector)."""

VALUE, UNIT = 4, 5
KEY_PARTS = 4
DAY_MARK = "\x01"
"""Stands for the day itself in the `source_seq` of a valued day, so that all days share one text."""
VALUED_DAYS_KEPT = 185
"""The longest window or lag over valuations, and a few days."""
_CODED = tuple(table.coded for table in TABLES)
_TWO = 2
_SINGLE = tuple(one.how in (MOST, LEAST, LAST) for one in SERIES)


def empty() -> list[Slot]:
    """Series without any event."""
    return [None if single else {} for single in _SINGLE]


def add(slots: list[Slot], row: Row, source: str, source_seq: str) -> None:
    """Add one row to every series it counts for."""
    table, ts = row[0], row[1]
    day = (ts + BEIJING_OFFSET_SECONDS) // DAY_SECONDS
    coded = _CODED[table]
    first = row[FIRST_COLUMN] if coded else 0
    second = row[FIRST_COLUMN + 1] if coded == _TWO else 0
    for how, slot, place, group in ops(table, first, second):
        found = slots[slot]
        if how == COUNT:
            found[day] = found.get(day, 0) + 1
        elif how == SUM:
            found[day] = found.get(day, 0) + row[place]
        elif how == MOST:
            value = day if place < 0 else row[place]
            if found is None or value > found:
                slots[slot] = value
        elif how == LEAST:
            value = day if place < 0 else row[place]
            if found is None or value < found:
                slots[slot] = value
        elif how == GROUPED:
            groups = found.setdefault(day, {})
            groups[row[group]] = groups.get(row[group], 0) + row[place]
        else:
            _add_last(
                slots, slot, (row[1], row[2], source, source_seq), row, day if how == VALUATION else place
            )


def _add_last(
    slots: list[Slot], slot: int, key: tuple[int, int, str, str], row: Row, day_or_place: int
) -> None:
    """Keep the entry with the greatest key; for valued days the one of each day."""
    found = slots[slot]
    if slot == VALUED_SLOT:
        iso = day_of(day_or_place).isoformat()
        there = found.get(day_or_place)
        if there is None or key > (*there[:3], there[3].replace(DAY_MARK, iso)):
            seq = intern(key[3].replace(iso, DAY_MARK))
            found[day_or_place] = (*key[:3], seq, *row[FIRST_COLUMN:])
    elif found is None or key > found[:KEY_PARTS]:
        slots[slot] = (*key, row[day_or_place])


def trim(slots: list[Slot], today: int) -> None:
    """Drop what no window can reach any more from `today` on."""
    for slot, days in _TRIMMED:
        series = slots[slot]
        if series and min(series) <= today - days:
            old = sorted(day for day in series if day <= today - days)
            if slot == VALUED_SLOT:
                del old[-1]  # the newest before the kept days stays: the state before any window
            for day in old:
                del series[day]


_TRIMMED = tuple(
    (slot, VALUED_DAYS_KEPT if one.how == VALUATION else one.days)
    for slot, one in enumerate(SERIES)
    if one.how == VALUATION or one.days
)


def features(slots: list[Slot], as_of: int) -> dict[str, int | None]:
    """Every feature as of an instant later than all events in the series."""
    return derive(aggregates(slots, as_of), IntegerOps(today=beijing_day(as_of)))


def feature(slots: list[Slot], name: str, as_of: int) -> int | None:
    """One feature as of such an instant, from the series that it needs."""
    today = beijing_day(as_of)
    return FORMULAS[name](_Asked(slots, today), IntegerOps(today=today))


def aggregates(slots: list[Slot], as_of: int) -> dict[str, int | None]:
    """Every declared aggregate as of such an instant."""
    today = beijing_day(as_of)
    found = dict(_OF_NOTHING)
    for slot, series in enumerate(slots):
        if series or series == 0:
            _read(slot, series, today, found)
    return found


class _Asked(dict[str, "int | None"]):
    """Aggregates, read when asked for."""

    def __init__(self, slots: list[Slot], today: int) -> None:
        super().__init__()
        self._slots, self._today = slots, today

    def __missing__(self, name: str) -> int | None:
        slot = SLOT_OF[name]
        series = self._slots[slot]
        if not series and series != 0:
            return _OF_NOTHING[name]
        _read(slot, series, self._today, self)
        return self[name]


def _read(slot: int, series: Slot, today: int, found: dict[str, int | None]) -> None:
    """Every aggregate over one series that holds something."""
    how = _HOW[slot]
    if how == VALUATION:
        _of_valued(series, today, found)
    elif how in (COUNT, SUM):
        for name, days in _READ[slot]:
            found[name] = _within(series, today - days)
    elif how == GROUPED:
        for name, days in _READ[slot]:
            found[name] = _largest_group(series, today - days)
    else:
        value = series[KEY_PARTS] if how == LAST else series
        for name, _days in _READ[slot]:
            found[name] = value


_HOW = tuple(one.how for one in SERIES)
_READ = tuple(
    tuple((name, AGGREGATES[name].days or 0) for name, place in SLOT_OF.items() if place == slot)
    for slot in range(len(SERIES))
)
_OF_NOTHING: dict[str, int | None] = {
    name: 0 if one.how in ("count", "sum") else None for name, one in AGGREGATES.items()
}


def last_entry(slots: list[Slot], name: str) -> tuple[int, int, str, str, int] | None:
    """The entry behind a `last` aggregate: its key and its value, as evidence."""
    entry: tuple[int, int, str, str, int] | None = slots[SLOT_OF[name]]
    return entry


def tiles_of(slots: list[Slot], name: str) -> dict[int, int]:
    """The day tiles behind a windowed count or sum."""
    tiles: dict[int, int] = slots[SLOT_OF[name]]
    return tiles


def _within(series: dict[int, int], floor: int) -> int:
    """The sum of the days after one; a short series is often within the window as a whole."""
    if min(series) > floor:
        return sum(series.values())
    return sum([value for day, value in series.items() if day > floor])


def _largest_group(tiles: dict[int, dict[int, int]], floor: int) -> int | None:
    sums: dict[int, int] = {}
    for day, groups in tiles.items():
        if day > floor:
            for group, value in groups.items():
                sums[group] = sums.get(group, 0) + value
    return max(sums.values(), default=None)


def _of_valued(valued: ValuedDays, today: int, found: dict[str, int | None]) -> None:
    """Every aggregate over valued days; those that ask for the same days share them."""
    ordered = sorted(valued)
    entries = [valued[day] for day in ordered]
    for name, how, days, lag, place in _VALUED_READ:
        if how == "last":
            end = bisect_right(ordered, today - lag)
            found[name] = entries[end - 1][place] if end else None
        elif how == "count":
            found[name] = len(ordered) - bisect_right(ordered, today - days)
        else:
            figures = [entry[place] for entry in entries[bisect_right(ordered, today - days) :]]
            found[name] = sum(figures) if how == "sum" else drawdown_ppm(figures)


def _place(aggregate: Aggregate) -> int:
    return KEY_PARTS + VALUED.columns.index(aggregate.column) if aggregate.column else 0


_VALUED_READ = tuple(
    (name, one.how, one.days or 0, one.lag, _place(one))
    for name, one in AGGREGATES.items()
    if series_kind(one) == VALUATION
)


def drawdown_ppm(units: list[int]) -> int | None:
    """The deepest fall below the highest unit before it, cut downward; None without any unit above zero."""
    peak, deepest = 0, None
    for unit in units:
        peak = max(peak, unit)
        if peak > 0:
            fall = (peak - unit) * PPM // peak
            deepest = fall if deepest is None or fall > deepest else deepest
    return deepest
