"""The pages of a plan as a browser gets them: goals without script, and a plan that may be missing."""

import json
import re

import pytest
from own_house import browser_of, send
from page_house import Browser

from tongxing.service.house import House
from tongxing.service.plan_log import told_of
from tongxing.web.words import t

PAGES = ("/me/plan", "/me/plan/goals", "/me/plan/why", "/me/plan/rebalance")
GOAL = {"what": "house", "amount": "300,000", "due": "2029-05-06", "priority": "1", "month": "2000"}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_can_be_read_before_there_is_a_plan(mine: Browser, path: str, language: str) -> None:
    answer = mine.get(path, params={"lang": language})
    assert answer.status_code == 200
    assert re.findall(r">\s*(plan\.[a-z_.]+)\s*<", answer.text) == []


def test_the_home_leads_to_the_plan(mine: Browser) -> None:
    assert 'href="/me/plan"' in mine.get("/me", params={"lang": "zh"}).text


def test_a_goal_is_written_changed_and_removed_without_script(house: House) -> None:
    with browser_of(house, "C000002") as browser:
        status, place, _text = send(browser, "/me/plan/goals", GOAL)
        assert (status, place) == (303, "/me/plan/goals?done=goal")
        kept = told_of(house, ("C000002",)).goals["house"]
        assert (kept.amount_fen, kept.month_fen) == (30_000_000, 200_000)
        assert "300,000.00" in browser.get("/me/plan/goals").text
        changed = GOAL | {"goal_id": "house", "amount": "350000.50"}
        assert send(browser, "/me/plan/goals", changed)[0] == 303
        assert told_of(house, ("C000002",)).goals["house"].amount_fen == 35_000_050
        assert send(browser, "/me/plan/goals/remove", {"goal_id": "house"})[0] == 303
        assert told_of(house, ("C000002",)).goals == {}


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"amount": "many"}, "no_amount"),
        ({"amount": "0"}, "goal_amount"),
        ({"due": "tomorrow"}, "no_date"),
        ({"due": "2020-01-01"}, "goal_past"),
        ({"what": "yacht"}, "unknown_choice"),
        ({"goal_id": "nobodys"}, "unknown_choice"),
    ],
)
def test_a_goal_that_cannot_be_kept_comes_back_with_what_is_wrong(
    mine: Browser, over: dict[str, str], reason: str
) -> None:
    status, _place, text = send(mine, "/me/plan/goals", GOAL | over)
    assert status == 422
    assert t(f"plan.notice.{reason}") in text


@pytest.mark.parametrize(
    ("over", "field"),
    [({"amount": "many"}, "amount"), ({"due": "2020-01-01"}, "due"), ({"month": "900,000"}, "month")],
)
def test_the_field_that_was_refused_says_so_and_is_where_the_reader_stands(
    mine: Browser, over: dict[str, str], field: str
) -> None:
    _status, _place, text = send(mine, "/me/plan/goals", GOAL | over)
    found = re.search(r'<(?:input|select)[^>]*name="(\w+)"[^>]*aria-invalid="true"[^>]*>', text)
    assert found is not None
    assert found.group(1) == field
    assert 'aria-describedby="goal-notice" autofocus' in found.group(0)
    assert text.count("autofocus") == 1


def test_many_goals_share_the_rows_of_what_they_have_alike(house: House) -> None:
    with browser_of(house, "C000001") as browser:
        for what, due in (("house", "2031-05-06"), ("education", "2032-05-06"), ("free", "2033-05-06")):
            goal = GOAL | {"what": what, "due": due, "amount": "40,000", "month": ""}
            assert send(browser, "/me/plan/goals", goal)[0] == 303
        assert send(browser, "/me/plan", {})[0] == 303
        page = browser.get("/me/plan", params={"lang": "zh"}).text
        why = browser.get("/me/plan/why", params={"lang": "zh"}).text
        english = browser.get("/me/plan", params={"lang": "en"}).text
    assert page.count(f'<details class="more"><summary>{t("plan.pocket_why")}') >= 4
    rows = re.findall(r'<th scope="row" class="wide">([^<]+)</th>', why)
    worst = [row for row in rows if row == "2015年股灾"]
    assert len(worst) < 3
    assert "个口袋" not in english


def test_a_choice_without_a_plan_is_refused_in_words(house: House) -> None:
    with browser_of(house, "C000003") as browser:
        status, _place, text = send(browser, "/me/plan/choice", {"choice": "keep"})
    assert status == 422
    assert t("plan.notice.no_plan") in text


def test_a_plan_is_drafted_looked_at_decided_on_and_taken_back(house: House) -> None:
    with browser_of(house, "C000001") as browser:
        goal = GOAL | {"amount": "100,000"}
        assert send(browser, "/me/plan/goals", goal)[0] == 303
        assert send(browser, "/me/plan", {})[:2] == (303, "/me/plan?done=made")
        page = browser.get("/me/plan", params={"lang": "zh"}).text
        for words in ("应急储备", "买房", "什么都不做", "人工智能", "data-aigc", "存证 #"):
            assert words in page
        assert "2015年股灾" in browser.get("/me/plan/why", params={"lang": "zh"}).text
        trades = browser.get("/me/plan/rebalance", params={"lang": "zh"}).text
        assert "之后的现金" in trades
        assert send(browser, "/me/plan/choice", {"choice": "go"})[:2] == (303, "/me/plan?done=chosen")
        assert t("plan.chosen.go") in browser.get("/me/plan", params={"lang": "zh"}).text
        proof = re.search(r'href="(/me/proofs/\d+)"', page)
        assert proof is not None
        assert t("leaf.differs") not in browser.get(proof.group(1), params={"lang": "zh"}).text
        assert send(browser, "/me/plan", {})[0] == 303
        second = told_of(house, ("C000001",)).plan
        assert send(browser, "/me/plan/choice", {"choice": "undo"})[0] == 303
        first = told_of(house, ("C000001",)).plan
    assert first is not None
    assert second is not None
    assert first.plan_id != second.plan_id


def test_who_switched_personal_service_off_is_told_why_there_is_no_plan(house: House) -> None:
    with browser_of(house, "C000012") as browser:
        assert send(browser, "/me/plan", {})[0] == 303
        page = browser.get("/me/plan", params={"lang": "zh"}).text
    assert t("plan.refused.personalisation_off") in page
    assert "data-aigc" not in page


def test_the_file_of_a_plan_carries_the_mark_inside_and_nobody_gets_one_without_a_plan(house: House) -> None:
    with browser_of(house, "C000004") as browser:
        none = browser.get("/me/plan/plan.json", follow_redirects=False)
        assert (none.status_code, none.headers["location"]) == (303, "/me/plan")
        assert send(browser, "/me/plan", {})[0] == 303
        answer = browser.get("/me/plan/plan.json", params={"lang": "zh"})
        page = browser.get("/me/plan", params={"lang": "zh"}).text
    assert 'filename="plan.json"' in answer.headers["content-disposition"]
    told = json.loads(answer.text)
    row = told_of(house, ("C000004",)).plan
    assert row is not None
    assert told["aigc"] == {"Label": "1", "ContentProducer": "tongxing", "ProduceID": row.plan_id}
    assert any("人工智能" in line for line in told["mark"])
    assert {part["role"] for part in told["words"]} >= {"body", "why", "risk", "human", "label"}
    assert (told["plan"]["plan_id"], told["leaf_index"]) == (row.plan_id, row.leaf_index)
    assert 'href="/me/plan/plan.json"' in page
