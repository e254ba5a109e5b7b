import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from served_demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
DAY_MS = 20_000


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone; whatever the browser complains about fails the test."""
    context = chromium.new_context(viewport=PHONE, locale="zh-CN")
    context.set_default_timeout(8_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    yield page
    context.close()
    assert complaints == []


def test_a_client_who_searches_for_a_pension_sees_the_guide_and_its_sealed_record(
    demo: Demo, page: Page
) -> None:
    page.goto(f"{demo.url}/clients/{demo.consenting}")
    card = page.locator("[data-card=pension_guide]")
    expect(card).to_have_count(0)

    page.get_by_role("searchbox").fill("养老金 怎么开户")
    page.get_by_role("searchbox").press("Enter")

    expect(card).to_be_visible(timeout=5_000)
    expect(card.get_by_role("heading")).to_have_text("个人养老金怎么开户")
    expect(card).to_contain_text("人工智能")
    card.get_by_text("为什么给我看这个").click()
    expect(card).to_contain_text("您最近搜索或问过养老金，共 1 次")

    card.get_by_role("link", name=re.compile("封存记录")).click()
    expect(page.get_by_text("记录完好")).to_be_visible()
    expect(page.get_by_text("不一致")).to_have_count(0)


def test_a_card_that_was_sent_away_does_not_come_back(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}/clients/{demo.consenting}")
    page.locator("#ask-text").fill("最近跌得睡不着，心里很难受")
    page.locator("#ask-text").press("Enter")
    note = page.locator("[data-card=distress_offer]")
    expect(note).to_be_visible(timeout=5_000)

    note.get_by_role("button", name="不感兴趣").click()

    expect(note).to_have_count(0)
    page.reload()
    expect(page.locator("[data-card=distress_offer]")).to_have_count(0)


def test_the_market_clock_moves_one_day_and_the_page_follows(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}/corridor")
    clock = page.locator("#clock")
    expect(clock).to_contain_text("2026年5月6日")
    before = clock.get_attribute("data-now")

    page.get_by_role("button", name="前进一个交易日").click()

    expect(clock).not_to_have_attribute("data-now", before or "", timeout=DAY_MS)
    expect(clock).to_have_attribute("data-state", "still", timeout=DAY_MS)
    expect(clock.locator("time")).to_have_text("2026年5月6日 20:30")
    page.goto(f"{demo.url}/clients/{demo.consenting}")
    expect(page.locator(".hero")).to_contain_text("2026年5月6日")


@pytest.mark.parametrize("path", ["/", "/corridor", "/human", "/leaves/0", "/clients/{client}", "/nowhere"])
def test_no_page_is_wider_than_a_narrow_phone(demo: Demo, chromium: Browser, path: str) -> None:
    context = chromium.new_context(viewport=NARROW)
    page = context.new_page()
    page.goto(demo.url + path.format(client=demo.consenting))
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    context.close()


def test_a_page_can_be_read_and_used_without_script(demo: Demo, chromium: Browser) -> None:
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{demo.url}/")
    page.get_by_role("searchbox").fill(demo.consenting)
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("rowheader", name=demo.consenting).get_by_role("link").click()
    expect(page.get_by_role("heading", name="为您准备")).to_be_visible()
    page.get_by_role("button", name="大字版").click()
    expect(page.locator("html")).to_have_class("large")
    context.close()
