"""Articles by the meaning of their titles and of what clients type, for houses with the sentence encoder."""

from collections.abc import Iterable
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from tongxing.assistant.heads import Encoder
from tongxing.domain.articles import Article

TEXT_LENGTH_MAX = 200
PLACES = 6
"""Nearness is compared to so many places: the order of equal ones goes by name."""


class MeaningIndex:
    """The port `ArticleIndex`; the vectors are made at the first question, about a second."""

    def __init__(self, articles: Iterable[Article], encoder: Encoder, *, least: float) -> None:
        """`least`: the cosine below which two texts have nothing to do with one another."""
        given = [(one.name, words) for one in articles for words in (one.title, *one.asks)]
        self._names = [name for name, _words in given]
        self._words = [words for _name, words in given]
        self._encoder, self._least = encoder, least
        self._lock = Lock()
        self._made: NDArray[np.float32] | None = None

    def by_words(self, text: str, *, at_most: int) -> tuple[str, ...]:
        """Names, nearest first by the nearest of an article's words; empty where none is near."""
        asked = text[:TEXT_LENGTH_MAX].strip()
        if not asked or not self._names:
            return ()
        near = self._vectors() @ _unit(self._encoder([asked]))[0]
        best: dict[str, float] = {}
        for name, value in zip(self._names, near.tolist(), strict=True):
            best[name] = max(best.get(name, -1.0), round(value, PLACES))
        found = (name for name, value in best.items() if value >= self._least)
        return tuple(sorted(found, key=lambda name: (-best[name], name))[:at_most])

    def _vectors(self) -> NDArray[np.float32]:
        with self._lock:
            if self._made is None:
                self._made = _unit(self._encoder(self._words))
            return self._made


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)
