"""Other words for approved words: nothing may be added, lost or changed, and no figure leaves the house."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.assistant.rephrasing import hidden, restored

WORDS = "您持有的沪深300ETF：按 2026年4月30日 的价格 4.824，市值 2,287,058.40元，占 12%。"
SHOWN = ("沪深300ETF", "2026年4月30日", "4.824", "2,287,058.40元")
BEFORE = hidden(WORDS, SHOWN)


def test_no_figure_date_or_name_of_a_fact_leaves() -> None:
    assert not any(mark.isdigit() for mark in BEFORE.words.replace("[[", "").split("]]")[0].lstrip("[")[:0])
    for one in SHOWN:
        assert one not in BEFORE.words
    assert "12%" not in BEFORE.words
    assert sorted(BEFORE.values) == sorted((*SHOWN, "12%"))


def test_the_same_words_come_back_as_they_were() -> None:
    assert restored(BEFORE.words, BEFORE) == WORDS


def test_other_words_get_their_figures_again() -> None:
    said = BEFORE.words.replace("您持有的", "您手里的")
    assert restored(said, BEFORE) == WORDS.replace("您持有的", "您手里的")


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.replace("[[0]]", ""),
        lambda said: said + "[[0]]",
        lambda said: said.replace("[[1]]", "[[7]]"),
        lambda said: said + "预计再涨 5%。",
        lambda said: said + "能翻倍。",
        lambda said: said + "大约三成。",
        lambda said: said + "加我 wechat 聊。",
        lambda said: said + "见 https://x.example 。",
        lambda said: said + "<b>好</b>",
        lambda said: said * 2,
        lambda said: said[: len(said) // 3],
        lambda _said: "",
        lambda _said: "[[0]][[1]][[2]][[3]][[4]]",
    ],
)
def test_what_adds_loses_or_changes_something_is_not_taken(change) -> None:  # noqa: ANN001 - a change of words
    assert restored(change(BEFORE.words), BEFORE) is None


def test_two_placeholders_may_change_places_but_not_their_figures() -> None:
    said = restored(
        BEFORE.words.replace("[[0]]", "[[x]]").replace("[[1]]", "[[0]]").replace("[[x]]", "[[1]]"), BEFORE
    )
    assert said is None or sorted(said) == sorted(WORDS)


@given(st.text(max_size=200))
def test_whatever_a_model_says_no_number_appears_that_was_not_there(said: str) -> None:
    found = restored(said, BEFORE)
    if found is not None:
        for one in BEFORE.values:
            assert found.count(one) >= 1


def test_words_that_hold_brackets_themselves_are_hidden_whole() -> None:
    before = hidden("先看 [[3]] 再看 5 元", ("5 元",))
    assert restored(before.words, before) == "先看 [[3]] 再看 5 元"
