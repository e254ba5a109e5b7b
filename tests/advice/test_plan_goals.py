"""Goals: what is refused, in which order, and what the pension's tax rules make of a contribution."""

from dataclasses import replace
from datetime import date

import pytest
from plan_rules import RULES

from tongxing.advice.goals import Goal, GoalKind, in_order, marginal_bp, months_until, pension_tax, problems

ON = date(2026, 5, 6)


HOUSE = Goal(goal_id="house", kind=GoalKind.HOUSE, amount_fen=30_000_000, due=date(2029, 5, 6), priority=2)


def goal(goal_id: str = "house", kind: GoalKind = GoalKind.HOUSE) -> Goal:
    return replace(HOUSE, goal_id=goal_id, kind=kind)


def test_an_ordinary_goal_has_nothing_against_it() -> None:
    assert problems([goal()], on=ON, rules=RULES) == ()


@pytest.mark.parametrize(
    ("over", "rule"),
    [
        ({"due": ON}, "goal_past"),
        ({"due": date(2090, 1, 1)}, "goal_far"),
        ({"amount_fen": 0}, "goal_amount"),
        ({"month_fen": 40_000_000}, "goal_month"),
        ({"priority": 9}, "goal_priority"),
    ],
)
def test_an_impossible_goal_is_refused_by_name(over: dict[str, object], rule: str) -> None:
    assert [found.rule for found in problems([replace(HOUSE, **over)], on=ON, rules=RULES)] == [rule]


def test_a_person_has_one_pension_but_may_save_for_two_houses() -> None:
    pensions = [goal("a", GoalKind.PENSION), goal("b", GoalKind.PENSION)]
    assert [found.rule for found in problems(pensions, on=ON, rules=RULES)] == ["goal_twice"]
    assert problems([goal("a"), goal("b")], on=ON, rules=RULES) == ()


def test_more_goals_than_a_page_can_serve_are_refused() -> None:
    many = [goal(f"g{number}", GoalKind.FREE) for number in range(11)]
    assert [found.rule for found in problems(many, on=ON, rules=RULES)] == ["goals_many"]


def test_the_more_important_goal_comes_first_and_of_equals_the_sooner() -> None:
    late = replace(HOUSE, goal_id="late", due=date(2031, 1, 1), priority=1)
    soon = replace(HOUSE, goal_id="soon", due=date(2027, 1, 1), priority=1)
    least = replace(HOUSE, goal_id="least", due=date(2026, 6, 1), priority=5)
    assert [one.goal_id for one in in_order([least, late, soon])] == ["soon", "late", "least"]


def test_months_count_whole_ones_only() -> None:
    assert months_until(date(2026, 6, 6), ON) == 1
    assert months_until(date(2026, 6, 5), ON) == 0
    assert months_until(date(2020, 6, 5), ON) == 0


# Yearly saving of 12,000 CNY by marginal rate, after 3 % at payout: the table of the domain notes, section 6.
@pytest.mark.parametrize(
    ("income_year_yuan", "rate_bp", "saved_yuan"),
    [
        (60_000, 0, 0),
        (90_000, 300, 0),
        (180_000, 1000, 840),
        (300_000, 2000, 2_040),
        (400_000, 2500, 2_640),
        (600_000, 3000, 3_240),
        (900_000, 3500, 3_840),
        (1_200_000, 4500, 5_040),
    ],
)
def test_what_the_pension_saves_follows_the_marginal_rate(
    income_year_yuan: int, rate_bp: int, saved_yuan: int
) -> None:
    month = income_year_yuan * 100 // 12
    assert marginal_bp(month, on=ON, rules=RULES) == rate_bp
    assert pension_tax(100_000, month, on=ON, rules=RULES).saved_fen == saved_yuan * 100


def test_what_is_above_the_yearly_cap_saves_nothing() -> None:
    found = pension_tax(250_000, 1_500_000, on=ON, rules=RULES)
    assert (found.paid_in_fen, found.above_cap_fen, found.saved_fen) == (1_200_000, 1_800_000, 84_000)
