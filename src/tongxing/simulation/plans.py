"""Plans of invented clients: one asks for a plan, states a goal for it, and later tells of another income."""

from datetime import date, datetime, timedelta

import numpy as np

from tongxing.domain.clock import BEIJING
from tongxing.service.house import House
from tongxing.service.me_who import mine
from tongxing.service.plan_keep import make_plan
from tongxing.service.plan_log import told_of
from tongxing.service.plan_policy import policy_on
from tongxing.service.plan_weights import NoWeights
from tongxing.simulation.assumptions import Assumptions
from tongxing.simulation.chance import happens, one_of
from tongxing.simulation.diary import APP, Diary
from tongxing.simulation.mind import Mind
from tongxing.simulation.person import Person

GOALS = ("house", "education", "pension", "wedding", "free")
GOAL_FROM, GOAL_TO = 9 * 3_600 + 2_400, 14 * 3_600
AHEAD_DAYS = (400, 4_000)
YUAN_10_000 = 1_000_000
INCOME_MONTH_FEN = (400_000, 4_000_000)


def think_ahead(
    person: Person, mind: Mind, chance: np.random.Generator, diary: Diary, assume: Assumptions
) -> None:
    """Now and then somebody states a goal and wants a plan for it, or tells of another income after one."""
    wants, changed = (happens(chance, assume[name]) for name in ("plan_wanted_bp", "income_changed_bp"))
    second = int(chance.integers(GOAL_FROM, GOAL_TO))
    if wants:
        mind.plan_wanted_on = diary.day
        diary.note(second, APP, "goal_set", _goal(person, chance, diary.day))
    elif changed and mind.plan_wanted_on is not None:
        fen = int(chance.integers(*INCOME_MONTH_FEN)) // 10_000 * 10_000
        diary.note(second, APP, "income_stated", {"month_fen": fen})


def draft_wanted(house: House, minds: dict[str, Mind], wanted_on: date, *, now: datetime) -> int:
    """Draft the plans that were wanted on a day, as the page does; returns how many were made.

    A plan that the log has from this day already is not made twice, so a killed morning goes on where it was.
    """
    policy = policy_on(house.book, now.astimezone(BEIJING).date())
    if isinstance(policy, NoWeights):
        return 0
    made = 0
    for mind in minds.values():
        if mind.plan_wanted_on != wanted_on or mind.gone or _has_plan(house, mind.client_id, now):
            continue
        make_plan(mine(house, mind.client_id, now=now), policy)
        made += 1
    return made


def _has_plan(house: House, client_id: str, now: datetime) -> bool:
    return any(ts >= now.timestamp() for ts, _seq, _plan in told_of(house, (client_id,)).plans)


def _goal(person: Person, chance: np.random.Generator, day: date) -> dict[str, object]:
    """One goal of the order of what is here already."""
    share = float(chance.uniform(0.2, 1.5))
    what = one_of(chance, GOALS)
    return {
        "goal_id": what,
        "what": what,
        "amount_fen": max(YUAN_10_000, int(person.wealth_fen * share) // YUAN_10_000 * YUAN_10_000),
        "due": (day + timedelta(days=int(chance.integers(*AHEAD_DAYS)))).isoformat(),
        "priority": 1,
        "month_fen": 0,
    }
