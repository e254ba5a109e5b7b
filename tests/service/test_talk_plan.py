"""Who asks in the chat what to do is told what their own plan says, where it may be shown."""

from plan_house import CLIENT, NOW, a_client, fixed_policy, me_of, tell

from tongxing.service.house import House
from tongxing.service.plan_doc import PlanDoc
from tongxing.service.plan_goals import GoalWish, set_goal
from tongxing.service.plan_keep import make_plan
from tongxing.service.plan_page import plan_page
from tongxing.service.talk_say import Reply, Wish, say
from tongxing.wording.values import written

CHANGE = "我的资产该怎么调整"


def ask(house: House, text: str, *, choice: int = 0) -> Reply:
    reply = say(house, CLIENT, Wish(text=text, choice=choice), now=NOW)
    assert reply is not None
    assert reply.sent is not None
    return reply


def planned(house: House) -> None:
    a_client(house)
    assert isinstance(make_plan(me_of(house), fixed_policy()), PlanDoc)


def pages(reply: Reply) -> list[str]:
    return [one.page for one in reply.said.spoken]


def test_the_figures_are_those_of_the_plan_and_the_way_leads_to_it(house: House) -> None:
    planned(house)
    plan = plan_page(me_of(house), locale="zh-CN").plan
    assert plan is not None
    assert plan.worth
    reply = ask(house, CHANGE)
    (way,) = (one for one in reply.said.spoken if one.page == "plan_way")
    assert way.shown["plan_cost_fen"] == written(plan.cost_fen, "money_fen", locale="zh-CN")
    assert sum(trade.amount_fen for trade in plan.trades if trade.side == "sell") > 0
    assert "都由您决定" in way.words
    assert pages(reply)[-1] == "risk"
    assert reply.sent is not None
    assert next(part.page for part in reply.sent.parts if part.role == "action") == "/me/plan"


def test_of_a_holding_that_is_meant_its_own_change_is_told(house: House) -> None:
    planned(house)
    reply = ask(house, "沪深300ETF要不要补仓")
    plan = plan_page(me_of(house), locale="zh-CN").plan
    assert plan is not None
    (move,) = (one for one in plan.moves if one.code == "510300")
    (told,) = (one for one in reply.said.spoken if one.page == "plan_holding")
    assert told.shown["plan_now_fen"] == written(move.now_fen, "money_fen", locale="zh-CN")
    assert told.shown["plan_target_fen"] == written(move.target_fen, "money_fen", locale="zh-CN")


def test_a_question_why_is_answered_without_proposing_anything(house: House) -> None:
    planned(house)
    assert not {one for one in pages(ask(house, "沪深300ETF为什么跌了")) if one.startswith("plan_")}


def test_the_step_that_lowers_a_share_names_the_plan(house: House) -> None:
    planned(house)
    ask(house, "沪深300ETF为什么跌了")
    assert "plan_way" in pages(ask(house, "第二个", choice=2))


def test_who_has_no_plan_is_told_so_with_the_way_to_make_one(house: House) -> None:
    a_client(house)
    reply = ask(house, CHANGE)
    assert "plan_missing" in pages(reply)
    assert "不调整也是一种选择" in "".join(one.words for one in reply.said.spoken)


def test_a_plan_that_life_has_overtaken_tells_no_figure(house: House) -> None:
    planned(house)
    wish = GoalWish(goal_id="", what="house", amount="300,000", due="2029-05-06", priority="1", month="2000")
    set_goal(house, CLIENT, wish, now=NOW)
    assert [one for one in pages(ask(house, CHANGE)) if one.startswith("plan_")] == ["plan_old"]


def test_in_distress_no_plan_is_spoken_of(house: House) -> None:
    planned(house)
    reply = ask(house, "亏得睡不着觉，撑不下去了，怎么调整")
    assert reply.said.understood.distress
    assert not {one for one in pages(reply) if one.startswith("plan_")}


def test_a_plan_that_may_not_be_shown_today_is_not_quoted(house: House) -> None:
    planned(house)
    tell(house, "assessment_taken", {"grade": "C1", "answers": {}, "valid_to": "2027-12-31"}, NOW)
    told = [one for one in pages(ask(house, CHANGE)) if one.startswith("plan_")]
    assert told == ["plan_held"]
