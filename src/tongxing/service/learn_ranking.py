"""How near an article's title and its clients' words are to a question: character n-grams, TF-IDF, cosine."""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from tongxing.domain.articles import Article

GRAMS = (1, 2, 3)
TEXT_LENGTH_MAX = 200


class Nearness:
    """The vectors of the titles and the words of all articles."""

    def __init__(self, articles: Iterable[Article]) -> None:
        given = tuple(
            (one.name, grams(words)) for one in articles for words in (one.title, *one.asks, _whole(one))
        )
        seen = Counter(gram for _name, found in given for gram in found)
        self._weight = {gram: math.log((1 + len(given)) / (1 + count)) + 1 for gram, count in seen.items()}
        self._rows: dict[str, list[tuple[int, float]]] = {}
        self._names = tuple(name for name, _found in given)
        for row, (_name, found) in enumerate(given):
            for gram, value in self._vector(found).items():
                self._rows.setdefault(gram, []).append((row, value))

    def near(self, text: str) -> tuple[str, ...]:
        """Names of the articles that share something, nearest first by the nearest of their words."""
        scores = [0.0] * len(self._names)
        for gram, value in self._vector(grams(text)).items():
            for row, other in self._rows.get(gram, ()):
                scores[row] += value * other
        best: dict[str, float] = {}
        for name, score in zip(self._names, scores, strict=True):
            if score > best.get(name, 0.0):
                best[name] = score
        return tuple(sorted(best, key=lambda name: (-round(best[name], 9), name)))

    def _vector(self, found: Mapping[str, int]) -> dict[str, float]:
        raw = {
            gram: (1 + math.log(count)) * self._weight[gram]
            for gram, count in found.items()
            if gram in self._weight
        }
        length = math.sqrt(sum(value * value for value in raw.values()))
        return {gram: value / length for gram, value in raw.items()} if length else {}


def grams(text: str) -> Counter[str]:
    """The n-grams of one, two and three characters; how common one is weighs it down."""
    folded = unicodedata.normalize("NFKC", text[:TEXT_LENGTH_MAX]).lower()
    words = "".join(mark if mark.isalnum() else " " for mark in folded).split()
    return Counter(
        word[at : at + size] for word in words for size in GRAMS for at in range(len(word) - size + 1)
    )


def fused(rankings: Iterable[tuple[str, ...]], *, k: int) -> tuple[str, ...]:
    """Reciprocal rank fusion: each ranking gives 1 / (k + rank); ties by name."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, name in enumerate(ranking, start=1):
            scores[name] = scores.get(name, 0.0) + 1 / (k + rank)
    return tuple(sorted(scores, key=lambda name: (-round(scores[name], 12), name)))


@lru_cache(maxsize=4)
def nearness(articles: tuple[Article, ...]) -> Nearness:
    """The vectors of a book's articles, made once."""
    return Nearness(articles)


def _whole(article: Article) -> str:
    return " ".join((article.title, *article.asks))
