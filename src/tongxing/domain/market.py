"""Dated market facts as values. Prices are integer mil (0.001 CNY) in state, Decimal at the edge."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction


class CalendarError(LookupError):
    """The trading calendar does not cover that day: the house does not guess a session."""


class UnknownInstrumentError(LookupError):
    """No rule or price of that code is known: the house does not guess a limit, a lot or a fee."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day of one instrument, as traded (not adjusted)."""

    code: str
    day: date
    open_mil: int
    high_mil: int
    low_mil: int
    close_mil: int
    volume_lots: int
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """One share becomes `ratio` shares before the open of `day` (a trading day)."""

    code: str
    day: date
    ratio: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class CashDividend:
    """Cash per share; holders at the close before `ex_day` receive it."""

    code: str
    ex_day: date
    per_share: Decimal
    payment_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLimits:
    """The band a price may move in on one day; None where the day has no limit."""

    down_mil: int | None
    up_mil: int | None
    limit_bp: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """What one trade costs, by receiver."""

    commission_fen: int
    stamp_fen: int
    transfer_fen: int
    other_fen: int

    @property
    def total_fen(self) -> int:
        """All of it."""
        return self.commission_fen + self.stamp_fen + self.transfer_fen + self.other_fen
