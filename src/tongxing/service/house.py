"""The house at work: everything a use case needs, joined once by `app` and handed in."""

from dataclasses import dataclass

from tongxing.domain.book import Book
from tongxing.domain.clock import Clock
from tongxing.service.ports import Entropy, Log, Market, Store
from tongxing.service.ports_learn import ArticleIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A store with its book, its market and its clock."""

    store: Store
    market: Market
    book: Book
    clock: Clock
    entropy: Entropy
    code_version: str
    log: Log | None = None
    """The log that the worker of this store writes; None: none is kept."""
    article_index: ArticleIndex | None = None
    """Articles of the book by their words; None: they are found by their titles alone."""
