"""Pockets: every fen in exactly one, needs met in order, and what could not be met is named."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_rules import RULES

from tongxing.advice.goals import Goal, GoalKind
from tongxing.advice.pockets import Asset, Household, Pocket, Pockets, PocketsRefused, pockets

ON = date(2026, 5, 6)

STEADY = Household(income_month_fen=1_500_000, repayment_month_fen=500_000, job="salary")


def goal(goal_id: str, amount_fen: int, years: int, priority: int, month_fen: int = 0) -> Goal:
    return Goal(
        goal_id=goal_id,
        kind=GoalKind.FREE,
        amount_fen=amount_fen,
        due=ON + timedelta(days=365 * years),
        priority=priority,
        month_fen=month_fen,
    )


def made(
    assets: Sequence[Asset], goals: Sequence[Goal] = (), household: Household = STEADY
) -> tuple[dict[str, Pocket], Pockets]:
    found = pockets(household, goals, assets, on=ON, rules=RULES, discount_bp=140)
    assert isinstance(found, Pockets)
    return {pocket.name: pocket for pocket in found.pockets}, found


def test_the_reserve_is_three_months_of_mortgage_and_basic_spending() -> None:
    by_name, found = made([Asset(code="", value_fen=30_000_000, safety=0)])
    # 3 x (5,000 + 40 % of 15,000) = 33,000 yuan
    assert by_name["reserve"].given_fen == 3_300_000
    assert by_name["growth"].given_fen == 26_700_000
    assert found.relaxed == ()


def test_an_unsteady_income_keeps_a_larger_reserve() -> None:
    free = Household(income_month_fen=1_500_000, repayment_month_fen=500_000, job="own_business")
    by_name, _found = made([Asset(code="", value_fen=30_000_000, safety=0)], household=free)
    assert by_name["reserve"].need_fen == 5_280_000


def test_without_any_income_the_least_spending_is_still_kept() -> None:
    none = Household(income_month_fen=0, repayment_month_fen=0, job="none")
    by_name, _found = made([Asset(code="", value_fen=30_000_000, safety=0)], household=none)
    assert by_name["reserve"].need_fen == 200_000 * 6


def test_contradicting_goals_leave_the_less_important_one_short_and_say_so() -> None:
    by_name, found = made(
        [Asset(code="", value_fen=20_000_000, safety=0)],
        [goal("house", 15_000_000, 2, 1), goal("trip", 10_000_000, 1, 3)],
    )
    assert by_name["house"].short_fen == 0
    assert by_name["trip"].given_fen + by_name["house"].given_fen == 20_000_000 - 3_300_000
    assert found.relaxed == ("goal_short:trip",)


def test_savings_beyond_what_is_left_each_month_are_cut_from_the_least_important() -> None:
    # 15,000 - 5,000 - 6,000 leaves 4,000 a month.
    by_name, found = made(
        [Asset(code="", value_fen=9_000_000, safety=0)],
        [goal("first", 20_000_000, 4, 1, 300_000), goal("second", 20_000_000, 4, 2, 300_000)],
    )
    assert (by_name["first"].month_fen, by_name["second"].month_fen) == (300_000, 100_000)
    assert "saving_cut:second" in found.relaxed


def test_what_is_safe_lies_in_the_reserve_and_what_moves_most_in_growth() -> None:
    assets = [
        Asset(code="510300", value_fen=20_000_000, safety=5),
        Asset(code="F00001", value_fen=4_000_000, safety=1),
        Asset(code="", value_fen=1_000_000, safety=0),
    ]
    by_name, _found = made(assets, [goal("house", 2_000_000, 1, 1)])
    assert by_name["reserve"].parts == (("", 1_000_000), ("F00001", 2_300_000))
    assert by_name["house"].parts[0] == ("F00001", 1_700_000)
    assert {code for code, _fen in by_name["growth"].parts} == {"510300"}


@pytest.mark.parametrize(
    ("assets", "rule"),
    [
        (
            [Asset(code="", value_fen=-5, safety=0), Asset(code="510300", value_fen=90, safety=5)],
            "cash_negative",
        ),
        ([], "nothing_held"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_name(assets: list[Asset], rule: str) -> None:
    found = pockets(STEADY, [], assets, on=ON, rules=RULES, discount_bp=140)
    assert found == PocketsRefused(rules=(rule,))


def test_a_goal_whose_day_has_passed_is_left_out_and_named() -> None:
    past = Goal(goal_id="old", kind=GoalKind.FREE, amount_fen=100_000, due=ON, priority=1)
    by_name, found = made([Asset(code="", value_fen=30_000_000, safety=0)], [past])
    assert "old" not in by_name
    assert found.relaxed == ("goal_past:old",)


amounts = st.integers(0, 10**10)


@given(
    values=st.lists(st.tuples(amounts, st.integers(0, 6)), min_size=1, max_size=8),
    wishes=st.lists(
        st.tuples(st.integers(10_000, 10**9), st.integers(1, 20), st.integers(1, 5), amounts), max_size=5
    ),
    income=st.integers(0, 10**8),
    repayment=st.integers(0, 10**8),
)
def test_every_fen_lies_in_exactly_one_pocket(
    values: list[tuple[int, int]], wishes: list[tuple[int, int, int, int]], income: int, repayment: int
) -> None:
    assets = [Asset(code=f"A{n}", value_fen=fen, safety=safety) for n, (fen, safety) in enumerate(values)]
    goals = [
        goal(f"g{n}", amount, years, rank, month) for n, (amount, years, rank, month) in enumerate(wishes)
    ]
    household = Household(income_month_fen=income, repayment_month_fen=repayment)
    found = pockets(household, goals, assets, on=ON, rules=RULES, discount_bp=140)
    if isinstance(found, PocketsRefused):
        assert sum(asset.value_fen for asset in assets) == 0
        return
    by_code: dict[str, int] = {}
    for pocket in found.pockets:
        assert (
            sum(fen for _code, fen in pocket.parts)
            == pocket.given_fen
            <= max(pocket.need_fen, pocket.given_fen)
        )
        for code, fen in pocket.parts:
            by_code[code] = by_code.get(code, 0) + fen
    assert by_code == {asset.code: asset.value_fen for asset in assets if asset.value_fen}
