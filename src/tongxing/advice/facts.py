"""What an allocation asks of a client, and what it answers; for one pocket of money."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tongxing.domain.grades import Tolerance

BP = 10_000
CASH = ""
"""Code of money that is not invested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """One pocket of a client, as the allocation sees it."""

    grade: Tolerance
    debt_bp: int
    """Repayments of a month in the income of a month; 10,000: all of it."""
    turnover_bp: int
    """Traded in a year over what is held; says how long things are held."""
    months: int
    """Until the money is needed."""
    anxiety_bp: int = 0
    """How afraid the client is, decayed to today; can only lower risk."""
    value_fen: int = 0
    held_bp: Mapping[str, int] = field(default_factory=dict)
    """Product -> share of the pocket today; what is left over is cash."""
    exclude: frozenset[str] = frozenset()
    """Products, blocks or kinds that the client does not want."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A limit that decides; its price is the yearly return that 1 % more of it would add."""

    limit: str
    multiplier: float
    price_cbp: int
    """In hundredths of a bp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one other fact would make of the answer."""

    fact: str
    """`debt`, `anxiety`, `holding`, `grade`."""
    equity_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """How a pocket should lie."""

    weights_bp: Mapping[str, int]
    """Product -> share before rounding, in bp; adds up to 10,000 with cash."""
    rounded_pct: Mapping[str, int]
    """Product -> whole percents that keep every limit; add up to 100 with cash."""
    classes_pct: Mapping[str, int]
    """`bond_money`, `equity`, `gold`: the exact weights in steps of 5 %, for speaking."""
    binding: tuple[Binding, ...]
    relaxed: tuple[str, ...]
    worst: tuple[tuple[str, int], ...]
    """(episode, loss in bp of the pocket; negative: a gain), the worst first."""
    changes: tuple[Change, ...]
    loss_limit_bp: int
    """Most a named episode may take, after debt and mood."""
    mean_bp: int
    vol_bp: int
    cost_ppm: int
    """What moving there costs, in ppm of the pocket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAllocation:
    """There is no answer; each rule is one word."""

    rules: tuple[str, ...]
