"""What happened to a holding of a file inside its window: trades, actions, announcements, costs."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from tongxing.advice.attribution_fields import MONEY, PRICE, QUANTITY, AttributionInputError, Fields
from tongxing.advice.attribution_life import (
    FEN_SCALE,
    PRICE_E6,
    RATE_E8,
    Action,
    CostShown,
    Fee,
    Floats,
    Side,
    Trade,
)
from tongxing.domain.clock import BEIJING

PPM = 1_000_000
LEAST_FEN = -(2**53)
REDEMPTION = "redemption"
FEE_KINDS = ("dividend_tax", "margin_interest", "commission", "custody", "other", REDEMPTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which days count: from the opening to the latest whose price was known."""

    days: tuple[date, ...]
    first: int
    asked_at: datetime
    to: date

    @property
    def until(self) -> date:
        """The last day of which a trade or an action can be known."""
        return min(self.to, self.asked_at.astimezone(BEIJING).date())


def trades(fields: Fields, window: Window, fx: Floats | None) -> tuple[Trade, ...]:
    """Executions after the opening that were known when it was asked."""
    found = []
    for one in fields.objects("trades"):
        one.only("date", "side", "quantity", "price", "fee", "forced")
        day = one.day("date")
        if not window.days[0] < day <= window.until:
            continue
        side = one.choice("side", Side)
        quantity, price = one.scaled("quantity", QUANTITY, least=1), one.scaled("price", PRICE, least=1)
        gross = _half_up(quantity * price * _rate(window, fx, day), FEN_SCALE)
        fee = one.scaled("fee", MONEY) if one.has("fee") else _fee(fields, side, gross)
        forced = one.flag("forced")
        if forced and side is Side.BUY:
            raise AttributionInputError(f"{one.place('forced')}: only a sale can be forced")
        found.append(
            Trade(
                day=day,
                side=side,
                quantity_e4=quantity,
                price_e6=price,
                gross_fen=gross,
                fee_fen=fee,
                forced=forced,
            )
        )
    return tuple(found)


def _rate(window: Window, fx: Floats | None, day: date) -> int:
    """CNY per unit on a day, else the latest known before it."""
    if fx is None:
        return RATE_E8
    return int(fx[max(place for place, one in enumerate(window.days) if one <= day)])


def _fee(fields: Fields, side: Side, gross_fen: int) -> int:
    """What a trade cost that does not say it: by the rates of the file, nothing without them."""
    if not fields.has("rates"):
        return 0
    rates = fields.below("rates")
    rates.only("buy_ppm", "sell_ppm", "fee_min")
    name = f"{side.value}_ppm"
    ppm = rates.scaled(name, 0) if rates.has(name) else 0
    least = rates.scaled("fee_min", MONEY) if rates.has("fee_min") else 0
    return max(least, _half_up(gross_fen * ppm, PPM))


def actions(fields: Fields, window: Window) -> tuple[Action, ...]:
    """Dividends and bonus shares whose ex day lies in the window."""
    found = []
    for one in fields.objects("corporate_actions"):
        one.only("ex_date", "cash", "bonus")
        action = Action(
            ex_day=one.day("ex_date"),
            cash_e6=one.scaled("cash", PRICE) if one.has("cash") else 0,
            bonus=Fraction(one.scaled("bonus", PRICE, least=1 - PRICE_E6), PRICE_E6)
            if one.has("bonus")
            else Fraction(0),
        )
        if window.days[0] < action.ex_day <= window.until:
            found.append(action)
    return tuple(found)


def announced(fields: Fields, window: Window) -> list[date]:
    """Days of announcements that were out when it was asked."""
    found = []
    for one in fields.objects("announcements"):
        one.only("effective_date", "published_at", "title")
        if not one.has("published_at") or one.instant("published_at") <= window.asked_at:
            found.append(one.day("effective_date"))
    return found


def cost(fields: Fields) -> CostShown | None:
    """What changed in how the cost is shown; None where the question is not about it."""
    if not fields.has("cost_display"):
        return None
    given = fields.below("cost_display")
    given.only("average_cost_total", "diluted_cost_total", "profit_at_start", "profit_at_end")
    both = given.has("profit_at_start") and given.has("profit_at_end")
    return CostShown(
        average_fen=given.scaled("average_cost_total", MONEY, least=LEAST_FEN),
        diluted_fen=given.scaled("diluted_cost_total", MONEY, least=LEAST_FEN),
        profit_start_fen=given.scaled("profit_at_start", MONEY, least=LEAST_FEN) if both else None,
        profit_end_fen=given.scaled("profit_at_end", MONEY, least=LEAST_FEN) if both else None,
    )


def fees(fields: Fields, window: Window) -> tuple[Fee, ...]:
    """Costs beside trades."""
    found = []
    for one in fields.objects("other_fees"):
        one.only("date", "kind", "amount")
        kind = one.text("kind")
        if kind not in FEE_KINDS:
            raise AttributionInputError(f"{one.place('kind')}: {kind!r} is none of {', '.join(FEE_KINDS)}")
        fee = Fee(day=one.day("date"), amount_fen=one.scaled("amount", MONEY), redemption=kind == REDEMPTION)
        if window.days[0] < fee.day <= window.until:
            found.append(fee)
    return tuple(found)


def _half_up(amount: int, divisor: int) -> int:
    return (2 * amount + divisor) // (2 * divisor)
