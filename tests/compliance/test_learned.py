import re
from dataclasses import replace

import pytest
from compliance_cases import BOOK, draft, rules
from hypothesis import given
from hypothesis import strategies as st

from tongxing.compliance.learned import WINDOW_LENGTH_MAX, means_no_harm, reads_like, windows
from tongxing.domain.pages import LearnedRule, LearnedWords

FEW = LearnedWords(
    locale="zh-CN",
    bar=100,
    excuse=-900,
    weights={"铁饭": 300, "饭碗": 290, "这是": 20, "是铁": 10, "您好": -500, "费用": -500, "慢慢": -500},
    rules={
        "forecast": LearnedRule(before=0, each=-1, typical={"饭碗": 5}),
        "promise": LearnedRule(before=-1, each=-1, typical={"铁饭": 20}),
    },
    source="a test",
)


def test_a_window_above_the_bar_is_named_with_what_weighs_most() -> None:
    why = "reads like words refused before: 铁饭、饭碗、这是、是铁"
    assert reads_like("这是铁饭碗。", FEW) == ("promise", why)


def test_below_the_bar_nothing_is_said() -> None:
    assert reads_like("今天讲费用。", FEW) is None
    assert reads_like("您好,这是铁饭碗的费用。", FEW) is None


def test_one_bad_window_is_found_among_many_good_ones() -> None:
    good, bad = "您好,这是费用表,请您慢慢看。" * 9, "这是铁饭碗,又一个铁饭碗,还有下一个铁饭碗。" * 12
    assert reads_like(good, FEW) is None
    assert reads_like(good + bad + good, FEW) is not None


def test_a_text_of_few_known_traits_is_neither_accused_nor_excused() -> None:
    assert reads_like("铁饭碗。", FEW) is None
    assert not means_no_harm("您好,慢慢看费用。", {"慢慢看费用。": 0}, FEW)


def test_a_sentence_that_a_list_understood_is_left_out() -> None:
    assert reads_like("这是铁饭碗。", FEW, excused=["铁饭碗"]) is None


@given(st.text(alphabet="保本您好。!?;\n,", max_size=400))
def test_every_word_stands_in_a_window(text: str) -> None:
    seen = "".join("".join(window) for window in windows(text))
    assert all(words in seen for words in re.split(r"[。!?;\n]", text))


@given(st.lists(st.text(alphabet="保本您好,", min_size=1, max_size=WINDOW_LENGTH_MAX - 1), max_size=9))
def test_no_window_is_longer_than_the_longest_allowed(sentences: list[str]) -> None:
    text = "".join(f"{sentence}。" for sentence in sentences)
    assert all(len("".join(window)) <= WINDOW_LENGTH_MAX for window in windows(text))


def test_the_book_holds_learned_words_for_chinese() -> None:
    learned = BOOK.learned["zh-CN"]
    assert len(learned.weights) > 1_000
    assert set(learned.rules) >= {"promise", "forecast", "pressure", "credentials"}


def heavy_words() -> str:
    """Words no list knows and the learned weights object to."""
    return "老百姓图个安稳，这个就是铁饭碗式的理财。"


def test_freely_written_words_are_judged_by_what_was_learned() -> None:
    assert rules(draft(heavy_words())) != set()
    without = replace(BOOK, learned={})
    assert rules(draft(heavy_words()), without) == set()


def test_words_of_a_page_were_read_by_its_owner_and_are_not_judged_again() -> None:
    assert rules(draft(heavy_words(), playbook="pension_guide")) == set()


@pytest.mark.parametrize("broken", [{"zh-CN": None}, {"zh-CN": 3}])
def test_learned_words_that_cannot_be_asked_refuse(broken: dict[str, LearnedWords]) -> None:
    assert rules(draft(), replace(BOOK, learned=broken)) == {"unjudged"}


@pytest.mark.parametrize(
    "around",
    [
        "{}\n市场有风险，投资需谨慎。以上为个人观点，不构成投资建议。您的投资顾问",
        "您好，投资有风险，可能亏损本金，请谨慎。{}如有疑问请联系客服，不着急，慢慢看。",
        "没有产品能保证不亏，谁这么说都别信。{}本内容仅供学习，过往业绩不代表未来表现，请看风险揭示书。",
    ],
)
@pytest.mark.parametrize(
    "promise",
    [
        "这只股票稳赚不赔，赶紧买入。",
        "这个产品保本保息。",
        "我们保证您年化6%。",
        "借钱也要买。",
        "明天必涨。",
    ],
)
def test_innocent_words_around_a_promise_do_not_make_it_innocent(around: str, promise: str) -> None:
    assert rules(draft(around.format(promise))) != set()
