"""What an answer to each intent is made of: facts to ask for, and pages of the book in their order.

A page is said when all its facts are there. Pages in one tuple are alternatives: the first that can be said
is said. Numbers and words stand in the book, so a plan holds neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Pages: TypeAlias = tuple[str | tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An answer before its facts are known."""

    pages: Pages
    facts: tuple[str, ...] = ()
    """Groups of facts, by name of their provider."""
    handover: bool = False
    risk: bool = False
    """Speaks of prices: the note on risk follows."""


VALUE = ("value_loss", "value_gain", "value_only", "price_only")
SALE: Pages = (
    "available",
    "locked",
    ("sale_stock", "sale_fund"),
    ("lots", "lots_least"),
    "cheaper",
    "sale_when",
)
ARRIVAL: Pages = ("locked", "sale_when", "fund_day", ("fund_arrival",))
OPTIONS = ("hold_options",)
PEOPLE = ("human", "human_night")
FIT = ("forbidden", "exceeds", "fits")

PLANS: Mapping[str, Plan] = {
    "why_drop": Plan(
        pages=(VALUE, "day", "day_parts", "causes", OPTIONS), facts=("holding", "day"), risk=True
    ),
    "trapped": Plan(
        pages=(VALUE, "share", "trapped", *SALE, OPTIONS), facts=("holding", "portfolio", "sale"), risk=True
    ),
    "top_up": Plan(
        pages=(VALUE, "share", "cash", FIT, "purchase", "top_up", OPTIONS),
        facts=("holding", "portfolio", "grade", "purchase"),
        risk=True,
    ),
    "cut_loss": Plan(pages=(VALUE, *SALE, "cut_loss", OPTIONS), facts=("holding", "sale"), risk=True),
    "full_position": Plan(pages=("portfolio", "sector", "full", OPTIONS), facts=("portfolio",), risk=True),
    "missed_rally": Plan(pages=("cash", "missed"), facts=("portfolio",), risk=True),
    "take_profit": Plan(pages=(VALUE, *SALE, "take_profit", OPTIONS), facts=("holding", "sale"), risk=True),
    "tips": Plan(pages=("tips",)),
    "guarantee": Plan(pages=("guarantee", FIT), facts=("grade",), risk=True),
    "suitability": Plan(pages=("grade", ("grade_over", "grade_until"), FIT, "retest"), facts=("grade",)),
    "permission": Plan(
        pages=(
            ("permit_held", "permit_assets", "permits"),
            ("permit_enough", "permit_short"),
            "permit_months",
            "permit_months_short",
            "permit_needs",
        ),
        facts=("permission",),
    ),
    "fund_ops": Plan(
        pages=(
            "fund_day",
            ("fund_arrival",),
            ("sale_fund", "sale_stock"),
            "cheaper",
            "rungs",
            "nav_late",
            "fund_fees",
        ),
        facts=("fund_timing", "sale_if_named"),
        risk=True,
    ),
    "pension": Plan(
        pages=("pension", ("pension_saved", "pension_none"), "pension_lock", "pension_steps"),
        facts=("pension",),
    ),
    "order": Plan(
        pages=(
            ("order", "order_none"),
            "order_filled",
            ("order_may", "order_may_not"),
            "locked",
            "order_rules",
        ),
        facts=("orders", "locked"),
    ),
    "transfer": Plan(
        pages=(
            ("transfer_open", "transfer_shut", "transfer_hours"),
            "cash",
            "transfer_sold",
            "transfer_checks",
        ),
        facts=("transfer",),
    ),
    "account": Plan(pages=(("account",), ("id_over", "id_until")), facts=("people",)),
    "close": Plan(pages=("close", "close_held", "close_open"), facts=("closing",)),
    "complaint": Plan(pages=("complaint",), facts=("complaint",), handover=True),
    "human": Plan(pages=(PEOPLE, "adviser"), facts=("people",), handover=True),
    "privacy": Plan(pages=("privacy",)),
    "elderly": Plan(pages=("elderly",)),
    "distress": Plan(pages=()),
    "fraud": Plan(pages=("fraud",), facts=("people",), handover=True),
    "life_event": Plan(pages=("cash", "life", "adviser"), facts=("portfolio", "people")),
    "hedge_learn": Plan(pages=("sector", "learn"), facts=("portfolio_if_given",)),
}
SALE_PLAN = Plan(pages=SALE, facts=("sale",), risk=True)
ARRIVAL_PLAN = Plan(pages=ARRIVAL, facts=("sale",), risk=True)
STEPS: Mapping[str, Plan] = {
    "stay": Plan(pages=("stay",)),
    "lower": Plan(pages=("portfolio", *SALE), facts=("portfolio", "sale"), risk=True),
    "adviser": Plan(pages=("adviser", PEOPLE), facts=("people",), handover=True),
}
"""What follows where a client takes one of the steps that `hold_options` names, in its order."""
ARRANGED = Plan(pages=("portfolio", "sector"), facts=("portfolio",), risk=True)
"""What stands before the words of the client's own plan, where they ask how to arrange everything."""
ASKS_WHAT_TO_DO = frozenset({"top_up", "full_position"})
"""Questions beside which the client's own plan is told."""
CRISIS_PLAN = Plan(pages=("crisis",), facts=("people",), handover=True)
ACKNOWLEDGED = frozenset({"anxious", "angry", "sad", "confused"})
"""Feelings that get one sentence."""
NO_ACKNOWLEDGEMENT = frozenset({"human", "close", "privacy", "fraud", "complaint", "tips"})
"""Where a sentence about feelings would stand in the way."""

UNTAUGHT = frozenset({"human", "complaint", "close", "distress", "tips"})
"""Where an article would stand in the way."""
EXPLAINED = frozenset({"day", "day_parts", "causes"})
"""Pages that give way to the causes as the desk found them."""

GENERAL = frozenset({"causes", "trapped", "top_up", "cut_loss", "take_profit"})
"""Pages that are true of any holding, said while it is not known which one is meant."""
OF_A_HOLDING = frozenset({"why_drop", "trapped", "cut_loss", "take_profit"})
"""Intents that make no sense of what is not held."""
TEMPTING = frozenset({"top_up", "missed_rally", "tips"})
"""Of these nothing is said to a person in distress but the calm offer."""


def plan_for(intent: str, follow: str, *, product: bool, step: str) -> Plan:
    """The plan of a turn; a question about cost or time of a product leads to its sale."""
    if step:
        return STEPS[step]
    if product and follow in ("sell_part", "cost"):
        return SALE_PLAN
    if product and follow == "when":
        return ARRIVAL_PLAN
    return PLANS[intent]


def plainer(page: str) -> str:
    """Name of the page with plainer words of the same substance, for those who asked for or need them."""
    return f"{page}_plain"
