"""One worked case for each cause; its arithmetic stands beside it. Amounts in fen."""

import pytest
from attribution_lives import DAYS, display, explain, kind, opening, parts


def test_the_market_and_the_sector_take_their_share() -> None:
    # day 1: 1000 × 10.00 × (−1 %) = −100.00; sector −3 %: −200.00 more; price 9.70: nothing is left
    found = explain(
        closes=["10.00", "9.70", "9.70"],
        market_index=["4000", "3960", "3960"],
        sector_index=["1000", "970", "970"],
        display_at_end=display("9.70"),
    )
    assert parts(found) == {"MARKET": -10_000, "SECTOR": -20_000}
    assert not found.hand_over


def test_a_fund_has_no_sector() -> None:
    # 1000 × 1.0000 × (−1 %) = −10.00; the value fell to 0.9850: −15.00, so −5.00 is left: a third of it
    found = explain(
        instrument=kind("fund"),
        opening=opening("1.0000", shown="nav"),
        closes=["1.0000", "0.9850", "0.9850"],
        market_index=["4000", "3960", "3960"],
        sector_index=["1000", "500", "500"],
        display_at_end=display("0.9850"),
    )
    assert parts(found) == {"MARKET": -1_000, "UNEXPLAINED": -500}
    assert found.hand_over


def test_news_takes_what_market_and_sector_leave_on_its_day() -> None:
    # day 2: 1000 × (9.00 − 10.00) = −1,000.00, of which the sector is 0
    found = explain(
        closes=["10.00", "10.00", "9.00"],
        announcements=[{"effective_date": DAYS[2]}],
        display_at_end=display("9.00"),
    )
    assert parts(found) == {"STOCK_NEWS": -100_000}


def test_a_locked_limit_comes_before_news() -> None:
    found = explain(
        closes=["10.00", "9.00", "8.10"],
        announcements=[{"effective_date": DAYS[1]}],
        locked_limit_down=[DAYS[1], DAYS[2]],
        display_at_end=display("8.10"),
    )
    assert parts(found) == {"LIMIT_DOWN": -190_000}


def test_news_that_was_not_out_explains_nothing() -> None:
    late = [{"effective_date": DAYS[2], "published_at": "2026-05-08T23:30:00+08:00"}]
    found = explain(closes=["10.00", "10.00", "9.00"], announcements=late, display_at_end=display("9.00"))
    assert parts(found) == {"UNEXPLAINED": -100_000}
    assert found.hand_over


def test_a_dividend_with_bonus_shares_loses_only_the_cash() -> None:
    # (20.00 − 0.50) / 1.3 = 15.00: 1300 × 15.00 − 1000 × 20.00 = −500.00, which is the cash paid out
    found = explain(
        opening=opening("20.00"),
        closes=["20.00", "15.00", "15.00"],
        corporate_actions=[{"ex_date": DAYS[1], "cash": "0.50", "bonus": "0.3"}],
        display_at_end=display("15.00", quantity="1300"),
    )
    assert parts(found) == {"EX_DIVIDEND": -50_000}


def test_bonus_shares_that_are_not_credited_are_pending() -> None:
    # 300 shares × 15.00 = 4,500.00 are owned and not shown
    found = explain(
        opening=opening("20.00"),
        closes=["20.00", "15.00", "15.00"],
        corporate_actions=[{"ex_date": DAYS[1], "cash": "0.50", "bonus": "0.3"}],
        display_at_end=display("15.00", pending="300"),
    )
    assert parts(found) == {"SHARES_PENDING": -450_000, "EX_DIVIDEND": -50_000}
    assert found.ranked[0] == "SHARES_PENDING"


def test_a_fund_dividend_lowers_the_value_by_what_was_paid() -> None:
    # reference 1.2345 − 0.1000 = 1.1345: 1000 × −0.1000 = −100.00
    found = explain(
        instrument=kind("fund"),
        opening=opening("1.2345", shown="nav"),
        closes=["1.2345", "1.1345", "1.1345"],
        corporate_actions=[{"ex_date": DAYS[1], "cash": "0.1"}],
        display_at_end=display("1.1345"),
    )
    assert parts(found) == {"FUND_DIVIDEND": -10_000}


def test_a_reference_price_is_rounded_half_up_to_the_tick() -> None:
    # (10.00 − 0.125) / 1 = 9.875 → 9.88; the close of 9.88 leaves nothing unexplained
    found = explain(
        closes=["10.00", "9.88", "9.88"],
        corporate_actions=[{"ex_date": DAYS[1], "cash": "0.125"}],
        display_at_end=display("9.88"),
    )
    assert parts(found) == {"EX_DIVIDEND": -12_000}


