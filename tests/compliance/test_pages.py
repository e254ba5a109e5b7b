"""The words we ship are words we may say."""

import re
from dataclasses import replace

import pytest
from compliance_cases import BOOK, NOON, draft, licensed, rules

from tongxing.domain.draft import Draft, Part
from tongxing.domain.grades import Channel, Nature, ProductRisk, Tolerance
from tongxing.domain.pages import TextVariant

SAMPLE = {
    "searches": "2",
    "sector": "电子",
    "share_ppm": "61.2%",
    "price_date": {"zh-CN": "2026年5月6日", "en": "6 May 2026"},
    "change_ppm": "-8.3%",
    "days": "5",
    "benchmark_name": "沪深300指数",
    "benchmark_change_ppm": "-4.1%",
    "idle_days": "120",
    "as_of": {"zh-CN": "2026年5月6日", "en": "6 May 2026"},
    "valid_to": {"zh-CN": "2026年5月20日", "en": "20 May 2026"},
    "grade": "C3",
    "day": "3",
    "years": "5",
    "mentions": "2",
    "basis": "您告诉我们的退休时间",
    "tier_title": "财富",
    "tier_service": "有一位固定的投资顾问，姓名和登记编号可以在“服务”里查到",
    "purpose_name": "按您的情况提供服务",
}
BY_KIND = {
    "text": {"zh-CN": "甲基金", "en": "Fund A"},
    "percent_ppm": "3.2%",
    "percent_bp": "3.2%",
    "money_fen": {"zh-CN": "1,280.00元", "en": "CNY 1,280.00"},
    "date": {"zh-CN": "2026年5月20日", "en": "20 May 2026"},
    "count": "5",
    "list": {"zh-CN": "甲基金；乙基金", "en": "Fund A; Fund B"},
}
"""A fact for a slot nobody named above."""
VARIANTS = [(name, channel, locale) for name, text in BOOK.texts.items() for channel, locale in text.variants]
TITLE_LENGTH_MAX = 20


def sample(slot: str, kind: str, locale: str) -> str:
    """A fact of a slot: the one we know, or one of its kind."""
    value = SAMPLE.get(slot) or BY_KIND[kind]
    return value if isinstance(value, str) else value[locale]


def worded(name: str, channel: Channel, locale: str, grade: Tolerance = Tolerance.C3) -> Draft:
    """The page with sample facts, as the corridor would draft it."""
    page = BOOK.texts[name].variants[channel, locale]
    facts = {slot: sample(slot, kind, locale) for slot, kind in BOOK.texts[name].slots.items()}
    choices = BOOK.rules.words(f"hedge_choices_{grade.name.lower()}", NOON.date())
    facts["hedge_choices"] = "；".join(choices)
    suffix = "" if locale == "zh-CN" else f".{locale}"
    parts = [
        Part(role=role, text=words.format(**facts))
        for role, words in (
            ("title", page.title),
            ("body", page.body),
            ("why", page.why),
            ("risk", page.risk_note),
        )
        if words
    ]
    parts += [Part(role=role, text=BOOK.labels[role + suffix]) for role in ("ai_mark", "human_exit")]
    playbook = BOOK.playbooks.get(name)  # words of a person's task belong to no playbook
    blank = draft(locale=locale, grade=grade, labels=())
    return replace(
        blank,
        playbook=name,
        author=licensed() if playbook is None else blank.author,
        parts=tuple(parts),
        channel=channel,
        nature=Nature.SERVICE if playbook is None else playbook.nature,
        consent="none" if playbook is None else playbook.consent,
        style=page.style,
    )


@pytest.mark.parametrize(("name", "channel", "locale"), VARIANTS)
def test_every_page_may_be_said_to_a_suitable_consenting_client(
    name: str, channel: Channel, locale: str
) -> None:
    assert rules(worded(name, channel, locale)) == set()


@pytest.mark.parametrize("grade", list(Tolerance))
def test_hedging_choices_may_be_said_to_every_grade(grade: Tolerance) -> None:
    assert rules(worded("sector_notice", Channel.HOME, "zh-CN", grade)) == set()


def test_a_distressed_client_may_be_offered_care() -> None:
    words = worded("distress_offer", Channel.HOME, "zh-CN")
    assert rules(replace(words, standing=replace(words.standing, distressed_24h=True))) == set()
    crisis = replace(words, standing=replace(words.standing, distressed_24h=True, crisis_24h=True))
    assert "crisis_script" not in rules(crisis)


def variants(locale: str) -> list[tuple[str, TextVariant]]:
    return [
        (name, page)
        for name, text in BOOK.texts.items()
        for (_channel, language), page in text.variants.items()
        if language == locale
    ]


def test_titles_fit_a_card() -> None:
    assert [name for name, page in variants("zh-CN") if len(page.title) > TITLE_LENGTH_MAX] == []


def test_every_page_speaks_both_languages() -> None:
    for text in BOOK.texts.values():
        locales = {locale for _channel, locale in text.variants}
        assert locales == {"zh-CN", "en"}, text.name


def test_both_languages_rest_on_the_same_facts() -> None:
    def facts(page: TextVariant) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", page.title + page.body + page.why + page.risk_note))

    chinese, english = dict(variants("zh-CN")), dict(variants("en"))
    for name, page in chinese.items():
        assert facts(page) == facts(english[name]), name


def test_no_page_of_this_house_leads_to_an_order() -> None:
    prefixes = BOOK.rules.words("order_pages", NOON.date())
    pages = [page for text in BOOK.texts.values() for page in text.variants.values()]
    assert [page.title for page in pages for _label, path in page.actions if path.startswith(prefixes)] == []


def test_no_playbook_of_this_house_names_a_product() -> None:
    assert {playbook.risk for playbook in BOOK.playbooks.values()} == {None}


def test_choices_above_the_grade_are_not_told() -> None:
    def told(grade: str) -> str:
        return "".join(BOOK.rules.words(f"hedge_choices_{grade}", NOON.date()))

    for grade in ("c1l", "c1", "c2", "c3"):
        assert "期权" not in told(grade)
        assert "期货" not in told(grade)
    for grade in ("c1l", "c1"):
        assert not re.search("ETF|宽基|短债|黄金", told(grade))
    assert "期货" not in told("c4")
    assert told("c4").count("需另行开通权限") == 1
    assert told("c5").count("需另行开通权限") == 2
    assert all("什么都不做" in told(grade.name.lower()) for grade in Tolerance)
    assert ProductRisk.R5 not in {playbook.risk for playbook in BOOK.playbooks.values()}
