"""Understanding by n-grams alone: what is learnt, when it asks back, and whom it calls."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.assistant.listeners import CORPUS, listener

from tongxing.assistant.slots import slots_in
from tongxing.domain.utterances import EMOTIONS, INTENTS, TradeFacts
from tongxing.service.understand import TEST_STYLES

LISTENER = listener()
UNSEEN = [one for one in CORPUS if one.style in TEST_STYLES]
READ = [LISTENER.read(one.text) for one in UNSEEN]
FACTS = TradeFacts(loss_today_bp=800, sign_ins_hour=12)


def test_two_thirds_of_an_unseen_style_are_understood_by_n_grams_alone() -> None:
    right = [read.intent == one.intent for one, read in zip(UNSEEN, READ, strict=True)]
    assert sum(right) / len(right) >= 0.67


def test_distress_in_an_unseen_style_is_found_and_seldom_imagined() -> None:
    flagged = [one.distressed for one, read in zip(UNSEEN, READ, strict=True) if read.distress]
    missed = [one.text for one, read in zip(UNSEEN, READ, strict=True) if one.distressed > read.distress]
    assert len(missed) <= 0.15 * sum(one.distressed for one in UNSEEN), missed
    assert sum(flagged) >= 0.75 * len(flagged)


def test_crisis_in_an_unseen_style_is_missed_at_most_once_in_ten() -> None:
    crisis = [read.crisis for one, read in zip(UNSEEN, READ, strict=True) if one.mark == "crisis"]
    assert sum(crisis) >= 0.9 * len(crisis)


def test_probabilities_of_an_unseen_style_are_honest_within_a_tenth() -> None:
    right = sum(read.intent == one.intent for one, read in zip(UNSEEN, READ, strict=True)) / len(READ)
    assert abs(right - sum(read.p for read in READ) / len(READ)) <= 0.1


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
    joined = [LISTENER.read(one.text, FACTS).distress for one in UNSEEN]
    assert all(after or not before.distress for before, after in zip(READ, joined, strict=True))
    assert sum(joined) > sum(read.distress for read in READ)


@pytest.mark.parametrize(
    ("facts", "speak"),
    [
        (TradeFacts(), False),
        (TradeFacts(loss_today_bp=499, sign_ins_hour=9), False),
        (TradeFacts(loss_today_bp=-900), False),
        (TradeFacts(loss_today_bp=500), True),
        (TradeFacts(sign_ins_hour=10), True),
    ],
)
def test_a_large_loss_or_repeated_log_ins_speak_for_distress(*, facts: TradeFacts, speak: bool) -> None:
    assert LISTENER.mind.limits.speak_for_distress(facts) is speak


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_gets_a_judgement_within_its_closed_lists(text: str) -> None:
    read = LISTENER.read(text)
    assert read.intent in INTENTS
    assert read.emotion in EMOTIONS
    assert 0.0 <= read.p <= 1.0
    assert bool(read.choices) is read.abstained
    assert read.distress or not read.crisis


def test_a_megabyte_is_read_as_its_first_two_thousand_characters() -> None:
    assert LISTENER.read("转人工" * 400_000) == LISTENER.read(("转人工" * 400_000)[:2000])


def test_heads_of_other_features_are_refused() -> None:
    with pytest.raises(ValueError, match="other features"):
        replace(LISTENER.mind, encoder=lambda texts: pytest.fail(f"must not encode {texts}"))


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
