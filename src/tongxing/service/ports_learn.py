"""The port of finding articles by their words."""

from typing import Protocol


class ArticleIndex(Protocol):
    """All articles of one book, searchable by words."""

    def by_words(self, text: str, *, at_most: int) -> tuple[str, ...]:
        """Names of the articles that share most with the words, best first; empty where none does."""
        ...
