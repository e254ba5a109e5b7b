"""From the chat to a person and back: the adviser sees what was said and answers; the client reads it."""

from collections.abc import Iterator

import pytest
from eyes import DESKTOP, PHONE, accessible, as_wide_as_its_screen, go, page_of, shot
from playwright.sync_api import Browser, Page, expect
from served_demo import Demo, served_demo
from test_chat_story import WAIT_MS, ask

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ADVISERS = tuple(f"adviser-{number}" for number in range(1, 7))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One of its own: others move the clock of theirs into the evening, when nobody waits for a person."""
    with served_demo(tmp_path_factory.mktemp("people") / "demo.db") as found:
        yield found


def desk_of(demo: Demo, chromium: Browser, words: str) -> str:
    """The adviser before whom a task of that name lies."""
    for person in ADVISERS:
        with page_of(chromium, demo, person, size=DESKTOP) as page:
            go(page, f"{demo.url}/desk")
            if page.locator("a[href*='/desk/tasks/']").filter(has_text=words).count():
                return person
    raise AssertionError(f"nobody has a task {words}")


def opened(page: Page, demo: Demo, words: str) -> None:
    go(page, f"{demo.url}/desk")
    page.locator("a[href*='/desk/tasks/']").filter(has_text=words).first.click()
    page.wait_for_url("**/desk/tasks/*")


def test_a_client_is_handed_over_and_never_repeats_anything(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, demo.consenting[3], size=PHONE) as client:
        go(client, f"{demo.url}/me/talk")
        ask(client, "怎么开通科创板")
        ask(client, "转人工")
        waits = client.locator("#wait")
        expect(waits).to_contain_text("大约")
        assert as_wide_as_its_screen(client)
        assert accessible(client) == []
        shot(client, "talk-waits-phone")
        adviser = desk_of(demo, chromium, "对话等人")
        with page_of(chromium, demo, adviser, size=DESKTOP) as page:
            opened(page, demo, "对话等人")
            expect(page.get_by_text("接手以后可以看到整段对话")).to_be_visible()
            page.get_by_role("button", name="我来办").click()
            chat = page.locator(".desk-chat")
            expect(chat).to_contain_text("怎么开通科创板")
            expect(page.locator(".desk-summary")).to_contain_text("开通交易权限")
            reading = page.locator(".desk-correct").first
            reading.locator("summary").click()
            reading.locator("select").select_option("suitability")
            reading.locator("button").click()
            page.wait_for_url("**ok=corrected*")
            expect(page.locator(".desk-correct").first).to_contain_text("更正为")
            assert accessible(page) == []
            page.locator("form[action$='/pilot'] button").click()
            expect(page.get_by_text("已放进输入框")).to_be_visible()
            assert "500,000.00元" in page.locator("#words-text").input_value()
            assert accessible(page) == []
            shot(page, "desk-chat-desktop")
            expect(waits).to_contain_text("正在看这段对话", timeout=WAIT_MS)
            page.locator("form[action$='/words'] button").click()
            page.wait_for_url("**ok=sent*")
        expect(client.locator(".bubble.person")).to_contain_text("500,000.00元", timeout=WAIT_MS)
        expect(client.locator(".bubble.person")).to_contain_text("人工智能")
        shot(client, "talk-person-phone")


def test_who_waits_may_be_called_instead_also_without_script(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, demo.consenting[4], java_script_enabled=False) as client:
        go(client, f"{demo.url}/me/talk")
        client.locator("#talk-text").fill("转人工")
        client.locator(".talk-form button").click()
        waits = client.locator("#wait")
        expect(waits).to_be_visible(timeout=WAIT_MS)
        waits.locator("summary").click()
        waits.locator("button[name=slot]").first.click()
        expect(client.get_by_text("已约好回电")).to_be_visible()
        expect(waits).to_have_count(0)
