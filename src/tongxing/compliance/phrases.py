"""Forbidden ways of speaking, found in a folded text, with the contexts that make them innocent.

The lists are pages of the book (`phrases/<locale>.yaml`). An `unless` pattern excuses a match that lies
inside it. Rules named `context_*` are no rules: they describe negation, quotation and debunking once for
all the others ("没有产品能保证不亏" promises nothing).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tongxing.compliance.folding import has_han, has_latin
from tongxing.domain.pages import PhraseRule

NEGATION = "context_negation"
DEBUNK = "context_debunk"
QUOTED_BEFORE = "context_quoted_before"
QUOTED_AFTER = "context_quoted_after"
WARNING = "context_warning"
"""A whole sentence that warns of what it names: "凡是承诺……的，都是骗局"."""
HYPOTHETICAL = "context_hypothetical"
LEADING_CONTEXTS = frozenset({NEGATION, QUOTED_BEFORE, HYPOTHETICAL})
"""They must reach up to the place where the match, or its quotation, begins."""
END = r"\Z"
NEVER_EXCUSED = frozenset({"aml_hint", "privacy_leak"})
"""Denying these says them: "not because of the money-laundering check" already tells."""

_CLAUSE_END = re.compile(r"[,。!?;:\n]|\.(?:\s|$)")
_OPENING_QUOTES = '“「『‘《【"'
_CLOSING_QUOTES = '”」』’》】"'
_QUOTE_REACH = 40
_AFTER_REACH = 24


class PhraseListMissingError(LookupError):
    """The book has no phrases for a rule in a locale: the rule cannot be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseBook:
    """The compiled lists of all locales: locale -> rule id -> (what refuses, what excuses)."""

    patterns: Mapping[str, Mapping[str, re.Pattern[str]]]
    unless: Mapping[str, Mapping[str, re.Pattern[str]]]
    sources: tuple[PhraseRule, ...]
    """What this was compiled from."""


_compiled: list[PhraseBook] = []
_COMPILED_MAX = 4


def compiled(phrases: tuple[PhraseRule, ...]) -> PhraseBook:
    """The compiled phrase lists of a book; the last few books are remembered."""
    for known in _compiled:
        if known.sources is phrases:
            return known
    made = _compile(phrases)
    _compiled.insert(0, made)
    del _compiled[_COMPILED_MAX:]
    return made


def first_hit(text: str, rule_id: str, *, spoken: tuple[str, ...], book: PhraseBook) -> str | None:
    """The first words of a folded text that a rule objects to, or None.

    `spoken` are the locales whose lists are asked, the draft's own first (see `spoken_in`).
    Raises `PhraseListMissingError` when the draft's own locale has no list for the rule.
    """
    if rule_id not in book.patterns.get(spoken[0], {}):
        raise PhraseListMissingError(f"no phrases of {rule_id!r} for locale {spoken[0]!r}")
    for locale in spoken:
        for match in _hits(text, rule_id, locale, book):
            return match.group()
    return None


def spoken_in(text: str, locale: str, book: PhraseBook) -> tuple[str, ...]:
    """The draft's own locale and every other one whose script is written in the text.

    A Chinese text may hold an English promise, and the other way round.
    """
    han, latin = has_han(text), has_latin(text)
    others = (name for name in book.patterns if name != locale)
    return (locale, *(name for name in others if (han if name.startswith("zh") else latin)))


def context(text: str, name: str, *, book: PhraseBook) -> bool:
    """Whether a text contains a context of that name (`context_timestamp` ...) in any locale."""
    found = [lists[name] for lists in book.patterns.values() if name in lists]
    if not found:
        raise PhraseListMissingError(f"no phrases of {name!r}")
    return any(pattern.search(text) for pattern in found)


def matches(text: str, name: str, *, book: PhraseBook) -> Iterator[re.Match[str]]:
    """All matches of a context in all locales, in the order of the locales."""
    found = [lists[name] for lists in book.patterns.values() if name in lists]
    if not found:
        raise PhraseListMissingError(f"no phrases of {name!r}")
    for pattern in found:
        yield from pattern.finditer(text)


