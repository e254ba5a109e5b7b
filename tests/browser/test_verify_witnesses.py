"""The browser counts independent witnesses: enough, too few, one that lies, and rules of the client's own."""

import json
import re
from pathlib import Path

import pytest
from eyes import DESKTOP, PHONE, accessible, go, page_of, shot
from playwright.sync_api import Browser, Page, expect
from served_demo import Demo
from test_verify_record import own_record

from tongxing.ledger.note_keys import COSIGNATURE, SigningKey
from tongxing.ledger.notes import cosign, parse_note

pytestmark = [pytest.mark.browser, pytest.mark.slow]
KEYS = [SigningKey(f"w{n}.example", COSIGNATURE, bytes((n,)) * 32) for n in (1, 2, 3)]
AT = 1_780_000_000
NAMES = ("结算公司", "托管银行", "行业协会")


def policy(log: str, *, needs: str = "2") -> str:
    lines = [f"witness {name} {key.verifier.line}" for name, key in zip(NAMES, KEYS, strict=True)]
    return "\n".join((f"log {log}", *lines, f"group enough {needs} {' '.join(NAMES)}", "quorum enough", ""))


def cosigned(receipt: str, *keys: SigningKey) -> str:
    """The receipt with the cosignatures of these witnesses under its checkpoint."""
    head, _, note = receipt.partition("\n\n")
    found = parse_note(note.encode())
    return (
        f"{head}\n\n{found.signed_also(*(cosign(found.text, key, at=AT) for key in keys)).encode().decode()}"
    )


def altered(receipt: str) -> str:
    """One letter of the last cosignature is another one."""
    last = receipt.rstrip("\n")
    return f"{last[:-6]}{'A' if last[-6] != 'A' else 'B'}{last[-5:]}\n"


def shown(page: Page, demo: Demo) -> dict[str, object]:
    """An own record on its page."""
    go(page, own_record(page, demo))
    panel = page.locator("[data-verify]")
    record: dict[str, object] = json.loads(str(panel.get_attribute("data-record")))
    return record


def put(page: Page, record: dict[str, object], **changed: object) -> None:
    words = json.dumps(record | changed)
    page.locator("[data-verify]").evaluate("(one, words) => { one.dataset.record = words; }", words)


def told(page: Page) -> str:
    page.locator("[data-check]").click()
    answer = page.locator("[data-answer]")
    expect(answer).to_contain_text(re.compile("。"))
    return answer.inner_text()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_two_of_three_witnesses_are_enough_and_are_counted(
    demo: Demo, chromium: Browser, size: dict[str, int]
) -> None:
    with page_of(chromium, demo, demo.consenting[3], size=size) as page:
        record = shown(page, demo)
        receipt = cosigned(str(record["receipt"]), KEYS[0], KEYS[2])
        put(page, record, receipt=receipt, policy=policy(str(record["log"])))
        assert "2 位独立见证人（共 3 位）" in told(page)
        expect(page.locator(".verify-steps .good")).to_have_count(4)
        assert accessible(page) == []
        shot(page, f"verify-witnesses-{size['width']}")


@pytest.mark.parametrize(
    ("signers", "needs", "said"),
    [((0,), "2", "3 位见证人里只有 1 位确认"), ((), "any", "只有 0 位"), ((0, 1), "all", "只有 2 位")],
)
def test_below_the_quorum_it_is_not_passed_and_says_that_nothing_was_changed(
    demo: Demo, chromium: Browser, signers: tuple[int, ...], needs: str, said: str
) -> None:
    with page_of(chromium, demo, demo.consenting[3]) as page:
        record = shown(page, demo)
        receipt = cosigned(str(record["receipt"]), *(KEYS[n] for n in signers))
        put(page, record, receipt=receipt, policy=policy(str(record["log"]), needs=needs))
        words = told(page)
        assert said in words
        assert "没有被改动" in words
        assert "核对通过" not in words
        expect(page.locator(".verify-steps .good")).to_have_count(3)
        expect(page.locator(".verify-steps .alarm")).to_have_count(1)


def test_a_cosignature_that_was_altered_is_refused_although_the_others_are_enough(
    demo: Demo, chromium: Browser
) -> None:
    with page_of(chromium, demo, demo.consenting[3]) as page:
        record = shown(page, demo)
        receipt = altered(cosigned(str(record["receipt"]), *KEYS))
        put(page, record, receipt=receipt, policy=policy(str(record["log"])))
        words = told(page)
        assert "核对不通过" in words
        assert "联系人工" in words


def test_a_witness_that_the_policy_does_not_name_does_not_count(demo: Demo, chromium: Browser) -> None:
    stranger = SigningKey("w9.example", COSIGNATURE, bytes((9,)) * 32)
    with page_of(chromium, demo, demo.consenting[3]) as page:
        record = shown(page, demo)
        receipt = cosigned(str(record["receipt"]), KEYS[0], stranger)
        put(page, record, receipt=receipt, policy=policy(str(record["log"])))
        assert "只有 1 位" in told(page)


def test_the_client_checks_by_a_policy_of_their_own(demo: Demo, chromium: Browser, tmp_path: Path) -> None:
    with page_of(chromium, demo, demo.consenting[3]) as page:
        record = shown(page, demo)
        put(page, record, receipt=cosigned(str(record["receipt"]), *KEYS), policy="")
        assert "独立见证人" not in told(page)
        page.get_by_text("用我自己的见证规则核对").click()
        choose(
            page, tmp_path / "all.txt", policy(str(record["log"]), needs="all"), "3 位独立见证人（共 3 位）"
        )
        choose(page, tmp_path / "other.txt", policy(KEYS[0].verifier.line), "不是给这本日志的")
        choose(page, tmp_path / "broken.txt", "quorum nobody\n", "格式不对")


def choose(page: Page, file: Path, words: str, said: str) -> None:
    file.write_text(words, encoding="utf-8")
    page.locator("[data-policy]").set_input_files(file)
    expect(page.locator("[data-answer]")).to_contain_text(said)
