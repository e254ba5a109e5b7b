"""A holding of a file as its life: checked field by field, and cut to what was known when it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np

from tongxing.advice.attribution_fields import (
    PRICE,
    QUANTITY,
    RATE,
    AttributionInputError,
    Fields,
    day_of,
    instant_of,
    scaled,
)
from tongxing.advice.attribution_life import Display, Floats, Kind, Life, Shown
from tongxing.advice.attribution_records import Window, actions, announced, cost, fees, trades
from tongxing.advice.attribution_terms import Terms
from tongxing.domain.clock import BEIJING

HOME_CURRENCY = "CNY"
HOLDING = (
    *("id", "question", "instrument", "opening", "dates", "closes", "published_at"),
    *("market_index", "sector_index", "fx", "trades", "corporate_actions", "announcements"),
    *("locked_limit_down", "suspended", "display_at_end", "cost_display", "other_fees", "rates"),
)
Suspension = Mapping[date, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A holding of a file and what it is called."""

    life: Life
    code: str
    name: str


def holding(raw: object, where: str, terms: Terms) -> Asked:
    """One holding of a file.

    Raises:
        AttributionInputError: what is wrong, and where.
    """
    fields = Fields(raw, where)
    fields.only(*HOLDING)
    instrument, opening = fields.below("instrument"), fields.below("opening")
    instrument.only("kind", "code", "name", "currency")
    opening.only("date", "quantity", "shown_price", "shown_price_is")
    kind = instrument.choice("kind", Kind)
    window = _window(fields, opening, kind, terms)
    suspended = _suspended(fields)
    fx = _fx(fields, instrument, window)
    life = Life(
        holding_id=fields.text("id"),
        kind=kind,
        quantity_e4=opening.scaled("quantity", QUANTITY),
        shown_e6=opening.scaled("shown_price", PRICE),
        shown_is=opening.choice("shown_price_is", Shown),
        days=window.days,
        closes=_closes(fields, window, suspended),
        market=_series(fields, "market_index", PRICE, window),
        sector=_series(fields, "sector_index", PRICE, window),
        fx=fx,
        trades=trades(fields, window, fx),
        actions=actions(fields, window),
        news=frozenset(announced(fields, window)),
        locked=frozenset(_listed_days(fields, "locked_limit_down")),
        suspended=frozenset(suspended),
        display=_display(fields.below("display_at_end")),
        cost=cost(fields),
        fees=fees(fields, window),
        tick_e6=terms.tick_e6[kind],
    )
    return Asked(life=life, code=instrument.text("code"), name=instrument.text("name"))


def asked_on(raw: object, where: str) -> date:
    """The day of a holding's question, by which the rules are read."""
    question = Fields(raw, where).below("question")
    question.only("from", "to", "asked_at")
    return question.instant("asked_at").astimezone(BEIJING).date()


def _window(fields: Fields, opening: Fields, kind: Kind, terms: Terms) -> Window:
    question = fields.below("question")
    start, to, asked_at = question.day("from"), question.day("to"), question.instant("asked_at")
    if start > to:
        raise AttributionInputError(f"{question.where}: from {start} lies after to {to}")
    days = _listed_days(fields, "dates")
    if any(day >= after for day, after in pairwise(days)):
        raise AttributionInputError(f"{fields.place('dates')}: days must rise, each once")
    first = opening.day("date")
    if first not in days:
        raise AttributionInputError(f"{opening.place('date')}: {first} is not among the dates")
    known = _known(fields, days, terms.known_minute[kind])
    count = sum(day <= to and at <= asked_at for day, at in zip(days, known, strict=True))
    begins = days.index(first)
    if count <= begins:
        raise AttributionInputError(
            f"{fields.place('closes')}: no price of {first} or later was known at {asked_at.isoformat()}"
        )
    return Window(days=days[begins:count], first=begins, asked_at=asked_at, to=to)


