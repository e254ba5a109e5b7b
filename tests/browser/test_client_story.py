"""A client's morning: look, ask, understand why, check the record, say no."""

import re

import pytest
from eyes import DESKTOP, SIZES, accessible, as_wide_as_its_screen, go, page_of, shot, tab_to
from playwright.sync_api import Browser, expect
from served_demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CARD = "个人养老金怎么开户"


@pytest.mark.parametrize(("size", "client"), [("phone", 0), ("desktop", 1)])
def test_a_clients_morning(demo: Demo, chromium: Browser, size: str, client: int) -> None:
    with page_of(chromium, demo, demo.consenting[client], size=SIZES[size]) as page:
        go(page, f"{demo.url}/me")
        card = page.locator("[data-card]").filter(has_text=CARD)
        expect(card).to_have_count(0)
        assert as_wide_as_its_screen(page)

        page.locator("#search-text").fill("养老金 怎么开户")
        page.locator("#search-text").press("Enter")
        expect(card).to_be_visible()
        expect(card).to_contain_text("人工智能")
        card.locator("summary").filter(has_text="为什么").click()
        expect(card).to_contain_text("您最近搜索或问过养老金，共 1 次")
        shot(page, f"client-home-{size}")

        card.locator("a[href*='/me/proofs/']").click()
        page.wait_for_url("**/me/proofs/*")
        expect(page.get_by_text("不一致")).to_have_count(0)
        page.go_back()
        expect(card).to_be_visible()

        for place in ("holdings", "records", "moments", "profile", "privacy"):
            go(page, f"{demo.url}/me/{place}")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert as_wide_as_its_screen(page)
            shot(page, f"client-{place}-{size}")

        go(page, f"{demo.url}/me/privacy")
        switch = page.locator("form[action='/me/privacy/personalisation']")
        switch.locator("button").first.click()
        page.wait_for_url(re.compile("/me/privacy"))
        go(page, f"{demo.url}/me")
        expect(card).to_have_count(0)


def test_a_clients_morning_by_the_keyboard_alone(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, demo.consenting[2], size=DESKTOP) as page:
        go(page, f"{demo.url}/me")
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.getAttribute('href')")
        assert str(focused).startswith("#"), "the first stop leads past the navigation"
        tab_to(page, page.locator("#search-text"))
        page.keyboard.type("养老金 怎么开户")
        page.keyboard.press("Enter")
        card = page.locator("[data-card]").filter(has_text=CARD)
        expect(card).to_be_visible()
        page.reload()
        why = card.locator("summary").filter(has_text="为什么")
        tab_to(page, why)
        page.keyboard.press("Enter")
        expect(card.locator("details.touch-why p, details[open] p").first).to_be_visible()
        assert accessible(page) == []
