"""Thumbs under answers: given, changed and explained without script; only under what the assistant said."""

import re
from collections.abc import Iterator

import pytest
from own_house import browser_of, send
from page_house import Browser

from tongxing.service.house import House
from tongxing.web.client import talk
from tongxing.web.words import speak, t

RATING = re.compile(r'action="(/me/talk/[^"]+/rating)"')


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    talk._recent.clear()
    with browser_of(house, house.store.client_ids()[6]) as found:
        yield found


def last_form(browser: Browser) -> str:
    """The address of the last thumb on the page."""
    return str(RATING.findall(browser.get("/me/talk").text)[-1])


def test_a_thumb_comes_back_to_its_answer_and_stands_there_as_given(browser: Browser) -> None:
    speak("zh")
    send(browser, "/me/talk", {"text": "个人养老金能省多少税"})
    address = last_form(browser)
    status, to, _text = send(browser, address, {"helped": "0"})
    touch_id = address.split("/")[3]
    assert (status, to) == (303, f"/me/talk#said-{touch_id}")
    page = browser.get("/me/talk").text
    assert t("talk.rate.given", what=t("talk.rate.not_helped")) in page
    assert 'value="wrong_figures"' in page
    send(browser, address, {"helped": "0", "why": "wrong_figures"})
    assert t("talk.rate.why.wrong_figures") in browser.get("/me/talk").text
    send(browser, address, {"helped": "1"})
    assert t("talk.rate.given", what=t("talk.rate.helped")) in browser.get("/me/talk").text


def test_a_thumb_that_is_none_and_an_answer_that_is_none_are_told(browser: Browser) -> None:
    send(browser, "/me/talk", {"text": "怎么开通科创板"})
    address = last_form(browser)
    status, _to, text = send(browser, address, {"helped": "maybe"})
    assert status == 422
    assert t("talk.rate.refused.unknown_choice") in text
    assert send(browser, "/me/talk/nothing/rating", {"helped": "1"})[0] == 404


def test_a_thumb_on_an_earlier_page_comes_back_to_that_page(browser: Browser) -> None:
    send(browser, "/me/talk", {"text": "我想销户"})
    address = last_form(browser)
    _status, to, _text = send(browser, address, {"helped": "1", "before": "12.34"})
    assert to.startswith("/me/talk?before=12.34#said-")


def test_turns_asked_for_alone_carry_their_thumbs_too(browser: Browser) -> None:
    """A page that waits for a person asks for them every few seconds."""
    send(browser, "/me/talk", {"text": "怎么开通科创板"})
    answer = browser.get("/me/talk/turns")
    assert answer.status_code == 200
    assert RATING.findall(answer.text) == RATING.findall(browser.get("/me/talk").text)
