"""What the money is for: each goal with amount, day and priority, and what speaks against it.

A goal that cannot be kept is refused by name; goals that contradict each other are relaxed in the order of
their priority, and the answer says which (`pockets`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongxing.domain.book import Rulebook

BP = 10_000
MONTHS = 12
PRIORITIES = range(1, 6)
"""1 is the most important."""


class GoalKind(StrEnum):
    """What a client saves for."""

    HOUSE = "house"
    EDUCATION = "education"
    PENSION = "pension"
    WEDDING = "wedding"
    FREE = "free"


ONCE = frozenset({GoalKind.PENSION, GoalKind.WEDDING})
"""Goals a person has once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One purpose: this much on that day; `month_fen` is what the client means to put by for it."""

    goal_id: str
    kind: GoalKind
    amount_fen: int
    due: date
    priority: int
    month_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalProblem:
    """Why a goal cannot be kept as stated; `rule` is one word, such as `goal_past`."""

    rule: str
    goal_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PensionTax:
    """What the tax rules make of paying into the personal pension; yearly figures in fen."""

    paid_in_fen: int
    """At most the cap."""
    above_cap_fen: int
    marginal_bp: int
    """The highest rate the income can reach before deductions we do not know."""
    saved_fen: int
    """Tax saved now less the tax of these contributions at payout; 0 where nothing is gained."""


def problems(goals: Sequence[Goal], *, on: date, rules: Rulebook) -> tuple[GoalProblem, ...]:
    """Everything that speaks against these goals as a whole; none means that all can be kept."""
    found: list[GoalProblem] = []
    if len(goals) > rules.number("plan_goals_max", on):
        found.append(GoalProblem(rule="goals_many", goal_id=""))
    ids: set[str] = set()
    once: set[GoalKind] = set()
    for goal in goals:
        found.extend(GoalProblem(rule=rule, goal_id=goal.goal_id) for rule in _against(goal, on, rules))
        if goal.goal_id in ids or (goal.kind in ONCE and goal.kind in once):
            found.append(GoalProblem(rule="goal_twice", goal_id=goal.goal_id))
        ids.add(goal.goal_id)
        once.add(goal.kind)
    return tuple(found)


def in_order(goals: Sequence[Goal]) -> tuple[Goal, ...]:
    """The most important first; of equals the sooner, then by name, so that the order is one."""
    return tuple(sorted(goals, key=lambda goal: (goal.priority, goal.due, goal.goal_id)))


def months_until(due: date, on: date) -> int:
    """Whole months from a day to another; 0 for a day that has passed."""
    months = (due.year - on.year) * MONTHS + due.month - on.month - (due.day < on.day)
    return max(0, months)


def pension_tax(month_fen: int, income_month_fen: int, *, on: date, rules: Rulebook) -> PensionTax:
    """What the personal pension saves in tax for contributions of so much a month.

    The marginal rate is taken from the stated income less the deduction everybody has: deductions we do not
    know can only lower it, so the saving is a most, and is said as one.
    """
    cap = rules.number("pension_year_fen_max", on)
    year = month_fen * MONTHS
    paid = min(year, cap)
    marginal = marginal_bp(income_month_fen, on=on, rules=rules)
    gain_bp = max(0, marginal - rules.number("pension_tax_payout_bp", on))
    return PensionTax(
        paid_in_fen=paid, above_cap_fen=year - paid, marginal_bp=marginal, saved_fen=paid * gain_bp // BP
    )


def marginal_bp(income_month_fen: int, *, on: date, rules: Rulebook) -> int:
    """The rate on the last yuan of a year's income; 0 where nothing is taxed."""
    taxable = income_month_fen * MONTHS - rules.number("income_tax_basic_year_fen", on)
    if taxable <= 0:
        return 0
    rates = [int(rate) for rate in rules.words("income_tax_rates_bp", on)]
    bounds = [int(bound) for bound in rules.words("income_tax_bounds_year_fen", on)]
    return rates[sum(1 for bound in bounds if taxable > bound)]


def _against(goal: Goal, on: date, rules: Rulebook) -> list[str]:
    found = []
    least, most = rules.number("plan_goal_fen_min", on), rules.number("plan_goal_fen_max", on)
    if not least <= goal.amount_fen <= most:
        found.append("goal_amount")
    if not 0 <= goal.month_fen <= goal.amount_fen:
        found.append("goal_month")
    if goal.due <= on:
        found.append("goal_past")
    if goal.due.year - on.year > rules.number("plan_goal_years_max", on):
        found.append("goal_far")
    if goal.priority not in PRIORITIES:
        found.append("goal_priority")
    return found
