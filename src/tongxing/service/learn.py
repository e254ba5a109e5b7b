"""Articles of investor education: by topic, one of them, and found by a client's own words."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from tongxing.domain.articles import Article
from tongxing.domain.book import RuleMissingError
from tongxing.domain.clock import BEIJING
from tongxing.service.house import House
from tongxing.service.learn_ranking import fused, nearness
from tongxing.wording.articles import WrittenArticle, written_article

RANKED_MAX = 40
"""Articles of each ranking that are fused."""


class NoArticleError(LookupError):
    """No article of that name, or one whose numbers are not known on the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """One article as a client reads it."""

    written: WrittenArticle
    minutes: int
    """How long it takes, read slowly."""
    review_over: bool
    """It should have been reviewed again by now."""
    unverified: bool
    """A number it tells was not checked against the text of the rule."""
    beside: tuple[WrittenArticle, ...]
    """Others that may help with the same thing."""


def today(house: House) -> date:
    """The Beijing day."""
    return house.clock.now().astimezone(BEIJING).date()


def shelf(house: House) -> dict[str, tuple[WrittenArticle, ...]]:
    """Topic -> its articles, topics in the order of the rulebook."""
    found: dict[str, list[WrittenArticle]] = {}
    on = today(house)
    for article in house.book.articles.values():
        told = _told(house, article, on)
        if told is not None:
            found.setdefault(article.topic, []).append(told)
    order = house.book.rules.words("article_topics", on)
    return {
        topic: tuple(found[topic]) for topic in (*order, *sorted(set(found) - set(order))) if topic in found
    }


def article_page(house: House, name: str) -> ArticlePage:
    """One article with what stands beside it; raises `NoArticleError`."""
    article, on = house.book.articles.get(name), today(house)
    told = None if article is None else _told(house, article, on)
    if article is None or told is None:
        raise NoArticleError(name)
    rules = house.book.rules
    beside = [one for one in find(house, article.title) if one.article.name != name]
    over = article.reviewed + timedelta(days=rules.number("article_review_days_max", on)) < on
    return ArticlePage(
        written=told,
        minutes=math.ceil(told.characters / rules.number("article_reading_minute", on)),
        review_over=over,
        unverified=any(rules.row(rule_id, on).status == "unverified" for rule_id in article.rules),
        beside=tuple(beside[: rules.number("article_beside_max", on)]),
    )


def find(house: House, text: str, *, intent: str = "") -> tuple[WrittenArticle, ...]:
    """Articles for a client's words, best first; `intent`: those that serve it go before the others."""
    rules, on = house.book.rules, today(house)
    names = ranked(house, text, on)
    articles = house.book.articles
    if intent:
        names = tuple(sorted(names, key=lambda name: intent not in articles[name].intents))
    told = (_told(house, articles[name], on) for name in names if name in articles)
    shown = (one for one in told if one is not None)
    return tuple(islice(shown, rules.number("article_found_max", on)))


def ranked(house: House, text: str, on: date) -> tuple[str, ...]:
    """Names by all rankings there are, fused: shared words, nearness of characters, meaning."""
    near = nearness(tuple(house.book.articles.values())).near(text)[:RANKED_MAX]
    index = house.article_index
    by_words = () if index is None else index.by_words(text, at_most=RANKED_MAX)
    means = house.meaning_index
    by_meaning = () if means is None else means.by_words(text, at_most=RANKED_MAX)
    return fused((by_words, near, by_meaning), k=house.book.rules.number("article_fusion_rank", on))


def _told(house: House, article: Article, on: date) -> WrittenArticle | None:
    """As of a day; None where the rulebook has no number for it then: the house does not guess one."""
    try:
        return written_article(article, house.book.rules, on)
    except RuleMissingError:
        return None
