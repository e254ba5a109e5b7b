"""An adviser's assumptions: both plans side by side, nothing kept, and no grade above the assessment."""

import pytest
from plan_house import CLIENT, NOW, a_client, fixed_policy, tell

from tongxing.service.api_plan import client_plan
from tongxing.service.client_acts import ActRefusedError
from tongxing.service.house import House
from tongxing.service.plan_doc import PlanDoc
from tongxing.service.plan_policy import policy_on
from tongxing.service.plan_weights import PlanPolicy
from tongxing.service.plan_what_if import Assumed, WhatIf, what_if


def asked(house: House, **assumed: str) -> WhatIf:
    return what_if(house, CLIENT, Assumed(**assumed), fixed_policy(), now=NOW)


def reserve(plan: object) -> int:
    assert isinstance(plan, PlanDoc)
    return plan.pockets[0].given_fen


def test_a_larger_repayment_keeps_a_larger_reserve_and_nothing_is_written(house: House) -> None:
    a_client(house)
    events, leaves = house.store.count_events(), house.store.count_leaves()
    found = asked(house, repayment="8,000")
    assert (reserve(found.now), reserve(found.then)) == (3_300_000, 4_200_000)
    assert found.assumed
    assert (house.store.count_events(), house.store.count_leaves()) == (events, leaves)
    assert client_plan(house, CLIENT, now=NOW, locale="zh-CN").plan_id is None


def test_without_an_assumption_both_plans_are_the_same(house: House) -> None:
    a_client(house)
    found = asked(house)
    assert found.now == found.then
    assert not found.assumed


def test_a_grade_is_tried_downwards_only(house: House) -> None:
    a_client(house, grade="C3")
    lower = asked(house, grade="C2").then
    assert isinstance(lower, PlanDoc)
    assert lower.grade == "C2"
    with pytest.raises(ActRefusedError, match="unknown_choice"):
        asked(house, grade="C5")


@pytest.mark.parametrize("typed", [{"income": "lots"}, {"anxiety": "101"}, {"horizon": "-3"}])
def test_what_cannot_be_read_is_refused(house: House, typed: dict[str, str]) -> None:
    a_client(house)
    with pytest.raises(ActRefusedError, match="no_amount"):
        asked(house, **typed)


def test_worry_that_was_reported_fades_over_a_month(house: House) -> None:
    a_client(house)
    tell(house, "distress_seen", {"degree": "strong"}, NOW.replace(month=4, day=21))
    # half of 5,000 after half of 30 days, a second past it, in steps of 100
    assert asked(house).facts.anxiety_bp == 2_400


def test_what_is_left_out_has_no_share_and_is_a_product_of_the_policy(house: House) -> None:
    a_client(house)
    policy = policy_on(house.book, NOW.date())
    assert isinstance(policy, PlanPolicy)
    found = what_if(house, CLIENT, Assumed(exclude=("518880",)), policy, now=NOW)
    assert shares_of(found.now)["518880"] > 0
    assert "518880" not in shares_of(found.then)
    assert ("518880", house.book.products["518880"].name) in found.blocks
    with pytest.raises(ActRefusedError, match="unknown_choice"):
        what_if(house, CLIENT, Assumed(exclude=("999998",)), policy, now=NOW)


def shares_of(plan: object) -> dict[str, int]:
    assert isinstance(plan, PlanDoc)
    return {code: share for code, share in plan.pockets[-1].weights_bp if share}
