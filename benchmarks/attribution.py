"""Why holdings changed: a year of twenty holdings, to the fen, beside sums in fractions."""

import argparse
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

import numpy as np

from benchmarks.measure import Figure, percentile, timed
from tongxing.advice.attribution import attribute
from tongxing.advice.attribution_days import half_up
from tongxing.advice.attribution_life import (
    FEN_SCALE,
    RATE_E8,
    Action,
    Cause,
    Display,
    Fee,
    Kind,
    Life,
    Shown,
    Side,
    Trade,
)

HOLDINGS, SESSIONS, ROUNDS, SEED = 20, 243, 400, 20260506
HAND_OVER_BP = 2_000
FIRST = date(2025, 5, 6)
TICK = 10_000


def run(arguments: argparse.Namespace) -> Iterator[Figure]:
    """The time of the whole account, the time of one holding, and the plain way for one holding."""
    del arguments
    lives = tuple(_life(number) for number in range(HOLDINGS))
    for life in lives:
        found = attribute(life, hand_over_bp=HAND_OVER_BP)
        if found.parts_fen[Cause.MARKET] != half_up(_market_plainly(life)):
            raise AssertionError(f"{life.holding_id}: not the sum in fractions")

    def account() -> None:
        for life in lives:
            attribute(life, hand_over_bp=HAND_OVER_BP)

    times = [timed(account) * 1e3 for _ in range(ROUNDS)]
    plain = [timed(lambda: [_market_plainly(life) for life in lives]) * 1e3 for _ in range(3)]
    note = f"{HOLDINGS} holdings × {SESSIONS} sessions, trades, an ex day and fees in each"
    yield Figure(metric="account year p50", value=percentile(times, 0.5), unit="ms", n=ROUNDS, note=note)
    yield Figure(metric="account year p99", value=percentile(times, 0.99), unit="ms", n=ROUNDS, note=note)
    yield Figure(
        metric="account year p50 beside fractions",
        value=percentile(times, 0.5),
        unit="ms",
        n=ROUNDS,
        note="the peer sums only MARKET, day by day in exact fractions; both give the same fen",
        peer="fractions",
        peer_value=min(plain),
    )


def _life(number: int) -> Life:
    """A made-up holding's year."""
    chance = np.random.default_rng(SEED + number)
    days = tuple(FIRST + timedelta(days=place) for place in range(SESSIONS + 1))
    closes = np.maximum(1, np.round(2_000 * np.cumprod(1 + chance.normal(0, 0.02, SESSIONS + 1)))) * TICK
    market, sector = (
        np.round(4e9 * np.cumprod(1 + chance.normal(0, 0.01, SESSIONS + 1))) for _index in range(2)
    )
    quantity = int(chance.integers(1, 50)) * 1_000_000
    trades = tuple(
        Trade(
            day=days[place],
            side=Side.BUY,
            quantity_e4=1_000_000,
            price_e6=int(closes[place]),
            gross_fen=int(closes[place]) // 100,
            fee_fen=500,
        )
        for place in (40, 120, 200)
    )
    return Life(
        holding_id=f"H{number}",
        kind=Kind.STOCK,
        quantity_e4=quantity,
        shown_e6=int(closes[0]),
        shown_is=Shown.CLOSE,
        days=days,
        closes=closes,
        market=market,
        sector=sector,
        fx=None,
        trades=trades,
        actions=(Action(ex_day=days[60], cash_e6=100_000, bonus=Fraction(1, 10)),),
        news=frozenset((days[30], days[90])),
        locked=frozenset(),
        suspended=frozenset(),
        display=Display(quantity_e4=quantity + 3_000_000, price_e6=int(closes[-1]), price_day=days[-1]),
        cost=None,
        fees=(Fee(day=days[60], amount_fen=1_234),),
        tick_e6=TICK,
    )


def _market_plainly(life: Life) -> Fraction:
    """The market's part in fractions."""
    held, total = life.quantity_e4, Fraction(0)
    closes, market = (
        [int(one) for one in series] for series in (life.closes, life.market) if series is not None
    )
    for place in range(1, len(life.days)):
        base = closes[place - 1]
        for action in life.actions:
            if action.ex_day == life.days[place]:
                base = half_up(Fraction(base - action.cash_e6) / ((1 + action.bonus) * TICK)) * TICK
                held = int(held * (1 + action.bonus) // 10_000) * 10_000
        change = Fraction(market[place] - market[place - 1], market[place - 1])
        total += Fraction(held * base * RATE_E8, FEN_SCALE) * change
        held += sum(trade.quantity_e4 for trade in life.trades if trade.day == life.days[place])
    return total