def test_hong_kong_shares_move_with_the_rate_as_well() -> None:
    # rate 0.9200 → 0.9108: price part 1000 × (19.00 − 20.00) × 0.92 = −920.00, all of it the market's −5 %;
    # rate part 1000 × 19.00 × (−0.0092) = −174.80
    found = explain(
        instrument=kind("hk", "HKD"),
        opening=opening("20.00"),
        closes=["20.00", "19.00", "19.00"],
        market_index=["20000", "19000", "19000"],
        sector_index=None,
        fx=["0.92", "0.9108", "0.9108"],
        display_at_end=display("19.00"),
    )
    assert parts(found) == {"MARKET": -92_000, "FX": -17_480}


def test_fees_dividend_tax_and_margin_interest_are_fees() -> None:
    # sold 100 at the close of 10.00 for 5.51; dividend tax 3.00; interest 2.25: 10.76 in all
    found = explain(
        trades=[{"date": DAYS[1], "side": "sell", "quantity": "100", "price": "10.00", "fee": "5.51"}],
        other_fees=[
            {"date": DAYS[1], "kind": "dividend_tax", "amount": "3.00"},
            {"date": DAYS[2], "kind": "margin_interest", "amount": "2.25"},
        ],
        display_at_end=display("10.00", quantity="900"),
    )
    assert parts(found) == {"FEES": -1_076}


def test_a_trade_without_a_fee_takes_the_rates_of_the_file() -> None:
    # bought 100 at 10.00 = 1,000.00 × 250 ppm = 0.25, below the least fee of 5.00
    found = explain(
        trades=[{"date": DAYS[1], "side": "buy", "quantity": "100", "price": "10.00"}],
        rates={"buy_ppm": "250", "fee_min": "5"},
        display_at_end=display("10.00", quantity="1100"),
    )
    assert parts(found) == {"FEES": -500}


def test_redeeming_a_fund_early_costs_a_redemption_fee() -> None:
    # 400 units × 1.0000 × 1.5 % = 6.00
    found = explain(
        instrument=kind("fund"),
        opening=opening("1.0000", shown="nav"),
        closes=["1.0000", "1.0000", "1.0000"],
        trades=[{"date": DAYS[1], "side": "sell", "quantity": "400", "price": "1.0000", "fee": "6.00"}],
        display_at_end=display("1.0000", quantity="600"),
    )
    assert parts(found) == {"FUND_REDEMPTION_FEE": -600}


def test_an_estimate_that_was_too_high_is_a_late_value() -> None:
    # 8,088.31 units × (1.2345 − 1.2400) = −44.485705, half up: −44.49; value shown: 10,029.5044 → 10,029.50
    # at the start, 9,985.018695 → 9,985.02 at the end: the result is −44.48, a fen of rounding is left
    found = explain(
        instrument=kind("fund"),
        opening=opening("1.2400", quantity="8088.31", shown="estimate"),
        closes=["1.2345", "1.2345", "1.2345"],
        display_at_end=display("1.2345", quantity="8088.31"),
    )
    assert parts(found) == {"FUND_NAV_T": -4_449, "UNEXPLAINED": 1}
    assert not found.hand_over


def test_a_forced_sale_below_the_close_costs_the_difference() -> None:
    # 500 × (9.50 − 10.00) = −250.00
    found = explain(
        trades=[
            {
                "date": DAYS[1],
                "side": "sell",
                "quantity": "500",
                "price": "9.50",
                "fee": "0",
                "forced": True,
            }
        ],
        display_at_end=display("10.00", quantity="500"),
    )
    assert parts(found) == {"FORCED_SALE": -25_000}


def test_a_suspended_day_moves_only_by_its_valuation() -> None:
    # the market falls 1 % while trading is suspended: no part of it; valuation 10.00 → 9.40: −600.00
    found = explain(
        closes=["10.00", None, "9.40"],
        market_index=["4000", "3960", "3960"],
        suspended={"from": DAYS[1], "to": DAYS[1], "prices": [{"date": DAYS[1], "price": "9.40"}]},
        display_at_end=display("9.40"),
    )
    assert parts(found) == {"SUSPENDED": -60_000}


def test_a_suspended_day_without_a_new_valuation_moves_nothing() -> None:
    found = explain(
        closes=["10.00", None, "10.00"],
        market_index=["4000", "3600", "3600"],
        suspended={"from": DAYS[1], "to": DAYS[1]},
    )
    assert parts(found) == {}
    assert not found.hand_over


def test_another_cost_method_changes_the_profit_and_no_money() -> None:
    # average cost 12,000.00, diluted 11,400.00: the profit shown rises by 600.00
    found = explain(cost_display={"average_cost_total": "12000.00", "diluted_cost_total": "11400.00"})
    assert parts(found) == {"COST_METHOD": 60_000}


