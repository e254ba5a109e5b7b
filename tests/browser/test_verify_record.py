"""The browser itself checks a sealed record: what is right holds, one changed letter does not."""

import json
import re

import pytest
from eyes import DESKTOP, PHONE, go, page_of
from playwright.sync_api import Browser, Page, expect
from served_demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LEAVES, OK = 400, 200
PUBLISHED_MS = 20_000
HOLDS, HOLDS_NOT = "核对通过", "核对不通过"


def own_record(page: Page, demo: Demo) -> str:
    """The address of some sealed record of who is signed in, once it stands under a checkpoint."""
    for number in range(LEAVES):
        address = f"{demo.url}/me/proofs/{number}"
        if page.request.get(address).status == 200:
            break
    else:
        raise AssertionError("no record of their own")
    for _ in range(PUBLISHED_MS // 500):
        if page.request.get(f"{address}/receipt").status == 200:
            return address
        page.wait_for_timeout(500)
    raise AssertionError("no checkpoint covers it")


def checked(page: Page) -> None:
    page.locator("[data-check]").click()
    expect(page.locator("[data-answer]")).to_contain_text(re.compile("通过|不能"))


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_record_as_it_was_sealed_holds(demo: Demo, chromium: Browser, size: dict[str, int]) -> None:
    with page_of(chromium, demo, demo.consenting[3], size=size) as page:
        go(page, own_record(page, demo))
        checked(page)
        expect(page.locator("[data-answer]")).to_contain_text(HOLDS)
        expect(page.locator(".verify-steps .good")).to_have_count(3)


def altered(record: dict[str, object], what: str) -> dict[str, object]:
    """The record with one thing changed, as somebody might who wants another past."""
    receipt = str(record["receipt"])
    if what == "field":
        (first, *rest) = record["groups"]  # type: ignore[misc]
        fields = dict(first["fields"])
        name = min(fields)
        fields[name] = f"{fields[name]}0" if isinstance(fields[name], str) else 7
        canonical = json.dumps(
            [first["group"], fields], ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return record | {"groups": [first | {"fields": fields, "canonical": canonical}, *rest]}
    if what == "shown":
        (first, *rest) = record["groups"]  # type: ignore[misc]
        return record | {"groups": [first | {"fields": {"invented": 1}}, *rest]}
    if what == "size":
        return record | {
            "receipt": re.sub(r"\n(\d+)\n", lambda found: f"\n{int(found[1]) + 1}\n", receipt, count=1)
        }
    if what == "index":
        return record | {
            "receipt": re.sub(r"index (\d+)", lambda found: f"index {int(found[1]) + 1}", receipt)
        }
    if what == "signature":
        last = receipt.rstrip("\n")
        return record | {"receipt": f"{last[:-6]}{'A' if last[-6] != 'A' else 'B'}{last[-5:]}\n"}
    return record | {"receipt": "nothing"}


@pytest.mark.parametrize("what", ["field", "shown", "size", "index", "signature", "receipt"])
def test_a_record_that_was_changed_is_told_in_words_a_client_understands(
    demo: Demo, chromium: Browser, what: str
) -> None:
    with page_of(chromium, demo, demo.consenting[3]) as page:
        go(page, own_record(page, demo))
        panel = page.locator("[data-verify]")
        record = json.loads(str(panel.get_attribute("data-record")))
        panel.evaluate("(one, words) => { one.dataset.record = words; }", json.dumps(altered(record, what)))
        checked(page)
        expect(page.locator("[data-answer]")).to_contain_text(HOLDS_NOT)
        expect(page.locator("[data-answer]")).to_contain_text("联系人工")
        expect(page.locator(".verify-steps .alarm").first).to_be_visible()


def look_at(demo: Demo, chromium: Browser, client: str) -> None:
    """The client's adviser opens their page."""
    for number in range(1, 7):
        with page_of(chromium, demo, f"adviser-{number}", complains=False) as page:
            if page.request.get(f"{demo.url}/desk/clients/{client}").status == OK:
                return
    raise AssertionError("nobody serves this client")


def test_who_looked_at_me_is_checked_by_the_browser_and_a_changed_look_is_refused(
    demo: Demo, chromium: Browser
) -> None:
    client = demo.consenting[3]
    look_at(demo, chromium, client)
    with page_of(chromium, demo, client) as page:
        go(page, f"{demo.url}/me/privacy")
        look = page.locator("#looked a[href*='/me/proofs/']").first
        address = f"{demo.url}{look.get_attribute('href')}"
        for _ in range(PUBLISHED_MS // 500):
            if page.request.get(f"{address}/receipt").status == OK:
                break
            page.wait_for_timeout(500)
        go(page, address)
        facts = page.locator("main")
        expect(facts).to_contain_text("查看")
        assert not re.search(r"client\.(read|act|reveal)|\bservice\b", facts.inner_text())
        checked(page)
        expect(page.locator("[data-answer]")).to_contain_text(HOLDS)
        panel = page.locator("[data-verify]")
        record = json.loads(str(panel.get_attribute("data-record")))
        panel.evaluate(
            "(one, words) => { one.dataset.record = words; }", json.dumps(altered(record, "field"))
        )
        checked(page)
        expect(page.locator("[data-answer]")).to_contain_text(HOLDS_NOT)
        expect(page.locator("[data-answer]")).to_contain_text("联系人工")


def test_without_script_the_receipt_and_the_way_to_check_it_are_there(demo: Demo, chromium: Browser) -> None:
    with page_of(chromium, demo, demo.consenting[3], java_script_enabled=False) as page:
        go(page, own_record(page, demo))
        expect(page.get_by_role("link", name="下载凭证")).to_be_visible()
        expect(page.locator("[data-check]")).to_be_hidden()
        page.get_by_text("不用浏览器也能核对").click()
        expect(page.get_by_text("tongxing ledger verify")).to_be_visible()
