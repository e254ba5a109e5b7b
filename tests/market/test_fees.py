from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.domain.book import Rulebook, RuleMissingError
from tongxing.market.boards import Board
from tongxing.market.fees import ex_price, fees, fund_units, net_of_front_fee, part_ppm, redemption_floor_ppm
from tongxing.market.history import Market

DAY = date(2026, 5, 6)


def test_a_small_purchase_pays_the_minimum_commission_and_transfer(rules: Rulebook) -> None:
    cost = fees(Board.MAIN, "buy", 617_000, DAY, rules)
    assert (cost.commission_fen, cost.stamp_fen, cost.transfer_fen) == (500, 0, 6)
    assert cost.total_fen == 506


def test_a_seller_of_stocks_pays_stamp_duty_too(rules: Rulebook) -> None:
    cost = fees(Board.MAIN, "sell", 605_000, DAY, rules)
    assert (cost.commission_fen, cost.stamp_fen, cost.transfer_fen) == (500, 303, 6)
    assert cost.total_fen == 809


def test_a_fund_pays_commission_only(rules: Rulebook) -> None:
    for board in (Board.FUND_SHANGHAI, Board.FUND_SHENZHEN):
        cost = fees(board, "sell", 10_000_000, DAY, rules)
        assert (cost.commission_fen, cost.total_fen) == (2_500, 2_500)


@pytest.mark.parametrize(
    ("day", "stamp_fen"),
    [
        (date(2023, 8, 25), 10_000),
        (date(2023, 8, 27), 10_000),
        (date(2023, 8, 28), 5_000),
        (date(2015, 8, 3), 10_000),
    ],
)
def test_stamp_duty_halved_on_2023_08_28(rules: Rulebook, day: date, stamp_fen: int) -> None:
    assert fees(Board.MAIN, "sell", 10_000_000, day, rules).stamp_fen == stamp_fen
    assert fees(Board.MAIN, "buy", 10_000_000, day, rules).stamp_fen == 0


def test_the_transfer_fee_halved_on_2022_04_29(rules: Rulebook) -> None:
    assert fees(Board.STAR, "buy", 10_000_000, date(2022, 4, 28), rules).transfer_fen == 200
    assert fees(Board.STAR, "buy", 10_000_000, date(2022, 4, 29), rules).transfer_fen == 100


def test_a_year_without_a_known_rate_is_an_error(rules: Rulebook) -> None:
    with pytest.raises(RuleMissingError, match="transfer_ppm"):
        fees(Board.MAIN, "buy", 10_000_000, date(2014, 3, 3), rules)


@pytest.mark.parametrize(("side", "gross_fen"), [("short", 100), ("buy", -1), ("BUY", 100)])
def test_another_side_or_a_negative_amount_is_an_error(rules: Rulebook, side: str, gross_fen: int) -> None:
    with pytest.raises(ValueError, match="a trade buys or sells"):
        fees(Board.MAIN, side, gross_fen, DAY, rules)


@given(st.integers(0, 10**13), st.integers(0, 10**6))
def test_a_part_is_rounded_half_up_to_the_fen(amount: int, rate: int) -> None:
    exact = Decimal(amount) * rate / 1_000_000
    assert abs(part_ppm(amount, rate) - exact) <= Decimal("0.5")
    assert part_ppm(1_000_000, 500_000) == 500_000
    assert part_ppm(1, 500_000) == 1


def test_a_subscription_buys_what_is_left_after_the_front_fee() -> None:
    net = net_of_front_fee(1_000_000, 1_500)
    assert (net, 1_000_000 - net) == (998_502, 1_498)
    assert fund_units(net, Decimal("1.2345")) == Decimal("8088.31")


def test_a_fund_without_a_value_sells_no_units() -> None:
    with pytest.raises(ValueError, match="above zero"):
        fund_units(100, Decimal(0))


@pytest.mark.parametrize(
    ("held_days", "floor"),
    [(0, 15_000), (6, 15_000), (7, 10_000), (29, 10_000), (30, 5_000), (179, 5_000), (180, 0)],
)
def test_early_redemption_costs_by_days_held(rules: Rulebook, held_days: int, floor: int) -> None:
    assert redemption_floor_ppm(held_days, DAY, rules) == floor


def test_the_redemption_ladder_did_not_exist_before_2026(rules: Rulebook) -> None:
    with pytest.raises(RuleMissingError):
        redemption_floor_ppm(3, date(2025, 12, 31), rules)


def test_a_payout_moves_value_and_loses_none() -> None:
    found = ex_price(
        Decimal("20.00"), cash=Decimal("0.50"), bonus_per_share=Decimal("0.3"), tick=Decimal("0.01")
    )
    assert found == Decimal("15.00")


def test_invented_funds_cost_nothing_to_buy(market: Market) -> None:
    assert market.fees("F00002", "buy", 1_000_000, DAY).total_fen == 0
    assert market.fees("510300", "buy", 1_000_000, DAY).total_fen == 500
