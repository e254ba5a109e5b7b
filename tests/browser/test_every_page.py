"""Every page for everybody: no violation of axe in light, dark and large type; not wider than its screen."""

from typing import Final

import pytest
from eyes import accessible, as_wide_as_its_screen, go, page_of
from playwright.sync_api import Browser
from served_demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NARROW: Final = {"width": 320, "height": 640}
PAGES: Final = {
    "": ("/", "/sign-in", "/v1/docs", "/design", "/nowhere"),
    "client": (
        "/me",
        "/me/talk",
        "/me/holdings",
        "/me/records",
        "/me/messages",
        "/me/moments",
        "/me/profile",
        "/me/privacy",
        "/me/human",
        "/me/plan",
        "/me/plan/goals",
        "/me/plan/why",
        "/me/plan/rebalance",
        "/me/lab",
        "/me/lab/crash_2015",
        "/me/lab/crash_2015/walk",
        "/me/lab/crash_2015/quiz",
    ),
    "adviser-1": ("/desk",),
    "manager-1": ("/desk", "/desk/team"),
    "compliance-1": (
        "/console",
        "/console/corridor",
        "/console/verdicts",
        "/console/playbooks",
        "/console/playbooks/birthday",
        "/console/rules",
        "/console/access",
        "/console/funnels",
    ),
    "operations-1": ("/console/jobs", "/console/aside", "/console/health"),
    "administrator-1": ("/console/people",),
}


@pytest.mark.parametrize("who", PAGES)
def test_nothing_stands_in_anybodys_way(demo: Demo, chromium: Browser, who: str) -> None:
    """One look for each page; light, dark and large type are tried on it in turn."""
    found: list[str] = []
    person = demo.consenting[5] if who == "client" else who
    with page_of(chromium, demo, person, size=NARROW, complains=False) as page:
        if who == "client":  # the pages of a plan are empty before there is one
            go(page, f"{demo.url}/me/plan")
            page.locator("form[action='/me/plan'] button").click()
            page.wait_for_url("**/me/plan?done=made")
            go(page, f"{demo.url}/me/talk")  # nor is there anything to read before something was asked
            page.locator("#talk-text").fill("我的账户为什么跌了")
            page.locator(".talk-form button").click()
            page.locator(".bubble.house .bubble-foot").wait_for()
        for path in PAGES[who]:
            go(page, demo.url + path, status=404 if path == "/nowhere" else 200)
            if not as_wide_as_its_screen(page):
                found.append(f"{path} is wider than a narrow phone")
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            found += accessible(page)
            page.emulate_media(color_scheme="dark")
            found += [f"dark: {line}" for line in accessible(page, "color-contrast")]
            page.emulate_media(color_scheme="light")
            page.evaluate("document.documentElement.classList.add('large')")
            found += [f"large: {line}" for line in accessible(page, "color-contrast", "target-size")]
            if not as_wide_as_its_screen(page):
                found.append(f"{path} is wide in large type")
    assert found == []
