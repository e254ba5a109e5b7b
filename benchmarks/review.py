"""Compliance: milliseconds a draft with the whole rulebook, for all cards and for free words."""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from benchmarks.measure import Figure, median, percentile
from tongxing.adapters.book_files import load
from tongxing.compliance.review import review
from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Author, Draft, Part
from tongxing.domain.grades import AuthorKind, Channel, Nature, Tolerance
from tongxing.domain.profile import ConsentGrant, Standing
from tongxing.profile.signs import NAMES

ROUNDS = 40
AT = datetime(2026, 5, 6, 12, 0, tzinfo=BEIJING)
FREE_SPEECH = (
    "您好，您的组合在2026年5月6日的变动为-1.8%，同期沪深300为-1.1%，主要来自电子行业，市场有风险。"
    "看到这样的回撤，谁都会不安。可以先不动，可以分批降低集中度，也可以预约持证顾问，每一种都可能亏损。"
    "费用和税费的明细在账单里；赎回费按持有天数分档，持有不足七日的费率最高。以上由人工智能生成，仅供参考。"
)
FACT = {
    "text": "沪深300指数",
    "percent_ppm": "3.2%",
    "percent_bp": "3.2%",
    "money_fen": "1,280.00",
    "count": "5",
}
MILLISECONDS = 1_000


def run(arguments: argparse.Namespace) -> Iterator[Figure]:
    """The middle and the slow end, for Chinese cards, English cards and free words."""
    del arguments
    book = load(sign_names=NAMES)
    cards = {locale: _cards(book, locale) for locale in ("zh-CN", "en")}
    cards["free words"] = [replace(_draft("", FREE_SPEECH, "zh-CN"), playbook="")]
    for name, drafts in cards.items():
        seconds = _times(drafts, book)
        length = median([float(len(draft.text)) for draft in drafts])
        note = f"{len(drafts)} drafts, {length:.0f} characters in the middle"
        for word, share in (("p50", 0.5), ("p99", 0.99)):
            yield Figure(
                metric=f"review {name} {word}",
                value=percentile(seconds, share) * MILLISECONDS,
                unit="ms",
                n=len(seconds),
                note=note,
            )


def _times(drafts: Sequence[Draft], book: Book) -> list[float]:
    for draft in drafts:
        review(draft, book=book)
    seconds = []
    for _ in range(ROUNDS):
        for draft in drafts:
            start = time.perf_counter()
            review(draft, book=book)
            seconds.append(time.perf_counter() - start)
    return seconds


def _cards(book: Book, locale: str) -> list[Draft]:
    found = []
    for name, text in book.texts.items():
        facts = {slot: FACT.get(kind, "2026年5月6日") for slot, kind in text.slots.items()}
        for (_channel, language), page in text.variants.items():
            if language == locale:
                words = (page.title, page.body, page.why, page.risk_note, book.labels["ai_mark"])
                found.append(_draft(name, "\n".join(words).format(**facts), locale))
    return found


def _draft(playbook: str, text: str, locale: str) -> Draft:
    return Draft(
        touch_id="t1",
        playbook=playbook,
        parts=(Part(role="body", text=text),),
        locale=locale,
        channel=Channel.HOME,
        nature=Nature.EDUCATION,
        author=Author(kind=AuthorKind.AI),
        standing=Standing(
            client_id="C000017",
            grade=Tolerance.C3,
            assessment_valid_to=date(2027, 12, 31),
            age=38,
            consents=(
                ConsentGrant(purpose="personalised_service", source="*", receiver="house", until=None),
            ),
        ),
        at=AT,
        labels=("ai",),
    )
