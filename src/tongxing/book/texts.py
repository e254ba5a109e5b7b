"""The pages `texts/<name>.yaml`: approved words by channel and locale, with typed slots."""

from collections.abc import Iterator, Mapping
from typing import Literal

from tongxing.book.nodes import Fields
from tongxing.book.playbooks import CHANNELS
from tongxing.book.section import Section
from tongxing.book.slots import SLOT_NAME, SLOT_TYPES, slots, stray_brace
from tongxing.domain.grades import DEVICE_CHANNELS, Channel
from tongxing.domain.pages import TextPage, TextVariant

LOCALE = "[a-z]{2,3}(-[A-Z]{2})?"
OWN_PAGE = r"/(?!/)[A-Za-z0-9_./?=&#%-]*"
STYLES: dict[str, Literal["plain", "note"]] = {"plain": "plain", "note": "note"}
ACTIONS_MAX = 4
FILLED_FIELDS = ("title", "body", "why", "risk_note")


def text_page(name: str, page: Section) -> TextPage:
    """One approved text in all its variants."""
    approved_by, approved_on = page.text("approved_by"), page.day("approved_on")
    declared = _slots(page.section("slots")) if page.has("slots") else {}
    variants: dict[tuple[Channel, str], TextVariant] = {}
    used: set[str] = set()
    for channel, locale, section in _variants(page):
        variants[channel, locale] = _variant(section, declared, used, device=channel in DEVICE_CHANNELS)
    page.end()
    for slot, (line, _type) in declared.items():
        if slot not in used:
            page.note(line, f"slot {slot!r} is declared but used in no words")
    return TextPage(
        name=name,
        slots={slot: kind for slot, (_line, kind) in declared.items()},
        variants=variants,
        approved_by=approved_by,
        approved_on=approved_on,
    )


def _slots(section: Section) -> dict[str, tuple[int, str]]:
    types = {name: name for name in SLOT_TYPES}
    return {
        name: (line, section.choice_of(value, f"slot {name}", types))
        for name, line, value in section.entries(pattern=SLOT_NAME)
    }


def _variants(page: Section) -> Iterator[tuple[Channel, str, Section]]:
    channels = page.section("channels")
    for channel, line, locales in channels.entries():
        if channel not in CHANNELS:
            page.note(line, f"unknown channel {channel!r}: none of {', '.join(CHANNELS)}")
        elif not isinstance(locales, Fields):
            page.note(line, f"{channel}: a mapping of locales is needed")
        else:
            for locale, at, words in page.within(locales).entries(pattern=LOCALE):
                if isinstance(words, Fields):
                    yield CHANNELS[channel], locale, page.within(words)
                else:
                    page.note(at, f"{channel} {locale}: title, body, why, ... are needed")


def _variant(
    section: Section, declared: Mapping[str, object], used: set[str], *, device: bool
) -> TextVariant:
    """The words of one channel; those of a device may leave out why: the card behind them says it."""
    missing = {"risk_note", "why"} if device else {"risk_note"}
    filled = {
        key: "" if key in missing and not section.has(key) else _words(section, key, declared, used)
        for key in FILLED_FIELDS
    }
    actions = _actions(section) if section.has("actions") else ()
    style = section.choice("style", STYLES) if section.has("style") else "plain"
    section.end()
    return TextVariant(
        title=filled["title"],
        body=filled["body"],
        why=filled["why"],
        risk_note=filled["risk_note"],
        actions=actions,
        style=style,
    )


def _words(section: Section, key: str, declared: Mapping[str, object], used: set[str]) -> str:
    words = section.text(key)
    line = section.line_of(key)
    if stray_brace(words):
        section.note(line, f"{key}: a brace that is no {{slot}}")
    for slot in slots(words):
        used.add(slot)
        if slot not in declared:
            section.note(line, f"{key}: slot {{{slot}}} is not declared")
    return words


def _actions(section: Section) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for action in section.sections("actions", least=0):
        label, page = action.text("label"), action.text("page", pattern=OWN_PAGE)
        if stray_brace(label) or slots(label):
            action.note(action.line_of("label"), "label: no slots and no braces in an action")
        found.append((label, page))
        action.end()
    if len(found) > ACTIONS_MAX:
        section.note(section.line_of("actions"), f"actions: at most {ACTIONS_MAX}")
    return tuple(found)
