"""The policy of allocation: assumptions, stress losses and limits, dated and signed. Compliance owns it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tongxing.domain.grades import ProductRisk, Tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A building block of a pocket and the product that stands for it."""

    name: str
    code: str
    kind: str
    """`money`, `bond`, `equity` or `commodity`."""
    risk: ProductRisk
    mean_bp: int
    """Yearly return the house assumes."""
    vol_bp: int
    """Yearly volatility the house assumes."""
    duration_cy: int
    """Duration in hundredths of a year."""
    slow: bool
    """Redeemed later than two sessions after the order."""
    abroad: bool
    """Counts to the share outside of the mainland."""
    index: bool
    """Follows an index: one such fund may be more of a pocket than one that is managed."""
    buy_ppm: int
    sell_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A named real stretch of the market and what each block did in it."""

    name: str
    title: str
    title_en: str
    first: date
    last: date
    change_bp: Mapping[str, int]
    """Block -> change with dividends, in bp."""
    assumed: frozenset[str]
    """Blocks whose change is assumed, because they have no price of that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradePolicy:
    """What one grade of client may carry."""

    loss_bp: int
    """Most a named episode may take of a pocket, before debt and mood lower it."""
    aversion_milli: int
    """Risk aversion, in thousandths."""
    commodity_bp: int
    """Most of one commodity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of the policy."""

    version: str
    starts: date
    source: str
    owner: str
    blocks: tuple[Block, ...]
    correlation_bp: Mapping[str, int]
    """`one|other` in the order of the blocks -> correlation; what is left out is 0."""
    episodes: tuple[Episode, ...]
    grades: Mapping[Tolerance, GradePolicy]
    abroad_bp: int
    fund_bp: int
    """Most of one fund that neither follows an index nor is a money fund."""
    slow_bp: int
    """Most in slow funds, for who holds at least a year."""
    duration_years_min_cy: int
    duration_years_max_cy: int
    turnover_bp: int
    """Most that one plan may move, bought and sold together."""
    smoothing_milli: int
    """Weight of the square of a move."""
    anxiety_bp_max: int
    step_bp: int
    """Weights are told in these steps."""
    ticket_fen: int
    """A part of a pocket smaller than this is not bought."""
    relax: tuple[str, ...]
    key: str = ""
    """Name of the key it is signed with."""
    signature: str = field(default="", repr=False)
    """Ed25519 over `advice.policy_seal.sealed_bytes`, base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyKey:
    """Who may sign policies, and when."""

    name: str
    public: str
    """Ed25519, 32 bytes, base64."""
    starts: date
    ends: date | None
