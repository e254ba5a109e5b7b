"""Words for a device are measured before they are used: too long or too telling, and there is no book."""

from pathlib import Path

import pytest

from tongxing.adapters.book_files import page_texts
from tongxing.book.check import check
from tongxing.domain.grades import DEVICE_CHANNELS, Channel
from tongxing.profile.signs import NAMES

FILES, _UNREADABLE = page_texts(None)
PAGE = "texts/birthday.yaml"
SPOKEN = ("loss_care", "dividend_received", "ipo_payment", "id_expiring", "assessment_expiring")
CARED = ("birthday", "profit_note", "distress_offer", "desk_callback", "desk_handover", "device_test")


def problems(changed: dict[str, str]) -> list[str]:
    found = check({**FILES, **changed}, NAMES)
    return [one.what for one in found]


def with_words(old: str, new: str) -> dict[str, str]:
    assert FILES[PAGE].count(old) >= 1
    return {PAGE: FILES[PAGE].replace(old, new, 1)}


def test_the_book_as_it_is_has_no_problem() -> None:
    assert problems({}) == []


@pytest.mark.parametrize("name", [*SPOKEN, *CARED])
def test_every_device_has_words_of_its_own_in_both_languages(name: str) -> None:
    text = FILES[f"texts/{name}.yaml"]
    for channel in DEVICE_CHANNELS:
        assert f"\n  {channel.value}:\n    zh-CN:" in text
    assert text.count("    en:") >= len(DEVICE_CHANNELS)


def test_words_too_long_for_a_wrist_are_no_words() -> None:
    (found,) = problems(
        with_words("        Good health and easy days.\n", f"        {'Good health. ' * 8}\n")
    )
    assert found.startswith("watch en: up to ")
    assert found.endswith(", 80 allowed")


def test_a_wrist_is_measured_with_its_slots_filled_to_the_widest() -> None:
    page = "texts/ipo_payment.yaml"
    changed = FILES[page].replace("Due {pay_on}.", "Due {pay_on}{pay_on}{pay_on}{pay_on}{pay_on}.", 1)
    (found,) = problems({page: changed})
    assert found.startswith("watch en: up to ")


def test_a_lock_screen_shows_no_amount() -> None:
    page = "texts/dividend_received.yaml"
    old = "有一笔入账，说明放在“消息”里。"
    assert old in FILES[page]
    found = problems({page: FILES[page].replace(old, "入账 {amount_fen}。", 1)})
    assert found == ["push zh-CN: bystanders read {amount_fen} (money_fen)"]


def test_a_car_reads_a_few_sentences_and_no_more() -> None:
    (found,) = problems(with_words("生日快乐。祝您身体健康，一路平安。", "一。二。三。四。"))
    assert found == "car zh-CN: 5 sentences, 4 allowed"


def test_a_device_has_nothing_to_press() -> None:
    old = "  push:\n    zh-CN:\n"
    new = f"{old}      actions: [{{label: 看看, page: /me}}]\n"
    assert "push zh-CN: words on a device have no actions" in problems(with_words(old, new))


def test_a_book_without_the_rules_has_no_words_for_devices() -> None:
    rules = "rules/devices.yaml"
    without = FILES[rules].replace("device_chars_max:", "device_chars_most:", 1)
    found = problems({rules: without})
    assert any(one.startswith("watch ") and one.endswith("None allowed") for one in found)


def test_words_of_a_page_may_not_leave_out_why() -> None:
    old = "      why: >-\n        今天是您登记的生日。不想收到这类问候，可以在设置里关掉。\n"
    assert any("why" in one for one in problems(with_words(old, "")))


def test_every_device_is_a_channel_of_the_book() -> None:
    assert {Channel.PUSH, Channel.WATCH, Channel.CAR, Channel.EMAIL, Channel.SMS} == DEVICE_CHANNELS
    assert Path(PAGE).stem == "birthday"
