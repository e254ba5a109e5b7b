"""The life of one holding of a client in a window, joined from its log and the published prices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from tongxing.advice.attribution import economic_quantity
from tongxing.advice.attribution_life import (
    PRICE_E6,
    QUANTITY_E4,
    Action,
    Display,
    Floats,
    Kind,
    Life,
    Shown,
    Side,
    Trade,
)
from tongxing.advice.attribution_terms import Terms
from tongxing.domain.market import UnknownInstrumentError
from tongxing.service.explain_moves import Move, Past, Statement
from tongxing.service.me_who import Mine
from tongxing.service.ports import Market

BP = 10_000
FUND_WORD = "fund"
ETF_WORD = "etf"


class NoPriceError(LookupError):
    """The shipped history has no price of a code in that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prices:
    """Published prices by day."""

    days: tuple[date, ...]
    closes: tuple[int, ...]
    suspended: frozenset[date]
    shown_first: int
    """What was shown at the close of the first day."""
    shown_last: tuple[int, date]


def life_of(me: Mine, past: Past, code: str, first: date, last: date, rules: Terms) -> Life | None:
    """One holding between two closes; None where nothing of it was held.

    Shares that came or went without a price (a transfer, another snapshot) count at the close of their day,
    so that they are neither gain nor loss.

    Raises:
        NoPriceError: there are no published prices.
    """
    entries = past.of(code)
    first = max(first, _told_from(entries, me.house.market))
    if first >= last:
        return None
    held = _held_at(entries, first)
    after = [one for one in entries if first < one.day <= last]
    if held == 0 and not any(_changes(one) for one in after):
        return None
    kind = _kind(me, code)
    prices = _prices(me.house.market, code, kind, first, last)
    life = Life(
        holding_id=code,
        kind=kind,
        quantity_e4=held,
        shown_e6=prices.shown_first,
        shown_is=Shown.CLOSE,
        days=prices.days,
        closes=np.array(prices.closes, dtype=np.float64),
        market=_levels(me, code, prices.days, beside="attribution_index"),
        sector=None if kind is Kind.FUND else _levels(me, code, prices.days, beside="attribution_sector"),
        fx=None,
        trades=_trades(after, held, prices),
        actions=_actions(me.house.market, code, first, last),
        news=frozenset(),
        locked=_locked(me, code, prices),
        suspended=prices.suspended,
        display=Display(
            quantity_e4=_held_at(entries, last), price_e6=prices.shown_last[0], price_day=prices.shown_last[1]
        ),
        cost=None,
        fees=(),
        tick_e6=rules.tick_e6[kind],
    )
    pending = max(0, economic_quantity(life) - life.display.quantity_e4)
    return replace(life, display=replace(life.display, pending_e4=pending))


def _told_from(entries: Sequence[Move | Statement], market: Market) -> date:
    """The first close whose quantity is told: what began with a snapshot has no past before it."""
    if not entries or not isinstance(entries[0], Statement) or not entries[0].held_e4:
        return date.min
    day = entries[0].day
    return day if market.is_session(day) else market.next_session(day)


def _held_at(entries: Sequence[Move | Statement], day: date) -> int:
    """The quantity at the close of a day, as the log tells it."""
    held = 0
    for one in entries:
        if one.day <= day:
            held = one.held_e4 if isinstance(one, Statement) else held + one.change_e4
    return max(held, 0)


def _changes(one: Move | Statement) -> bool:
    return one.held_e4 > 0 if isinstance(one, Statement) else one.change_e4 != 0


def _kind(me: Mine, code: str) -> Kind:
    product = me.house.book.products.get(code)
    words = "" if product is None else product.kind
    if ETF_WORD in words:
        return Kind.ETF
    return Kind.FUND if words.endswith(FUND_WORD) else Kind.STOCK


def _prices(market: Market, code: str, kind: Kind, first: date, last: date) -> _Prices:
    """Closes of the sessions; a fund's value of a day is known at the close of the next session."""
    sessions = tuple(market.sessions(first, last))
    shown = [_close(market, code, day) for day in (first, last)]
    if kind is not Kind.FUND:
        closes = [_close(market, code, day) for day in sessions]
        paused = [day for day, close in zip(sessions, closes, strict=True) if close[1] != day]
        return _Prices(
            days=sessions,
            closes=tuple(price for price, _day in closes),
            suspended=frozenset(paused),
            shown_first=shown[0][0],
            shown_last=shown[1],
        )
    known = [_close(market, code, day)[0] for day in sessions[1:]]
    return _Prices(
        days=sessions[:-1],
        closes=tuple(known),
        suspended=frozenset(),
        shown_first=shown[0][0],
        shown_last=shown[1],
    )


