"""A plan from a client's log to the ledger: pockets, trades, words that compliance cleared, and the page."""

from dataclasses import replace
from datetime import datetime, timedelta

from plan_house import CLIENT, NOW, a_client, fixed_policy, me_of, tell

from tongxing.domain.clock import BEIJING
from tongxing.domain.grades import Tolerance
from tongxing.ledger.leaves import opens
from tongxing.service.console_replay import replay
from tongxing.service.house import House
from tongxing.service.leaf_view import leaf_view
from tongxing.service.plan_doc import PlanDoc, decode_plan, encode_plan, plan_groups
from tongxing.service.plan_facts import plan_facts
from tongxing.service.plan_goals import GoalWish, set_goal
from tongxing.service.plan_keep import make_plan
from tongxing.service.plan_log import told_of
from tongxing.service.plan_make import Drafted, PlanRefused, draft_plan
from tongxing.service.plan_page import choose, plan_page

HOUSE = GoalWish(goal_id="", what="house", amount="300,000", due="2029-05-06", priority="1", month="2000")


def made(house: House) -> PlanDoc:
    found = make_plan(me_of(house), fixed_policy())
    assert isinstance(found, PlanDoc)
    return found


def test_the_facts_are_those_of_the_log(house: House) -> None:
    a_client(house)
    facts = plan_facts(me_of(house))
    assert (facts.household.income_month_fen, facts.household.repayment_month_fen) == (1_500_000, 500_000)
    assert facts.household.job == "salary"
    assert facts.grade is Tolerance.C4
    assert facts.cash_fen == 6_000_000
    assert {code: lots[0].at_least for code, lots in facts.lots.items()} == {"510300": True, "F00002": True}
    assert facts.anxiety_bp == 0


def test_lots_follow_purchases_and_sales_oldest_first(house: House) -> None:
    a_client(house)
    at = datetime(2026, 4, 1, 10, 0, tzinfo=BEIJING)
    buy = {"code": "510300", "side": "buy", "quantity": "5000", "price": "4.000", "gross_fen": 2_000_000}
    tell(house, "trade", buy, at)
    tell(house, "trade", {**buy, "side": "sell", "quantity": "21000"}, at + timedelta(days=1))
    lots = plan_facts(me_of(house)).lots["510300"]
    assert [(lot.quantity_e4, lot.bought) for lot in lots] == [(4_000 * 10_000, at.date())]


def test_a_plan_says_pockets_trades_and_choices_and_adds_up(house: House) -> None:
    a_client(house)
    set_goal(house, CLIENT, HOUSE, now=NOW)
    plan = made(house)
    assert [pocket.what for pocket in plan.pockets] == ["reserve", "house", "growth"]
    assert sum(pocket.given_fen for pocket in plan.pockets) == plan.total_fen
    assert plan.pockets[0].given_fen == 3_300_000
    flow = sum(
        (one.amount_fen if one.side == "sell" else -one.amount_fen) - one.cost_fen for one in plan.trades
    )
    assert plan.cash_after_fen == plan.cash_before_fen + flow
    assert plan.refused == ()
    said = "\n".join(text for _role, text, _page in plan.said("zh-CN"))
    assert "什么都不做也是一个完整的选择" in said
    assert "人工智能" in said
    assert "测试比例来自固定的规则" in said
    english = "\n".join(text for _role, text, _page in plan.said("en"))
    assert "Doing nothing is a full choice" in english


def test_a_goal_is_tried_out_on_real_history(house: House) -> None:
    a_client(house)
    set_goal(house, CLIENT, HOUSE, now=NOW)
    odds = made(house).pockets[1].odds
    assert odds is not None
    assert odds.paths == 2_000
    assert 0 < odds.short_ppm < 1_000_000
    assert odds.low_fen < odds.middle_fen < odds.high_fen


def test_the_same_facts_and_policy_give_the_same_bytes(house: House) -> None:
    a_client(house)
    facts = plan_facts(me_of(house))
    first, second = (draft_plan(me_of(house), facts, fixed_policy()) for _ in range(2))
    assert isinstance(first, Drafted)
    assert isinstance(second, Drafted)
    assert encode_plan(first.plan) == encode_plan(second.plan)
    assert decode_plan(encode_plan(first.plan)) == first.plan


def test_the_leaf_commits_to_the_plan_and_a_changed_plan_does_not_open_it(house: House) -> None:
    a_client(house)
    plan = made(house)
    row = told_of(house, (CLIENT,)).plan
    assert row is not None
    found = house.store.leaf(row.leaf_index)
    assert found is not None
    sealed, client_id, key = found
    assert (sealed.leaf.kind, client_id) == ("advice", CLIENT)
    groups = plan_groups(plan)
    assert {item.group for item in sealed.leaf.commitments} == set(groups)
    assert all(opens(sealed.leaf, name, fields, key) for name, fields in groups.items())
    cheaper = plan_groups(replace(plan, trades=()))
    assert not opens(sealed.leaf, "costs", cheaper["costs"], key)
    view = leaf_view(house, row.leaf_index)
    assert view is not None
    assert {item.opened for item in view.commitments} == {True}


def test_the_page_shows_the_plan_and_compliance_may_still_hold_it_back(house: House) -> None:
    a_client(house)
    made(house)
    page = plan_page(me_of(house), locale="zh-CN")
    assert page.plan is not None
    assert page.said("label")
    tell(house, "personalisation_set", {"on": False}, NOW)
    held = plan_page(me_of(house), locale="zh-CN")
    assert held.plan is None
    assert "personalisation_off" in held.held_back


