"""The corpus is strict, large enough, and its test styles repeat nothing of the others."""

from collections import Counter

import pytest

from tongxing.adapters.corpus_files import load_corpus
from tongxing.book.corpus import HEADER, read_corpus_page
from tongxing.domain.utterances import EMOTIONS, INTENTS
from tongxing.service.understand import TEST_STYLES

SAID, _ = load_corpus()
ALIKE_MAX = 0.8


def grams(text: str) -> set[str]:
    return {text[i : i + 3] for i in range(max(1, len(text) - 2))}


def test_every_intent_and_every_emotion_is_written_in_every_style() -> None:
    styles = {one.style for one in SAID}
    assert {(one.style, one.intent) for one in SAID} == {(s, i) for s in styles for i in INTENTS}
    assert {(one.style, one.emotion) for one in SAID} == {(s, e) for s in styles for e in EMOTIONS}


def test_every_intent_is_said_at_least_thirty_times() -> None:
    assert min(Counter(one.intent for one in SAID).values()) >= 30


def test_no_sentence_of_the_test_styles_is_a_near_copy_of_another_style() -> None:
    known = [grams(one.text) for one in SAID if one.style not in TEST_STYLES]
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
