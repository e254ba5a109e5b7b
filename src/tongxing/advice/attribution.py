"""Why a holding rose or fell: its result in a window, split into causes that add up to it exactly.

The result is the value shown at the end, less the value shown at the start and what was paid in, with what
came out. Each cause is rounded once to the fen; what is left over is UNEXPLAINED, and said so.
"""

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from tongxing.advice.attribution_days import Days, Sums, sums
from tongxing.advice.attribution_life import (
    FEN_SCALE,
    QUANTITY_E4,
    RATE_E8,
    Action,
    Attribution,
    Cause,
    Floats,
    Kind,
    Life,
    Shown,
    Side,
    Trade,
)

BP = 10_000
FUND_UNIT_E4 = 100
"""Units of a fund are counted to a hundredth, shares whole: what a bonus leaves of less is dropped."""
NOTHING = dict.fromkeys(Cause, 0)


class OversoldError(ValueError):
    """The trades sell more than was held: the file is wrong, and nothing can be explained from it."""

    def __init__(self, day: date) -> None:
        super().__init__(f"on {day.isoformat()} more is sold than is held")
        self.day = day


@dataclass(slots=True)
class _Course:
    """The quantity by day, and what moved it."""

    held: Floats
    base: Floats
    quantity_e4: int
    """At the end."""
    price_e6: int
    """The last known close, less what went ex after it."""
    ex_scaled: int = 0
    forced_scaled: int = 0


def attribute(life: Life, *, hand_over_bp: int) -> Attribution:
    """Split the result of a holding's window into its causes.

    Args:
        life: the holding; all of it known when the question was asked.
        hand_over_bp: a larger unexplained share of the result goes to a person.

    Raises:
        OversoldError: the trades sell more than was held.
    """
    course = _course(life)
    start, end = _value_start(life), _value_end(life)
    result = _result(life, start, end)
    parts = NOTHING.copy()
    parts |= _by_day(life, sums(_days(life, course)))
    parts |= _by_event(life, course)
    parts |= _as_shown(life, course)
    parts[Cause.UNEXPLAINED] = result - sum(parts.values())
    ranked = sorted((one for one in parts if parts[one]), key=lambda one: -abs(parts[one]))
    return Attribution(
        holding_id=life.holding_id,
        result_fen=result,
        parts_fen=parts,
        ranked=tuple(ranked),
        hand_over=abs(parts[Cause.UNEXPLAINED]) * BP > hand_over_bp * abs(result),
        first=life.days[0],
        as_of=life.days[-1],
        value_start_fen=start,
        value_end_fen=end,
    )


def economic_quantity(life: Life) -> int:
    """What is owned at the end, e4, whether credited or not; raises `OversoldError`."""
    return _course(life).quantity_e4


def reference_e6(close_e6: int, action: Action, tick_e6: int) -> int:
    """(close − cash) / (1 + bonus), half up to the tick: the price at which a holder is no poorer."""
    old, new = action.bonus.denominator, action.bonus.numerator + action.bonus.denominator
    return _half_up((close_e6 - action.cash_e6) * old, new * tick_e6) * tick_e6


def _result(life: Life, start: int, end: int) -> int:
    """What the client sees as gain or loss, in fen."""
    if life.cost is not None:
        shown_start, shown_end = life.cost.profit_start_fen, life.cost.profit_end_fen
        if shown_start is not None and shown_end is not None:
            return shown_end - shown_start
    result = end - start - sum(fee.amount_fen for fee in life.fees)
    for trade in life.trades:
        paid = trade.gross_fen if trade.side is Side.BUY else -trade.gross_fen
        result -= paid + trade.fee_fen
    return result + (0 if life.cost is None else life.cost.average_fen - life.cost.diluted_fen)


def _value_start(life: Life) -> int:
    return _money(life.quantity_e4 * life.shown_e6 * _rate(life, 0))


def _value_end(life: Life) -> int:
    return _money(life.display.quantity_e4 * life.display.price_e6 * _rate(life, -1))


def _course(life: Life) -> _Course:
    """Walk through actions and trades in order of their days; between them the quantity stands still."""
    last = len(life.days) - 1
    course = _Course(
        held=np.full(last, float(life.quantity_e4)),
        base=life.closes[:-1],
        quantity_e4=life.quantity_e4,
        price_e6=int(life.closes[-1]),
    )
    if life.actions:
        course.base = course.base.copy()
    for day, step in _steps(life):
        if day <= life.days[0]:
            continue
        if isinstance(step, Trade):
            _traded(life, course, step, _place(life, day))
        else:
            _gone_ex(life, course, step, _place(life, day))
    return course


def _steps(life: Life) -> list[tuple[date, Action | Trade]]:
    """What happened by day, whatever order it was told in: one action, then purchases, then sales."""
    actions: dict[date, Action] = {}
    for one in life.actions:
        first = actions.setdefault(one.ex_day, one)
        if first is not one:
            both = replace(first, cash_e6=first.cash_e6 + one.cash_e6, bonus=first.bonus + one.bonus)
            actions[one.ex_day] = both
    trades = sorted(life.trades, key=lambda one: (one.day, one.side is Side.SELL))
    steps: list[tuple[date, Action | Trade]] = [*actions.items(), *((one.day, one) for one in trades)]
    return sorted(steps, key=lambda one: one[0])


