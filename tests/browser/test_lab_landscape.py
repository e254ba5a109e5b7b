"""The walk as a landscape: drawn by software where there is no card, and words alone where it cannot be."""

from collections.abc import Iterator

import pytest
from eyes import DESKTOP, PHONE, chromium_path, go, page_of
from playwright.sync_api import Browser, Page, expect
from served_demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DRAWS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
DRAWS_NOT = ("--no-sandbox", "--disable-3d-apis")
WALK = "/me/lab/crash_2015/walk?path=" + "h" * 12
DRAW_MS = 20_000


@pytest.fixture
def drawing(chromium: Browser) -> Iterator[Browser]:
    browser = chromium.browser_type.launch(executable_path=chromium_path(), args=list(DRAWS))
    yield browser
    browser.close()


@pytest.fixture
def plain(chromium: Browser) -> Iterator[Browser]:
    browser = chromium.browser_type.launch(executable_path=chromium_path(), args=list(DRAWS_NOT))
    yield browser
    browser.close()


def _seen(page: Page) -> bytes:
    return page.locator(".terrain canvas").screenshot()


def _open(page: Page, demo: Demo) -> None:
    go(page, f"{demo.url}{WALK}")
    page.locator("figure[data-terrain]").scroll_into_view_if_needed()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_walker_goes_over_the_days_by_key_and_by_button(
    demo: Demo, drawing: Browser, size: dict[str, int]
) -> None:
    # the software driver warns of slow reading while a picture is taken
    with page_of(drawing, demo, demo.consenting[2], size=size, complains=False) as page:
        _open(page, demo)
        stage = page.locator("[data-stage]")
        expect(page.locator(".terrain canvas")).to_be_visible(timeout=DRAW_MS)
        expect(stage).to_have_attribute("aria-valuenow", "13")
        expect(page.locator("[data-reading]")).to_contain_text("2015-07-01")
        first = _seen(page)
        stage.focus()
        page.keyboard.press("ArrowLeft")
        expect(stage).to_have_attribute("aria-valuenow", "12")
        expect(page.locator("[data-reading]")).to_contain_text("2015-06-30")
        moved = _seen(page)
        assert moved != first
        page.keyboard.press("End")
        page.keyboard.press("ArrowRight")
        expect(stage).to_have_attribute("aria-valuenow", "13")
        page.locator("[data-move=back]").click()
        expect(stage).to_have_attribute("aria-valuenow", "12")
        page.locator("[data-move=left]").click()
        page.wait_for_timeout(600)
        assert _seen(page) != moved


def test_without_a_canvas_of_depth_the_words_and_the_chart_remain(demo: Demo, plain: Browser) -> None:
    with page_of(plain, demo, demo.consenting[2], complains=False) as page:
        _open(page, demo)
        expect(page.locator("[data-missing]")).to_be_visible(timeout=DRAW_MS)
        expect(page.locator("[data-drawn]")).to_be_hidden()
        expect(page.locator("#lab-course")).to_be_visible()