def test_without_a_grade_there_is_no_plan_and_nothing_is_kept(house: House) -> None:
    opened = datetime(2024, 1, 8, 10, 0, tzinfo=BEIJING)
    tell(house, "client_registered", {"name": "许安", "opened_on": "2024-01-08"}, opened)
    tell(house, "holding_snapshot", {"as_of": "2024-03-04", "cash_fen": 9_000_000, "holdings": []}, opened)
    leaves = house.store.count_leaves()
    assert make_plan(me_of(house), fixed_policy()) == PlanRefused(rules=("assessment_missing",))
    assert house.store.count_leaves() == leaves


def test_a_product_above_the_grade_is_refused_by_compliance_and_the_refusal_is_sealed(house: House) -> None:
    a_client(house, grade="C1")
    leaves = house.store.count_leaves()
    plan = made(house)
    assert "suitability_level" in {rule for rule, _detail in plan.refused}
    assert plan.words == ()
    assert house.store.count_leaves() > leaves
    assert plan_page(me_of(house), locale="zh-CN").plan is None


def test_an_account_without_cash_is_planned_from_its_holdings(house: House) -> None:
    a_client(house, cash_fen=0)
    plan = made(house)
    assert plan.cash_before_fen == 0
    assert plan.pockets[0].given_fen == 3_300_000
    assert plan.cash_after_fen >= 0


def test_a_plan_of_a_former_version_asks_to_be_drafted_anew(house: House) -> None:
    a_client(house)
    old = {"plan_id": "old", "policy": "2025-01", "leaf_index": 0, "plan": '{"plan_id":"old"}'}
    tell(house, "plan_made", old, NOW)
    page = plan_page(me_of(house), locale="zh-CN")
    assert (page.plan, page.held_back) == (None, ("plan_version",))


def test_the_record_of_the_words_judges_them_the_same_when_asked_again(house: House) -> None:
    a_client(house)
    made(house)
    row = house.store.decisions(client_id=CLIENT)[0]
    assert row.trigger == "plan:asked"
    again = replay(house, row.decision_id)
    assert again is not None
    assert (again.result, again.differences, again.sealed) == ("equal", (), True)


def test_undoing_a_plan_brings_back_the_one_before(house: House) -> None:
    a_client(house)
    first = made(house)
    set_goal(house, CLIENT, HOUSE, now=NOW)
    assert plan_page(me_of(house), locale="zh-CN").outdated
    second = made(house)
    assert second.plan_id != first.plan_id
    page = plan_page(me_of(house), locale="zh-CN")
    assert page.plan is not None
    assert page.plan.plan_id == second.plan_id
    assert not page.outdated
    choose(house, CLIENT, "undo", now=NOW)
    back = plan_page(me_of(house), locale="zh-CN")
    assert back.plan is not None
    assert back.plan.plan_id == first.plan_id


def test_every_field_that_advice_must_carry_is_in_the_leaf_and_in_the_words(house: House) -> None:
    """Compliance statement 11: mark, versions, times, grade, reasons, risk, costs, no action, adviser."""
    a_client(house)
    plan = made(house)
    groups = plan_groups(plan)
    assert groups["advice"] == {"plan_id": plan.plan_id, "author": "ai", "adviser": "", "licence": ""}
    assert {name for name, value in groups["versions"].items() if value} == {
        "policy", "policy_digest", "book", "code", "facts",
    }  # fmt: skip
    assert groups["time"]["prices_of"] == plan.priced_on.isoformat()
    assert groups["suitability"] == {"grade": "C4", "valid_to": "2027-12-31", "refused": []}
    assert groups["costs"]["no_action"] == "offered"
    assert [one.loss_bp for one in plan.pockets[-1].worst] == [1_180]
    roles = {role for role, _text, _page in plan.said("zh-CN")}
    assert roles == {"title", "body", "why", "risk", "human", "label"}
    said = "\n".join(text for _role, text, _page in plan.said("zh-CN"))
    for words in (
        "一般信息，不是投资建议",
        "过去的表现不预示未来",
        "费用合计",
        "关掉个性化服务",
    ):
        assert words in said


def test_ten_goals_no_income_and_a_holding_nobody_knows_still_make_a_plan(house: House) -> None:
    a_client(house)
    tell(house, "income_stated", {"month_fen": 0}, NOW - timedelta(days=1))
    unknown = {"code": "999998", "side": "buy", "quantity": "100", "price": "9.000", "gross_fen": 90_000}
    tell(house, "trade", unknown, NOW - timedelta(days=1))
    for number in range(10):
        wish = replace(HOUSE, what="free", due=f"{2027 + number}-05-06", amount="20,000", month="")
        set_goal(house, CLIENT, wish, now=NOW)
    plan = made(house)
    assert plan.refused == ()
    assert plan.left_alone == ("999998",)
    assert sum(pocket.given_fen for pocket in plan.pockets) == plan.total_fen
    assert "goal_short:free-10" in plan.relaxed


def test_pockets_with_the_same_weights_are_explained_once(house: House) -> None:
    a_client(house)
    set_goal(house, CLIENT, replace(HOUSE, amount="50,000", month=""), now=NOW)
    plan = made(house)
    said = "\n".join(text for _role, text, _page in plan.said("zh-CN"))
    assert said.count("测试比例来自固定的规则。") == 1
    assert "长期增长的比例和理由，与上面的买房相同" in said
    assert plan.refused == ()


def test_a_plan_that_was_brought_back_is_the_former_one_to_the_letter_and_the_first_has_none(
    house: House,
) -> None:
    a_client(house)
    first = made(house)
    set_goal(house, CLIENT, HOUSE, now=NOW)
    made(house)
    assert plan_page(me_of(house), locale="zh-CN").undoable
    choose(house, CLIENT, "undo", now=NOW)
    back = plan_page(me_of(house), locale="zh-CN")
    assert back.plan is not None
    assert encode_plan(back.plan) == encode_plan(first)
    assert not back.undoable
