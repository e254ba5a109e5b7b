"""Hash algorithms of a tree, by their standard names: SHA-256 (FIPS 180-4), and SM3 (GB/T 32905-2016).

The hash of a log is bound to the type of its key, never to anything a proof says of itself: a proof of
one tree cannot be passed off as one of the other.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives import hashes


class Digest(Protocol):
    """What a constructor of `hashlib` gives."""

    def digest(self) -> bytes:
        """The hash of what was given."""
        ...


@dataclass(frozen=True, slots=True)
class HashAlgorithm:
    """A hash of 32 bytes under its standard name; `new(data).digest()` as in `hashlib`."""

    name: str
    new: Callable[[bytes], Digest]

    def leaf(self, entry: bytes) -> bytes:
        """Hash of an entry (RFC 6962, 2.1)."""
        return self.new(b"\x00" + entry).digest()

    def node(self, left: bytes, right: bytes) -> bytes:
        """Hash of an inner node (RFC 6962, 2.1)."""
        return self.new(b"\x01" + left + right).digest()

    @property
    def empty_root(self) -> bytes:
        """Root of the tree without leaves (RFC 6962, 2.1)."""
        return self.new(b"").digest()


class _Sm3:
    """SM3 by `cryptography`, where the OpenSSL of this Python has none."""

    def __init__(self, data: bytes) -> None:
        self._hash = hashes.Hash(hashes.SM3())
        self._hash.update(data)

    def digest(self) -> bytes:
        """The hash of what was given."""
        return self._hash.finalize()


def _sm3() -> Callable[[bytes], Digest]:
    try:
        begun = hashlib.new("sm3")
    except ValueError:
        return _Sm3

    def new(data: bytes) -> Digest:
        copied = begun.copy()  # a copy is made faster than the algorithm is looked up by its name
        copied.update(data)
        return copied

    return new


SHA256 = HashAlgorithm("SHA-256", hashlib.sha256)
SM3 = HashAlgorithm("SM3", _sm3())
ALGORITHMS = {one.name: one for one in (SHA256, SM3)}
"""By the name that a bare proof may state."""
