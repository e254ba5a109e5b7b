"""The corpus is strict, large enough, and its test style repeats nothing of the others."""

from collections import Counter

import pytest

from tongxing.adapters.corpus_files import load_corpus
from tongxing.book.corpus import HEADER, read_corpus_page
from tongxing.domain.utterances import EMOTIONS, INTENTS
from tongxing.service.understand import TEST_STYLES

SAID, _ = load_corpus()
TAUGHT = [one for one in SAID if one.style not in TEST_STYLES]
ALIKE_MAX = 0.8


def grams(text: str) -> set[str]:
    return {text[i : i + 3] for i in range(max(1, len(text) - 2))}


def test_every_intent_is_written_in_every_style() -> None:
    assert {(one.style, one.intent) for one in SAID} == {
        (style, intent) for style in {one.style for one in SAID} for intent in INTENTS
    }


def test_what_is_taught_has_twelve_hundred_sentences_forty_an_intent_and_a_hundred_an_emotion() -> None:
    intents, emotions = (Counter(one.intent for one in TAUGHT), Counter(one.emotion for one in TAUGHT))
    assert len(TAUGHT) >= 1200
    assert {name for name in INTENTS if intents[name] < 40} == set()
    assert {name for name in EMOTIONS if emotions[name] < 100} == set()


def test_distress_and_crisis_stand_beside_a_hundred_look_alikes_that_are_neither() -> None:
    marks = Counter(one.mark for one in TAUGHT)
    assert min(marks["distress"], marks["crisis"], marks["idiom"]) >= 100


def test_the_test_style_has_every_emotion_and_every_mark() -> None:
    held = [one for one in SAID if one.style in TEST_STYLES]
    assert {one.emotion for one in held} == set(EMOTIONS)
    assert {one.mark for one in held} == {"", "distress", "crisis", "idiom"}
    assert len(held) >= 150


def test_no_sentence_of_the_test_style_is_a_near_copy_of_another_style() -> None:
    known = [grams(one.text) for one in TAUGHT]
    for one in SAID:
        if one.style in TEST_STYLES:
            mine = grams(one.text)
            assert max(len(mine & other) / len(mine | other) for other in known) < ALIKE_MAX, one.text


def test_no_sentence_stands_twice() -> None:
    assert [text for text, n in Counter(one.text for one in SAID).items() if n > 1] == []


def test_slots_are_taken_from_the_text() -> None:
    found, problems = read_corpus_page(
        "x.tsv", f"{HEADER}\ntop_up\tneutral\t\t补{{五万:amount}}行吗", style="x"
    )
    assert problems == []
    assert (found[0].text, found[0].slots) == ("补五万行吗", {"amount": "五万"})


@pytest.mark.parametrize(
    "line",
    [
        "nothing\tneutral\t\t你好",
        "human\tbored\t\t你好",
        "human\tneutral\tjoke\t你好",
        "human\tneutral\t你好",
        "human\tneutral\t\t{你好:colour}",
        "human\tneutral\t\t{你好",
        "human\tneutral\t\t ",
    ],
)
def test_a_faulty_line_is_named_by_its_number(line: str) -> None:
    found, problems = read_corpus_page("x.tsv", f"{HEADER}\nhuman\tneutral\t\t转人工\n{line}", style="x")
    assert [one.text for one in found] == ["转人工"]
    assert [problem.line for problem in problems] == [3]