def sentence_of(text: str, match: re.Match[str]) -> str:
    """The whole sentence a match stands in."""
    start = max(text.rfind(mark, 0, match.start()) for mark in "。!?;\n") + 1
    ends = [at for mark in "。!?;\n" if (at := text.find(mark, match.end())) >= 0]
    return text[start : min(ends, default=len(text))]


def _hits(text: str, rule_id: str, locale: str, book: PhraseBook) -> Iterator[re.Match[str]]:
    pattern = book.patterns[locale].get(rule_id)
    if pattern is None:
        return
    for match in pattern.finditer(text):
        if not _innocent(text, match, rule_id, locale, book):
            yield match


def _innocent(text: str, match: re.Match[str], rule_id: str, locale: str, book: PhraseBook) -> bool:
    unless = book.unless[locale].get(rule_id)
    if unless is not None and any(
        excuse.start() <= match.start() and match.end() <= excuse.end() for excuse in unless.finditer(text)
    ):
        return True
    if rule_id in NEVER_EXCUSED:
        return False
    lists = book.patterns[locale]
    excuses = (_negated, _debunked, _quoted, _warned_of)
    return any(excuse(text, match, lists) for excuse in excuses)


def _negated(text: str, match: re.Match[str], lists: Mapping[str, re.Pattern[str]]) -> bool:
    """A negation in the same clause reaches up to the match."""
    negation = lists.get(NEGATION)
    if negation is None:
        return False
    start = match.start()
    clause = _CLAUSE_END.split(text[max(0, start - _QUOTE_REACH) : start])[-1]
    return negation.search(clause) is not None


def _debunked(text: str, match: re.Match[str], lists: Mapping[str, re.Pattern[str]]) -> bool:
    """What follows calls it false: "... 都是骗局"."""
    debunk = lists.get(DEBUNK)
    return debunk is not None and debunk.match(text, match.end(), match.end() + _AFTER_REACH) is not None


def _warned_of(text: str, match: re.Match[str], lists: Mapping[str, re.Pattern[str]]) -> bool:
    """The sentence as a whole is a warning."""
    warning = lists.get(WARNING)
    return warning is not None and any(
        found.start() <= match.start() and match.end() <= found.end() for found in warning.finditer(text)
    )


def _quoted(text: str, match: re.Match[str], lists: Mapping[str, re.Pattern[str]]) -> bool:
    """Inside quotation marks, and somebody else is named as the one who says it."""
    opening = max(
        text.rfind(mark, max(0, match.start() - _QUOTE_REACH), match.start()) for mark in _OPENING_QUOTES
    )
    if opening < 0:
        return False
    closings = [
        at
        for mark in _CLOSING_QUOTES
        if (at := text.find(mark, match.end(), match.end() + _QUOTE_REACH)) >= 0
    ]
    between = text[opening + 1 : match.start()]
    if not closings or any(mark in between for mark in _CLOSING_QUOTES):
        return False
    before, after = lists.get(QUOTED_BEFORE), lists.get(QUOTED_AFTER)
    lead = text[max(0, opening - _AFTER_REACH) : opening]
    if before is not None and before.search(lead) is not None:
        return True
    end = min(closings) + 1
    return after is not None and after.match(text, end, end + _AFTER_REACH) is not None


def _compile(phrases: tuple[PhraseRule, ...]) -> PhraseBook:
    patterns: dict[str, dict[str, list[str]]] = {}
    unless: dict[str, dict[str, list[str]]] = {}
    for phrase in phrases:
        patterns.setdefault(phrase.locale, {}).setdefault(phrase.rule_id, []).extend(phrase.patterns)
        unless.setdefault(phrase.locale, {}).setdefault(phrase.rule_id, []).extend(phrase.unless)
    return PhraseBook(patterns=_joined(patterns), unless=_joined(unless), sources=phrases)


def _joined(lists: Mapping[str, Mapping[str, list[str]]]) -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    return {
        locale: {
            rule_id: re.compile(
                f"(?:{'|'.join(found)}){END}" if rule_id in LEADING_CONTEXTS else "|".join(found)
            )
            for rule_id, found in rules.items()
            if found
        }
        for locale, rules in lists.items()
    }
