"""For every holding: the parts are the result, order means nothing, and what was put in comes back out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

import numpy as np
from attribution_lives import RULES, TERMS, Cause
from hypothesis import given
from hypothesis import strategies as st

from tongxing.advice.attribution import attribute, economic_quantity
from tongxing.advice.attribution_days import half_up
from tongxing.advice.attribution_life import (
    Action,
    Attribution,
    CostShown,
    Display,
    Fee,
    Kind,
    Life,
    Shown,
    Side,
    Trade,
)

FIRST = date(2026, 1, 5)
Item = TypeVar("Item")
E8 = 10**8
FEN = 10**16
"""e4 × e6 × e8 over fen."""


class Chance:
    """Draws from one number, whole ones with both ends."""

    def __init__(self, seed: int) -> None:
        self._drawn = np.random.default_rng(seed)

    def randint(self, low: int, high: int) -> int:
        return int(self._drawn.integers(low, high + 1))

    def random(self) -> float:
        return float(self._drawn.random())

    def choice(self, items: Sequence[Item]) -> Item:
        return items[self.randint(0, len(items) - 1)]

    def shuffled(self, items: Sequence[Item]) -> tuple[Item, ...]:
        return tuple(items[place] for place in self._drawn.permutation(len(items)))


def explained(life: Life) -> Attribution:
    return attribute(life, hand_over_bp=TERMS.hand_over_bp)


def drawn(seed: int) -> Life:
    """A life with every kind of cause in it, from one number."""
    chance = Chance(seed)
    count = chance.randint(1, 40)
    days = tuple(FIRST + timedelta(days=place) for place in range(count + 1))
    kind = chance.choice(list(Kind))
    tick = TERMS.tick_e6[kind]
    closes = [chance.randint(200, 50_000) * tick]
    market, sector = [chance.randint(10**9, 6 * 10**9)], [chance.randint(10**8, 6 * 10**9)]
    rates = [chance.randint(85_000_000, 95_000_000)]
    for _ in range(count):
        closes.append(max(tick, closes[-1] * chance.randint(900, 1100) // 1000 // tick * tick))
        market.append(market[-1] * chance.randint(9500, 10500) // 10_000)
        sector.append(sector[-1] * chance.randint(9500, 10500) // 10_000)
        rates.append(rates[-1] + chance.randint(-300_000, 300_000))
    later = days[1:]

    def some(share: float) -> frozenset[date]:
        return frozenset(day for day in later if chance.random() < share)

    quantity = chance.randint(10, 30_000) * 10_000
    trades = []
    for day in sorted(some(0.15)):
        sell = chance.random() < 0.4
        amount = chance.randint(1, 5) * 10_000
        price = max(tick, closes[days.index(day)] + chance.randint(-9, 9) * tick)
        rate = rates[days.index(day)] if kind is Kind.HK else E8
        trades.append(
            Trade(
                day=day,
                side=Side.SELL if sell else Side.BUY,
                quantity_e4=amount,
                price_e6=price,
                gross_fen=half_up(Fraction(amount * price * rate, FEN)),
                fee_fen=chance.randint(0, 5_000),
                forced=sell and chance.random() < 0.5,
            )
        )
    quantity += 2 * sum(one.quantity_e4 for one in trades if one.side is Side.SELL)
    actions = tuple(
        Action(
            ex_day=day,
            cash_e6=chance.randint(0, closes[days.index(day) - 1] // 20),
            bonus=Fraction(chance.choice([0, 0, 1, 3, 10]), 10),
        )
        for day in sorted(some(0.06))
    )
    opening = closes[0] + chance.choice([0, 0, tick, -tick])
    life = Life(
        holding_id=f"H{seed}",
        kind=kind,
        quantity_e4=quantity,
        shown_e6=max(tick, opening),
        shown_is=chance.choice(list(Shown)),
        days=days,
        closes=np.array(closes, dtype=np.float64),
        market=None if chance.random() < 0.1 else np.array(market, dtype=np.float64),
        sector=None if chance.random() < 0.3 else np.array(sector, dtype=np.float64),
        fx=np.array(rates, dtype=np.float64) if kind is Kind.HK else None,
        trades=tuple(trades),
        actions=actions,
        news=some(0.1),
        locked=some(0.05),
        suspended=some(0.05),
        display=Display(quantity_e4=0, price_e6=closes[-1], price_day=days[-1]),
        cost=CostShown(average_fen=chance.randint(0, 10**8), diluted_fen=chance.randint(0, 10**8))
        if chance.random() < 0.3
        else None,
        fees=tuple(
            Fee(day=day, amount_fen=chance.randint(1, 9_999), redemption=chance.random() < 0.3)
            for day in sorted(some(0.1))
        ),
        tick_e6=tick,
    )
    owned = economic_quantity(life)
    pending = chance.choice([0, 0, owned // 3 // 10_000 * 10_000])
    shown = Display(
        quantity_e4=owned - pending,
        price_e6=closes[-1] + chance.choice([0, 0, 5 * tick]),
        price_day=days[-1],
        pending_e4=pending,
    )
    return replace(life, display=shown)


def told_plainly(life: Life) -> dict[Cause, int]:
    """The table of the definition, day by day in fractions, written a second time."""
    found = dict.fromkeys(Cause, Fraction(0))
    held, fund = life.quantity_e4, life.kind is Kind.FUND
    unit = 100 if fund else 10_000
    closes = [int(one) for one in life.closes]
    for place in range(1, len(life.days)):
        day, base = life.days[place], closes[place - 1]
        before, now = rate_of(life, place - 1), rate_of(life, place)
        for action in life.actions:
            if action.ex_day == day:
                exact = Fraction(base - action.cash_e6) / (1 + action.bonus) / life.tick_e6
                reference = int(exact + Fraction(1, 2)) * life.tick_e6
                after = int(held * (1 + action.bonus)) // unit * unit
                cause = Cause.FUND_DIVIDEND if fund else Cause.EX_DIVIDEND
                found[cause] += Fraction((after * reference - held * base) * before, FEN)
                held, base = after, reference
        value = Fraction(held * base * before, FEN)
        moved = Fraction(held * (closes[place] - base) * before, FEN)
        market = change(life.market, place)
        sector = market if fund or life.market is None or life.sector is None else change(life.sector, place)
        if day in life.suspended:
            found[Cause.SUSPENDED] += moved
        else:
            found[Cause.MARKET] += value * market
            found[Cause.SECTOR] += value * (sector - market)
            if day in life.locked:
                found[Cause.LIMIT_DOWN] += moved - value * sector
            elif day in life.news:
                found[Cause.STOCK_NEWS] += moved - value * sector
        found[Cause.FX] += Fraction(held * closes[place] * (now - before), FEN)
        for trade in (one for one in life.trades if one.day == day):
            if trade.forced:
                apart = (trade.price_e6 - closes[place]) * trade.quantity_e4 * now
                found[Cause.FORCED_SALE] += Fraction(apart, FEN)
            held += trade.quantity_e4 if trade.side is Side.BUY else -trade.quantity_e4
    found |= told_at_once(life, held)
    return {cause: half_up(amount) for cause, amount in found.items() if cause is not Cause.UNEXPLAINED}


def told_at_once(life: Life, held: int) -> dict[Cause, Fraction]:
    """What is shown, owed and charged, from the ends of the window."""
    found: dict[Cause, Fraction] = {}
    fund, closes = life.kind is Kind.FUND, [int(one) for one in life.closes]
    last = rate_of(life, len(life.days) - 1)
    found[Cause.DATA_DELAY] = Fraction((life.display.price_e6 - closes[-1]) * held * last, FEN)
    found[Cause.SHARES_PENDING] = Fraction(-life.display.pending_e4 * life.display.price_e6 * last, FEN)
    if fund or life.shown_is is not Shown.CLOSE:
        start = (closes[0] - life.shown_e6) * life.quantity_e4 * rate_of(life, 0)
        found[Cause.FUND_NAV_T] = Fraction(start, FEN)
    sales = sum(one.fee_fen for one in life.trades if fund and one.side is Side.SELL)
    redeemed = sales + sum(one.amount_fen for one in life.fees if one.redemption)
    paid = sum(one.fee_fen for one in life.trades) + sum(one.amount_fen for one in life.fees)
    found[Cause.FUND_REDEMPTION_FEE], found[Cause.FEES] = Fraction(-redeemed), Fraction(redeemed - paid)
    if life.cost is not None:
        found[Cause.COST_METHOD] = Fraction(life.cost.average_fen - life.cost.diluted_fen)
    return found


def rate_of(life: Life, place: int) -> int:
    return E8 if life.fx is None else int(life.fx[place])


def change(levels: object, place: int) -> Fraction:
    if not isinstance(levels, np.ndarray):
        return Fraction(0)
    return Fraction(int(levels[place]), int(levels[place - 1])) - 1


lives = st.integers(0, 2**32).map(drawn)


@given(lives)
def test_the_parts_are_the_result(life: Life) -> None:
    found = explained(life)
    assert sum(found.parts_fen.values()) == found.result_fen


@given(lives)
def test_every_known_cause_comes_back_to_the_fen(life: Life) -> None:
    found = explained(life)
    expected = told_plainly(life)
    assert {cause: found.parts_fen[cause] for cause in expected} == expected


@given(lives, st.integers(0, 2**32).map(Chance))
def test_the_order_of_records_changes_nothing(life: Life, chance: Chance) -> None:
    twice = tuple(replace(one, ex_day=life.days[-1]) for one in life.actions)
    life = replace(life, trades=(*life.trades, *life.trades), actions=(*life.actions, *twice))
    again = replace(
        life,
        trades=chance.shuffled(life.trades),
        actions=chance.shuffled(life.actions),
        fees=chance.shuffled(life.fees),
    )
    assert explained(again) == explained(life)


@given(lives)
def test_a_person_looks_when_more_than_a_fifth_is_unexplained(life: Life) -> None:
    found = explained(life)
    rest = abs(found.parts_fen[Cause.UNEXPLAINED])
    assert found.hand_over is (5 * rest > abs(found.result_fen))


@given(st.integers(1, 10**6), st.integers(1, 400))
def test_half_a_fen_is_rounded_away_from_zero_exactly(hundreds: int, days: int) -> None:
    # each day the price falls by 0.01 with 0.5 shares' worth: q = 0.5 share → half a fen a day
    quantity = 5_000
    closes = np.array([(hundreds + days - place) * 10_000 for place in range(days + 1)], dtype=np.float64)
    life = replace(
        drawn(1),
        kind=Kind.ETF,
        quantity_e4=quantity,
        days=tuple(FIRST + timedelta(days=place) for place in range(days + 1)),
        closes=closes,
        market=None,
        sector=None,
        fx=None,
        trades=(),
        actions=(),
        news=frozenset(FIRST + timedelta(days=place) for place in range(1, days + 1)),
        locked=frozenset(),
        suspended=frozenset(),
    )
    assert explained(life).parts_fen[Cause.STOCK_NEWS] == -((days + 1) // 2)


def test_the_share_that_may_stay_unexplained_is_a_dated_rule() -> None:
    assert RULES.number("attribution_hand_over_bp", date(2026, 5, 8)) == 2_000
