import pytest
from compliance_cases import BOOK, draft, rules, without_phrases
from phrase_cases import INNOCENT, ORDINARY, SAID

from tongxing.compliance.phrase_book import compiled
from tongxing.compliance.rule_ids import PHRASE_RULES
from tongxing.domain.grades import Initiative

CHINESE = "\u4e00"


def locale_of(text: str) -> str:
    return "zh-CN" if any(character >= CHINESE for character in text) else "en"


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in SAID.items() for text in texts])
def test_words_of_a_forbidden_kind_are_refused(rule: str, text: str) -> None:
    assert rule in rules(draft(text, locale=locale_of(text)))


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, texts in INNOCENT.items() for text in texts]
)
def test_near_misses_and_denials_pass(rule: str, text: str) -> None:
    found = rules(draft(text, locale=locale_of(text)))
    assert rule not in found
    assert "unjudged" not in found


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_of_service_pass_every_rule(text: str) -> None:
    assert rules(draft(text, initiative=Initiative.CLIENT)) == set()


def test_every_phrase_rule_has_words_it_refuses_and_words_it_passes() -> None:
    assert set(PHRASE_RULES) <= set(SAID) & set(INNOCENT)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_locale_lists_every_rule(locale: str) -> None:
    listed = {phrase.rule_id for phrase in BOOK.phrases if phrase.locale == locale}
    assert set(PHRASE_RULES) <= listed


def test_an_english_promise_inside_a_chinese_text_is_found() -> None:
    assert "promise" in rules(draft("这只产品 guaranteed 收益。"))


def test_a_chinese_promise_inside_an_english_text_is_found() -> None:
    assert "promise" in rules(draft("This fund is 稳赚不赔.", locale="en"))


def test_a_locale_without_a_phrase_list_is_not_judged_and_so_refused() -> None:
    assert "unjudged" in rules(draft("Bonjour.", locale="fr"))


@pytest.mark.parametrize("rule", ["promise", "stock_tip", "context_figure", "context_date"])
def test_a_missing_phrase_list_refuses_instead_of_passing(rule: str) -> None:
    text = "截至2026年5月6日,市值 100 元。"
    assert "unjudged" in rules(draft(text), without_phrases(rule))


def test_a_quotation_mark_alone_excuses_nothing() -> None:
    assert "promise" in rules(draft("这只基金“稳赚”。"))


def test_negation_does_not_reach_into_the_next_clause() -> None:
    assert "promise" in rules(draft("不用再找了，保本产品在这里。"))


def test_the_compiled_lists_of_a_book_are_kept() -> None:
    assert compiled(BOOK.phrases) is compiled(BOOK.phrases)
