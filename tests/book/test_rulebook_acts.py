"""An act of 2025 is judged by the rows of 2025: the same question, two days, two answers."""

from datetime import date, datetime

import pytest

from tongxing.adapters import market_files
from tongxing.domain.book import RuleMissingError
from tongxing.domain.clock import BEIJING
from tongxing.domain.market import UnknownInstrumentError
from tongxing.market.boards import Board, Status, board_of
from tongxing.market.fees import fees, redemption_floor_ppm
from tongxing.market.limits import limit_bp, limit_free_sessions, rounding_of, settles_same_day
from tongxing.market.sessions import Phase, may_cancel, phase

RULES = market_files.packaged_rules()
MAIN, CHINEXT, STAR, BSE, FUND = "600000", "300750", "688981", "920002", "510300"
IN_2025, IN_2026 = date(2025, 7, 7), date(2026, 7, 6)


def at(day: date, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T{clock}:00").replace(tzinfo=BEIJING)


def what(code: str, day: date, clock: str, status: Status = Status.NORMAL) -> Phase:
    return phase(code, at(day, clock), RULES, session=True, status=status)


def test_an_st_stock_of_the_main_board_moved_half_as_far_in_2025() -> None:
    assert limit_bp(MAIN, IN_2025, RULES, status=Status.ST) == 500
    assert limit_bp(MAIN, date(2026, 7, 5), RULES, status=Status.ST) == 500
    assert limit_bp(MAIN, IN_2026, RULES, status=Status.ST) == 1_000
    assert limit_bp(MAIN, IN_2025, RULES) == limit_bp(MAIN, IN_2026, RULES) == 1_000


@pytest.mark.parametrize("code", [MAIN, FUND, BSE])
def test_after_the_close_most_of_the_market_was_shut_in_2025(code: str) -> None:
    assert what(code, IN_2025, "15:10") is Phase.CLOSED
    assert what(code, IN_2026, "15:10") is Phase.AFTER_HOURS


@pytest.mark.parametrize("code", [STAR, CHINEXT])
def test_after_the_close_the_growth_boards_traded_in_both_years(code: str) -> None:
    assert what(code, IN_2025, "15:10") is what(code, IN_2026, "15:10") is Phase.AFTER_HOURS


def test_from_2026_on_what_is_under_warning_does_not_trade_after_hours() -> None:
    assert what(STAR, IN_2025, "15:10", Status.ST) is Phase.AFTER_HOURS
    assert what(STAR, IN_2026, "15:10", Status.ST) is Phase.CLOSED


def test_a_fund_in_shanghai_closes_by_auction_only_from_2026_on() -> None:
    assert what(FUND, IN_2025, "14:58") is Phase.CONTINUOUS
    assert what(FUND, IN_2026, "14:58") is Phase.CLOSING_AUCTION
    assert what(MAIN, IN_2025, "14:58") is Phase.CLOSING_AUCTION


def test_a_redemption_of_2025_has_no_floor_in_the_book_and_says_so() -> None:
    assert [redemption_floor_ppm(days, date(2026, 1, 1), RULES) for days in (6, 29, 179, 180)] == [
        15_000,
        10_000,
        5_000,
        0,
    ]
    for days in (6, 29, 179, 180):
        with pytest.raises(RuleMissingError):
            redemption_floor_ppm(days, date(2025, 12, 31), RULES)


@pytest.mark.parametrize(
    ("day", "stamp_fen", "transfer_fen"),
    [
        (date(2022, 4, 28), 10_000, 200),
        (date(2022, 4, 29), 10_000, 100),
        (date(2023, 8, 27), 10_000, 100),
        (date(2023, 8, 28), 5_000, 100),
        (date(2025, 3, 3), 5_000, 100),
    ],
)
def test_a_sale_pays_the_rates_of_its_own_day(day: date, stamp_fen: int, transfer_fen: int) -> None:
    sale = fees(Board.MAIN, "sell", 10_000_000, day, RULES)
    assert (sale.stamp_fen, sale.transfer_fen) == (stamp_fen, transfer_fen)
    assert fees(Board.MAIN, "buy", 10_000_000, day, RULES).stamp_fen == 0


def test_a_sale_before_the_first_rate_is_not_guessed() -> None:
    with pytest.raises(RuleMissingError):
        fees(Board.MAIN, "sell", 10_000_000, date(2011, 12, 30), RULES)
    with pytest.raises(RuleMissingError):
        fees(Board.MAIN, "sell", 10_000_000, date(2014, 1, 6), RULES)


def test_chinext_moved_ten_percent_before_its_reform() -> None:
    assert limit_bp(CHINEXT, date(2020, 8, 21), RULES) == 1_000
    assert limit_bp(CHINEXT, date(2020, 8, 24), RULES) == 2_000


def test_a_board_that_did_not_exist_has_no_codes() -> None:
    assert board_of(STAR, date(2019, 7, 22), RULES) is Board.STAR
    with pytest.raises(UnknownInstrumentError):
        board_of(STAR, date(2019, 7, 19), RULES)
    with pytest.raises(UnknownInstrumentError):
        board_of(BSE, date(2021, 11, 12), RULES)


def test_free_first_days_began_with_the_registration_rules() -> None:
    assert limit_free_sessions(Board.MAIN, date(2023, 4, 10), RULES) == 5
    with pytest.raises(RuleMissingError):
        limit_free_sessions(Board.MAIN, date(2023, 4, 7), RULES)


def test_a_cross_border_fund_may_be_sold_the_same_day_only_since_2015() -> None:
    assert not settles_same_day("513100", date(2015, 1, 16), RULES)
    assert settles_same_day("513100", date(2015, 1, 19), RULES)


def test_an_order_of_the_closing_auction_stays_only_since_2018() -> None:
    assert may_cancel(at(date(2018, 8, 17), "14:58"), RULES)
    assert not may_cancel(at(date(2018, 8, 20), "14:58"), RULES)


def test_the_exchange_in_beijing_rounds_its_own_way() -> None:
    assert (rounding_of(Board.BSE, IN_2025, RULES), rounding_of(Board.MAIN, IN_2025, RULES)) == (
        "inward",
        "half_up",
    )
