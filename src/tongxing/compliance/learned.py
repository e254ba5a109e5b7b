"""What freely written words read like: weights learned from labelled drafts, where no phrase list objects.

Phrase lists and frames know the words they were told. The learned weights (a page of the book, made by
`tools/learn_phrases.py`) add up the characters and pairs of a few sentences at a time; above the bar the
window reads like a forbidden draft, and the rule whose drafts it resembles most is named.
"""

import math
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from tongxing.compliance.folding import has_han
from tongxing.compliance.grams import pairs
from tongxing.domain.pages import LearnedWords

WINDOW_LENGTH_MAX = 56
SPACED_WINDOW_LENGTH_MAX = 120
"""Drafts to learn from are about so long; a longer text is judged window by window."""
ALONE_LENGTH_MIN = 8
"""A shorter sentence says too little to be judged by itself."""
WEIGHTS_QUOTED = 4
_CODED = re.compile(r"[0-9a-z]+")
_WORD = re.compile(r"[a-z0-9%']+")
_SENTENCE = re.compile(r"(?:[^。!?;\n.]|\.(?!\s|$))+[。!?;\n.]*")


Window = tuple[str, ...]
"""Sentences that are judged together."""


def windows(text: str) -> Iterator[Window]:
    """Runs of whole sentences up to `WINDOW_LENGTH_MAX` characters (or one longer one), and each alone.

    Alone as well, because a bad sentence hides among good ones.
    """
    longest = WINDOW_LENGTH_MAX if has_han(text) else SPACED_WINDOW_LENGTH_MAX
    sentences = _SENTENCE.findall(text) or [text]
    run: list[str] = []
    for sentence in sentences:
        if run and sum(map(len, run)) + len(sentence) > longest:
            yield tuple(run)
            run = []
        run.append(sentence)
    yield tuple(run)
    if len(sentences) > 1:
        yield from ((sentence,) for sentence in sentences if len(sentence) >= ALONE_LENGTH_MIN)


def traits(sentence: str) -> set[str]:
    """What weights are learned for: characters and pairs of them; in spaced scripts, words and pairs.

    Latin letters and figures among Chinese characters are numbers and codes: they say nothing of the intent.
    """
    if has_han(sentence):
        return pairs(_CODED.sub(" ", sentence))
    words = _WORD.findall(sentence)
    return {*words, *map("_".join, pairwise(words))}


def reads_like(text: str, learned: LearnedWords, *, excused: Collection[str] = ()) -> tuple[str, str] | None:
    """The rule that the worst window of a folded text seems to breach, and why; or None.

    A window with words that a list found and excused ("不保本") is understood already and left out.
    """
    weights = learned.weights
    known: dict[str, set[str]] = {}
    worst: set[str] = set()
    worst_score = float(learned.bar)
    for window in windows(text):
        if excused and any(words in "".join(window) for words in excused):
            continue
        for sentence in window:
            if sentence not in known:
                known[sentence] = weights.keys() & traits(sentence)
        found = set().union(*(known[sentence] for sentence in window))
        score = sum(map(weights.__getitem__, found)) / math.sqrt(max(len(found), 1))
        if score > worst_score:
            worst, worst_score = found, score
    return _named(sorted(worst), learned) if worst else None


def _named(known: Sequence[str], learned: LearnedWords) -> tuple[str, str]:
    """The likeliest rule, and the traits that weigh most."""

    def chance(rule: str) -> int:
        of_rule = learned.rules[rule]
        return of_rule.before + len(known) * of_rule.each + sum(of_rule.typical.get(t, 0) for t in known)

    rule = max(sorted(learned.rules), key=chance)
    heavy = sorted(known, key=lambda trait: -learned.weights[trait])[:WEIGHTS_QUOTED]
    return rule, f"reads like words refused before: {'、'.join(heavy)}"
