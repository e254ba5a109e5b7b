from datetime import UTC, datetime

import pytest

from tongxing.domain.book import Rulebook
from tongxing.domain.clock import BEIJING
from tongxing.domain.market import CalendarError, UnknownInstrumentError
from tongxing.market.boards import Status
from tongxing.market.history import Market
from tongxing.market.sessions import Phase, may_cancel, phase

OLD, NEW = "2026-07-03", "2026-07-06"


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("code", "day", "clock", "expected"),
    [
        ("600519", NEW, "09:14:59", Phase.CLOSED),
        ("600519", NEW, "09:15", Phase.OPENING_AUCTION),
        ("600519", NEW, "09:25", Phase.QUIET),
        ("600519", NEW, "09:30", Phase.CONTINUOUS),
        ("600519", NEW, "11:30", Phase.CLOSED),
        ("600519", NEW, "13:00", Phase.CONTINUOUS),
        ("600519", NEW, "14:57", Phase.CLOSING_AUCTION),
        ("600519", NEW, "15:00", Phase.QUIET),
        ("600519", NEW, "15:05", Phase.AFTER_HOURS),
        ("600519", NEW, "15:30", Phase.CLOSED),
        ("600519", OLD, "15:05", Phase.CLOSED),
        ("600519", OLD, "15:00", Phase.CLOSED),
        ("688981", OLD, "15:05", Phase.AFTER_HOURS),
        ("300750", OLD, "15:05", Phase.AFTER_HOURS),
        ("510300", OLD, "14:58", Phase.CONTINUOUS),
        ("510300", NEW, "14:58", Phase.CLOSING_AUCTION),
        ("159928", OLD, "14:58", Phase.CLOSING_AUCTION),
        ("510300", NEW, "15:10", Phase.AFTER_HOURS),
        ("F00001", NEW, "10:00", Phase.CLOSED),
    ],
)
def test_the_hours_of_a_day_hold_by_board_and_date(
    market: Market, code: str, day: str, clock: str, expected: Phase
) -> None:
    assert market.phase(code, at(day, clock)) is expected


def test_shanghai_stocks_got_their_closing_auction_in_2018(market: Market) -> None:
    assert market.phase("600519", at("2018-08-17", "14:58")) is Phase.CONTINUOUS
    assert market.phase("600519", at("2018-08-20", "14:58")) is Phase.CLOSING_AUCTION
    assert market.phase("000001", at("2018-08-17", "14:58")) is Phase.CLOSING_AUCTION


def test_warned_shares_do_not_trade_after_hours(market: Market) -> None:
    assert market.phase("600519", at(NEW, "15:10"), status=Status.ST) is Phase.CLOSED


def test_an_instant_of_another_zone_is_judged_in_beijing(market: Market) -> None:
    assert market.phase("510300", datetime(2026, 5, 6, 2, 0, tzinfo=UTC)) is Phase.CONTINUOUS


def test_a_holiday_is_closed_and_an_unknown_year_fails(market: Market) -> None:
    assert market.phase("510300", at("2026-05-05", "10:00")) is Phase.CLOSED
    with pytest.raises(CalendarError):
        market.phase("510300", at("2027-01-04", "10:00"))


def test_an_instant_without_zone_or_an_unknown_code_is_an_error(rules: Rulebook) -> None:
    with pytest.raises(ValueError, match="without zone"):
        phase("510300", datetime(2026, 5, 6, 10), rules, session=True)  # noqa: DTZ001 - the mistake under test
    with pytest.raises(UnknownInstrumentError):
        phase("700001", at(NEW, "10:00"), rules, session=True)


def test_orders_stay_in_during_the_last_minutes_of_an_auction(rules: Rulebook) -> None:
    assert may_cancel(at(NEW, "09:19:59"), rules)
    assert not may_cancel(at(NEW, "09:20"), rules)
    assert may_cancel(at(NEW, "09:30"), rules)
    assert not may_cancel(at(NEW, "14:59"), rules)
