"""A new tier of service: told once it has come to stay, never after a mere dip."""

from datetime import date, timedelta

from profile_events import Make, moment
from profile_lives import sign

from tongxing.domain.book import Book
from tongxing.domain.event import Event


def valued(happen: Make, start: str, count: int, value_fen: int) -> list[Event]:
    first = date.fromisoformat(start)
    return [
        happen(
            f"{first + timedelta(days=more)} 15:30",
            "day_valued",
            date=(first + timedelta(days=more)).isoformat(),
            value_fen=value_fen,
            cash_fen=0,
            flow_fen=0,
            unit_ppm=1_000_000,
            sector_ppm={},
            price_date=(first + timedelta(days=more)).isoformat(),
        )
        for more in range(count)
    ]


def days_on(name: str, events: list[Event], book: Book, start: str, count: int) -> list[str]:
    first = date.fromisoformat(start)
    days = [(first + timedelta(days=more)).isoformat() for more in range(count)]
    known = {on: [one for one in events if one.ts < moment(f"{on} 16:00")] for on in days}
    return [on for on in days if sign(name, known[on], book, on) is not None]


def test_a_new_tier_is_news_for_eight_days_once_the_mean_has_arrived(happen: Make, book: Book) -> None:
    low, high = 5_000_000, 20_000_000
    events = [*valued(happen, "2026-01-01", 60, low), *valued(happen, "2026-03-02", 40, high)]
    on = days_on("tier_upgraded", events, book, "2026-03-02", 40)
    assert (on[0], len(on)) == ("2026-03-11", 8)


def test_a_great_step_is_told_once_the_mean_has_arrived_in_its_tier(happen: Make, book: Book) -> None:
    events = [*valued(happen, "2026-01-01", 60, 5_000_000), *valued(happen, "2026-03-02", 40, 80_000_000)]
    on = days_on("tier_upgraded", events, book, "2026-03-02", 40)
    found = sign("tier_upgraded", [one for one in events if one.ts < moment(f"{on[0]} 16:00")], book, on[0])
    assert found is not None
    assert found.detail == {"tier": "wealth"}


def test_a_dip_and_its_end_are_no_rise(happen: Make, book: Book) -> None:
    low, high = 5_000_000, 20_000_000
    events = [
        *valued(happen, "2026-01-01", 40, high),
        *valued(happen, "2026-02-10", 35, low),
        *valued(happen, "2026-03-17", 60, high),
    ]
    assert days_on("tier_upgraded", events, book, "2026-02-10", 95) == []