def test_the_profits_that_were_shown_decide_the_result() -> None:
    # shown −2,000.00 and then −1,399.00: 601.00, of which the method is 600.00
    found = explain(
        cost_display={
            "average_cost_total": "12000.00",
            "diluted_cost_total": "11400.00",
            "profit_at_start": "-2000.00",
            "profit_at_end": "-1399.00",
        }
    )
    assert parts(found) == {"COST_METHOD": 60_000, "UNEXPLAINED": 100}


def test_an_old_price_on_the_screen_is_a_delay() -> None:
    # the true close is 10.00, the screen still says 9.60: 1000 × −0.40 = −400.00
    found = explain(display_at_end=display("9.60", on=DAYS[1]))
    assert parts(found) == {"DATA_DELAY": -40_000}


def test_a_delay_counts_pending_shares_as_well() -> None:
    # owned 1300, shown 1000: 1300 × (14.00 − 15.00) = −1,300.00 delay; 300 × 14.00 = −4,200.00 pending
    found = explain(
        opening=opening("20.00"),
        closes=["20.00", "15.00", "15.00"],
        corporate_actions=[{"ex_date": DAYS[1], "cash": "0.50", "bonus": "0.3"}],
        display_at_end=display("14.00", pending="300"),
    )
    assert parts(found) == {"SHARES_PENDING": -420_000, "DATA_DELAY": -130_000, "EX_DIVIDEND": -50_000}


def test_a_purchase_at_another_price_than_the_close_is_unexplained() -> None:
    # 100 × (10.00 − 10.20) = −20.00 has no cause of its own
    found = explain(
        trades=[{"date": DAYS[1], "side": "buy", "quantity": "100", "price": "10.20", "fee": "0"}],
        display_at_end=display("10.00", quantity="1100"),
    )
    assert parts(found) == {"UNEXPLAINED": -2_000}


@pytest.mark.parametrize(("close", "over"), [("9.75", False), ("9.74", True)])
def test_more_than_a_fifth_unexplained_goes_to_a_person(close: str, *, over: bool) -> None:
    # market −2 %: −200.00; at 9.75 the rest is −50.00 of −250.00, exactly a fifth; at 9.74 more
    found = explain(
        closes=["10.00", close, close],
        market_index=["1000", "980", "980"],
        sector_index=None,
        display_at_end=display(close),
    )
    assert found.hand_over is over


@pytest.mark.parametrize(
    ("asked", "as_of", "causes"),
    [
        # before the last close is out only the first day counts: 1000 × 10.00 × −1 %
        ("14:59", DAYS[1], {"MARKET": -10_000}),
        # from 15:00 on 9.90 × (800 / 990 − 1) = −1.90 a share as well, and the screen is 1.90 behind
        ("15:00", DAYS[2], {"MARKET": -200_000, "DATA_DELAY": 190_000}),
    ],
)
def test_a_close_is_used_from_its_hour_on(asked: str, as_of: str, causes: dict[str, int]) -> None:
    found = explain(
        question={"from": DAYS[0], "to": DAYS[2], "asked_at": f"{DAYS[2]}T{asked}:00+08:00"},
        closes=["10.00", "9.90", "8.00"],
        market_index=["1000", "990", "800"],
        sector_index=None,
        display_at_end=display("9.90", on=DAYS[1]),
    )
    assert found.as_of.isoformat() == as_of
    assert parts(found) == causes


def test_a_value_after_the_question_changes_nothing() -> None:
    question = {"from": DAYS[0], "to": DAYS[2], "asked_at": f"{DAYS[2]}T18:00:00+08:00"}
    published = [f"{DAYS[0]}T20:00:00+08:00", f"{DAYS[1]}T20:00:00+08:00", f"{DAYS[2]}T20:00:00+08:00"]
    told = [
        explain(
            question=question,
            published_at=published,
            closes=["10.00", "9.90", later],
            market_index=["1000", "990", index],
            display_at_end=display("9.90", on=DAYS[1]),
        )
        for later, index in (("8.00", "800"), ("12.00", "1200"))
    ]
    assert told[0] == told[1]
    assert told[0].as_of.isoformat() == DAYS[1]


def test_an_ex_day_whose_close_is_not_known_yet_still_counts() -> None:
    # asked at noon of the ex day: the last close 20.00 stands for 15.00 on 1300 shares
    found = explain(
        question={"from": DAYS[0], "to": DAYS[2], "asked_at": f"{DAYS[2]}T12:00:00+08:00"},
        opening=opening("20.00"),
        closes=["20.00", "20.00", "15.00"],
        corporate_actions=[{"ex_date": DAYS[2], "cash": "0.50", "bonus": "0.3"}],
        display_at_end=display("15.00", quantity="1300"),
    )
    assert parts(found) == {"EX_DIVIDEND": -50_000}
