"""Trades: every fen adds up, lots and bands are kept, and leaving things alone is an answer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_rules import RULES

from tongxing.adapters.market_files import load as load_market
from tongxing.advice.lots import Lot
from tongxing.advice.rebalance import rebalance
from tongxing.advice.rebalance_terms import Product, Question, Rebalance, cash_change, question_terms
from tongxing.advice.redemption import ladder_of, value_fen

ON = date(2026, 5, 6)
OLD = date(2024, 1, 2)
E4 = 10_000
MARKET = load_market(rules=RULES)
PRODUCTS = {
    "510300": Product(code="510300", price_e6=4_123_000, least_e4=100 * E4, step_e4=100 * E4),
    "518880": Product(code="518880", price_e6=9_871_000, least_e4=100 * E4, step_e4=100 * E4, same_day=True),
    "600519": Product(code="600519", price_e6=1_412_340_000, least_e4=100 * E4, step_e4=100 * E4),
    "F00002": Product(
        code="F00002",
        price_e6=1_234_500,
        least_e4=E4,
        step_e4=100,
        fund=True,
        cash_sessions=4,
        ladder=ladder_of("bond_fund", ON, RULES),
    ),
}
ASKED = Question(held={}, cash_fen=0, targets={}, products=PRODUCTS, on=ON, **question_terms(RULES, ON))


def costs(code: str, side: str, gross_fen: int) -> int:
    return MARKET.fees(code, side, gross_fen, ON).total_fen


def answer(
    held: Mapping[str, int], cash_fen: int, targets: Mapping[str, int], *, bought: date = OLD
) -> Rebalance:
    lots = {code: (Lot(quantity_e4=units * E4, bought=bought),) for code, units in held.items()}
    asked = replace(ASKED, held=lots, cash_fen=cash_fen, targets=targets)
    return rebalance(asked, costs=costs, rules=RULES)


def test_money_on_the_account_buys_whole_lots_within_the_budget() -> None:
    found = answer({}, 10_000_000, {"510300": 5_000_000})
    (trade,) = found.trades
    # 50,000 yuan / 4.123 = 12,127 units: 12,100 in whole lots, 49,888.30 yuan + 12.47 commission
    assert (trade.quantity_e4, trade.amount_fen, trade.fees_fen) == (12_100 * E4, 4_988_830, 1_247)
    assert found.cash_after_fen == 10_000_000 - 4_988_830 - 1_247
    assert found.why == "worth_it"


def test_a_stock_that_is_sold_pays_stamp_duty_and_a_fund_on_the_exchange_does_not() -> None:
    stock = answer({"600519": 100}, 0, {}).trades[0]
    # 141,234.00 yuan: commission 35.31, stamp duty 70.62, transfer 1.41
    assert (stock.amount_fen, stock.cost_fen) == (14_123_400, 3_531 + 7_062 + 141)
    fund = answer({"518880": 10_000}, 0, {}).trades[0]
    assert fund.cost_fen == 2_468


def test_inside_the_band_nothing_is_proposed() -> None:
    found = answer({"510300": 12_000}, 5_000_000, {"510300": 5_000_000})
    assert (found.worth, found.why, found.trades, found.cost_fen) == (False, "in_band", (), 0)


def test_a_move_below_the_smallest_ticket_is_left_out_by_name() -> None:
    found = answer({}, 200_000, {"510300": 90_000})
    assert (found.worth, found.why, found.left_out) == (False, "too_small", ("too_small:510300",))


def test_leaving_a_fund_in_its_first_week_costs_more_than_it_is_worth() -> None:
    found = answer({"F00002": 100_000}, 0, {"518880": 10_000_000}, bought=ON - timedelta(days=3))
    assert found.why == "costs_more"
    assert found.trades[0].redemption_fen == value_fen(100_000 * E4, 1_234_500) * 15 // 1_000
    days = [(fee.day, fee.fee_fen) for fee in found.trades[0].cheaper]
    assert [day for day, _fee in days] == [ON, ON + timedelta(days=4), ON + timedelta(days=27)]
    assert [fee for _day, fee in days] == [185_175, 123_450, 61_725]


def test_what_a_redemption_pays_buys_only_when_the_money_has_come() -> None:
    found = answer({"F00002": 100_000}, 0, {"518880": 10_000_000})
    sale, purchase = found.trades
    assert (sale.side, sale.session, purchase.side, purchase.session) == ("sell", 4, "buy", 4)


def test_what_was_bought_today_waits_unless_it_may_be_sold_the_same_day() -> None:
    found = answer({"510300": 1_000, "518880": 1_000}, 0, {}, bought=ON)
    assert [trade.code for trade in found.trades] == ["518880"]
    assert "t_plus_1:510300" in found.left_out


def test_an_odd_rest_is_sold_whole_and_only_whole() -> None:
    whole = answer({"510300": 1_050}, 0, {})
    assert whole.trades[0].quantity_e4 == 1_050 * E4
    part = answer({"510300": 10_050}, 0, {"510300": 2_000_000})
    assert part.trades[0].quantity_e4 % (100 * E4) == 0


def test_a_holding_without_a_price_stays_and_is_named() -> None:
    lots = {"999998": (Lot(quantity_e4=E4, bought=OLD),)}
    found = rebalance(replace(ASKED, held=lots, cash_fen=100), costs=costs, rules=RULES)
    assert found.left_out == ("no_price:999998",)
    assert found.trades == ()


units = st.integers(0, 200_000)
fen = st.integers(0, 5 * 10**8)


@given(
    held=st.fixed_dictionaries(dict.fromkeys(PRODUCTS, units)),
    cash=fen,
    weights=st.lists(st.integers(0, 10), min_size=len(PRODUCTS) + 1, max_size=len(PRODUCTS) + 1),
    age=st.integers(0, 400),
)
def test_every_fen_adds_up_and_no_limit_is_passed(
    held: dict[str, int], cash: int, weights: list[int], age: int
) -> None:
    values = {code: value_fen(count * E4, PRODUCTS[code].price_e6) for code, count in held.items()}
    whole = cash + sum(values.values())
    share = max(1, sum(weights))
    targets = {code: whole * weight // share for code, weight in zip(PRODUCTS, weights, strict=False)}
    found = answer(
        {code: count for code, count in held.items() if count}, cash, targets, bought=ON - timedelta(days=age)
    )
    flow = 0
    after = dict(held)
    for trade in found.trades:
        product = PRODUCTS[trade.code]
        sign = 1 if trade.side == "sell" else -1
        flow += sign * trade.amount_fen - trade.fees_fen - trade.redemption_fen - trade.tax_fen
        after[trade.code] -= sign * trade.quantity_e4 / E4
        odd = trade.quantity_e4 % product.step_e4
        assert odd == 0 or (trade.side == "sell" and trade.quantity_e4 == held[trade.code] * E4)
        assert trade.amount_fen >= ASKED.ticket_fen or trade.quantity_e4 == held[trade.code] * E4
        if not product.fund or trade.side == "sell":
            assert trade.amount_fen == value_fen(trade.quantity_e4, product.price_e6)
        assert cash_change(trade) == sign * trade.amount_fen - trade.cost_fen
    assert found.cash_after_fen == cash + flow
    assert found.cash_after_fen >= 0
    assert min(after.values()) >= 0
    by_session: dict[int, int] = {0: cash}
    for trade in found.trades:
        by_session[trade.session] = by_session.get(trade.session, 0) + cash_change(trade)
    balance = 0
    for session in sorted(by_session):
        balance += by_session[session]
        assert balance >= 0


@pytest.mark.parametrize("code", sorted(PRODUCTS))
def test_a_purchase_never_costs_more_than_there_is(code: str) -> None:
    for cash in (99_999, 100_000, 500_000, 14_126_000, 14_134_000):
        found = answer({}, cash, {code: cash})
        assert found.cash_after_fen >= 0
