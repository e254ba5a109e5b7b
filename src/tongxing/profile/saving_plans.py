"""Recurring plans: which are due and did not buy."""

from dataclasses import dataclass

from tongxing.domain.clock import beijing_day, day_of
from tongxing.profile.record import Last
from tongxing.profile.view import View

PERIODS = {
    "day": "plan_days_day",
    "week": "plan_days_week",
    "fortnight": "plan_days_fortnight",
    "month": "plan_days_month",
}
"""How often a plan buys -> the rule with its longest period in days."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A purchase of a plan that was expected and did not come."""

    code: str
    amount_fen: int
    expected_on: str
    """ISO day."""
    plan: Last

    @property
    def cause(self) -> str:
        """Each missed purchase is told once."""
        return f"{self.code} {self.expected_on}"


def missed(client: View) -> tuple[Missed, ...]:
    """Plans without a purchase for a whole period and some days of grace, by code.

    Counted from the latest of: the plan's start, the last increase of the product, the last snapshot (what
    was bought before it is not told one by one). So an interruption may go unseen; none is invented.
    """
    found = (_missed(client, code) for code in client.plans())
    return tuple(one for one in found if one is not None)


def _missed(client: View, code: str) -> Missed | None:
    plan = client.last(f"plan:{code}")
    if plan is None:
        return None
    _active, amount, every = plan.value
    period = PERIODS.get(str(every))
    if period is None or not isinstance(amount, int) or amount <= 0:
        return None
    since = plan.ts
    for account in client.state.accounts():
        since = max([since, *(ts for ts, moved, change in account.moves if moved == code and change > 0)])
        since = since if account.opening is None else max(since, account.opening[0])
    expected = beijing_day(since) + client.rule(period)
    if client.today < expected + client.rule("plan_grace_days"):
        return None
    return Missed(code, amount, day_of(expected).isoformat(), plan)
