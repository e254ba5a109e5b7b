"""The days on which time alone turns a sign are all foreseen."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from profile_events import Make, moment
from profile_lives import person, seen

from tongxing.domain.book import Book
from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.profile.sign_rule import SignRule
from tongxing.profile.signs import SIGNS
from tongxing.profile.signs_life import LIFE_SIGNS
from tongxing.profile.turning_days import in_year, months_after
from tongxing.profile.view import view

DATED = [rule for rule in SIGNS.values() if rule.next_look is not None and rule.dated_by]


def life(happen: Make) -> list[Event]:
    """A client of whom every dated thing is known."""
    return [
        *person(happen, birth="1970-02-28", sex="female", opened_on="2025-12-20"),
        happen("2026-01-02 10:00", "assessment_taken", grade="C3", valid_to="2027-01-15"),
        happen("2026-01-02 10:00", "id_document", type="id_card", valid_to="2026-08-31"),
        happen("2026-01-02 10:00", "consent_given", purpose="marketing", until="2026-09-15"),
        happen("2026-01-02 10:00", "consent_given", purpose="profiling", until="2026-10-20"),
        happen("2026-01-03 10:00", "consent_withdrawn", purpose="share_grade"),
    ]


def test_no_dated_sign_turns_on_a_day_nobody_looks(happen: Make, book: Book) -> None:
    """For two years, day by day: between one look and the next nothing changes."""
    events = life(happen)
    state = fold.refold("C1", events, as_of=moment("2026-01-04 09:00"), book=book)
    known, planned, turns = {}, {}, 0
    for more in range(730):
        on = date(2026, 1, 4) + timedelta(days=more)
        client = view(state, int(moment(f"{on} 09:00").timestamp()), book)
        for rule in DATED:
            assert rule.next_look is not None
            now = rule.find(client) is not None
            if more and now != known[rule.name]:
                assert planned[rule.name] == on, (
                    f"{rule.name} turned on {on}, looked for {planned[rule.name]}"
                )
                turns += 1
            if more == 0 or planned[rule.name] == on:
                planned[rule.name] = rule.next_look(client)
            assert planned[rule.name] is None or planned[rule.name] > on
            known[rule.name] = now
    assert turns >= 15


@pytest.mark.parametrize("rule", LIFE_SIGNS, ids=lambda rule: rule.name)
def test_a_client_of_whom_nothing_is_known_has_no_sign_and_no_look(book: Book, rule: SignRule) -> None:
    client = seen([], book, date(2026, 5, 6))
    assert rule.find(client) is None
    assert rule.next_look is None or rule.next_look(client) is None


@given(st.dates(date(1930, 1, 1), date(2060, 12, 31)), st.integers(-600, 600))
def test_months_later_is_in_the_right_month_and_never_after_the_day(day: date, months: int) -> None:
    there = months_after(day, months)
    assert (there.year - day.year) * 12 + there.month - day.month == months
    assert there.day <= day.day
    assert there.day == day.day or (there + timedelta(days=1)).day == 1


@given(st.dates(date(1930, 1, 1), date(2030, 12, 31)), st.integers(1990, 2060))
def test_a_yearly_day_falls_in_its_year(day: date, year: int) -> None:
    there = in_year(day, year)
    assert there.year == year
    assert (there.month, there.day) in {(day.month, day.day), (3, 1)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the maker only counts
@given(st.lists(st.dates(), min_size=6, max_size=6), st.sampled_from(["male", "female", "unknown"]))
def test_no_day_that_intake_lets_in_breaks_a_look(
    happen: Make, book: Book, days: list[date], sex: str
) -> None:
    """Long-term documents are entered as 9999-12-31; a slip of the pen may be in the year 1."""
    born, opened, ends, until, retires, home = (day.isoformat() for day in days)
    said = {"stated_by": "client"}
    events = [
        *person(happen, birth=born, opened_on=opened, sex=sex),
        happen("2026-01-02 10:00", "assessment_taken", grade="C3", valid_to=ends),
        happen("2026-01-02 10:00", "id_document", type="id_card", valid_to=ends),
        happen("2026-01-02 10:00", "consent_given", purpose="marketing", until=until),
        happen("2026-01-02 10:00", "life_event", name="retirement", date=retires, **said),
        happen("2026-01-02 10:00", "life_event", name="house", date=home, **said),
        happen("2026-01-02 10:00", "family_stated", members=[{"relation": "son|x", "birth": born}]),
    ]
    client = seen(events, book, date(2026, 5, 6))
    for rule in SIGNS.values():
        rule.find(client)
        day = None if rule.next_look is None else rule.next_look(client)
        assert day is None or day > date(2026, 5, 6)
