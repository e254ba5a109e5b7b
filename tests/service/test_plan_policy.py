"""The policy of the book in a plan: what the allocation is asked for a pocket, and what it answers."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from plan_house import a_client, me_of

from tongxing.advice.limits import model_of
from tongxing.advice.pockets import GROWTH, Pocket
from tongxing.book.policy_pages import in_force
from tongxing.domain.policy import Policy
from tongxing.service.house import House
from tongxing.service.plan_doc import PlanDoc
from tongxing.service.plan_facts import PlanFacts, plan_facts
from tongxing.service.plan_keep import judge
from tongxing.service.plan_make import Drafted, draft_plan
from tongxing.service.plan_names import episode_words, limit_words
from tongxing.service.plan_policy import debt_bp, policy_on, purse_of, weigh
from tongxing.service.plan_weights import NoWeights, PlanPolicy, Weights

ON = date(2026, 5, 6)
EQUITY = {"510300", "510500", "513500"}


def policy_in(house: House) -> Policy:
    found = in_force(house.book.policies, ON)
    assert found is not None
    return found


def unsealed(house: House) -> PlanPolicy:
    """The policy as it would be used, whatever its signature says."""
    policy = policy_in(house)
    return PlanPolicy(
        version=policy.version,
        digest="0" * 64,
        money_code="F00001",
        mean_bp={block.code: block.mean_bp for block in policy.blocks},
        weigh=partial(weigh, model_of(policy), house.book),
    )


def growth(given_fen: int = 10_000_000) -> Pocket:
    return Pocket(
        name=GROWTH,
        need_fen=0,
        given_fen=given_fen,
        months=60,
        parts=(("", given_fen - 4_000_000), ("510300", 4_000_000)),
    )


def equity_bp(house: House, facts: PlanFacts) -> int:
    found = weigh(model_of(policy_in(house)), house.book, facts, growth())
    assert isinstance(found, Weights)
    assert sum(share for _code, share in found.weights_bp) == 10_000
    return sum(share for code, share in found.weights_bp if code in EQUITY)


def test_the_purse_says_grade_debt_horizon_and_what_the_pocket_holds(house: House) -> None:
    a_client(house)
    facts = plan_facts(me_of(house))
    purse = purse_of(policy_in(house), house.book, facts, growth())
    assert (purse.grade.name, purse.debt_bp, purse.months) == ("C4", 3_333, 60)
    assert purse.held_bp == {"510300": 4_000}
    assert purse.exclude == frozenset()


def test_kinds_the_client_did_not_accept_are_left_out(house: House) -> None:
    a_client(house)
    facts = replace(plan_facts(me_of(house)), accepted_kinds=("money_fund", "bond_fund", "bond_etf"))
    assert equity_bp(house, facts) == 0


def test_more_debt_more_worry_and_a_lower_grade_never_give_more_equity(house: House) -> None:
    a_client(house)
    facts = plan_facts(me_of(house))
    now = equity_bp(house, facts)
    assert now > 0
    indebted = replace(facts, household=replace(facts.household, repayment_month_fen=900_000))
    assert equity_bp(house, indebted) < now
    assert equity_bp(house, replace(facts, anxiety_bp=5_000)) < now
    lower = replace(facts, grade=type(facts.grade)(3) if facts.grade is not None else None)
    assert equity_bp(house, lower) <= now


def test_debt_without_income_takes_all_of_it(house: House) -> None:
    a_client(house)
    facts = plan_facts(me_of(house))
    broke = replace(facts, household=replace(facts.household, income_month_fen=0))
    assert debt_bp(broke) == 10_000
    free = replace(broke, household=replace(broke.household, repayment_month_fen=0))
    assert debt_bp(free) == 0


@pytest.mark.parametrize(
    ("valid_to", "rule"), [(None, "assessment_missing"), (date(2026, 5, 5), "assessment_expired")]
)
def test_an_assessment_that_is_missing_or_over_gives_no_weights(
    house: House, valid_to: date | None, rule: str
) -> None:
    a_client(house)
    facts = replace(plan_facts(me_of(house)), assessment_valid_to=valid_to)
    assert weigh(model_of(policy_in(house)), house.book, facts, growth()) == NoWeights(rules=(rule,))


def test_before_any_policy_began_and_with_a_wrong_signature_there_is_none(house: House) -> None:
    assert policy_on(house.book, date(2020, 1, 1)) == NoWeights(rules=("policy_missing",))
    policy = policy_in(house)
    forged = replace(house.book, policies={policy.version: replace(policy, abroad_bp=policy.abroad_bp + 1)})
    assert isinstance(policy_on(forged, ON), NoWeights)


@pytest.mark.parametrize("grade", ["C1", "C2", "C3", "C4", "C5"])
def test_a_plan_by_the_policy_passes_compliance_for_every_grade(house: House, grade: str) -> None:
    a_client(house, grade=grade)
    me = me_of(house)
    found = draft_plan(me, plan_facts(me), unsealed(house))
    assert isinstance(found, Drafted)
    plan = judge(house, found, me.profile()).plan
    assert isinstance(plan, PlanDoc)
    assert plan.refused == ()
    assert [locale for locale, _words in plan.words] == ["zh-CN", "en"]


def test_limits_and_episodes_are_spoken_in_words(house: House) -> None:
    policy = policy_in(house)
    first = policy.episodes[0]
    assert episode_words(house.book, policy.version, first.name, "zh-CN") == first.title
    assert episode_words(house.book, policy.version, first.name, "en") == first.title_en
    assert limit_words(house.book, policy.version, f"stress:{first.name}", "en").endswith(first.title_en)
    assert limit_words(house.book, policy.version, "most:gold", "zh-CN") == "单项上限 · 黄金"
