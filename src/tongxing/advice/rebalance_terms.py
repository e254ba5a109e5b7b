"""What a rebalancing is asked and what it answers: products, trades, and where each holding stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from tongxing.advice.lots import Lot
from tongxing.advice.redemption import FeeOn, Ladder
from tongxing.domain.book import Rulebook

Side: TypeAlias = Literal["buy", "sell"]
Costs = Callable[[str, Side, int], int]
"""(code, side, gross in fen) -> fees of the exchange, the broker and the tax office, in fen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What must be known of a product to trade it."""

    code: str
    price_e6: int
    """Yuan of one share or unit, times 1,000,000; for a fund its last published value."""
    least_e4: int
    """The smallest order."""
    step_e4: int
    fund: bool = False
    """Bought from its issuer: units to a hundredth, cash comes later."""
    same_day: bool = False
    front_ppm: int = 0
    cash_sessions: int = 0
    """Sessions from a sale until its money buys again."""
    ladder: Ladder = field(default_factory=Ladder)
    dividends: tuple[tuple[date, int], ...] = ()
    """(ex day, fen per 10,000 shares) of what is taxed at sale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One proposed trade."""

    code: str
    side: Side
    quantity_e4: int
    amount_fen: int
    """Price times quantity."""
    fees_fen: int
    """Commission, transfer, stamp duty, front fee."""
    redemption_fen: int
    tax_fen: int
    session: int
    """0: the next session; n: so many sessions later, when its money is there."""
    cheaper: tuple[FeeOn, ...] = ()
    """Today's redemption fee and the days on which it falls."""

    @property
    def cost_fen(self) -> int:
        """All that it costs."""
        return self.fees_fen + self.redemption_fen + self.tax_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where one product stands against the plan."""

    code: str
    now_fen: int
    target_fen: int
    in_band: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebalance:
    """What it takes to get there; `worth` False: leaving things as they are is the answer."""

    moves: tuple[Move, ...]
    trades: tuple[Trade, ...]
    cash_before_fen: int
    cash_after_fen: int
    worth: bool
    why: str
    """in_band, too_small, costs_more, or worth_it."""
    left_out: tuple[str, ...]
    """`rule:code` of what was not proposed: too_small, t_plus_1, no_price, no_money."""

    @property
    def cost_fen(self) -> int:
        """All that the trades cost."""
        return sum(trade.cost_fen for trade in self.trades)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is held, what should be, and by which facts it is traded."""

    held: Mapping[str, tuple[Lot, ...]]
    cash_fen: int
    targets: Mapping[str, int]
    """Code -> fen; cash is what no product gets."""
    products: Mapping[str, Product]
    on: date
    drift_bp: int
    drift_share_bp: int
    ticket_fen: int
    cost_bp_max: int
    wait_days: int


def question_terms(rules: Rulebook, on: date) -> Mapping[str, int]:
    """The house's numbers for a `Question`, by field."""
    return {
        "drift_bp": rules.number("plan_drift_bp", on),
        "drift_share_bp": rules.number("plan_drift_share_bp", on),
        "ticket_fen": rules.number("plan_trade_fen_min", on),
        "cost_bp_max": rules.number("plan_cost_bp_max", on),
        "wait_days": rules.number("plan_fee_wait_days", on),
    }


def cash_change(trade: Trade) -> int:
    """What a trade does to cash, in fen."""
    return (trade.amount_fen if trade.side == "sell" else -trade.amount_fen) - trade.cost_fen
