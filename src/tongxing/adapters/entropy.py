"""Unpredictable bytes for keys and salts; in simulations bytes that a seed repeats."""

import secrets
from hashlib import blake2b
from threading import Lock

_BLOCK_BYTES = 64


class OsEntropy:
    """Bytes of the operating system: what live mode uses."""

    def token(self, length: int) -> bytes:
        """Fresh unpredictable bytes."""
        return secrets.token_bytes(length)


class SeededEntropy:
    """The same bytes again for the same seed, so that a simulated year can be replayed to the bit.

    Never for real clients: who knows the seed knows the keys.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed.to_bytes(16, "big", signed=True)
        self._drawn = 0
        self._lock = Lock()

    def token(self, length: int) -> bytes:
        """The next bytes of the seed's sequence."""
        with self._lock:
            self._drawn += 1
            start = self._drawn
        pieces = []
        for block in range(-(-length // _BLOCK_BYTES)):
            counter = start.to_bytes(8, "big") + block.to_bytes(8, "big")
            pieces.append(blake2b(counter, key=self._seed, digest_size=_BLOCK_BYTES).digest())
        return b"".join(pieces)[:length]