def _known(fields: Fields, days: tuple[date, ...], minute: int) -> list[datetime]:
    """When the price of each day became known."""
    if not fields.has("published_at"):
        gap = timedelta(minutes=minute)
        return [datetime(day.year, day.month, day.day, tzinfo=BEIJING) + gap for day in days]
    given, where = fields.listed("published_at"), fields.place("published_at")
    if len(given) != len(days):
        raise AttributionInputError(f"{where}: {len(given)} entries for {len(days)} dates")
    known = [instant_of(one, f"{where}[{place}]") for place, one in enumerate(given)]
    if any(at > after for at, after in pairwise(known)):
        raise AttributionInputError(f"{where}: a later day is published before an earlier one")
    return known


def _listed_days(fields: Fields, name: str) -> tuple[date, ...]:
    where = fields.place(name)
    return tuple(day_of(one, f"{where}[{place}]") for place, one in enumerate(fields.listed(name)))


def _column(fields: Fields, name: str, window: Window) -> list[tuple[str, object]]:
    """The entries of a series that belong to the window, with their places."""
    values, dates = fields.listed(name), fields.listed("dates")
    if len(values) != len(dates):
        raise AttributionInputError(f"{fields.place(name)}: {len(values)} entries for {len(dates)} dates")
    last = window.first + len(window.days)
    return [(f"{fields.place(name)}[{at}]", values[at]) for at in range(window.first, last)]


def _series(fields: Fields, name: str, places: int, window: Window) -> Floats | None:
    """An index or rate by day; None when the file has none."""
    if not fields.has(name):
        return None
    found = [scaled(value, places, where, least=1) for where, value in _column(fields, name, window)]
    return np.array(found, dtype=np.float64)


def _fx(fields: Fields, instrument: Fields, window: Window) -> Floats | None:
    found = _series(fields, "fx", RATE, window)
    currency = instrument.text("currency")
    if (found is None) != (currency == HOME_CURRENCY):
        need = "needs the rate of each day" if found is None else "has no exchange rate"
        raise AttributionInputError(f"{fields.place('fx')}: {currency} {need}")
    return found


def _closes(fields: Fields, window: Window, suspended: Suspension) -> Floats:
    """Closes by day; a suspended day takes its valuation price, else the price before."""
    found: list[int] = []
    for day, (where, value) in zip(window.days, _column(fields, "closes", window), strict=True):
        valued = suspended.get(day)
        if valued is not None:
            found.append(valued)
        elif value is not None:
            found.append(scaled(value, PRICE, where, least=1))
        elif day in suspended and found:
            found.append(found[-1])
        else:
            raise AttributionInputError(f"{where}: no price of {day}, and it is not suspended")
    return np.array(found, dtype=np.float64)


def _suspended(fields: Fields) -> Suspension:
    """Suspended days, with the valuation price from the day on which it changed."""
    if not fields.has("suspended"):
        return {}
    pause = fields.below("suspended")
    pause.only("from", "to", "prices")
    start, end = pause.day("from"), pause.day("to")
    changed = {one.day("date"): one.scaled("price", PRICE, least=1) for one in pause.objects("prices")}
    found: dict[date, int | None] = {}
    price: int | None = None
    for day in _listed_days(fields, "dates"):
        if start <= day <= end:
            price = changed.get(day, price)
            found[day] = price
    for day in changed:
        if day not in found:
            raise AttributionInputError(f"{pause.place('prices')}: {day} is no suspended day of the dates")
    return found


def _display(shown: Fields) -> Display:
    shown.only("price", "price_date", "quantity", "pending_quantity")
    return Display(
        price_e6=shown.scaled("price", PRICE),
        price_day=shown.day("price_date"),
        quantity_e4=shown.scaled("quantity", QUANTITY),
        pending_e4=shown.scaled("pending_quantity", QUANTITY) if shown.has("pending_quantity") else 0,
    )
