"""What goes wrong on the way: no script, double clicks, the way back, an expired session, a lost line."""

import re

import pytest
from eyes import PHONE, go, page_of
from playwright.sync_api import Browser, expect
from served_demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DAY_MS = 20_000

RELOADS = 20


def test_pages_are_read_and_used_without_script(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, demo.consenting[6], java_script_enabled=False) as page:
        go(page, f"{demo.url}/me")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.locator("#search-text").fill("养老金 怎么开户")
        page.locator("#search-text").press("Enter")
        page.wait_for_url(re.compile("/me"))
        card = page.locator("[data-card]").filter(has_text="个人养老金怎么开户")
        for _ in range(RELOADS):  # without script the page is asked again by hand
            go(page, f"{demo.url}/me")
            if card.count():
                break
            page.wait_for_timeout(500)
        expect(card).to_be_visible()
    with page_of(chromium, demo, "compliance-1", java_script_enabled=False) as page:
        go(page, f"{demo.url}/console/verdicts")
        page.locator("input[name=client]").fill(demo.consenting[6])
        page.locator("input[name=client]").press("Enter")
        page.wait_for_url(re.compile(f"client={demo.consenting[6]}"))
        expect(page.locator("main a[href*='/console/corridor/']").first).to_be_visible()


def test_a_double_click_says_it_once(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, demo.consenting[7], java_script_enabled=False) as page:
        go(page, f"{demo.url}/me/human")
        form = page.locator("form[action='/me/human']")
        fields = {str(one.get_attribute("name")): one.input_value() for one in form.locator("[name]").all()}
        before = _tasks(demo, chromium, demo.consenting[7])
        for _ in range(2):
            answer = page.request.post(
                f"{demo.url}/me/human",
                form=fields | {"words": "请回电"},
                headers={"Sec-Fetch-Site": "same-origin"},
            )
            assert answer.status == 200
        assert _tasks(demo, chromium, demo.consenting[7]) == before + 1


def _tasks(demo: Demo, chromium: Browser, client: str) -> int:
    from test_adviser_story import adviser_of  # noqa: PLC0415 - the same look as an adviser has

    with page_of(chromium, demo, adviser_of(demo, chromium, client)) as page:
        go(page, f"{demo.url}/desk/clients/{client}")
        return page.locator("a[href*='/desk/tasks/']").count()


def test_the_way_back_shows_what_was_there(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, demo.consenting[8]) as page:
        go(page, f"{demo.url}/me")
        title = page.get_by_role("heading", level=1).inner_text()
        go(page, f"{demo.url}/me/holdings")
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        page.go_forward()
        page.wait_for_url("**/me/holdings")
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_after_signing_out_the_way_back_shows_no_amounts(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, complains=False) as page:
        go(page, f"{demo.url}/?q={demo.consenting[8]}")
        page.locator(
            f"form[action*='/demo/sign-in']:has([value='{demo.consenting[8]}']) button"
        ).first.click()
        page.wait_for_url("**/me")
        amount = page.locator(".hero-total").inner_text()
        page.locator("form[action='/sign-out'] button").first.evaluate("one => one.form.requestSubmit(one)")
        page.wait_for_url(re.compile(r"/(sign-in.*|\?.*)?$"))
        page.go_back()
        expect(page.get_by_text(amount)).to_have_count(0)


def test_a_session_that_ended_leads_to_the_sign_in_and_back(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, demo.consenting[8], complains=False) as page:
        go(page, f"{demo.url}/me")
        page.context.clear_cookies()
        go(page, f"{demo.url}/me/holdings")
        assert "/sign-in" in page.url
        assert "next=" in page.url


def test_a_line_that_breaks_in_a_form_keeps_what_was_typed(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, demo.consenting[9], complains=False) as page:
        go(page, f"{demo.url}/me")
        page.context.set_offline(offline=True)
        page.locator("#search-text").fill("国债怎么买")
        page.locator("#search-text").press("Enter")
        page.wait_for_timeout(300)
        expect(page.locator("#search-text")).to_have_value("国债怎么买")
        page.context.set_offline(offline=False)
        page.locator("#search-text").press("Enter")
        expect(page.locator("#act-status")).not_to_be_empty()


def test_a_button_whose_answer_is_slow_says_that_it_is_at_work(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, demo.consenting[9]) as page:
        go(page, f"{demo.url}/me/plan/goals")
        page.evaluate(
            "addEventListener('submit', one => one.preventDefault())"
        )  # an answer that does not come
        button = page.locator("form[action='/me/plan'] button")
        button.click()
        expect(button).to_have_attribute("aria-busy", "true")
        page.evaluate("dispatchEvent(new Event('pageshow'))")  # as the way back does
        expect(button).not_to_have_attribute("aria-busy", "true")


def test_the_market_clock_moves_one_day_and_the_page_follows(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, "operations-1", size=PHONE) as page:
        go(page, f"{demo.url}/console/corridor")
        clock = page.locator("#clock")
        before = clock.get_attribute("data-now")
        page.get_by_role("button", name="前进一个交易日").click()
        expect(clock).not_to_have_attribute("data-now", before or "", timeout=DAY_MS)
        expect(clock).to_have_attribute("data-state", "still", timeout=DAY_MS)
