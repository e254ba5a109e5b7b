"""How the browser tests look at a page: signed in as a person, on a phone or a desktop, with a rule book."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page
from served_demo import Demo

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / ".cache" / "screens"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
SIZES: Mapping[str, dict[str, int]] = {"phone": PHONE, "desktop": DESKTOP}
TABS_MAX = 80
WAIT_MS = 8_000
NAMES = ("chromium", "chromium-browser", "google-chrome")
_cookies: dict[tuple[str, str], list[dict[str, object]]] = {}


def chromium_path() -> str | None:
    """The Chromium of this machine."""
    return os.environ.get("CHROMIUM") or next(
        (found for name in NAMES if (found := shutil.which(name))), None
    )


@contextmanager
def page_of(
    browser: Browser,
    demo: Demo,
    person: str = "",
    *,
    size: Mapping[str, int] = PHONE,
    complains: bool = True,
    **wishes: object,
) -> Iterator[Page]:
    """A page of somebody signed in (or of nobody); what the browser complains about fails the test."""
    context = browser.new_context(viewport=dict(size), locale="zh-CN", bypass_csp=True, **wishes)  # type: ignore[arg-type]
    context.set_default_timeout(WAIT_MS)
    if person:
        sign_in(context, demo, person)
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    try:
        yield page
    finally:
        context.close()
    assert not complains or complaints == []


def sign_in(context: BrowserContext, demo: Demo, person: str) -> None:
    """One click on the start page, once for each person; afterwards the session is used again."""
    known = _cookies.get((demo.url, person))
    if known is None:
        page = context.new_page()
        page.goto(f"{demo.url}/?q={person}")
        click(page, person)
        page.wait_for_url(re.compile(r"/(me|desk|console)"))
        known = [dict(cookie) for cookie in context.cookies()]
        _cookies[demo.url, person] = known
        page.close()
    context.add_cookies(known)  # type: ignore[arg-type]


def click(page: Page, person: str) -> None:
    """Be that person: the button of theirs on the start page."""
    form = page.locator(f"form[action*='/demo/sign-in']:has([value='{person}'])")
    form.locator("button, [type=submit]").first.click()


def go(page: Page, address: str, *, status: int = 200) -> None:
    """Open a page, which must answer so."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status, f"{address}: {answer.status}"


def shot(page: Page, name: str) -> None:
    """Keep a picture for people to look at."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png")


def accessible(page: Page, *rules: str) -> list[str]:
    """What axe has against a page (WCAG 2.2 A and AA, best practice; or these rules): rule, target, why."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.add_script_tag(path=AXE)
    found = page.evaluate(
        """async rules => (await axe.run(document, {
            runOnly: rules.length ? {type: 'rule', values: rules} : {type: 'tag', values: [
                'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']},
            rules: rules.length ? {} : {'target-size': {enabled: true}},
            resultTypes: ['violations']})).violations.flatMap(
                one => one.nodes.map(node => `${one.id}: ${node.target} ${node.failureSummary}`))""",
        list(rules),
    )
    path = urlsplit(page.url).path
    return [f"{path} {line}" for line in found]


def tab_to(page: Page, target: Locator) -> None:
    """Reach something by the keyboard alone; its focus must be seen."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            assert target.evaluate(
                "one => { const look = getComputedStyle(one); return look.outlineStyle !== 'none' || "
                "look.boxShadow !== 'none' }"
            ), f"no ring around {target}"
            return
    raise AssertionError(f"{target} cannot be reached by the keyboard")


def as_wide_as_its_screen(page: Page) -> bool:
    """Whether nothing must be scrolled sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    return bool(width <= (page.viewport_size or PHONE)["width"])
