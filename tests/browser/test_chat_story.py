"""A client asks in the chat: the answer comes as a stream, can be checked, and is there again tomorrow."""

import re

import pytest
from eyes import SIZES, accessible, as_wide_as_its_screen, go, page_of, shot
from playwright.sync_api import Browser, Page, expect
from served_demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WAIT_MS = 20_000
"""The first message of a process waits for the training of the assistant."""


def ask(page: Page, words: str) -> None:
    answers = page.locator(".bubble.house .bubble-foot")
    before = answers.count()
    page.locator("#talk-text").fill(words)
    page.locator(".talk-form button").click()
    expect(answers).to_have_count(before + 1, timeout=WAIT_MS)


@pytest.mark.parametrize(("size", "client"), [("phone", 8), ("desktop", 9)])
def test_a_client_asks_follows_up_and_checks_the_answer(
    demo: Demo, chromium: Browser, size: str, client: int
) -> None:
    with page_of(chromium, demo, demo.consenting[client], size=SIZES[size]) as page:
        go(page, f"{demo.url}/me/talk")
        ask(page, "怎么开通科创板")
        newest = page.locator(".bubble.house").last
        expect(newest).to_contain_text("500,000.00元")
        expect(newest).to_contain_text("人工智能")
        expect(newest.locator("a[href^='/learn/']")).to_have_count(1)
        ask(page, "为什么")
        expect(page.locator(".bubble.house").last).to_contain_text("依据")
        assert as_wide_as_its_screen(page)
        assert accessible(page) == []
        shot(page, f"talk-{size}")

        page.reload()
        expect(page.locator(".bubble.mine")).to_have_text(["怎么开通科创板", "为什么"])
        page.locator(".bubble.house a[href*='/me/proofs/']").last.click()
        page.wait_for_url("**/me/proofs/*")
        expect(page.get_by_text("不一致")).to_have_count(0)


def test_what_was_offered_is_chosen_by_a_tap_and_secrets_are_masked(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, demo.consenting[10]) as page:
        go(page, f"{demo.url}/me/talk")
        ask(page, "我的密码是 837261，天空是什么味道的呢")
        expect(page.locator(".talk-turns")).not_to_contain_text("837261")
        ask(page, "嗯嗯那个这个")
        choices = page.locator("#choices button")
        expect(choices.first).to_be_visible()
        words = choices.first.inner_text()
        choices.first.click()
        expect(page.locator(".bubble.mine").last).to_have_text(words)


def test_without_script_the_answer_comes_with_the_page(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, demo.consenting[11], java_script_enabled=False) as page:
        go(page, f"{demo.url}/me")
        page.locator("#ask-text").fill("银证转账几点可以")
        page.locator("#ask-text").press("Enter")
        page.wait_for_url(re.compile("/me/talk"), timeout=WAIT_MS)
        expect(page.locator(".bubble.mine")).to_have_text(["银证转账几点可以"])
        expect(page.locator(".bubble.house").last).to_contain_text("人工智能")


def test_a_lost_line_leaves_the_words_in_the_field(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, demo.consenting[12], complains=False) as page:
        go(page, f"{demo.url}/me/talk")
        page.route("**/me/talk/stream", lambda route: route.abort())
        page.locator("#talk-text").fill("怎么开通科创板")
        page.locator(".talk-form button").click()
        expect(page.get_by_role("alert")).to_contain_text("没有送到")
        expect(page.locator("#talk-text")).to_have_value("怎么开通科创板")
        expect(page.locator(".bubble")).to_have_count(0)
