"""Every page the assistant may say: in both languages, cleared by every rule, without a number of its own."""

import re
from datetime import datetime
from importlib.resources import files

import pytest

from tongxing.adapters.book_files import load
from tongxing.assistant.plans import PLANS
from tongxing.domain.clock import BEIJING
from tongxing.domain.dialogue import Dialogue, Meant
from tongxing.domain.grades import Channel
from tongxing.domain.utterances import EMOTIONS, INTENTS
from tongxing.market.calendar import parse
from tongxing.profile.signs import NAMES
from tongxing.service.converse_facts import Context
from tongxing.service.converse_scene import Scene, Sheet
from tongxing.service.converse_words import PREFIX, finished, speak, standing_of

BOOK = load(sign_names=NAMES)
DAYS = parse((files("tongxing.book") / "calendars" / "xshg.csv").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 20, 14, 10, tzinfo=BEIJING)
PAGES = sorted(name.removeprefix(PREFIX) for name in BOOK.texts if name.startswith(PREFIX))
EXAMPLES: dict[str, int | str | tuple[str, ...]] = {
    "text": "示例",
    "money_fen": 12_300,
    "percent_bp": 123,
    "date": "2026-11-20",
    "count": 3,
    "list": ("甲", "乙"),
}
LINES = {"crisis_line": "12356", "crisis_ambulance": "120", "crisis_police": "110"}


def scene(locale: str) -> Scene:
    return Scene(
        context=Context(),
        ladder=None,
        read="",
        meant=Meant(intent="order"),
        before=Dialogue(),
        book=BOOK,
        calendar=DAYS,
        now=NOW,
        locale=locale,
    )


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_said_and_passes_every_rule(page: str, locale: str) -> None:
    sheet, here = Sheet(at=NOW), scene(locale)
    for name, kind in BOOK.texts[f"{PREFIX}{page}"].slots.items():
        sheet.put(name, LINES.get(name, EXAMPLES[kind]))
    spoken = speak(page, sheet, here)
    assert spoken is not None
    standing = standing_of(here, distressed=False, crisis=page == "crisis")
    answer = finished([spoken], sheet, here, names=(), standing=standing)
    assert not answer.fallback, answer.verdict
    assert set(spoken.shown) == set(BOOK.texts[f"{PREFIX}{page}"].slots)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_holds_no_number_of_its_own_and_both_languages(page: str) -> None:
    variants = BOOK.texts[f"{PREFIX}{page}"].variants
    assert set(variants) == {(Channel.CHAT, "zh-CN"), (Channel.CHAT, "en")}
    for words in variants.values():
        assert re.search(r"\d", re.sub(r"\{[^}]*\}", "", words.body)) is None


def test_every_intent_has_a_plan_and_every_name_the_assistant_uses_has_words() -> None:
    assert set(PLANS) == set(INTENTS)
    assert {f"ack_{emotion}" for emotion in EMOTIONS} - set(PAGES) == {"ack_happy", "ack_neutral"}
    asked = {
        page
        for plan in PLANS.values()
        for one in plan.pages
        for page in ([one] if isinstance(one, str) else one)
    }
    assert asked <= set(PAGES)
    for intent in INTENTS:
        assert {f"talk_intent_{intent}", f"talk_intent_{intent}.en"} <= BOOK.labels.keys()
