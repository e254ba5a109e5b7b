"""Real weeks of the shipped history, explained: a crash, gold, and the split of a fund."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from attribution_lives import TERMS, Cause, parts

from tongxing.adapters.market_files import load
from tongxing.advice.attribution import attribute
from tongxing.advice.attribution_life import Action, Attribution, Display, Kind, Life, Shown
from tongxing.market.history import Market

SHARES = 10_000


@pytest.fixture(scope="module")
def market() -> Market:
    return load()


def told(market: Market, code: str, first: date, last: date, index: str | None) -> Attribution:
    """Ten thousand shares held from close to close."""
    days = tuple(day for day in market.sessions(first, last) if market.bar(code, day) is not None)
    closes = [market.last_close(code, day) for day in days]
    levels = [market.index_close(index, day) for day in days] if index else []
    actions, quantity = [], SHARES
    for day in days[1:]:
        split, dividend = market.split_on(code, day), market.dividend_on(code, day)
        if split is None and dividend is None:
            continue
        ratio = Fraction(1) if split is None else split.ratio
        cash = Decimal(0) if dividend is None else dividend.per_share
        actions.append(Action(ex_day=day, cash_e6=int(cash.scaleb(6)), bonus=ratio - 1))
        quantity = int(quantity * ratio)
    prices = [int(close[0].scaleb(6)) for close in closes if close is not None]
    life = Life(
        holding_id=code,
        kind=Kind.ETF,
        quantity_e4=SHARES * 10_000,
        shown_e6=prices[0],
        shown_is=Shown.CLOSE,
        days=days,
        closes=np.array(prices, dtype=np.float64),
        market=np.array([float(one.scaleb(6)) for one in levels if one is not None]) if index else None,
        sector=None,
        fx=None,
        trades=(),
        actions=tuple(actions),
        news=frozenset(),
        locked=frozenset(),
        suspended=frozenset(),
        display=Display(quantity_e4=quantity * 10_000, price_e6=prices[-1], price_day=days[-1]),
        cost=None,
        fees=(),
        tick_e6=TERMS.tick_e6[Kind.ETF],
    )
    return attribute(life, hand_over_bp=TERMS.hand_over_bp)


def change_fen(market: Market, code: str, first: date, last: date) -> int:
    """What the shares are worth more, from the two closes alone."""
    start, end = market.last_close(code, first), market.last_close(code, last)
    assert start is not None
    assert end is not None
    return int((end[0] - start[0]) * SHARES * 100)


def test_the_crash_of_2015_is_the_market(market: Market) -> None:
    first, last = date(2015, 6, 12), date(2015, 8, 26)
    found = told(market, "510300", first, last, "000300")
    shown = parts(found)
    assert found.result_fen == change_fen(market, "510300", first, last) < -1_500_000
    assert found.ranked[0] is Cause.MARKET
    assert abs(shown["MARKET"] - found.result_fen) * 10 < abs(found.result_fen)
    assert not found.hand_over


def test_gold_has_no_market_of_shares_and_goes_to_a_person(market: Market) -> None:
    first, last = date(2020, 8, 6), date(2020, 11, 30)
    found = told(market, "518880", first, last, None)
    assert parts(found) == {"UNEXPLAINED": change_fen(market, "518880", first, last)}
    assert found.hand_over


def test_a_split_of_one_into_four_is_no_loss(market: Market) -> None:
    """159928 was split in June 2021: the price fell by three quarters, the holding did not."""
    split_day = next(
        day
        for day in market.sessions(date(2021, 6, 1), date(2021, 7, 30))
        if market.split_on("159928", day) is not None
    )
    before = market.previous_session(split_day)
    found = told(market, "159928", before, split_day + timedelta(days=7), None)
    start, end = found.value_start_fen, found.value_end_fen
    assert end == pytest.approx(start, rel=0.1)
    # a reference price to the mil on 40,000 shares leaves at most half a mil each: 20 yuan
    assert abs(found.parts_fen[Cause.EX_DIVIDEND]) <= 2_000


def test_a_dividend_of_the_index_fund_is_named(market: Market) -> None:
    first, last = date(2015, 1, 19), date(2015, 1, 23)
    paid = next(
        found
        for day in market.sessions(first, last)
        if (found := market.dividend_on("510300", day)) is not None
    )
    found = told(market, "510300", first, last, "000300")
    assert parts(found)["EX_DIVIDEND"] == -int(paid.per_share * SHARES * 100)
