"""An adviser's hour: whom to call and why, with which words; what is masked opens only for a reason."""

import re

import pytest
from eyes import DESKTOP, PHONE, SIZES, accessible, as_wide_as_its_screen, go, page_of, shot, tab_to
from playwright.sync_api import Browser, Page, expect
from served_demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WISH = "想聊聊怎么给孩子存教育金"
PROMISE = "这只基金保证收益，稳赚不赔，赶紧买。"
PLAIN = "您好，我是您的顾问，您留言说想聊聊，我今天下午给您回电话，方便吗？"


def ask_for_a_person(demo: Demo, chromium: Browser, client: str) -> None:
    with page_of(chromium, demo, client, size=PHONE) as page:
        go(page, f"{demo.url}/me/human")
        page.locator("textarea[name=words]").fill(WISH)
        page.locator("form[action='/me/human'] button").click()
        page.wait_for_load_state()


def adviser_of(demo: Demo, chromium: Browser, client: str) -> str:
    """Who sees this client on the desk."""
    for person in ("adviser-1", "adviser-2", "adviser-3"):
        with page_of(chromium, demo, person) as page:
            answer = page.request.get(f"{demo.url}/desk/clients/{client}")
            if answer.status == 200:
                return person
            assert answer.status == 404
    raise AssertionError(f"nobody serves {client}")


def take_the_task(page: Page, demo: Demo, client: str) -> None:
    go(page, f"{demo.url}/desk")
    go(page, f"{demo.url}/desk/clients/{client}")
    task = page.locator("a[href*='/desk/tasks/']").first
    task.click()
    page.wait_for_url("**/desk/tasks/*")


@pytest.mark.parametrize(("size", "client"), [("phone", 3), ("desktop", 4)])
def test_an_advisers_hour(demo: Demo, chromium: Browser, size: str, client: int) -> None:
    client_id = demo.consenting[client]
    ask_for_a_person(demo, chromium, client_id)
    with page_of(chromium, demo, adviser_of(demo, chromium, client_id), size=SIZES[size]) as page:
        go(page, f"{demo.url}/desk")
        shot(page, f"desk-{size}")
        assert as_wide_as_its_screen(page)
        take_the_task(page, demo, client_id)
        page.locator("form[action$='/take'] button").click()
        expect(page.locator("form[action$='/finish']").first).to_be_visible()

        words = page.locator("#words-text")
        words.fill(PROMISE)
        page.locator("form[action$='/words'] button").first.click()
        expect(page.locator(".outcome.refused").first).to_be_visible()
        expect(page.get_by_text("promise").first).to_be_visible()
        shot(page, f"desk-task-refused-{size}")
        words.fill(PLAIN)
        page.locator("form[action$='/words'] button").first.click()
        expect(page.locator(".outcome.sent").first).to_be_visible()

        go(page, f"{demo.url}/desk/clients/{client_id}")
        assert as_wide_as_its_screen(page)
        shot(page, f"desk-client-{size}")
        reveal = page.locator("form[action$='/reveal']").filter(has=page.locator("select"))
        if not reveal.is_visible():
            page.locator("details:has(form[action$='/reveal'] select) > summary").click()
        reveal.locator("input[name=reason]").fill("回电话需要核对号码")
        reveal.locator("button").click()
        expect(page.get_by_text(re.compile(r"1\d{10}")).first).to_be_visible()

    with page_of(chromium, demo, client_id) as page:
        go(page, f"{demo.url}/me/messages")
        expect(page.get_by_text("我今天下午给您回电话").first).to_be_visible()


def test_an_adviser_writes_a_note_by_the_keyboard_alone(demo: Demo, chromium: Browser) -> None:
    client_id = demo.consenting[4]
    with page_of(chromium, demo, adviser_of(demo, chromium, client_id), size=DESKTOP) as page:
        go(page, f"{demo.url}/desk/clients/{client_id}")
        note = page.locator("form[action$='/notes']")
        tab_to(page, note.locator("textarea"))
        page.keyboard.type("客户下午方便")
        tab_to(page, note.locator("button"))
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert accessible(page) == []


def test_a_client_of_another_adviser_is_not_there(demo: Demo, chromium: Browser) -> None:
    served = {client: adviser_of(demo, chromium, client) for client in demo.consenting[:6]}
    with page_of(chromium, demo, "adviser-1", complains=False) as page:
        for client in [*(one for one, by in served.items() if by != "adviser-1"), "C999999"]:
            answer = page.request.get(f"{demo.url}/desk/clients/{client}")
            assert answer.status == 404
            assert client not in answer.text()