def _place(life: Life, day: date) -> int | None:
    """Where the first day at or after a day stands; None when its price is not known yet."""
    place = bisect_left(life.days, day)
    return place if place < len(life.days) else None


def _traded(life: Life, course: _Course, trade: Trade, place: int | None) -> None:
    """A trade moves the quantity from the next day on."""
    change = trade.quantity_e4 if trade.side is Side.BUY else -trade.quantity_e4
    course.quantity_e4 += change
    if course.quantity_e4 < 0:
        raise OversoldError(trade.day)
    if place is None:
        return
    if life.days[place] != trade.day:
        course.held[place - 1 :] += change
        return
    course.held[place:] += change
    if trade.forced:
        short = (trade.price_e6 - int(life.closes[place])) * trade.quantity_e4 * _rate(life, place)
        course.forced_scaled += short


def _gone_ex(life: Life, course: _Course, action: Action, place: int | None) -> None:
    """From its ex day on, new shares count and the price before stands lower."""
    before = course.quantity_e4
    unit = FUND_UNIT_E4 if life.kind is Kind.FUND or before % QUANTITY_E4 else QUANTITY_E4
    old = action.bonus.denominator
    after = before * (action.bonus.numerator + old) // (old * unit) * unit if action.bonus else before
    known = course.price_e6 if place is None else int(course.base[place - 1])
    reference = reference_e6(known, action, life.tick_e6)
    rate = _rate(life, -1 if place is None else place - 1)
    course.ex_scaled += (after * reference - before * known) * rate
    course.quantity_e4 = after
    if place is None:
        course.price_e6 = reference
    else:
        course.held[place - 1 :] = after
        course.base[place - 1] = reference


def _days(life: Life, course: _Course) -> Days:
    return Days(
        held=course.held,
        base=course.base,
        close=life.closes[1:],
        fx_before=None if life.fx is None else life.fx[:-1],
        fx=None if life.fx is None else life.fx[1:],
        market=life.market,
        sector=None if life.kind is Kind.FUND or life.market is None else life.sector,
        closed=_places(life, life.suspended),
    )


def _by_day(life: Life, days: Sums) -> dict[Cause, int]:
    """Market, sector, suspension, currency, and the rest of days with a locked limit or an announcement."""
    locked = life.locked - life.suspended
    news = life.news - life.locked - life.suspended
    return {
        Cause.MARKET: days.market_fen,
        Cause.SECTOR: days.sector_fen,
        Cause.SUSPENDED: days.suspended_fen,
        Cause.FX: days.fx_fen,
        Cause.LIMIT_DOWN: days.rest(_places(life, locked)) if locked else 0,
        Cause.STOCK_NEWS: days.rest(_places(life, news)) if news else 0,
    }


def _by_event(life: Life, course: _Course) -> dict[Cause, int]:
    """Actions, forced sales, and what was paid in fees."""
    fund = life.kind is Kind.FUND
    redeemed = sum(fee.amount_fen for fee in life.fees if fee.redemption)
    redeemed += sum(one.fee_fen for one in life.trades if fund and one.side is Side.SELL)
    paid = sum(fee.amount_fen for fee in life.fees) + sum(one.fee_fen for one in life.trades)
    return {
        Cause.FUND_DIVIDEND if fund else Cause.EX_DIVIDEND: _money(course.ex_scaled),
        Cause.FORCED_SALE: _money(course.forced_scaled),
        Cause.FUND_REDEMPTION_FEE: -redeemed,
        Cause.FEES: redeemed - paid,
    }


def _as_shown(life: Life, course: _Course) -> dict[Cause, int]:
    """Where what was shown differs from what was true: at the start, at the end, and in its cost."""
    late = life.kind is Kind.FUND or life.shown_is is not Shown.CLOSE
    at_start = (int(life.closes[0]) - life.shown_e6) * life.quantity_e4 * _rate(life, 0)
    shown, rate = life.display, _rate(life, -1)
    cost = life.cost
    return {
        Cause.FUND_NAV_T: _money(at_start) if late else 0,
        Cause.DATA_DELAY: _money((shown.price_e6 - course.price_e6) * course.quantity_e4 * rate),
        Cause.SHARES_PENDING: -_money(shown.pending_e4 * shown.price_e6 * rate),
        Cause.COST_METHOD: 0 if cost is None else cost.average_fen - cost.diluted_fen,
    }


def _places(life: Life, days: frozenset[date]) -> list[int]:
    """Where these days stand among the days after the first."""
    found = (bisect_left(life.days, day) for day in days)
    return sorted(at - 1 for at in found if 0 < at < len(life.days) and life.days[at] in days)


def _rate(life: Life, place: int) -> int:
    return RATE_E8 if life.fx is None else int(life.fx[place])


def _money(scaled: int) -> int:
    """Quantity × price × rate as fen, half away from zero."""
    return _half_up(scaled, FEN_SCALE)


def _half_up(amount: int, unit: int) -> int:
    """A whole number of units, a half away from zero."""
    whole = (2 * abs(amount) + unit) // (2 * unit)
    return whole if amount >= 0 else -whole
