"""What pockets, episodes and limits of a plan are called, by locale."""

from tongxing.domain.book import Book
from tongxing.service.phrases import phrase
from tongxing.service.plan_doc import PocketDoc

BP = 10_000


def pocket_name(pocket: PocketDoc, book: Book, locale: str) -> str:
    """What a pocket is called in a locale; a second goal of a kind carries its number."""
    words = phrase(book, f"plan_{pocket.what}", locale)
    number = pocket.name.rpartition("-")[2]
    return f"{words} {number}" if number.isdigit() else words


def episode_words(book: Book, policy: str, episode: str, locale: str) -> str:
    """What a named stretch of the market is called by the policy that names it."""
    page = book.policies.get(policy)
    found = next((one for one in page.episodes if one.name == episode), None) if page is not None else None
    if found is None:
        return episode
    return found.title if locale == "zh-CN" else found.title_en


def limit_words(book: Book, policy: str, limit: str, locale: str) -> str:
    """What a limit is called: `stress:crash_2015`, `duration`, `most:gold`."""
    kind, _colon, of = limit.partition(":")
    words = phrase(book, f"plan_limit_{kind}", locale) or kind
    if not of:
        return words
    named = phrase(book, f"plan_block_{of}", locale) or episode_words(book, policy, of, locale)
    return f"{words} · {named}"


def months_words(months_bp: int) -> str:
    """Months to one decimal, without an idle zero."""
    tenths = (2 * months_bp + BP // 10) // (BP // 5)
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else f"{tenths // 10}"
