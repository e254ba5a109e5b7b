"""What leaving a fund early costs, by the age of each lot, and on which day it costs less."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tongxing.advice.lots import Lot, oldest_first
from tongxing.domain.book import Rulebook, RuleMissingError

PPM = 1_000_000
E6_E4 = 100_000_000
"""Yuan e6 times units e4, over fen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Rungs of (days held below which it is asked, ppm of the redeemed amount), the shortest first."""

    rungs: tuple[tuple[int, int], ...] = ()

    def rate_ppm(self, held_days: int) -> int:
        """The rate for units held so long; 0 beyond the last rung, where the fund's contract decides."""
        return next((rate for days, rate in self.rungs if held_days < days), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeOn:
    """What leaving costs on one day."""

    day: date
    fee_fen: int


def ladder_of(kind: str, on: date, rules: Rulebook) -> Ladder:
    """The least a fund of this kind takes by the rules of the day; empty for exempt kinds.

    Before the rule began each fund's contract decided for itself, and no rung is known.
    """
    try:
        if kind in rules.words("fund_redemption_exempt_kinds", on):
            return Ladder()
        bounds = rules.words("fund_redemption_bounds_days", on)
        return Ladder(
            rungs=tuple(
                (int(bound), rules.number(f"fund_redemption_ppm_under_{bound}_days", on)) for bound in bounds
            )
        )
    except RuleMissingError:
        return Ladder()


def value_fen(quantity_e4: int, price_e6: int) -> int:
    """Price times quantity in fen, half up."""
    return (2 * quantity_e4 * price_e6 + E6_E4) // (2 * E6_E4)


def fee_fen(held: Sequence[Lot], quantity_e4: int, price_e6: int, *, on: date, ladder: Ladder) -> int:
    """The fee for redeeming so many units, the oldest first, each part half up to the fen.

    Raises:
        ValueError: less is held.
    """
    total = 0
    for part in oldest_first(held, quantity_e4, on):
        rate = ladder.rate_ppm(part.held_days)
        if rate:
            total += (2 * value_fen(part.quantity_e4, price_e6) * rate + PPM) // (2 * PPM)
    return total


def cheaper_days(
    held: Sequence[Lot], quantity_e4: int, price_e6: int, *, on: date, ladder: Ladder, days_max: int
) -> tuple[FeeOn, ...]:
    """Today's fee and each later day within `days_max` on which it falls, at today's price."""
    steps = {on} | {
        lot.bought + timedelta(days=days)
        for lot in held
        for days, _rate in ladder.rungs
        if on < lot.bought + timedelta(days=days) <= on + timedelta(days=days_max)
    }
    found: list[FeeOn] = []
    for day in sorted(steps):
        fee = fee_fen(held, quantity_e4, price_e6, on=day, ladder=ladder)
        if not found or fee < found[-1].fee_fen:
            found.append(FeeOn(day=day, fee_fen=fee))
    return tuple(found)


def dividend_tax_fen(
    held: Sequence[Lot],
    quantity_e4: int,
    dividends: Sequence[tuple[date, int]],
    *,
    on: date,
    rules: Rulebook,
) -> int:
    """Tax on dividends that is taken when shares are sold young; funds' payouts are not taxed so.

    Args:
        held: the lots of the shares.
        quantity_e4: what is sold, the oldest first.
        dividends: (ex day, fen per 10,000 shares).
        on: the day of the sale.
        rules: dated rates.
    """
    if not dividends:
        return 0
    total = 0
    for part in oldest_first(held, quantity_e4, on):
        bought = on - timedelta(days=part.held_days)
        paid = sum(per for ex_day, per in dividends if bought < ex_day <= on)
        rate = _dividend_rate(bought, on, rules)
        total += (2 * paid * part.quantity_e4 * rate + PPM * 10**8) // (2 * PPM * 10**8)
    return total


def _dividend_rate(bought: date, on: date, rules: Rulebook) -> int:
    """By months and years of the calendar, as the tax rule counts them."""
    if on <= _months_later(bought, 1):
        return rules.number("dividend_tax_month_ppm", on)
    if on <= _months_later(bought, 12):
        return rules.number("dividend_tax_year_ppm", on)
    return rules.number("dividend_tax_longer_ppm", on)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    year, month = divmod(day.month - 1 + months, 12)
    first_after = date(day.year + year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = first_after - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))
