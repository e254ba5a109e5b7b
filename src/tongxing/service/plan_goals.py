"""The client states, changes and removes goals; each is an event of the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from tongxing.advice.goals import Goal, GoalKind, in_order, problems
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.service import client_acts
from tongxing.service.client_acts import ActRefusedError
from tongxing.service.house import House
from tongxing.service.me_who import Mine
from tongxing.service.plan_log import told_of

TEXT_MAX = 20
GOAL_KINDS = tuple(kind.value for kind in GoalKind)
YUAN_MAX = Decimal(10) ** 12


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalWish:
    """A goal as it was written into the form."""

    goal_id: str
    """Empty: a new one."""
    what: str
    amount: str
    """Yuan."""
    due: str
    priority: str
    month: str
    """Yuan; empty: nothing."""


def set_goal(house: House, client_id: str, wish: GoalWish, *, now: datetime, token: str = "") -> Event:
    """Keep a goal, new or changed.

    Raises:
        ActRefusedError: `unknown_choice`, `no_date`, `no_amount`, or a rule of `advice.goals.problems`.
        UnknownClientError: the store has folded nothing of such a client.
    """
    before = told_of(house, (client_id,)).goals
    if wish.goal_id and wish.goal_id not in before:
        raise ActRefusedError("unknown_choice")
    goal = _goal(wish, before)
    on = now.astimezone(BEIJING).date()
    found = problems(tuple((before | {goal.goal_id: goal}).values()), on=on, rules=house.book.rules)
    against = [problem for problem in found if problem.goal_id in (goal.goal_id, "")]
    if against:
        raise ActRefusedError(against[0].rule)
    body = {
        "goal_id": goal.goal_id,
        "what": goal.kind.value,
        "amount_fen": goal.amount_fen,
        "due": goal.due.isoformat(),
        "priority": goal.priority,
        "month_fen": goal.month_fen,
    }
    return client_acts.act(house, client_id, [("goal_set", body)], now=now, token=token)[0]


def remove_goal(house: House, client_id: str, goal_id: str, *, now: datetime, token: str = "") -> Event:
    """Remove a goal. Raises `ActRefusedError` (`unknown_choice`), `UnknownClientError`."""
    if goal_id not in told_of(house, (client_id,)).goals:
        raise ActRefusedError("unknown_choice")
    said = [("goal_removed", {"goal_id": goal_id})]
    return client_acts.act(house, client_id, said, now=now, token=token)[0]


def goals_of(me: Mine) -> tuple[Goal, ...]:
    """The client's goals, the most important first."""
    return in_order(tuple(told_of(me.house, me.client_ids).goals.values()))


def yuan_fen(text: str) -> int:
    """Fen of an amount written in yuan, e.g. `300,000` or `1500.50`; raises `ActRefusedError`."""
    plain = text.strip().replace(",", "").replace("，", "")
    if not plain:
        return 0
    try:
        amount = Decimal(plain[: TEXT_MAX + 1])
    except InvalidOperation as unreadable:
        raise ActRefusedError("no_amount") from unreadable
    if len(plain) > TEXT_MAX or not amount.is_finite() or not 0 <= amount <= YUAN_MAX:
        raise ActRefusedError("no_amount")
    fen = amount * 100
    if fen != fen.to_integral_value():
        raise ActRefusedError("no_amount")
    return int(fen)


def _goal(wish: GoalWish, before: Mapping[str, Goal]) -> Goal:
    if wish.what not in GOAL_KINDS or wish.priority not in {"1", "2", "3", "4", "5"}:
        raise ActRefusedError("unknown_choice")
    try:
        due = date.fromisoformat(wish.due.strip())
    except ValueError as unreadable:
        raise ActRefusedError("no_date") from unreadable
    return Goal(
        goal_id=wish.goal_id or _fresh(wish.what, before),
        kind=GoalKind(wish.what),
        amount_fen=yuan_fen(wish.amount),
        due=due,
        priority=int(wish.priority),
        month_fen=yuan_fen(wish.month),
    )


def _fresh(what: str, before: Mapping[str, Goal]) -> str:
    """A name of its own: the purpose, numbered from the second on."""
    names = [what, *(f"{what}-{number}" for number in range(2, len(before) + 3))]
    return next(name for name in names if name not in before)
