"""Which series the declared aggregates need: those that differ only in their window share one."""

from dataclasses import dataclass

from tongxing.profile.features import AGGREGATES, DAY, Aggregate
from tongxing.profile.rows import VALUED

COUNT, SUM, MOST, LEAST, LAST, GROUPED, VALUATION = range(7)
"""Kinds of series: day tiles of counts, sums, sums by group; one extreme; one last entry; valued days."""
_KINDS = {"count": COUNT, "sum": SUM, "max": MOST, "min": LEAST, "last": LAST, "group_max": GROUPED}

Op = tuple[int, int, int, int]
"""(kind, slot, place of the column or -1 for the day, place of the group) of a series a row is added to."""


@dataclass(frozen=True, slots=True)
class Series:
    """One stored series."""

    how: int
    aggregate: Aggregate
    days: int
    """The longest window over it; 0 for one without windows."""


def series_kind(aggregate: Aggregate) -> int:
    """The kind of series that answers an aggregate."""
    first_day = aggregate.how == "min" and aggregate.column == DAY
    return VALUATION if aggregate.table is VALUED and not first_day else _KINDS[aggregate.how]


def _identity(aggregate: Aggregate) -> tuple[object, ...]:
    how = series_kind(aggregate)
    if how == VALUATION:
        return (how,)
    return how, aggregate.table.number, aggregate.column, aggregate.where, aggregate.by


def _plan() -> tuple[tuple[Series, ...], dict[str, int]]:
    places: dict[tuple[object, ...], int] = {}
    found: list[Series] = []
    slots: dict[str, int] = {}
    for name, aggregate in AGGREGATES.items():
        how, days = series_kind(aggregate), aggregate.days or 0
        if how in (COUNT, SUM, GROUPED) and not days:
            raise ValueError(f"{name}: {aggregate.how} needs a window in days")
        slot = places.setdefault(_identity(aggregate), len(found))
        if slot == len(found):
            found.append(Series(how, aggregate, days))
        elif days > found[slot].days:
            found[slot] = Series(how, found[slot].aggregate, days)
        slots[name] = slot
    return tuple(found), slots


SERIES, SLOT_OF = _plan()
VALUED_SLOT = next(slot for slot, one in enumerate(SERIES) if one.how == VALUATION)

_ops: dict[tuple[int, int, int], tuple[Op, ...]] = {}


def ops(table: int, first: int, second: int) -> tuple[Op, ...]:
    """Where rows of a table with these codes are added; found once for each combination of codes."""
    found = _ops.get((table, first, second))
    if found is None:
        found = _ops[table, first, second] = tuple(
            (one.how, slot, _place(one.aggregate, "column"), _place(one.aggregate, "by"))
            for slot, one in enumerate(SERIES)
            if one.aggregate.table.number == table and _counts(one.aggregate, (first, second))
        )
    return found


def _place(aggregate: Aggregate, use: str) -> int:
    column = aggregate.by if use == "by" else aggregate.column
    return -1 if column in ("", DAY) else aggregate.table.place(column)


def _counts(aggregate: Aggregate, codes: tuple[int, int]) -> bool:
    if series_kind(aggregate) == VALUATION:
        return True
    columns = aggregate.table.columns
    return all(codes[columns.index(column)] in wanted for column, wanted in aggregate.where)


FINGERPRINT = "|".join(
    f"{one.how}:{one.aggregate.table.name}:{one.aggregate.column}:{one.aggregate.where}:{one.aggregate.by}"
    for one in SERIES
)
"""Names the series in their order: a state packed under another declaration is not read by mistake."""
