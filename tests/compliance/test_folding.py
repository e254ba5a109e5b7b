import pytest
from compliance_cases import BOOK, NOON, draft, rules

from tongxing.compliance.folding import TEXT_LENGTH_MAX, fold

CHARACTERS = BOOK.rules.words("fold_characters", NOON.date())
WORDS = BOOK.rules.words("fold_words", NOON.date())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("保 本", "保本"),
        ("保\u200b本", "保本"),
        ("稳.赚", "稳赚"),
        ("稳*赚", "稳赚"),
        ("稳💰赚", "稳赚"),
        ("穩賺", "稳赚"),
        ("ｅｔｆ　保本", "etf　保本".replace("　", " ")),
        ("bao本", "保本"),
        ("ＡＬＬ ＩＮ", "all in"),
        ("风险,收益", "风险,收益"),
        ("第一句。第二句", "第一句。第二句"),
        ("涨了3.5%", "涨了3.5%"),
    ],
)
def test_one_spelling(written: str, read: str) -> None:
    assert fold(written, characters=CHARACTERS, words=WORDS) == read


def test_folding_twice_changes_nothing_more() -> None:
    once = fold("穩 賺，ＥＴＦ，bao本。", characters=CHARACTERS, words=WORDS)
    assert fold(once, characters=CHARACTERS, words=WORDS) == once


def test_a_text_too_long_to_judge_is_refused() -> None:
    assert rules(draft("长" * (TEXT_LENGTH_MAX + 1))) == {"unjudged"}
