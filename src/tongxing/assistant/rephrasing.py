"""Approved words in other words: figures and names never leave, and nothing new may come back.

A model sees placeholders where figures, dates, names and every other number stood. What it says is taken only
if each placeholder stands there exactly once and no number, letter or address was added.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tongxing.assistant.founded import NUMBER

REPHRASED = frozenset(
    {
        "value_loss",
        "value_gain",
        "value_only",
        "causes",
        "trapped",
        "cut_loss",
        "take_profit",
        "full",
        "missed",
        "stay",
        "learn",
        "life",
        "privacy",
        "elderly",
        "account",
        "fund_fees",
        "order_rules",
        "transfer_checks",
        "pension_steps",
    }
)
"""Pages that explain. Warnings, duties, disclosures, scripts, refusals and hand-overs stay word for word."""
SHORTEST, LONGEST = 0.5, 1.6
"""Length of the new words against the old."""
_HOLDER = re.compile(r"\[\[(\d+)\]\]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_COUNTS = frozenset("零一二三四五六七八九十百千万亿两半倍成几")
_STRANGE = re.compile(r"https?|www\.|[@<>{}\\|`#*]")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A paragraph with placeholders, and what they stand for."""

    original: str
    words: str
    values: tuple[str, ...]


def hidden(words: str, shown: Iterable[str]) -> Hidden:
    """Every figure, date and name as `[[n]]`; the longest first, so that none is cut."""
    values: list[str] = []

    def place(match: re.Match[str]) -> str:
        values.append(match.group())
        return f"[[{len(values) - 1}]]"

    known = sorted({one for one in shown if one}, key=len, reverse=True)
    pattern = "|".join((r"\[\[\d+\]\]", *map(re.escape, known), NUMBER.pattern))
    return Hidden(words, re.sub(pattern, place, words), tuple(values))


def restored(said: str, before: Hidden) -> str | None:
    """The new words with their figures again; None where they are not the old ones said otherwise."""
    said = " ".join(said.split())
    places = [int(number) for number in _HOLDER.findall(said)]
    if sorted(places) != list(range(len(before.values))):
        return None
    bare = _HOLDER.sub("", said)
    known = _HOLDER.sub("", before.words)
    if _STRANGE.search(bare) or any(mark.isdigit() for mark in bare):
        return None
    if not _COUNTS.intersection(bare) <= set(known):
        return None
    if not {one.lower() for one in _LATIN.findall(bare)} <= {one.lower() for one in _LATIN.findall(known)}:
        return None
    if not SHORTEST * len(known) <= len(bare) <= LONGEST * len(known):
        return None
    return _HOLDER.sub(lambda match: before.values[int(match.group(1))], said)
