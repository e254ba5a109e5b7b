"""What freely written words read like: weights learned from labelled drafts, beside the phrase lists.

Phrase lists and frames know the words they were told. The learned weights (a page of the book, made by
`tools/learn_phrases.py`) add up the pairs of characters of a text: above the bar it reads like a forbidden
draft though no list objects, and the rule whose drafts it resembles most is named; below the score that
excuses, what a list found is taken for a denial, a warning or a lesson.
"""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from tongxing.compliance.folding import has_han
from tongxing.domain.pages import LearnedWords

WINDOW_LENGTH_MAX = 120
"""Drafts to learn from are at most about so long; a longer text is judged window by window."""
AGAINST_MIN, FOR_MIN = 4, 8
"""Fewer traits with a weight say too little against a text, and for it."""
GUILTY = 1_000
"""In thousandths: a sentence above it is what a list says it is, whatever stands around it."""
INNOCENT = -1_000
"""In thousandths: a sentence below it may be excused of the gravest things."""
WEIGHTS_QUOTED = 4
_SAYS_NOTHING = re.compile(r"[\s,。!?;:、.\"'“”‘’()0-9a-z]+")
_WORD = re.compile(r"[a-z0-9%']+")
_SENTENCE = re.compile(r"(?:[^。!?;\n.]|\.(?!\s|$))+[。!?;\n.]*")


class Reading(NamedTuple):
    """How a text reads to the weights."""

    score: float
    """In thousandths."""
    known: tuple[str, ...]
    """The traits of that window which have a weight."""


_NOTHING = Reading(-math.inf, ())


def windows(text: str) -> Iterator[str]:
    """Runs of whole sentences up to `WINDOW_LENGTH_MAX` characters, or one longer sentence."""
    run: list[str] = []
    for sentence in _SENTENCE.findall(text) or [text]:
        if run and sum(map(len, run)) + len(sentence) > WINDOW_LENGTH_MAX:
            yield "".join(run)
            run = []
        run.append(sentence)
    yield "".join(run)


def traits(text: str) -> set[str]:
    """What weights are learned for: pairs of characters; in spaced scripts, words and pairs of them.

    Marks, Latin letters and figures among Chinese characters say nothing of the intent.
    """
    if has_han(text):
        return {a + b for part in _SAYS_NOTHING.split(text) for a, b in pairwise(part)}
    words = _WORD.findall(text)
    return {*words, *map("_".join, pairwise(words))}


def reads_like(text: str, learned: LearnedWords, *, excused: Collection[str] = ()) -> tuple[str, str] | None:
    """The rule that the worst window of a folded text seems to breach, and why; or None.

    A sentence with words that a list found and excused ("不保本") is understood already and left out.
    """
    left = [part for part in _SENTENCE.findall(text) if not any(words in part for words in excused)]
    read = [_reading(window, learned) for window in windows("".join(left))]
    worst = max((found for found in read if len(found.known) >= AGAINST_MIN), default=_NOTHING)
    return _named(worst.known, learned) if worst.score > learned.bar else None


def means_no_harm(text: str, found_in: Mapping[str, int], learned: LearnedWords) -> bool:
    """Whether a folded text reads like a denial, a warning or a lesson, as does what a list objects to.

    `found_in`: sentence -> the score it must lie below. Both are asked: innocent words around a promise do
    not make it innocent.
    """
    whole = [_reading(window, learned) for window in windows(text)]
    return (
        bool(found_in)
        and all(len(found.known) >= FOR_MIN and found.score < learned.excuse for found in whole)
        and all(_reading(sentence, learned).score < most for sentence, most in found_in.items())
    )


def _reading(window: str, learned: LearnedWords) -> Reading:
    known = sorted(learned.weights.keys() & traits(window))
    total = sum(map(learned.weights.__getitem__, known))
    return Reading(total / math.sqrt(max(len(known), 1)), tuple(known))


def _named(known: Sequence[str], learned: LearnedWords) -> tuple[str, str]:
    """The likeliest rule, and the traits that weigh most."""

    def chance(rule: str) -> int:
        of_rule = learned.rules[rule]
        return of_rule.before + len(known) * of_rule.each + sum(of_rule.typical.get(t, 0) for t in known)

    rule = max(sorted(learned.rules), key=chance)
    heavy = sorted(known, key=lambda trait: -learned.weights[trait])[:WEIGHTS_QUOTED]
    return rule, f"reads like words refused before: {'、'.join(heavy)}"
