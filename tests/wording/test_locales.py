from tongxing.domain.pages import PhraseRule
from tongxing.wording.locales import reviewable


def rule(locale: str) -> PhraseRule:
    return PhraseRule(rule_id="promise", locale=locale, patterns=("x",), unless=(), source="s")


def test_a_locale_without_a_phrase_list_is_spoken_to_in_chinese() -> None:
    phrases = (rule("zh-CN"), rule("en"))
    assert reviewable("en", phrases) == "en"
    assert reviewable("en-GB", phrases) == "en"
    assert reviewable("fr", phrases) == "zh-CN"
    assert reviewable("zh-CN", phrases) == "zh-CN"
    assert reviewable("en", (rule("zh-CN"),)) == "zh-CN"
