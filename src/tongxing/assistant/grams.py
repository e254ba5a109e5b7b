"""Character n-grams of a text, weighted by how rare they are; no words have to be cut apart."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

LONGEST = 3
BLOCK = 1024
SEEN_MIN = 2
"""Texts an n-gram must stand in: what stands in one alone says nothing of another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grams:
    """The n-grams of a corpus: where each stands in a row, and its weight."""

    places: Mapping[str, int]
    rarity: NDArray[np.float32]

    def row(self, text: str) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Places and values of a text, of unit length together; empty where nothing is known."""
        counts = Counter(place for one in _grams(text) if (place := self.places.get(one)) is not None)
        places = np.fromiter(counts, dtype=np.intp, count=len(counts))
        values = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(values)) * self.rarity[places]
        length = float(np.linalg.norm(values))
        return places, values / length if length else values

    def blocks(self, texts: Sequence[str]) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """A row for each text, `BLOCK` columns at a time: all at once would be some hundred megabytes."""
        rows = [self.row(text) for text in texts]
        for start in range(0, len(self.places), BLOCK):
            columns = slice(start, min(start + BLOCK, len(self.places)))
            filled = np.zeros((len(texts), columns.stop - start), dtype=np.float32)
            for line, (places, values) in enumerate(rows):
                here = (places >= start) & (places < columns.stop)
                filled[line, places[here] - start] = values[here]
            yield columns, filled


def learn_grams(texts: Sequence[str]) -> Grams:
    """All n-grams that stand in two texts or more; rarity is 1 + ln((1 + n) / (1 + df))."""
    found = Counter(one for text in texts for one in set(_grams(text)))
    kept = sorted(one for one, times in found.items() if times >= SEEN_MIN)
    rarity = [1 + log((1 + len(texts)) / (1 + found[one])) for one in kept]
    return Grams(
        places={one: place for place, one in enumerate(kept)}, rarity=np.array(rarity, dtype=np.float32)
    )


def _grams(text: str) -> list[str]:
    return [
        text[start : start + length]
        for length in range(1, LONGEST + 1)
        for start in range(len(text) - length + 1)
    ]
