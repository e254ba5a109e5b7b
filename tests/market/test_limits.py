from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.domain.book import Rulebook
from tongxing.domain.market import UnknownInstrumentError
from tongxing.market.boards import Board, Status
from tongxing.market.history import Market
from tongxing.market.limits import band, limit_bp, limit_free_sessions, lot, lot_step, rounding_of, tick_mil

DAY = date(2026, 5, 6)
NEW_RULES = date(2026, 7, 6)


@pytest.mark.parametrize(
    ("reference_mil", "limit", "up_mil", "down_mil"),
    [
        (10_030, 1000, 11_030, 9_030),
        (1_870, 1000, 2_060, 1_680),
        (1_700, 500, 1_790, 1_620),
        (7_900, 2000, 9_480, 6_320),
    ],
)
def test_published_limit_prices_are_met(reference_mil: int, limit: int, up_mil: int, down_mil: int) -> None:
    found = band(reference_mil, limit, 10, "half_up")
    assert (found.up_mil, found.down_mil) == (up_mil, down_mil)


def test_the_beijing_exchange_never_exceeds_its_limit(rules: Rulebook) -> None:
    inward = rounding_of(Board.BSE, DAY, rules)
    assert band(1_820, 3000, 10, inward).up_mil == 2_360
    assert band(1_820, 3000, 10, inward).down_mil == 1_280
    assert band(1_820, 3000, 10, rounding_of(Board.MAIN, DAY, rules)).up_mil == 2_370


def test_a_cheap_share_may_always_move_one_tick() -> None:
    found = band(40, 500, 10, "half_up")
    assert (found.down_mil, found.up_mil) == (30, 50)
    assert band(10, 1000, 10, "half_up").down_mil == 10


def test_an_unknown_rounding_is_an_error() -> None:
    with pytest.raises(ValueError, match="nearest"):
        band(1_000, 1000, 10, "nearest")


@given(st.integers(100, 10_000_000), st.sampled_from([500, 1000, 2000, 3000]), st.sampled_from([1, 10]))
def test_a_band_holds_its_reference_and_inward_is_never_wider(reference: int, limit: int, tick: int) -> None:
    reference -= reference % tick
    wide, narrow = band(reference, limit, tick, "half_up"), band(reference, limit, tick, "inward")
    for found in (wide, narrow):
        assert found.down_mil is not None
        assert found.up_mil is not None
        assert found.down_mil % tick == found.up_mil % tick == 0
        assert found.down_mil < reference < found.up_mil or reference == tick
    assert wide.up_mil is not None
    assert narrow.up_mil is not None
    assert narrow.up_mil <= wide.up_mil


@pytest.mark.parametrize(
    ("code", "status", "day", "limit"),
    [
        ("600519", Status.NORMAL, DAY, 1000),
        ("600519", Status.ST, date(2026, 7, 3), 500),
        ("600519", Status.ST, NEW_RULES, 1000),
        ("300750", Status.NORMAL, date(2020, 8, 21), 1000),
        ("300750", Status.NORMAL, date(2020, 8, 24), 2000),
        ("300750", Status.ST, DAY, 2000),
        ("688981", Status.NORMAL, DAY, 2000),
        ("830799", Status.NORMAL, DAY, 3000),
        ("510300", Status.NORMAL, DAY, 1000),
        ("588000", Status.NORMAL, DAY, 2000),
        ("159915", Status.NORMAL, DAY, 2000),
        ("159928", Status.NORMAL, DAY, 1000),
        ("F00001", Status.NORMAL, DAY, None),
    ],
)
def test_limits_hold_by_board_status_and_date(
    rules: Rulebook, code: str, status: Status, day: date, limit: int | None
) -> None:
    assert limit_bp(code, day, rules, status=status) == limit


def test_a_fund_whose_index_is_not_known_has_an_unknown_limit(rules: Rulebook) -> None:
    with pytest.raises(UnknownInstrumentError, match="159999"):
        limit_bp("159999", DAY, rules)


def test_first_days_after_listing_have_no_limit(rules: Rulebook) -> None:
    assert limit_free_sessions(Board.MAIN, DAY, rules) == 5
    assert limit_free_sessions(Board.BSE, DAY, rules) == 1
    assert limit_free_sessions(Board.MAIN, DAY, rules, status=Status.DELISTING) == 1


def test_every_shipped_day_traded_inside_our_limits(market: Market) -> None:
    count = 0
    for code in market.codes():
        for day in market.sessions(market.first_session, market.last_session):
            bar = market.bar(code, day)
            if bar is None:
                continue
            limits = market.limits(code, day)
            if limits.up_mil is None or limits.down_mil is None:
                continue
            assert limits.down_mil <= bar.low_mil <= bar.high_mil <= limits.up_mil, (code, day)
            count += 1
    assert count > 39_000


def test_limits_are_counted_from_the_ex_price(market: Market) -> None:
    """510300 paid 0.123 on 2026-01-19: the band hangs on the close before, less the cash."""
    before = market.bar("510300", date(2026, 1, 16))
    assert before is not None
    reference = before.close_mil - 123
    expected = (2 * reference * 11_000 + 10_000) // 20_000
    assert market.limits("510300", date(2026, 1, 19)).up_mil == expected


def test_the_first_day_has_a_limit_but_no_known_reference(market: Market) -> None:
    limits = market.limits("510300", date(2012, 5, 28))
    assert (limits.up_mil, limits.down_mil, limits.limit_bp) == (None, None, 1000)


def test_what_is_not_shipped_has_no_assumed_band(market: Market) -> None:
    with pytest.raises(UnknownInstrumentError, match="600519"):
        market.limits("600519", DAY)


@pytest.mark.parametrize(
    ("board", "tick", "smallest", "step"),
    [
        (Board.MAIN, 10, 100, 100),
        (Board.CHINEXT, 10, 100, 100),
        (Board.STAR, 10, 200, 1),
        (Board.BSE, 10, 100, 1),
        (Board.FUND_SHANGHAI, 1, 100, 100),
        (Board.FUND_SHENZHEN, 1, 100, 100),
        (Board.OFF_EXCHANGE, 1, 1, 1),
    ],
)
def test_ticks_and_lots_hold_by_board(
    rules: Rulebook, board: Board, tick: int, smallest: int, step: int
) -> None:
    found = (tick_mil(board, DAY, rules), lot(board, DAY, rules), lot_step(board, DAY, rules))
    assert found == (tick, smallest, step)


@pytest.mark.parametrize(
    ("code", "day", "same_day"),
    [
        ("510300", DAY, False),
        ("600519", DAY, False),
        ("511260", DAY, True),
        ("518880", DAY, True),
        ("513100", DAY, True),
        ("513100", date(2014, 12, 1), False),
        ("159920", DAY, True),
        ("159928", DAY, False),
    ],
)
def test_only_bonds_gold_and_foreign_funds_settle_the_same_day(
    market: Market, code: str, day: date, *, same_day: bool
) -> None:
    assert market.settles_same_day(code, day) is same_day
