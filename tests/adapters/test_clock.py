"""Clocks: the wall clock has a zone; the market clock stands where it was put."""

from datetime import UTC, datetime, timedelta

import pytest

from tongxing.adapters.clock import MARKET_NOW, ClockError, MarketClock, WallClock
from tongxing.domain.clock import BEIJING


class Drawer:
    """Settings in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def setting(self, name: str) -> str | None:
        return self.kept.get(name)

    def set_setting(self, name: str, value: str) -> None:
        self.kept[name] = value


def test_the_wall_clock_counts_in_beijing_time() -> None:
    assert WallClock().now().utcoffset() == timedelta(hours=8)


def test_the_market_clock_stands_until_it_is_moved() -> None:
    clock = MarketClock(Drawer())
    clock.move(datetime(2026, 5, 6, 2, 0, tzinfo=UTC))
    assert clock.now() == datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING)
    assert clock.now().tzinfo is BEIJING


def test_a_market_clock_never_set_says_so() -> None:
    with pytest.raises(ClockError, match="never set"):
        MarketClock(Drawer()).now()


def test_an_instant_without_zone_moves_no_clock() -> None:
    drawer = Drawer()
    with pytest.raises(ClockError, match="zone"):
        MarketClock(drawer).move(datetime(2026, 5, 6, 10, 0))  # noqa: DTZ001 - the missing zone is the point
    drawer.set_setting(MARKET_NOW, "2026-05-06T10:00:00")
    with pytest.raises(ClockError, match="no zone"):
        MarketClock(drawer).now()


def test_the_wall_clock_stands_still_while_the_machine_is_behind() -> None:
    noon = datetime(2026, 5, 6, 12, 0, tzinfo=BEIJING)
    told = iter([noon, noon - timedelta(hours=1), noon - timedelta(seconds=1), noon + timedelta(seconds=2)])
    clock = WallClock(machine=lambda: next(told))
    assert [clock.now() for _ in range(4)] == [noon, noon, noon, noon + timedelta(seconds=2)]


def test_the_wall_clock_begins_no_earlier_than_the_last_event_of_the_log() -> None:
    noon = datetime(2026, 5, 6, 12, 0, tzinfo=BEIJING)
    clock = WallClock(noon, machine=lambda: noon - timedelta(minutes=5))
    assert clock.now() == noon
    assert clock.behind() == timedelta(minutes=5)
    assert WallClock(noon, machine=lambda: noon + timedelta(minutes=5)).behind() == timedelta(0)
    early = noon - timedelta(days=2)
    assert WallClock(noon, machine=lambda: early).now() == early, (
        "a machine that was far ahead is not followed"
    )
