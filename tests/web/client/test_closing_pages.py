"""Closing the account by hand, without script: no reason asked, nothing that keeps anybody."""

from collections.abc import Iterator

import pytest
from own_house import browser_of, send
from page_house import Browser

from tongxing.service.house import House
from tongxing.web.words import speak, t

KEEPING = ("挽留", "确定要离开", "再考虑", "优惠", "可惜", "舍不得", "为什么要")


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    speak("zh")
    with browser_of(house, house.store.client_ids()[8]) as found:
        yield found


def test_one_press_files_it_and_one_takes_it_back(browser: Browser) -> None:
    before = browser.get("/me/closing").text
    assert t("me.closing.file") in before
    status, to, _text = send(browser, "/me/closing", {})
    assert (status, to) == (303, "/me/closing?done=closing")
    filed = browser.get(to).text
    assert t("me.closing.filed") in filed
    assert t("me.done.closing") in filed
    assert t("me.closing.file") not in filed
    status, to, _text = send(browser, "/me/closing/withdraw", {})
    assert (status, to) == (303, "/me/closing?done=staying")
    assert t("me.closing.file") in browser.get(to).text


def test_nothing_on_it_keeps_anybody(browser: Browser) -> None:
    page = browser.get("/me/closing").text
    assert not [words for words in KEEPING if words in page]
    form = page[page.index('action="/me/closing"') :].split("</form>")[0]
    assert "<textarea" not in form
    assert "required" not in form


def test_what_was_never_filed_is_not_taken_back(browser: Browser) -> None:
    status, _to, text = send(browser, "/me/closing/withdraw", {})
    assert status == 422
    assert t("me.closing.refused.not_filed") in text
