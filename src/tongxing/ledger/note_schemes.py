"""Signatures beyond Ed25519 in signed notes: type 0xff and a long identifier of their own (signed-note).

Such an algorithm needs a library that need not be there, so it is handed in by whoever has it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tongxing.ledger.hashing import HashAlgorithm
from tongxing.ledger.lines import UnsupportedError

OWN = 0xFF
"""The type of signatures without an assigned one; an identifier follows it in the key (signed-note)."""


@dataclass(frozen=True, slots=True)
class SignatureScheme:
    """One such algorithm: what its keys begin with, and how it signs; a signature has 64 bytes."""

    name: str
    identifier: bytes
    """First bytes of every key; so long that nobody else chose the same."""
    public_bytes: int
    secret_bytes: int
    algorithm: HashAlgorithm
    """Hash of the trees whose checkpoints its keys sign."""
    public_of: Callable[[bytes], bytes]
    """The public half of a secret, without the identifier."""
    sign: Callable[[bytes, bytes], bytes]
    """(secret, message) -> signature; raises `TextError`."""
    verify: Callable[[bytes, bytes, bytes], bool]
    """(public, message, signature) -> whether it holds; raises `UnsupportedError` without its library."""


def scheme_of(key: bytes, schemes: Iterable[SignatureScheme], where: str) -> SignatureScheme:
    """The scheme whose identifier a key of type 0xff begins with; raises `UnsupportedError`."""
    for one in schemes:
        if key.startswith(one.identifier):
            return one
    raise UnsupportedError(f"{where}: signature type 0x{OWN:02x} with an identifier that is not supported")
