"""Every frame of the book from both sides: it objects to its own examples, and lets its near misses pass."""

import pytest
from compliance_cases import BOOK, NOON
from phrase_cases import INNOCENT, SAID

from tongxing.compliance.folding import fold
from tongxing.compliance.phrase_book import compiled
from tongxing.compliance.phrases import claims, heard
from tongxing.domain.pages import PhraseRule

ENTRIES = [phrase for phrase in BOOK.phrases if phrase.refuses or phrase.passes]
ON = NOON.date()


def objects(entry: PhraseRule, text: str, *, alone: bool) -> bool:
    """Whether the entry (with the contexts of its book) or the whole rule objects to a text."""
    contexts = (phrase for phrase in BOOK.phrases if phrase.rule_id.startswith("context_"))
    known = (*contexts, entry)
    words = BOOK.rules.words
    folded = fold(
        text,
        characters=words("fold_characters", ON) + words("fold_look_alikes", ON),
        words=words("fold_words", ON) + words("fold_spellings", ON),
    )
    book = compiled(_kept(entry, known) if alone else BOOK.phrases)
    return next(claims(heard(folded, entry.locale, book), entry.rule_id), None) is not None


_BOOKS: dict[int, tuple[PhraseRule, ...]] = {}


def _kept(entry: PhraseRule, known: tuple[PhraseRule, ...]) -> tuple[PhraseRule, ...]:
    return _BOOKS.setdefault(id(entry), known)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.locale}-{entry.rule_id}")
def test_a_frame_objects_to_its_examples_and_passes_its_near_misses(entry: PhraseRule) -> None:
    assert [text for text in entry.refuses if not objects(entry, text, alone=True)] == []
    assert [text for text in entry.passes if objects(entry, text, alone=False)] == []


@pytest.mark.parametrize("entry", BOOK.phrases, ids=lambda entry: f"{entry.locale}-{entry.rule_id}")
def test_every_entry_of_the_book_has_examples_of_both_kinds(entry: PhraseRule) -> None:
    if entry.rule_id.startswith("context_") and not entry.refuses:
        return
    assert entry.refuses or SAID[entry.rule_id]
    assert entry.passes or INNOCENT[entry.rule_id]


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_lists_of_a_locale_hold_classes_and_frames(locale: str) -> None:
    assert sum(1 for entry in ENTRIES if entry.locale == locale) > 10
