"""Which few characters a pattern cannot do without, so that most patterns are never run.

A pattern is skipped only when a text holds none of the beginnings of a part that every match contains; so
skipping never changes an answer (a property test holds the two together). A beginning is two characters, of
Latin letters four; a single one where anything may follow. Texts are folded: digits are ASCII.
"""

import re
from collections.abc import Sequence
from itertools import product
from re import _parser  # type: ignore[attr-defined]
from typing import Any

BEGINNINGS_MAX = 4_000
"""More possible beginnings than this tell nothing."""
NEEDS_MAX = 2
"""How many parts of one pattern are looked for."""
_PAIR, _FOUR = 2, 4
_OF_ONE, _OF_LATIN_PAIR = 30, 4
"""About how much oftener than two Chinese characters such a beginning is met."""
_OPEN = "\0"
"""Stands at the end of a beginning after which anything may follow."""
_ANYTHING = frozenset({_OPEN})
_LATIN_RUN = re.compile(r"[a-z '-]{4,}")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz '-")
_ZERO_WIDTH = ("ASSERT", "ASSERT_NOT", "AT")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_Parsed = Sequence[tuple[Any, Any]]
_Strings = set[str] | frozenset[str]


def pairs(text: str) -> set[str]:
    """Every character and every two characters in a row of a text."""
    found = set(text)
    found.update(map(str.__add__, text, text[1:]))
    return found


def grams(text: str) -> set[str]:
    """Every character, every two characters in a row, and every four letters in a row of a text."""
    found = pairs(text)
    for run in _LATIN_RUN.findall(text):
        found.update(map("".join, zip(run, run[1:], run[2:], run[3:], strict=False)))
    return found


def needs(pattern: str) -> tuple[frozenset[str], ...]:
    """Sets of grams of each of which every match of a pattern contains one; none when nothing can be told."""
    parsed: _Parsed = list(_parser.parse(pattern))
    found: list[frozenset[str]] = []
    for at, element in enumerate(parsed):
        if _may_be_empty(element):
            continue
        beginnings = {_gram(text.rstrip(_OPEN)) for text in _of_sequence(parsed[at:])}
        if "" not in beginnings:
            found.append(frozenset(beginnings))
    return tuple(sorted(found, key=_looseness)[:NEEDS_MAX])


def _gram(text: str) -> str:
    """A beginning as `grams` has it."""
    return text if len(text) == _FOUR and _LETTERS.issuperset(text) else text[:_PAIR]


def _looseness(need: frozenset[str]) -> int:
    """The fewer and longer the beginnings, the rarer."""
    costs = (_OF_ONE if len(gram) == 1 else _OF_LATIN_PAIR if gram.isascii() else 1 for gram in need)
    return sum(costs)


def _may_be_empty(element: tuple[Any, Any]) -> bool:
    name, value = str(element[0]), element[1]
    if name in _REPEATS:
        return bool(value[0] == 0) or all(map(_may_be_empty, value[2]))
    if name == "SUBPATTERN":
        return all(map(_may_be_empty, value[3]))
    if name == "BRANCH":
        return any(all(map(_may_be_empty, branch)) for branch in value[1])
    return name in _ZERO_WIDTH


def _of_sequence(parsed: _Parsed) -> _Strings:
    """With which one or two characters such a sequence begins."""
    whole: _Strings = {""}
    for element in parsed:
        strings = _of_element(element)
        whole = {_joined(first, second) for first, second in product(whole, strings)}
        if len(whole) > BEGINNINGS_MAX:
            return _ANYTHING
        if all(_full(text) for text in whole):
            break
    return whole


def _full(text: str) -> bool:
    if text.endswith(_OPEN) or len(text) >= _FOUR:
        return True
    return len(text) >= _PAIR and not _LETTERS.issuperset(text)


def _joined(first: str, second: str) -> str:
    if _full(first):
        return first
    both = first + second
    return both[:_FOUR] if _LETTERS.issuperset(both[:_FOUR].rstrip(_OPEN)) else _cut(both)


def _cut(text: str) -> str:
    """The first two characters, the mark of an open end kept."""
    return text if len(text) <= _PAIR else text[:_PAIR]


def _of_element(element: tuple[Any, Any]) -> _Strings:
    name, value = str(element[0]), element[1]
    found: _Strings = _ANYTHING
    if name == "LITERAL":
        found = {chr(value)}
    elif name == "IN":
        found = _of_class(value)
    elif name in _ZERO_WIDTH:
        found = {""}
    elif name == "SUBPATTERN":
        found = _of_sequence(value[3])
    elif name == "BRANCH":
        found = set().union(*map(_of_sequence, value[1]))
    elif name in _REPEATS:
        found = _of_repeat(int(value[0]), int(value[1]), value[2])
    return found


def _of_class(members: _Parsed) -> _Strings:
    found: set[str] = set()
    for kind, value in members:
        if str(kind) == "LITERAL":
            found.add(chr(value))
        elif str(kind) == "RANGE" and value[1] - value[0] < BEGINNINGS_MAX:
            found.update(map(chr, range(value[0], value[1] + 1)))
        elif str(kind) == "CATEGORY" and str(value) == "CATEGORY_DIGIT":
            found.update("0123456789")
        else:
            return _ANYTHING
    return found


def _of_repeat(low: int, high: int, parsed: _Parsed) -> _Strings:
    once = _of_sequence(parsed)
    if low >= _PAIR:
        return {_joined(first, second) for first, second in product(once, once)}
    several = once if high == 1 else {text if _full(text) else text + _OPEN for text in once}
    return several if low else several | {""}


def alternatives(pattern: str) -> tuple[str, ...]:
    """The parts of a pattern between its outermost bars."""
    parts, depth, start, at = [], 0, 0, 0
    while at < len(pattern):
        mark = pattern[at]
        if mark == "\\":
            at += 2
            continue
        if mark == "[":
            at = _class_end(pattern, at)
            continue
        depth += (mark == "(") - (mark == ")")
        if mark == "|" and depth == 0:
            parts.append(pattern[start:at])
            start = at + 1
        at += 1
    return (*parts, pattern[start:])


def _class_end(pattern: str, start: int) -> int:
    at = start + 1
    at += pattern.startswith("^", at)
    at += pattern.startswith("]", at)
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1
