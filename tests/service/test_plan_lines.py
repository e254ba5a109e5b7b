"""The words of a plan stand in groups: the whole, each pocket with its reasons, the whole again."""

from dataclasses import replace

import pytest
from plan_house import CLIENT, NOW, a_client, fixed_policy, me_of

from tongxing.service.house import House
from tongxing.service.plan_doc import PlanDoc
from tongxing.service.plan_goals import GoalWish, set_goal
from tongxing.service.plan_keep import make_plan
from tongxing.service.plan_lines import GROUP_BREAK, spoken_of, words_apart

HOME = GoalWish(goal_id="", what="house", amount="300,000", due="2029-05-06", priority="1", month="2000")
SCHOOL = replace(HOME, what="education", due="2034-09-01", priority="2", month="")


@pytest.fixture
def plan(house: House) -> PlanDoc:
    a_client(house)
    for goal in (HOME, SCHOOL):
        set_goal(house, CLIENT, goal, now=NOW)
    found = make_plan(me_of(house), fixed_policy())
    assert isinstance(found, PlanDoc)
    return found


def body(plan: PlanDoc, locale: str) -> str:
    return next(text for role, text, _page in plan.said(locale) if role == "body")


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_no_line_is_lost_and_each_pocket_keeps_its_own(plan: PlanDoc, locale: str) -> None:
    whole, own = words_apart(plan, body(plan, locale))
    assert list(own) == [pocket.name for pocket in spoken_of(plan)]
    assert {"reserve", "house", "education"} <= own.keys()
    told = [*whole, *(line for lines in own.values() for line in lines)]
    assert sorted(told) == sorted(line for line in body(plan, locale).split("\n") if line)


def test_a_goal_says_what_it_costs_and_the_whole_what_may_be_left_alone(plan: PlanDoc) -> None:
    whole, own = words_apart(plan, body(plan, "zh-CN"))
    assert "300,000.00" in own["house"][0]
    assert any("什么都不做也是一个完整的选择" in line for line in whole)
    assert not any("买房" in line for line in whole)


def test_a_goal_without_monthly_saving_speaks_of_none(plan: PlanDoc) -> None:
    _whole, own = words_apart(plan, body(plan, "zh-CN"))
    assert "每月放 2,000.00" in own["house"][0]
    assert "每月" not in own["education"][0]


def test_a_plan_written_in_one_piece_is_told_whole(plan: PlanDoc) -> None:
    piece = body(plan, "zh-CN").replace(GROUP_BREAK, "\n")
    assert words_apart(plan, piece) == (tuple(piece.split("\n")), {})
