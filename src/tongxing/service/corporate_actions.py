"""Splits and cash dividends, told to the log as the broker's core system would tell them."""

from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal

from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.service.ports import Market

CORE_SOURCE = "house.actions"
E4 = 10_000
HUNDRED = 100


def actions_of_day(market: Market, state: fold.State, day: date, *, at: datetime) -> tuple[Event, ...]:
    """Events for what was held before the day's open; a record merged into this one gets its own.

    A split multiplies the quantity and drops a fraction of a share; a dividend pays whole fen (both
    rounded down), on the ex day, as the demo's core system books it.
    """
    events: list[Event] = []
    for code, quantity in sorted(state.account.positions().items()):
        if quantity <= 0:
            continue
        split = market.split_on(code, day)
        if split is not None:
            after = quantity * split.ratio // E4 * E4
            body: dict[str, object] = {
                "code": code,
                "quantity": plain(after - quantity),
                "reason": "split",
            }
            events.append(_event(state, code, day, at, "shares_changed", body))
            quantity = after  # noqa: PLW2901 - a dividend of the same day is paid on the new shares
        dividend = market.dividend_on(code, day)
        if dividend is not None:
            amount = (dividend.per_share * quantity * HUNDRED / E4).to_integral_value(rounding=ROUND_FLOOR)
            events.extend(_paid(state, code, day, at, int(amount)))
    return tuple(events)


def plain(quantity_e4: int) -> str:
    """A quantity as a decimal string without trailing zeros."""
    text = format(Decimal(quantity_e4) / E4, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _paid(state: fold.State, code: str, day: date, at: datetime, amount_fen: int) -> tuple[Event, ...]:
    if amount_fen <= 0:
        return ()
    cash = {"direction": "in", "amount_fen": amount_fen, "reason": "dividend"}
    told = {"code": code, "amount_fen": amount_fen, "date": day.isoformat()}
    return (
        _event(state, code, day, at, "cash_moved", cash),
        _event(state, code, day, at, "dividend_received", told),
    )


def _event(
    state: fold.State, code: str, day: date, at: datetime, kind: str, body: dict[str, object]
) -> Event:
    return Event(
        source=CORE_SOURCE,
        source_seq=f"{day.isoformat()}|{state.client_id}|{code}|{kind}",
        client_id=state.client_id,
        ts=at,
        known_at=at,
        kind=kind,
        body=body,
    )
