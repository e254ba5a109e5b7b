"""Three pockets before any optimiser: a reserve, one for each goal, and the rest, which may grow.

Needs are met in order (reserve, then goals by priority), so contradicting wishes end in a named shortfall and
never in an exception. Holdings are put into pockets the safest first and the soonest need first: what is
already right stays where it is. Every fen of the client lies in exactly one pocket.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tongxing.advice.goals import BP, MONTHS, Goal, in_order, months_until
from tongxing.domain.book import Rulebook

CASH = ""
"""Code of money that is not invested."""
RESERVE, GROWTH = "reserve", "growth"
UNKNOWN_JOB = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """What comes in and must go out each month, in fen."""

    income_month_fen: int
    repayment_month_fen: int
    spending_month_fen: int | None = None
    """None: not stated; a share of the income is assumed."""
    job: str = UNKNOWN_JOB
    """How steady the income is: a name of `plan_reserve_factor_bp`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """What the client has, cash included; `safety` 0 is money at hand, more is further from it."""

    code: str
    value_fen: int
    safety: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pocket:
    """One purpose with the money that serves it."""

    name: str
    """`reserve`, the goal's id, or `growth`."""
    need_fen: int
    """What it asks for today: for a goal, its amount less what is still put by, discounted."""
    given_fen: int
    months: int
    """Until it is needed."""
    parts: tuple[tuple[str, int], ...]
    """(code, fen) of what lies in it now; adds up to `given_fen`."""
    goal: Goal | None = None
    month_fen: int = 0
    """What is put by for it each month, after cuts."""

    @property
    def short_fen(self) -> int:
        """What is missing today."""
        return max(0, self.need_fen - self.given_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pockets:
    """All pockets of one client; `relaxed` names what could not be kept, as `rule:pocket`."""

    pockets: tuple[Pocket, ...]
    relaxed: tuple[str, ...]
    spending_month_fen: int
    surplus_month_fen: int
    reserve_months_bp: int
    """Months of outgoings the reserve is for, in bp of a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PocketsRefused:
    """No plan can be made; each rule is one word."""

    rules: tuple[str, ...]


def pockets(
    household: Household,
    goals: Sequence[Goal],
    assets: Sequence[Asset],
    *,
    on: date,
    rules: Rulebook,
    discount_bp: int,
    horizon_months: int | None = None,
) -> Pockets | PocketsRefused:
    """Put what the client has into pockets.

    Args:
        household: monthly money.
        goals: wishes; one whose day has passed is left out and named.
        assets: holdings and cash at today's value.
        on: the day of the plan.
        rules: dated rows of `plan.yaml`.
        discount_bp: yearly rate by which a later amount is worth less today (the house's money rate).
        horizon_months: of growth; None takes the house's.
    """
    against = _refusals(household, assets)
    if against:
        return PocketsRefused(rules=against)
    live = [goal for goal in in_order(goals) if goal.due > on]
    spending = basic_spending(household, on, rules)
    months_bp = reserve_months_bp(household, on, rules)
    surplus = household.income_month_fen - household.repayment_month_fen - spending
    saved, cut = _savings(live, max(0, surplus))
    needs = {RESERVE: (household.repayment_month_fen + spending) * months_bp // BP}
    needs |= {goal.goal_id: _need(goal, saved[goal.goal_id], on, discount_bp) for goal in live}
    horizon = rules.number("plan_goal_months_default", on) if horizon_months is None else horizon_months
    made = _filled(assets, live, needs, saved, on=on, horizon_months=horizon)
    return Pockets(
        pockets=made,
        relaxed=(
            *(f"goal_past:{goal.goal_id}" for goal in in_order(goals) if goal.due <= on),
            *cut,
            *(
                f"reserve_short:{pocket.name}"
                for pocket in made
                if pocket.name == RESERVE and pocket.short_fen
            ),
            *(f"goal_short:{pocket.name}" for pocket in made if pocket.goal and pocket.short_fen),
        ),
        spending_month_fen=spending,
        surplus_month_fen=surplus,
        reserve_months_bp=months_bp,
    )


def _filled(
    assets: Sequence[Asset],
    goals: Sequence[Goal],
    needs: Mapping[str, int],
    saved: Mapping[str, int],
    *,
    on: date,
    horizon_months: int,
) -> tuple[Pocket, ...]:
    """Give each need its money in order, the rest to growth, and say what lies in each pocket now."""
    left = sum(asset.value_fen for asset in assets)
    given: dict[str, int] = {}
    for name, need in needs.items():
        given[name] = min(need, left)
        left -= given[name]
    given[GROWTH] = left
    soon_first = sorted(goals, key=lambda goal: (goal.due, goal.priority, goal.goal_id))
    parts = _poured(assets, [RESERVE, *(goal.goal_id for goal in soon_first), GROWTH], given)
    months = {goal.goal_id: months_until(goal.due, on) for goal in goals} | {GROWTH: horizon_months}
    by_id = {goal.goal_id: goal for goal in goals}
    return tuple(
        Pocket(
            name=name,
            need_fen=needs.get(name, 0),
            given_fen=given[name],
            months=months.get(name, 0),
            parts=parts[name],
            goal=by_id.get(name),
            month_fen=saved.get(name, 0),
        )
        for name in (*needs, GROWTH)
    )


def basic_spending(household: Household, on: date, rules: Rulebook) -> int:
    """What the household needs a month apart from repayments, in fen."""
    if household.spending_month_fen is not None:
        return household.spending_month_fen
    share = household.income_month_fen * rules.number("plan_spending_income_bp", on) // BP
    return max(share, rules.number("plan_spending_month_fen_min", on))


def reserve_months_bp(household: Household, on: date, rules: Rulebook) -> int:
    """Months of outgoings kept at hand, in bp of a month; longer where income is less steady."""
    factors = dict(pair.split("=", 1) for pair in rules.words("plan_reserve_factor_bp", on))
    factor = int(factors.get(household.job, factors[UNKNOWN_JOB]))
    return rules.number("plan_reserve_months", on) * factor


def _refusals(household: Household, assets: Sequence[Asset]) -> tuple[str, ...]:
    found = []
    if any(asset.value_fen < 0 and asset.code == CASH for asset in assets):
        found.append("cash_negative")
    if any(asset.value_fen < 0 and asset.code != CASH for asset in assets):
        found.append("holding_negative")
    if sum(asset.value_fen for asset in assets) <= 0 and not found:
        found.append("nothing_held")
    if min(household.income_month_fen, household.repayment_month_fen) < 0:
        found.append("income_negative")
    return tuple(found)


def _savings(goals: Sequence[Goal], surplus_fen: int) -> tuple[dict[str, int], list[str]]:
    """What can really be put by each month, the most important goal first; and which were cut."""
    left, saved, cut = surplus_fen, {}, []
    for goal in goals:
        saved[goal.goal_id] = min(goal.month_fen, left)
        left -= saved[goal.goal_id]
        if saved[goal.goal_id] < goal.month_fen:
            cut.append(f"saving_cut:{goal.goal_id}")
    return saved, cut


def _need(goal: Goal, month_fen: int, on: date, discount_bp: int) -> int:
    """What must lie in a goal's pocket today: the rest after monthly savings, discounted, rounded up."""
    months = months_until(goal.due, on)
    rest = max(0, goal.amount_fen - month_fen * months)
    year = MONTHS * BP
    return -(-rest * year // (year + discount_bp * months))


def _poured(
    assets: Sequence[Asset], order: Sequence[str], amounts: Mapping[str, int]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """The safest assets into the soonest pockets, each filled to its amount."""
    supply = sorted((asset for asset in assets if asset.value_fen), key=lambda one: (one.safety, one.code))
    left = [asset.value_fen for asset in supply]
    place = 0
    poured: dict[str, tuple[tuple[str, int], ...]] = {}
    for name in order:
        want, parts = amounts[name], []
        while want > 0:
            taken = min(want, left[place])
            parts.append((supply[place].code, taken))
            want -= taken
            left[place] -= taken
            place += left[place] == 0
        poured[name] = tuple(parts)
    return poured