def _close(market: Market, code: str, day: date) -> tuple[int, date]:
    found = market.last_close(code, day)
    if found is None:
        raise NoPriceError(code)
    return int(found[0].scaleb(6).to_integral_value()), found[1]


def _levels(me: Mine, code: str, days: Sequence[date], *, beside: str) -> Floats | None:
    """Levels of the market or sector that a product is laid beside; None where there is none for it."""
    product, market = me.house.book.products.get(code), me.house.market
    choices = dict(word.split("=", 1) for word in me.house.book.rules.words(beside, me.now.date()))
    name = choices.get(code) or choices.get("" if product is None else product.kind)
    if name is None:
        return None
    found = [_level(market, name, days[0], day) for day in days]
    if any(level is None for level in found):
        return None
    return np.array(found, dtype=np.float64)


def _level(market: Market, name: str, first: date, day: date) -> int | None:
    """Level e6 of an index; of a fund that stands for its sector, with its dividends, from 1 on."""
    level = market.index_close(name, day)
    if level is not None:
        return int(level.scaleb(6))
    if name not in market.codes():
        return None
    change = 0 if day == first else market.total_return_ppm(name, first, day)
    return None if change is None else PRICE_E6 + change


def _trades(after: Sequence[Move | Statement], held: int, prices: _Prices) -> tuple[Trade, ...]:
    """Executions, and what came or went without a price at the close of its day."""
    found = []
    for one in after:
        if isinstance(one, Statement):
            change, paid = one.held_e4 - held, None
        elif one.free:
            held += one.change_e4
            continue
        else:
            change, paid = one.change_e4, one if one.price_e6 else None
        held += change
        if change:
            found.append(_bare(one.day, change, prices) if paid is None else _paid(paid))
    return tuple(found)


def _paid(move: Move) -> Trade:
    return Trade(
        day=move.day,
        side=Side.BUY if move.change_e4 > 0 else Side.SELL,
        quantity_e4=abs(move.change_e4),
        price_e6=move.price_e6,
        gross_fen=move.gross_fen,
        fee_fen=move.fee_fen,
    )


def _bare(day: date, change_e4: int, prices: _Prices) -> Trade:
    close = next((price for one, price in _latest(prices) if one <= day), prices.closes[0])
    scale = QUANTITY_E4 * PRICE_E6 // 100
    return Trade(
        day=day,
        side=Side.BUY if change_e4 > 0 else Side.SELL,
        quantity_e4=abs(change_e4),
        price_e6=close,
        gross_fen=(2 * abs(change_e4) * close + scale) // (2 * scale),
        fee_fen=0,
    )


def _latest(prices: _Prices) -> list[tuple[date, int]]:
    return list(zip(reversed(prices.days), reversed(prices.closes), strict=True))


def _actions(market: Market, code: str, first: date, last: date) -> tuple[Action, ...]:
    found = []
    for day in market.sessions(first, last)[1:]:
        split, dividend = market.split_on(code, day), market.dividend_on(code, day)
        if split is not None or dividend is not None:
            bonus = Action(ex_day=day).bonus if split is None else split.ratio - 1
            cash = 0 if dividend is None else int(dividend.per_share.scaleb(6))
            found.append(Action(ex_day=day, cash_e6=cash, bonus=bonus))
    return tuple(found)


def _locked(me: Mine, code: str, prices: _Prices) -> frozenset[date]:
    """Days that closed at the lower limit; only days that fell far are looked at."""
    fall = me.house.book.rules.number("attribution_limit_fall_bp", me.now.date())
    found = set()
    for place in range(1, len(prices.days)):
        before, close = prices.closes[place - 1], prices.closes[place]
        if close * BP <= before * (BP - fall):
            try:
                down = me.house.market.limits(code, prices.days[place]).down_mil
            except UnknownInstrumentError:
                continue
            if down is not None and close <= down * (PRICE_E6 // 1_000):
                found.add(prices.days[place])
    return frozenset(found)
