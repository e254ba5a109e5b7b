"""Words of the book for pages: names of signs, needs, triggers and marks, never written in code."""

from tongxing.domain.book import Book

FALLBACK = "zh-CN"
TALK = "talk_"
"""Pages of the chat."""


def phrase(book: Book, name: str, locale: str = FALLBACK) -> str:
    """A fixed phrase in a locale, else in Chinese; empty where the book has none."""
    language = locale.partition("-")[0]
    return book.labels.get(f"{name}.{language}") or book.labels.get(name, "")


def sign_words(book: Book, name: str, locale: str = FALLBACK) -> str:
    """What a sign is called."""
    return phrase(book, f"sign_{name}", locale) or name


def need_words(book: Book, name: str, locale: str = FALLBACK) -> str:
    """What a need is called."""
    return phrase(book, f"need_{name}", locale) or name


def trigger_words(book: Book, trigger: str, locale: str = FALLBACK) -> str:
    """What made the house think of a client: a sign by its name, a journey step by its playbook's title."""
    kind, _, rest = trigger.partition(":")
    if kind == "sign":
        return sign_words(book, rest, locale)
    if kind == "held":
        return title(book, rest)
    if kind in ("plan", "why", "talk", "device"):
        return phrase(book, f"trigger_{kind}_{rest}", locale) or trigger
    name, _, day = rest.partition(":")
    journey = book.journeys.get(name)
    if journey is None:
        return trigger
    steps = [step.playbook for step in journey.steps if str(step.day) == day]
    return title(book, steps[0]) if steps else f"{journey.title} {day}"


def title(book: Book, playbook: str) -> str:
    """A playbook's title; a phrase for words that answer a page without one; its name in a former book."""
    page = book.playbooks.get(playbook)
    if page is None and playbook.startswith(TALK):
        return phrase(book, "playbook_talk") or playbook
    return page.title if page is not None else phrase(book, f"playbook_{playbook}") or playbook


def tier_words(book: Book, tier: str) -> str:
    """A tier's title."""
    return next((page.title for page in book.tiers if page.name == tier), tier)
