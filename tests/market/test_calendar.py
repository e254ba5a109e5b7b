from datetime import date
from pathlib import Path

import exchange_calendars
import pytest

import tongxing
from tongxing.market.calendar import Calendar, CalendarError, parse
from tongxing.market.history import Market

FILE = Path(tongxing.__file__).parent / "book" / "calendars" / "xshg.csv"


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return parse(FILE.read_text(encoding="utf-8"))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # its use of pandas, not ours
def test_our_sessions_are_those_of_an_independent_calendar(calendar: Calendar) -> None:
    other = exchange_calendars.get_calendar("XSHG", start="2012-01-01", end="2026-12-31")
    theirs = {stamp.date() for stamp in other.sessions}
    ours = set(calendar.sessions(date(2012, 1, 1), date(2026, 12, 31)))
    assert len(ours) == 3642
    assert sorted(ours ^ theirs) == []


def test_every_shipped_price_is_of_a_session(market: Market, calendar: Calendar) -> None:
    sessions = calendar.sessions(market.first_session, market.last_session)
    traded = [day for day in sessions if market.bar("510300", day) is not None]
    assert len(traded) == 3447


def test_the_exchange_ignores_working_weekends(calendar: Calendar) -> None:
    assert not calendar.is_session(date(2026, 5, 9))  # a public working Saturday
    assert not calendar.is_session(date(2024, 2, 9))  # a public working Friday on which the exchange was shut


def test_next_and_previous_step_over_a_long_holiday(calendar: Calendar) -> None:
    assert calendar.next_session(date(2026, 4, 30)) == date(2026, 5, 6)
    assert calendar.previous_session(date(2026, 5, 6)) == date(2026, 4, 30)
    assert calendar.next_session(date(2026, 5, 2)) == date(2026, 5, 6)
    assert calendar.sessions(date(2026, 5, 1), date(2026, 5, 7)) == (date(2026, 5, 6), date(2026, 5, 7))
    assert calendar.sessions(date(2026, 5, 7), date(2026, 5, 1)) == ()


@pytest.mark.parametrize("day", [date(2011, 12, 30), date(2027, 1, 4), date(1999, 1, 4)])
def test_a_day_outside_the_years_fails_loudly(calendar: Calendar, day: date) -> None:
    for ask in (calendar.is_session, calendar.next_session, calendar.previous_session):
        with pytest.raises(CalendarError, match=str(day.year)):
            ask(day)


def test_the_last_session_has_no_known_next(calendar: Calendar) -> None:
    assert calendar.next_session(date(2026, 12, 30)) == date(2026, 12, 31)
    with pytest.raises(CalendarError, match="2012 to 2026"):
        calendar.next_session(date(2026, 12, 31))
    with pytest.raises(CalendarError):
        calendar.previous_session(date(2012, 1, 4))
    with pytest.raises(CalendarError, match="2027"):
        calendar.sessions(date(2026, 12, 1), date(2027, 1, 5))


def test_a_forgotten_year_is_not_taken_for_a_year_without_holidays(calendar: Calendar) -> None:
    text = FILE.read_text(encoding="utf-8")
    gap = parse("".join(line for line in text.splitlines(keepends=True) if not line.startswith("2020-")))
    with pytest.raises(CalendarError, match="2020"):
        gap.is_session(date(2020, 3, 2))
    with pytest.raises(CalendarError, match="2020"):
        gap.next_session(date(2019, 12, 31))
    assert calendar.next_session(date(2019, 12, 31)) == date(2020, 1, 2)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2026-05-02,劳动节,上交所2026年休市安排", "line 2: 2026-05-02 is a weekend"),
        ("2026-05-01,劳动节,上交所2025年休市安排", "line 2: needs a name and the notice of 2026"),
        ("2026-05-01,,上交所2026年休市安排", "line 2: needs a name"),
        ("2026-5-1,劳动节,上交所2026年休市安排", "line 2: expected date"),
        ("2026-05-01", "line 2: expected date"),
    ],
)
def test_a_broken_holiday_is_refused_with_its_line(line: str, words: str) -> None:
    with pytest.raises(CalendarError, match=words):
        parse(f"date,holiday,source\n{line}\n")


def test_a_holiday_cannot_stand_twice() -> None:
    line = "2026-05-01,劳动节,上交所2026年休市安排\n"
    with pytest.raises(CalendarError, match="line 3: 2026-05-01 stands twice"):
        parse(f"date,holiday,source\n{line}{line}")
