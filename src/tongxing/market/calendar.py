"""Days on which the exchange opens, from its yearly holiday notices (`book/calendars/xshg.csv`).

Working weekends of the public calendar do not open the exchange: a session is a weekday that is no holiday.
A year is covered only when its notice is in the file, so a forgotten January fails loudly.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date

from tongxing.domain.clock import day_number, day_of
from tongxing.domain.market import CalendarError

__all__ = ["Calendar", "CalendarError", "parse"]

HEADER = "date,holiday,source"
WEEK = 7
WORKDAYS = 5
EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday."""
HOLIDAYS_MAX = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The sessions of all covered years, as day numbers."""

    days: tuple[int, ...]
    day_set: frozenset[int]
    years: frozenset[int]

    def is_session(self, day: date) -> bool:
        """Whether the exchange opens; raises `CalendarError` for a year without its notice."""
        self._require(day.year, day.year)
        return day_number(day) in self.day_set

    def next_session(self, day: date) -> date:
        """The first session after a day; raises `CalendarError` where it is not known."""
        self._require(day.year, day.year)
        place = bisect_right(self.days, day_number(day))
        if place == len(self.days):
            raise CalendarError(f"no session after {day.isoformat()} is known: {self._span()}")
        found = day_of(self.days[place])
        self._require(day.year, found.year)
        return found

    def previous_session(self, day: date) -> date:
        """The last session before a day; raises `CalendarError` where it is not known."""
        self._require(day.year, day.year)
        place = bisect_left(self.days, day_number(day)) - 1
        if place < 0:
            raise CalendarError(f"no session before {day.isoformat()} is known: {self._span()}")
        found = day_of(self.days[place])
        self._require(found.year, day.year)
        return found

    def sessions(self, start: date, end: date) -> tuple[date, ...]:
        """Sessions from start to end, both included; empty when start is after end."""
        if start > end:
            return ()
        self._require(start.year, end.year)
        first = bisect_left(self.days, day_number(start))
        last = bisect_right(self.days, day_number(end))
        return tuple(day_of(number) for number in self.days[first:last])

    def _require(self, first_year: int, last_year: int) -> None:
        for year in range(first_year, last_year + 1):
            if year not in self.years:
                raise CalendarError(f"the trading calendar has no notice for {year}: {self._span()}")

    def _span(self) -> str:
        return f"it covers {min(self.years)} to {max(self.years)}" if self.years else "it is empty"


def parse(text: str) -> Calendar:
    """Read the holiday file (weekday holidays only); raises `CalendarError` naming the broken line."""
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or lines[0] != HEADER:
        raise CalendarError(f"calendar line 1: expected {HEADER!r}")
    if len(lines) > HOLIDAYS_MAX:
        raise CalendarError(f"calendar: more than {HOLIDAYS_MAX} lines")
    holidays: set[int] = set()
    years: set[int] = set()
    for number, line in enumerate(lines[1:], start=2):
        day = _holiday(line, number)
        if day_number(day) in holidays:
            raise CalendarError(f"calendar line {number}: {day.isoformat()} stands twice")
        holidays.add(day_number(day))
        years.add(day.year)
    days = tuple(day for year in sorted(years) for day in _weekdays(year) if day not in holidays)
    return Calendar(days=days, day_set=frozenset(days), years=frozenset(years))


def _holiday(line: str, number: int) -> date:
    cells = line.split(",")
    try:
        day_text, name, source = cells
        day = date.fromisoformat(day_text)
    except ValueError as error:
        raise CalendarError(f"calendar line {number}: expected date,holiday,source") from error
    if day.weekday() >= WORKDAYS:
        raise CalendarError(f"calendar line {number}: {day_text} is a weekend, which is never a session")
    if not name or str(day.year) not in source:
        raise CalendarError(f"calendar line {number}: needs a name and the notice of {day.year}")
    return day


def _weekdays(year: int) -> tuple[int, ...]:
    first, last = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
    return tuple(day for day in range(first, last + 1) if (day + EPOCH_WEEKDAY) % WEEK < WORKDAYS)
