"""Words for the note that a plan is due for another look: its reasons, as the book calls them."""

from tongxing.domain.book import Book
from tongxing.domain.clock import instant
from tongxing.domain.draft import Fact
from tongxing.domain.profile import Profile
from tongxing.domain.touch import Touch
from tongxing.service.phrases import phrase

SEPARATOR = "|"


def facts_of_plan(touch: Touch, profile: Profile, book: Book, locale: str) -> dict[str, Fact]:
    """The reasons of the sign in the words of a locale; nothing for every other touch."""
    sign = next((one for one in touch.signs if one.name == "plan_review_due"), None)
    if sign is None:
        return {}
    reasons = str(sign.detail.get("reasons", "")).split(SEPARATOR)
    words = tuple(filter(None, (phrase(book, f"plan_reason_{reason}", locale) for reason in reasons)))
    if not words:
        return {}
    at = instant(profile.as_of)
    source = f"profile:{sign.name}"
    return {"plan_reasons": Fact(name="plan_reasons", value=words, source=source, at=at)}
