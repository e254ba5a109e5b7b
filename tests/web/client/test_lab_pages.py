"""The scenario lab as a browser without script gets it."""

import json
import re

import pytest
from own_house import browser_of, send
from page_house import Browser, consenting

from tongxing.service.house import House
from tongxing.service.lab_stage import own_stage
from tongxing.service.me_who import mine as mine_of
from tongxing.web.client.lab_terrain import DAYS_MAX

EPISODES = ("crash_2015", "breaker_2016", "slow_2018", "pandemic_2020", "long_2021", "bonds_2022")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_episode_can_be_opened_and_has_its_words(mine: Browser, language: str) -> None:
    home = mine.get("/me/lab", params={"lang": language}).text
    for name in EPISODES:
        assert f'href="/me/lab/{name}"' in home
        for path in ("", "/walk", "/quiz"):
            answer = mine.get(f"/me/lab/{name}{path}", params={"lang": language})
            assert answer.status_code == 200
            assert re.findall(r">\s*(lab\.[a-z_.]+)\s*<", answer.text) == []


def test_a_walk_shows_no_day_after_the_one_it_stands_on(mine: Browser) -> None:
    text = mine.get("/me/lab/crash_2015/walk", params={"path": "hhs", "next": "h"}).text
    assert "2015-06-18" in text
    assert set(re.findall(r"2015-\d\d-\d\d", text)) == {
        "2015-06-12",
        "2015-06-15",
        "2015-06-16",
        "2015-06-17",
        "2015-06-18",
    }


def test_a_patient_walk_ends_where_the_real_prices_ended(mine: Browser) -> None:
    text = mine.get("/me/lab/crash_2015/walk", params={"path": "h" * 52}).text
    assert text.count("69,036.") >= 1
    assert "-30,963." in text or "−30,963." in text
    again = mine.get("/me/lab/crash_2015/walk", params={"path": "h" * 52}).text
    figures = r"<dd>[\d.]+%</dd>"
    assert re.findall(figures, text) == re.findall(figures, again) != []


@pytest.mark.parametrize("path", ["q", "h" * 60])
def test_a_walk_that_cannot_be_is_not_found(mine: Browser, path: str) -> None:
    assert mine.get("/me/lab/crash_2015/walk", params={"path": path}).status_code == 404


def test_an_episode_that_is_not_in_the_book_is_not_found(mine: Browser) -> None:
    assert mine.get("/me/lab/nothing").status_code == 404


def test_answers_are_explained_and_counted(mine: Browser) -> None:
    text = mine.get("/me/lab/crash_2015/quiz", params={"q0": "1", "q1": "1", "q2": "2", "lang": "zh"}).text
    assert "答对 2 题，共 3 题" in text
    assert "约 72%" in text


def test_the_landscape_holds_what_is_known_and_no_day_more(mine: Browser) -> None:
    assert "data-terrain" not in mine.get("/me/lab/crash_2015/walk").text
    text = mine.get("/me/lab/long_2021/walk", params={"path": "h" * 60}).text
    land = json.loads(re.search(r"data-terrain='([^']+)'", text)[1])  # type: ignore[index]
    shown = re.search(r"<h1[^>]*>\s*(\d+)年(\d+)月(\d+)日", text)
    assert shown is not None
    assert land["days"][0] == "2021-02-10"
    assert land["days"][-1] == "{}-{:0>2}-{:0>2}".format(*shown.groups())
    assert land["days"] == sorted(set(land["days"]))
    assert len(land["days"]) <= DAYS_MAX + 1
    assert {len(ridge["ppm"]) for ridge in land["ridges"]} == {len(land["days"])}
    assert all(ridge["ppm"][0] == 1_000_000 for ridge in land["ridges"])


def test_a_quiz_is_kept_when_the_client_wishes_it(house: House) -> None:
    with browser_of(house, consenting(house)) as browser:
        answered = browser.get("/me/lab/slow_2018/quiz", params={"q0": "1", "q1": "1", "q2": "1"})
        assert "记入我的学习" in answered.text
        sent = {"q0": "1", "q1": "1", "q2": "1", "token": "c" * 24}
        status, to, _text = send(browser, "/me/lab/slow_2018/quiz", sent)
        assert (status, to) == (303, "/me/lab?done=learned")
        assert "已记入学习，100 分" in browser.get("/me/lab").text


def test_a_quiz_with_answers_left_out_is_told_so(house: House) -> None:
    with browser_of(house, consenting(house)) as browser:
        status, _to, text = send(browser, "/me/lab/slow_2018/quiz", {"q0": "1", "token": "d" * 24})
        assert status == 422
        assert "每一题都答了才能记下" in text


def test_other_orders_are_asked_for_by_their_seed(mine: Browser) -> None:
    whole = "h" * 52
    first = mine.get("/me/lab/crash_2015/walk", params={"path": whole}).text
    again = mine.get("/me/lab/crash_2015/walk", params={"path": whole, "seed": "31"}).text
    assert 'name="seed"' in first
    assert 'value="31"' in again
    assert 'value="31"' not in first
    assert re.findall(r"<dd>[\d.]+%</dd>", first) != re.findall(r"<dd>[\d.]+%</dd>", again)


def test_an_episode_is_told_in_english(mine: Browser) -> None:
    text = mine.get("/me/lab/bonds_2022", params={"lang": "en"}).text
    assert "interest rates rose" in text
    assert not re.search(r"[\u4e00-\u9fff]{6}", text.partition("<main")[2].partition("</main>")[0])


def test_a_walk_with_own_holdings_says_first_what_it_is(house: House) -> None:
    now = house.clock.now()
    holders = (
        one for one in house.store.client_ids() if own_stage(mine_of(house, one, now=now), "crash_2015")
    )
    with browser_of(house, next(holders)) as browser:
        home = browser.get("/me/lab/crash_2015").text
        assert "/me/lab/crash_2015/walk?own=1" in home
        text = browser.get("/me/lab/crash_2015/walk", params={"own": "1", "path": "h"}).text
        assert "只用于学习，不是买卖建议" in text
        assert 'name="own" value="1"' in text
        assert "各项持仓取谁的走势" in text
        assert browser.get("/me/lab/crash_2015/walk", params={"own": "1", "path": "q"}).status_code == 404
