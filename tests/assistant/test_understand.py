"""Understanding by n-grams alone: what is learnt, when it asks back, and whom it calls."""

from datetime import date

import pytest

pytest.importorskip("sklearn", reason="the extra `language` is not installed")

from tongxing.adapters.book_files import load
from tongxing.adapters.corpus_files import load_corpus
from tongxing.assistant.slots import slots_in
from tongxing.domain.utterances import INTENTS
from tongxing.profile.signs import NAMES
from tongxing.service.understand import TEST_STYLES, Listener

CORPUS, _ = load_corpus()
LISTENER = Listener(CORPUS, load(sign_names=NAMES), date(2026, 5, 6), None)
UNSEEN = [one for one in CORPUS if one.style in TEST_STYLES]


def test_unseen_styles_are_understood_far_better_than_by_chance() -> None:
    right = sum(LISTENER.read(one.text).intent == one.intent for one in UNSEEN)
    assert right / len(UNSEEN) >= 0.6


def test_words_of_ending_a_life_are_crisis_and_distress() -> None:
    read = LISTENER.read("我真的不想活了")
    assert (read.crisis, read.distress) == (True, True)


@pytest.mark.parametrize("text", ["", "😭😭😭", "？？？", "<<>>"])
def test_a_message_without_words_is_asked_back_and_alarms_nobody(text: str) -> None:
    read = LISTENER.read(text)
    assert (read.abstained, read.p, read.distress, read.crisis) == (True, 0.0, False, False)
    assert len(read.choices) == 3
    assert set(read.choices) <= set(INTENTS)


def test_a_sure_answer_offers_no_choices() -> None:
    read = LISTENER.read("请转接人工服务")
    assert (read.intent, read.abstained, read.choices) == ("human", False, ())


def test_trade_facts_never_lower_the_judgement_and_sometimes_raise_it() -> None:
    plain = [LISTENER.read(one.text).distress for one in UNSEEN]
    joined = [LISTENER.read(one.text, trade_facts=True).distress for one in UNSEEN]
    assert all(b or not a for a, b in zip(plain, joined, strict=True))
    assert sum(joined) > sum(plain)


def test_a_megabyte_is_read_as_its_first_two_thousand_characters() -> None:
    assert LISTENER.read("转人工" * 400_000) == LISTENER.read(("转人工" * 400_000)[:2000])


def test_heads_of_other_features_are_refused() -> None:
    listener = Listener(CORPUS, load(sign_names=NAMES), date(2026, 5, 6), None)
    listener.encoder = lambda texts: pytest.fail(f"must not encode {texts}")
    with pytest.raises(ValueError, match="other features"):
        listener.read("转人工")


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("510300跌了", {"product": "510300"}),
        ("补五万行吗", {"amount": "五万", "direction": "buy"}),
        ("昨天卖一半", {"amount": "一半", "period": "昨天", "direction": "sell"}),
        ("买还是卖", {}),
    ],
)
def test_slots_are_the_words_that_fill_them(text: str, slots: dict[str, str]) -> None:
    assert slots_in(text) == slots
