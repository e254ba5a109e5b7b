"""A holding in a window, as the values that say why it rose or fell: prices, trades, actions, what was shown.

Scales: quantities are e4 integers, prices and index levels e6, exchange rates (CNY per unit) e8, money fen.
Series are float arrays that hold such integers exactly (the readers keep them below 2**53).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

QUANTITY_E4 = 10_000
PRICE_E6 = 1_000_000
RATE_E8 = 100_000_000
FEN_SCALE = QUANTITY_E4 * PRICE_E6 * RATE_E8 // 100
"""Quantity × price × rate, over this, is fen."""
Floats = NDArray[np.float64]


class Kind(StrEnum):
    """What is held."""

    STOCK = "stock"
    ETF = "etf"
    FUND = "fund"
    HK = "hk"


class Shown(StrEnum):
    """What the price was that was shown at the start."""

    CLOSE = "close"
    ESTIMATE = "estimate"
    NAV = "nav"


class Side(StrEnum):
    """Which way a trade went."""

    BUY = "buy"
    SELL = "sell"


class Cause(StrEnum):
    """Why a holding is worth more or less; the order decides between equal amounts."""

    MARKET = "MARKET"
    SECTOR = "SECTOR"
    STOCK_NEWS = "STOCK_NEWS"
    LIMIT_DOWN = "LIMIT_DOWN"
    EX_DIVIDEND = "EX_DIVIDEND"
    FUND_DIVIDEND = "FUND_DIVIDEND"
    SHARES_PENDING = "SHARES_PENDING"
    FX = "FX"
    FEES = "FEES"
    FUND_REDEMPTION_FEE = "FUND_REDEMPTION_FEE"
    FUND_NAV_T = "FUND_NAV_T"
    FORCED_SALE = "FORCED_SALE"
    SUSPENDED = "SUSPENDED"
    COST_METHOD = "COST_METHOD"
    DATA_DELAY = "DATA_DELAY"
    UNEXPLAINED = "UNEXPLAINED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One execution of the window."""

    day: date
    side: Side
    quantity_e4: int
    price_e6: int
    gross_fen: int
    """Money of the trade in CNY before fees."""
    fee_fen: int
    forced: bool = False
    """Sold by the margin desk and not by the client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A dividend, bonus or split that takes effect before the open of its ex day."""

    ex_day: date
    cash_e6: int = 0
    """Per share or unit, before tax, in the currency of the price."""
    bonus: Fraction = Fraction(0)
    """New shares for each old one; a split of 1 into 4 is 3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """A cost beside trades: dividend tax, margin interest, custody, a redemption fee billed apart."""

    day: date
    amount_fen: int
    redemption: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """What the client sees at the end."""

    quantity_e4: int
    price_e6: int
    price_day: date
    pending_e4: int = 0
    """Shares that are the client's and not yet credited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostShown:
    """The question is about the floating profit, whose cost changed its method from average to diluted."""

    average_fen: int
    diluted_fen: int
    profit_start_fen: int | None = None
    profit_end_fen: int | None = None
    """The profits that were shown; None: as the values of the window make them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One holding in one window, with nothing in it that was not known when the question was asked."""

    holding_id: str
    kind: Kind
    quantity_e4: int
    """At the close of the first day."""
    shown_e6: int
    shown_is: Shown
    days: tuple[date, ...]
    """The first is the day of the opening; the last the latest whose price is known."""
    closes: Floats
    """By day; on suspended days the valuation price."""
    market: Floats | None
    """Level of the market's index (a fund's: its benchmark) by day; None without one."""
    sector: Floats | None
    fx: Floats | None
    """CNY per unit of the currency by day; None for CNY."""
    trades: tuple[Trade, ...]
    actions: tuple[Action, ...]
    news: frozenset[date]
    """Days on which an announcement takes effect."""
    locked: frozenset[date]
    """Days on which the price stood locked at its lower limit."""
    suspended: frozenset[date]
    display: Display
    cost: CostShown | None
    fees: tuple[Fee, ...]
    tick_e6: int
    """Step to which a reference price is rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Why the holding is worth more or less: the parts add up to the result exactly."""

    holding_id: str
    result_fen: int
    parts_fen: Mapping[Cause, int]
    """Every cause, zeros as well."""
    ranked: tuple[Cause, ...]
    """Causes with an amount, the largest first."""
    hand_over: bool
    """Too much is unexplained: a person looks at it."""
    first: date
    as_of: date
    """The latest day whose price went in."""
    value_start_fen: int
    value_end_fen: int
