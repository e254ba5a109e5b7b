"""In which language a client is spoken to: the one asked for where it can be reviewed, else Chinese."""

from collections.abc import Iterable

from tongxing.domain.grades import Channel
from tongxing.domain.pages import PhraseRule, TextPage, TextVariant

FALLBACK = "zh-CN"


def reviewable(locale: str, phrases: Iterable[PhraseRule]) -> str:
    """The locale, or Chinese where the book has no phrase list to review it by."""
    known = {phrase.locale for phrase in phrases}
    return next((name for name in _nearest(locale) if name in known), FALLBACK)


def variant(text: TextPage, channel: Channel, locale: str) -> tuple[str, TextVariant] | None:
    """The nearest words for a channel: exact locale, its language, Chinese; None without any."""
    for name in (*_nearest(locale), FALLBACK):
        found = text.variants.get((channel, name))
        if found is not None:
            return name, found
    return None


def _nearest(locale: str) -> tuple[str, ...]:
    """`en-GB` may be spoken to in `en`."""
    return (locale, locale.partition("-")[0])
