"""The articles as a browser without script gets them."""

import re

import pytest
from page_house import Browser

from tongxing.service.house import House


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_article_stands_on_the_list_and_can_be_read(mine: Browser, house: House, language: str) -> None:
    home = mine.get("/learn", params={"lang": language}).text
    assert re.findall(r">\s*(learn\.[a-z_.]+)\s*<", home) == []
    assert {f'href="/learn/{name}"' for name in house.book.articles} <= set(
        re.findall(r'href="/learn/[a-z_]+"', home)
    )
    for name in ("stamp_duty", "margin_risk", "elderly_scams"):
        page = mine.get(f"/learn/{name}", params={"lang": language})
        assert page.status_code == 200
        assert house.book.articles[name].sources[0] in page.text
        assert house.book.articles[name].reviewed.isoformat() in page.text
        assert re.findall(r">\s*(learn\.[a-z_.]+)\s*<", page.text) == []


def test_a_search_needs_no_script_and_names_the_article_first(mine: Browser) -> None:
    text = mine.get("/learn", params={"q": "钱卖出来转不出去"}).text
    assert re.findall(r'href="/learn/([a-z_]+)"', text)[0] == "withdraw_cash"


def test_words_of_a_search_are_shown_as_words(mine: Browser) -> None:
    text = mine.get("/learn", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_a_search_without_an_answer_offers_a_person(mine: Browser) -> None:
    text = mine.get("/learn", params={"q": "zzzz"}).text
    assert text.count('href="/me/human"') == 2


def test_an_unknown_article_is_not_found(mine: Browser) -> None:
    assert mine.get("/learn/no_such_article").status_code == 404


def test_what_is_not_verified_says_so(mine: Browser) -> None:
    assert "尚未对照原文核实" in mine.get("/learn/margin_risk").text
    assert "尚未对照原文核实" not in mine.get("/learn/star_board").text


def test_home_and_lab_lead_there(mine: Browser) -> None:
    for address in ("/me", "/me/lab"):
        assert 'href="/learn"' in mine.get(address).text
