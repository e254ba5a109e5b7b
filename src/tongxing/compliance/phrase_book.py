"""The phrase pages of a book, compiled once: which patterns to run on a text, and when none of them counts.

Rules named `context_*` are no rules: they describe negation, quotation, questions and debunking once for all
the others ("没有产品能保证不亏" promises nothing).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from tongxing.compliance.grams import alternatives, grams, needs
from tongxing.domain.pages import PhraseRule

NEGATION = "context_negation"
QUOTED_BEFORE = "context_quoted_before"
HYPOTHETICAL = "context_hypothetical"
LEADING_CONTEXTS = frozenset({NEGATION, QUOTED_BEFORE, HYPOTHETICAL})
"""They must reach up to the place where the match, or its quotation, begins."""
LOOKED_FOR_ELSEWHERE = LEADING_CONTEXTS | {
    "context_debunk",
    "context_quoted_after",
    "context_warning",
    "context_teaching",
    "context_asked",
    "context_inner_denial",
    "context_lure",
    "context_disclaimer",
    "context_date",
    "context_period",
}
"""Contexts that are only asked around a match or of a whole text, never searched for as a rule is."""
_SENTENCE = re.compile(r"[^。\n]+[。\n]?")
"""Patterns are run within a sentence or line; `!?;` may stand inside a match."""
_END = r"\Z"
_BOOKS_MAX = 4
SENTENCES_REMEMBERED = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One pattern of one rule in one locale, and what excuses it in its sentence."""

    pattern: re.Pattern[str]
    beside: re.Pattern[str] | None
    locale: str
    rule_id: str


class Place(NamedTuple):
    """A sentence in which a pattern is worth running."""

    unit: Unit
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseBook:
    """The compiled lists of all locales."""

    listed: Mapping[str, frozenset[str]]
    """Locale -> the rules and contexts it has patterns for."""
    contexts: Mapping[str, Mapping[str, re.Pattern[str]]]
    """Locale -> name of a context -> the one pattern it is looked for with."""
    unless: Mapping[str, Mapping[str, re.Pattern[str]]]
    """Locale -> rule id -> what excuses a match inside it."""
    indexes: Mapping[str, "Index"]
    """Locale -> which patterns are worth running on a sentence."""
    sources: tuple[PhraseRule, ...]
    """What this was compiled from."""

    def heard(self, text: str, locales: tuple[str, ...]) -> dict[tuple[str, str], list[Place]]:
        """(locale, rule id) -> where its patterns are worth running, in the order of the text."""
        found: dict[tuple[str, str], list[Place]] = {}
        for sentence in _SENTENCE.finditer(text):
            start, end = sentence.span()
            words = sentence.group()
            for locale in locales:
                if locale in self.indexes:
                    for unit in self.indexes[locale].worth_running(words):
                        found.setdefault((locale, unit.rule_id), []).append(Place(unit, start, end))
        return found


_compiled: list[PhraseBook] = []


def compiled(phrases: tuple[PhraseRule, ...]) -> PhraseBook:
    """The compiled phrase lists of a book; the last few books are remembered."""
    for known in _compiled:
        if known.sources is phrases:
            return known
    made = _compile(phrases)
    _compiled.insert(0, made)
    del _compiled[_BOOKS_MAX:]
    return made


class Index:
    """Which patterns of a locale hang on which needs, one bit for each need."""

    def __init__(self) -> None:
        self._bits: dict[frozenset[str], int] = {}
        self._hanging: dict[int, list[tuple[int, Unit]]] = {}
        self._always: list[Unit] = []
        self._first = 0
        self._met_by: dict[str, int] = {}
        self.worth_running: Callable[[str], tuple[Unit, ...]] = lru_cache(SENTENCES_REMEMBERED)(self._look)
        """The patterns that can match a sentence. Most sentences of a card are the same for every client."""

    def add(self, unit: Unit) -> None:
        """Take a pattern in under the rarest of its needs."""
        found = [self._bits.setdefault(need, 1 << len(self._bits)) for need in needs(unit.pattern.pattern)]
        if not found:
            self._always.append(unit)
            return
        self._first |= found[0]
        self._hanging.setdefault(found[0], []).append((sum(found), unit))
        for need, bit in self._bits.items():
            if bit in found:
                for gram in need:
                    self._met_by[gram] = self._met_by.get(gram, 0) | bit

    def units(self) -> Iterator[Unit]:
        """Every pattern."""
        yield from self._always
        for hanging in self._hanging.values():
            yield from (unit for _, unit in hanging)

    def _look(self, sentence: str) -> tuple[Unit, ...]:
        return (*self._always, *self._hanging_on(grams(sentence)))

    def _hanging_on(self, held: set[str]) -> Iterator[Unit]:
        met, met_by = 0, self._met_by
        for gram in met_by.keys() & held:
            met |= met_by[gram]
        first = met & self._first
        while first:
            bit = first & -first
            for needed, unit in self._hanging[bit]:
                if needed & met == needed:
                    yield unit
            first ^= bit


def _compile(phrases: tuple[PhraseRule, ...]) -> PhraseBook:
    indexes: dict[str, Index] = {}
    raw: dict[str, dict[str, list[str]]] = {}
    unless: dict[str, dict[str, list[str]]] = {}
    for phrase in phrases:
        raw.setdefault(phrase.locale, {}).setdefault(phrase.rule_id, []).extend(phrase.patterns)
        unless.setdefault(phrase.locale, {}).setdefault(phrase.rule_id, []).extend(phrase.unless)
        if phrase.rule_id not in LOOKED_FOR_ELSEWHERE:
            for unit in _units(phrase):
                indexes.setdefault(phrase.locale, Index()).add(unit)
    contexts = {
        locale: {
            name: _one_of(found, end=_END if name in LEADING_CONTEXTS else "")
            for name, found in lists.items()
            if name.startswith("context_")
        }
        for locale, lists in raw.items()
    }
    excuses = {
        locale: {name: _one_of(found) for name, found in lists.items() if found}
        for locale, lists in unless.items()
    }
    return PhraseBook(
        listed={locale: frozenset(lists) for locale, lists in raw.items()},
        contexts=contexts,
        unless=excuses,
        indexes=indexes,
        sources=phrases,
    )


def _units(phrase: PhraseRule) -> Iterator[Unit]:
    beside = _one_of(phrase.beside) if phrase.beside else None
    for pattern in phrase.patterns:
        for part in alternatives(pattern):
            yield Unit(re.compile(part), beside, phrase.locale, phrase.rule_id)


def _one_of(patterns: Iterable[str], *, end: str = "") -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(patterns)}){end}")
