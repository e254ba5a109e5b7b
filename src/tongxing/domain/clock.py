"""Time as the house counts it: zoned instants, whole seconds, and days of Beijing."""

from datetime import date, datetime, timedelta, timezone
from typing import Protocol

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China keeps one zone without summer time since 1992, so a fixed offset is exact for our history."""

DAY_SECONDS = 86_400
BEIJING_OFFSET_SECONDS = 28_800
EPOCH_DAY = date(1970, 1, 1).toordinal()


class Clock(Protocol):
    """The clock in force: the wall clock in live mode, the market clock in a demo or a simulation."""

    def now(self) -> datetime:
        """The instant now, with its zone."""
        ...


def seconds(instant: datetime) -> int:
    """Whole seconds since 1970 of a zoned instant; a naive one is a mistake of ours."""
    if instant.tzinfo is None:
        raise ValueError(f"instant without zone: {instant.isoformat()}")
    return int(instant.timestamp())


def instant(at_seconds: int) -> datetime:
    """The Beijing instant of epoch seconds."""
    return datetime.fromtimestamp(at_seconds, BEIJING)


def beijing_day(at_seconds: int) -> int:
    """The Beijing day (days since 1970-01-01) an instant falls on; windows are counted in these."""
    return (at_seconds + BEIJING_OFFSET_SECONDS) // DAY_SECONDS


def day_number(day: date) -> int:
    """A calendar day as days since 1970-01-01."""
    return day.toordinal() - EPOCH_DAY


def day_of(number: int) -> date:
    """The calendar day of a day number."""
    return date.fromordinal(number + EPOCH_DAY)
