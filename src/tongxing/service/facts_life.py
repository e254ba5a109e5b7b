"""Words of the book for what the signs of life rest on: what a consent is for, a tier, a reason."""

from collections.abc import Iterator

from tongxing.domain.book import Book
from tongxing.domain.clock import instant
from tongxing.domain.draft import Fact
from tongxing.domain.profile import Profile, Sign
from tongxing.domain.touch import Touch
from tongxing.service.phrases import phrase, tier_words


def facts_of_life(touch: Touch, profile: Profile, book: Book, locale: str) -> dict[str, Fact]:
    """What a sign's detail is called in the words of a locale."""
    at = instant(profile.as_of)
    return {
        name: Fact(name=name, value=words, source=f"profile:{sign.name}", at=at)
        for sign in touch.signs
        for name, words in _words(sign, book, locale)
        if words
    }


def _words(sign: Sign, book: Book, locale: str) -> Iterator[tuple[str, str]]:
    basis, purpose, tier = (str(sign.detail.get(name, "")) for name in ("basis", "purpose", "tier"))
    if basis:
        yield "basis", phrase(book, f"basis_{sign.name}_{basis}", locale)
    if purpose:
        known = phrase(book, f"purpose_{purpose}", locale)
        yield "purpose_name", known or phrase(book, "purpose_other", locale)
    if tier:
        yield "tier_title", phrase(book, f"tier_title_{tier}", locale) or tier_words(book, tier)
        yield "tier_service", phrase(book, f"tier_service_{tier}", locale)
