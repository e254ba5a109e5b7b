"""Articles by their words: character pairs under BM25, in an SQLite FTS5 table kept in memory."""

import sqlite3
import unicodedata
from collections.abc import Iterable
from threading import Lock

from tongxing.domain.articles import Article

TEXT_LENGTH_MAX = 200
FIND = """
SELECT name FROM article WHERE article MATCH ?
ORDER BY bm25(article, 0, 3.0, 2.0, 1.0), name LIMIT ?
"""
"""A match in the title counts three times as much as in the body, one in what clients type twice."""


class WordIndex:
    """An index over the articles of one book; the same articles give the same answers."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._lock = Lock()
        self._rows = sqlite3.connect(":memory:", check_same_thread=False)
        self._rows.execute(
            "CREATE VIRTUAL TABLE article USING fts5(name UNINDEXED, title, asks, body, tokenize='unicode61')"
        )
        self._rows.executemany(
            "INSERT INTO article VALUES (?, ?, ?, ?)",
            (
                (one.name, _spaced(one.title), _spaced(" ".join(one.asks)), _spaced(" ".join(one.body)))
                for one in sorted(articles, key=lambda one: one.name)
            ),
        )

    def by_words(self, text: str, *, at_most: int) -> tuple[str, ...]:
        """Names of the articles that share most with the words, best first."""
        asked = " OR ".join(f'"{pair}"' for pair in dict.fromkeys(pairs(text[:TEXT_LENGTH_MAX])))
        if not asked:
            return ()
        with self._lock:
            found = self._rows.execute(FIND, (asked, at_most))
            return tuple(name for (name,) in found)


def pairs(text: str) -> tuple[str, ...]:
    """Pairs of neighbouring characters of a text, letters and digits alone; a single one stands by itself."""
    folded = unicodedata.normalize("NFKC", text).lower()
    words = "".join(mark if mark.isalnum() else " " for mark in folded).split()
    return tuple(
        word[at : at + 2] for word in words for at in range(max(1, len(word) - 1)) if word[at : at + 2]
    )


def _spaced(text: str) -> str:
    return " ".join(pairs(text))
