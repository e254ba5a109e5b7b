"""What a page owes the eye and the hand: room for a finger, words beside their mark, large type, paper."""

import re

import pytest
from eyes import DESKTOP, PHONE, as_wide_as_its_screen, click, go, page_of
from playwright.sync_api import Browser, expect
from served_demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FINGER, LARGE = 44, 22
NARROW = {"width": 320, "height": 700}
OWN = ("/me", "/me/holdings", "/me/records", "/me/messages", "/me/moments", "/me/profile", "/me/privacy")
SMALL = """() => [...document.querySelectorAll(
        'button, select, summary, input:not([type=hidden], [type=checkbox])')]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 43.5)
    .map(one => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 20)}`)"""
TINY = """least => {
    const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = walk.nextNode());) {
        const one = node.parentElement, words = node.textContent.trim();
        if (words && one.getBoundingClientRect().width > 2 && one.checkVisibility()
            && parseFloat(getComputedStyle(one).fontSize) < least - 0.1)
            found.push(`${one.tagName} ${one.className} ${words.slice(0, 12)}`);
    }
    return found; }"""
APART = """() => [...document.querySelectorAll('.toggle')].map(one => {
    const box = name => one.querySelector(name).getBoundingClientRect();
    const [knob, word] = [box('.toggle-knob'), box('.toggle-word')];
    return knob.right <= word.left || word.right <= knob.left; })"""
LABELS = """row => [...row.querySelectorAll('[data-label]')].map(
    cell => getComputedStyle(cell, '::before').content)"""


def test_a_finger_finds_its_mark_on_every_own_page(demo: Demo, chromium: Browser) -> None:
    found: dict[str, list[str]] = {}
    with page_of(chromium, demo, demo.consenting[5], size=PHONE) as page:
        for path in OWN:
            go(page, demo.url + path)
            found[path] = page.evaluate(SMALL)
        assert {path: small for path, small in found.items() if small} == {}
        go(page, f"{demo.url}/me/privacy")
        apart = page.evaluate(APART)
        assert apart
        assert all(apart), "a knob covers its word"


def test_the_simple_home_writes_nothing_smaller_than_large_type(demo: Demo, chromium: Browser) -> None:
    found: dict[str, list[str]] = {}
    with page_of(chromium, demo, demo.consenting[5], size=NARROW) as page:
        go(page, f"{demo.url}/me")
        page.locator("form[action='/me/elder'] button").click()
        expect(page.locator("html.large")).to_have_count(1)
        for path in OWN:
            go(page, demo.url + path)
            found[path] = page.evaluate(TINY, LARGE)
            assert as_wide_as_its_screen(page), path
    assert {path: tiny for path, tiny in found.items() if tiny} == {}


WIDTHS = """() => [...document.querySelectorAll('.holding-list > li')].map(
    one => one.querySelector('.holding-name').getBoundingClientRect().width
        / one.getBoundingClientRect().width)"""


@pytest.mark.parametrize("large", [False, True])
def test_a_name_of_a_holding_has_room_on_the_narrowest_phone(
    demo: Demo, chromium: Browser, *, large: bool
) -> None:
    widths: list[float] = []
    with page_of(chromium, demo, "", size=NARROW) as page:
        if large:
            page.context.add_cookies([{"name": "large", "value": "1", "url": demo.url}])
        for person in demo.consenting[:8]:
            go(page, f"{demo.url}/demo?q={person}")
            click(page, person)
            go(page, f"{demo.url}/me/holdings")
            widths += page.evaluate(WIDTHS)
    assert widths
    assert min(widths) > 0.3, "a name is written one sign a line"


def test_on_a_phone_cells_of_a_table_carry_their_names(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, "adviser-1", size=PHONE) as page:
        go(page, f"{demo.url}/desk")
        row = page.locator("table.folding tbody tr").first
        named = row.evaluate(LABELS)
        assert '"资产"' in named
        assert '"风险等级"' in named


def test_paper_carries_the_records_and_neither_bars_nor_forms(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, demo.consenting[5], size=DESKTOP) as page:
        go(page, f"{demo.url}/me/records")
        page.emulate_media(media="print")
        expect(page.locator(".print-only")).to_be_visible()
        for gone in (".top", ".rail", "main form"):
            expect(page.locator(gone).first).to_be_hidden()


ADDRESSES = "all => all.map(one => one.getAttribute('href'))"
STAFF_PAGES = {
    "operations-1": ("/console", "/console/corridor", "/console/jobs", "/console/funnels"),
    "administrator-1": ("/console/people", "/console/jobs", "/console/health"),
    "auditor-1": ("/console", "/console/corridor", "/console/access"),
}


@pytest.mark.parametrize("who", STAFF_PAGES)
def test_no_way_is_shown_that_leads_to_a_closed_door(demo: Demo, chromium: Browser, who: str) -> None:
    ways: dict[str, str] = {}
    with page_of(chromium, demo, who, size=DESKTOP) as page:
        for start in STAFF_PAGES[who]:
            go(page, demo.url + start)
            found = page.locator("a[href^='/']").evaluate_all(ADDRESSES)
            ways |= {"/".join(way.split("?")[0].split("/")[:3]) + f"/{way.count('/')}": way for way in found}
        closed = {way for way in ways.values() if page.request.get(demo.url + way).status in {401, 403}}
    assert len(ways) > 2
    assert closed == set()


def test_a_trace_id_is_shown_copied_and_found_again(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, "compliance-1", size=DESKTOP, permissions=["clipboard-write"]) as page:
        go(page, f"{demo.url}/console/verdicts?outcome=sent")
        page.locator("main a[href*='/console/corridor/']").first.click()
        trace = page.locator("#trace-id")
        expect(trace).to_have_text(re.compile(r"^[0-9a-f]{32}$"))
        there = page.url
        page.locator("[data-copy=trace-id]").click()
        expect(page.locator("[data-copy=trace-id]")).to_have_text("已复制")
        trace.click()
        page.wait_for_url("**/console/verdicts?trace=*")
        expect(page.locator(f"main a[href='{there.removeprefix(demo.url)}']")).to_have_count(1)
