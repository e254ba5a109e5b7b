"""Forbidden ways of speaking, found in a folded text.

The lists are pages of the book (`phrases/<locale>.yaml` and its companions). A pattern is run only when the
text holds what each of its matches needs; a match counts only when nothing around it excuses it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tongxing.compliance.excuses import eased, innocent
from tongxing.compliance.folding import has_han, has_latin
from tongxing.compliance.phrase_book import PhraseBook, Place


class PhraseListMissingError(LookupError):
    """The book has no phrases for a rule in a locale: the rule cannot be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A folded text, heard once for all lists."""

    text: str
    book: PhraseBook
    spoken: tuple[str, ...]
    """Locales whose lists are asked, the draft's own first."""
    places: Mapping[tuple[str, str], list[Place]]
    """(locale, rule id) -> where its patterns are worth running."""
    excused: set[str] = field(default_factory=set)
    """Words that some rule asked so far found denied, asked about, quoted or warned of."""


def heard(text: str, locale: str, book: PhraseBook) -> Heard:
    """Hear a folded text of a locale; other locales whose script is written in it are asked as well."""
    spoken = spoken_in(text, locale, book)
    return Heard(text=text, book=book, spoken=spoken, places=book.heard(text, spoken))


def first_hit(said: Heard, rule_id: str) -> str | None:
    """The first words of a text that a rule objects to, or None.

    Raises `PhraseListMissingError` when the draft's own locale has no list for the rule.
    """
    if rule_id not in said.book.listed.get(said.spoken[0], ()):
        raise PhraseListMissingError(f"no phrases of {rule_id!r} for locale {said.spoken[0]!r}")
    if any((locale, rule_id) in said.places for locale in said.spoken):
        for match in _claims(said, rule_id):
            return match.group()
    return None


def spoken_in(text: str, locale: str, book: PhraseBook) -> tuple[str, ...]:
    """The draft's own locale and every other one whose script is written in the text.

    A Chinese text may hold an English promise, and the other way round.
    """
    han, latin = has_han(text), has_latin(text)
    others = (name for name in book.listed if name != locale)
    return (locale, *(name for name in others if (han if name.startswith("zh") else latin)))


def context(text: str, name: str, *, book: PhraseBook) -> bool:
    """Whether a text contains a context of that name (`context_timestamp` ...) in any locale."""
    found = [lists[name] for lists in book.contexts.values() if name in lists]
    if not found:
        raise PhraseListMissingError(f"no phrases of {name!r}")
    return any(pattern.search(text) for pattern in found)


def matches(said: Heard, name: str) -> Iterator[re.Match[str]]:
    """All matches of a context in the spoken locales."""
    _must_be_listed(said.book, name)
    for locale in said.spoken:
        for place in said.places.get((locale, name), ()):
            yield from place.unit.pattern.finditer(said.text, place.start, place.end)


def claims(said: Heard, name: str) -> Iterator[re.Match[str]]:
    """Matches of a context in the spoken locales that nothing around them excuses."""
    _must_be_listed(said.book, name)
    return _claims(said, name)


def _claims(said: Heard, name: str) -> Iterator[re.Match[str]]:
    for locale in said.spoken:
        for place in said.places.get((locale, name), ()):
            for match in place.unit.pattern.finditer(said.text, place.start, place.end):
                if innocent(said.text, match, place.unit, said.book):
                    said.excused.add(match.group())
                elif not eased(said.text, match, place.unit):
                    yield match


def _must_be_listed(book: PhraseBook, name: str) -> None:
    if not any(name in listed for listed in book.listed.values()):
        raise PhraseListMissingError(f"no phrases of {name!r}")
