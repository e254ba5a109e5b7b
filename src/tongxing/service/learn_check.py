"""Whether each article may be shown: its length, how hard it reads, when it was reviewed, and its words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tongxing.compliance.review import review
from tongxing.domain.articles import Article
from tongxing.domain.book import Book, RuleMissingError
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Author, Draft, Part, Refused
from tongxing.domain.grades import AuthorKind, Channel, Initiative, Nature
from tongxing.domain.profile import Standing
from tongxing.wording.articles import WrittenArticle, written_article

LOCALE = "zh-CN"
ANYBODY = Standing(client_id="", grade=None, assessment_valid_to=None)
"""A reader of whom nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleCheck:
    """One article with everything that speaks against showing it."""

    article: Article
    characters: int = 0
    sentence_mean: int = 0
    """Characters a sentence, rounded up."""
    problems: tuple[str, ...] = field(default=())


def check_articles(book: Book, *, at: datetime) -> tuple[ArticleCheck, ...]:
    """Every article as it would be shown at an instant."""
    return tuple(_check(article, book, at) for article in book.articles.values())


def _check(article: Article, book: Book, at: datetime) -> ArticleCheck:
    on = at.astimezone(BEIJING).date()
    try:
        told = written_article(article, book.rules, on)
    except RuleMissingError as missing:
        return ArticleCheck(article=article, problems=(str(missing),))
    lengths = told.sentences
    mean = -(-sum(lengths) // max(1, len(lengths)))
    rules = book.rules
    found = [
        *_bound("characters", told.characters, rules.number("article_characters_max", on)),
        *_bound("characters a sentence", mean, rules.number("article_sentence_mean_max", on)),
        *_bound(
            "characters in one sentence", max(lengths, default=0), rules.number("article_sentence_max", on)
        ),
    ]
    if told.characters < rules.number("article_characters_min", on):
        found.append(f"{told.characters} characters: too short")
    if article.reviewed + timedelta(days=rules.number("article_review_days_max", on)) < on:
        found.append(f"reviewed on {article.reviewed}: too long ago")
    found += _refusals(told, book, at)
    return ArticleCheck(
        article=article, characters=told.characters, sentence_mean=mean, problems=tuple(found)
    )


def _bound(what: str, value: int, most: int) -> Iterator[str]:
    if value > most:
        yield f"{value} {what}: {most} at most"


def _refusals(told: WrittenArticle, book: Book, at: datetime) -> Iterator[str]:
    """What the review of words has against it, as a client without any special standing would read it."""
    draft = Draft(
        touch_id="",
        playbook="",
        parts=(
            Part(role="title", text=told.title),
            *(Part(role="body", text=paragraph) for paragraph in told.body),
        ),
        locale=LOCALE,
        channel=Channel.HOME,
        nature=Nature.EDUCATION,
        author=Author(kind=AuthorKind.STAFF),
        standing=ANYBODY,
        at=at,
        initiative=Initiative.CLIENT,
        consent="none",
    )
    verdict = review(draft, book=book)
    if isinstance(verdict, Refused):
        yield from (f"{reason.rule}: {reason.detail}" for reason in verdict.reasons)
