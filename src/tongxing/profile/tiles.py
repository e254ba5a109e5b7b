"""The compiler for one client: rows are added to series, aggregates are read from them.

A windowed series is a figure for each Beijing day; so events may come late and in any order, and what has
left every window is dropped without changing an answer.
"""

from bisect import bisect_right
from sys import intern
from typing import Any, TypeAlias

from tongxing.domain.clock import BEIJING_OFFSET_SECONDS, DAY_SECONDS, beijing_day, day_of
from tongxing.profile.features import AGGREGATES, PPM, Aggregate, derive
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


def empty() -> list[Slot]:
    """Series without any event."""
    return [None if one.how in (MOST, LEAST, LAST) else {} for one in SERIES]


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
    for slot, one in enumerate(SERIES):
        if one.how == VALUATION:
            old = sorted(day for day in slots[slot] if day <= today - VALUED_DAYS_KEPT)
            for day in old[:-1]:  # the newest before the kept days stays: the state before any window
                del slots[slot][day]
        elif one.days:
            for day in [day for day in slots[slot] if day <= today - one.days]:
                del slots[slot][day]


def features(slots: list[Slot], as_of: int) -> dict[str, int | None]:
    """Every feature as of an instant later than all events in the series."""
    return derive(aggregates(slots, as_of), IntegerOps(today=beijing_day(as_of)))


def aggregates(slots: list[Slot], as_of: int) -> dict[str, int | None]:
    """Every declared aggregate as of such an instant."""
    today = beijing_day(as_of)
    valued: ValuedDays = slots[VALUED_SLOT]
    ordered = sorted(valued)
    found: dict[str, int | None] = {}
    for name, how, slot, days, aggregate in _READ:
        series = slots[slot]
        if how == VALUATION:
            found[name] = _of_valued(aggregate, valued, ordered, today)
        elif how in (COUNT, SUM):
            floor = today - days
            found[name] = sum([value for day, value in series.items() if day > floor]) if series else 0
        elif how == GROUPED:
            found[name] = _largest_group(series, today - days)
        elif how == LAST:
            found[name] = None if series is None else series[KEY_PARTS]
        else:
            found[name] = series
    return found


_READ = tuple((name, series_kind(one), SLOT_OF[name], one.days or 0, one) for name, one in AGGREGATES.items())


def last_entry(slots: list[Slot], name: str) -> tuple[int, int, str, str, int] | None:
    """The entry behind a `last` aggregate: its key and its value, as evidence."""
    entry: tuple[int, int, str, str, int] | None = slots[SLOT_OF[name]]
    return entry


def tiles_of(slots: list[Slot], name: str) -> dict[int, int]:
    """The day tiles behind a windowed count or sum."""
    tiles: dict[int, int] = slots[SLOT_OF[name]]
    return tiles


def _largest_group(tiles: dict[int, dict[int, int]], floor: int) -> int | None:
    sums: dict[int, int] = {}
    for day, groups in tiles.items():
        if day > floor:
            for group, value in groups.items():
                sums[group] = sums.get(group, 0) + value
    return max(sums.values(), default=None)


def _of_valued(aggregate: Aggregate, valued: ValuedDays, ordered: list[int], today: int) -> int | None:
    if aggregate.how == "last":
        place = bisect_right(ordered, today - aggregate.lag)
        return None if place == 0 else int(valued[ordered[place - 1]][_place(aggregate)])
    within = ordered[bisect_right(ordered, today - (aggregate.days or 0)) :]
    if aggregate.how == "count":
        return len(within)
    place = _place(aggregate)
    if aggregate.how == "sum":
        return sum([int(valued[day][place]) for day in within])
    return drawdown_ppm([valued[day][place] for day in within])


def _place(aggregate: Aggregate) -> int:
    return KEY_PARTS + VALUED.columns.index(aggregate.column)


def drawdown_ppm(units: list[int]) -> int | None:
    """The deepest fall below the highest unit before it, cut downward; None without any unit above zero."""
    peak, deepest = 0, None
    for unit in units:
        peak = max(peak, unit)
        if peak > 0:
            fall = (peak - unit) * PPM // peak
            deepest = fall if deepest is None or fall > deepest else deepest
    return deepest
