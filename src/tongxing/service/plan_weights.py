"""What a plan asks of the allocation for one pocket, and what it is answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tongxing.advice.pockets import Pocket
from tongxing.service.plan_doc import Bound, Worst
from tongxing.service.plan_facts import PlanFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How one pocket should lie; shares add up to 10,000 bp."""

    weights_bp: tuple[tuple[str, int], ...]
    """(code, share); the empty code is cash."""
    binding: tuple[Bound, ...] = ()
    worst: tuple[Worst, ...] = ()
    relaxed: tuple[str, ...] = ()
    sentences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Locale -> sentences, each checked against the data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoWeights:
    """There is no answer for this client; each rule is one word."""

    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPolicy:
    """The house's policy of allocation, as a plan uses it."""

    version: str
    digest: str
    money_code: str
    """The money fund in which a reserve lies."""
    mean_bp: Mapping[str, int]
    """Product -> yearly return the house assumes."""
    weigh: Callable[[PlanFacts, Pocket], Weights | NoWeights]
