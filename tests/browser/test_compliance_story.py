"""A compliance officer's question: why did this client get this on that day, and is the record whole?"""

import re

import pytest
from eyes import DESKTOP, SIZES, accessible, as_wide_as_its_screen, go, page_of, shot, tab_to
from playwright.sync_api import Browser, Page, expect
from served_demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def open_a_verdict(page: Page, demo: Demo) -> None:
    go(page, f"{demo.url}/console/verdicts?outcome=sent")
    page.locator("main a[href*='/console/corridor/']").first.click()
    page.wait_for_url(re.compile("/console/corridor/."))


@pytest.mark.parametrize("size", SIZES)
def test_a_compliance_officers_question(demo: Demo, chromium: Browser, size: str) -> None:
    with page_of(chromium, demo, "compliance-1", size=SIZES[size]) as page:
        go(page, f"{demo.url}/console")
        shot(page, f"console-{size}")
        assert as_wide_as_its_screen(page)
        go(page, f"{demo.url}/console/corridor")
        shot(page, f"corridor-{size}")
        open_a_verdict(page, demo)
        shot(page, f"decision-{size}")
        assert as_wide_as_its_screen(page)
        verdict = page.url
        page.locator("main a[href*='/console/leaves/']").first.click()
        page.wait_for_url("**/console/leaves/*")
        expect(page.get_by_text("记录完好").first).to_be_visible()
        go(page, verdict)
        page.locator("a[href$='/replay']").first.click()
        page.wait_for_url("**/replay")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        shot(page, f"replay-{size}")
        assert as_wide_as_its_screen(page)


def test_what_is_switched_off_needs_another_person_to_be_switched_on(demo: Demo, chromium: Browser) -> None:
    there = f"{demo.url}/console/playbooks/birthday"
    with page_of(chromium, demo, "compliance-1", size=DESKTOP) as page:
        go(page, there)
        off = page.locator("form:has([name=do][value=off])")
        off.locator("[name=why]").fill("祝福语里出现了错字，先停用")
        off.locator("button").click()
        ask = page.locator("form:has([name=do][value=ask])")
        ask.locator("[name=why]").fill("错字已改")
        ask.locator("button").click()
        own = page.locator("button[name=do][value=confirm]")
        if own.count():
            own.click()
        expect(page.locator("form:has([name=do][value=off])")).to_have_count(0)
    with page_of(chromium, demo, "operations-1", size=DESKTOP) as page:
        go(page, there)
        page.locator("button[name=do][value=confirm]").click()
        expect(page.locator("form:has([name=do][value=off])")).to_be_visible()


def test_a_question_is_answered_by_the_keyboard_alone(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, "compliance-1", size=DESKTOP) as page:
        go(page, f"{demo.url}/console/verdicts")
        tab_to(page, page.locator("input[name=client]"))
        page.keyboard.type(demo.consenting[0])
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(f"client={demo.consenting[0]}"))
        assert accessible(page) == []
