"""How bytes are sealed: an authenticated cipher under a data key, the data key under the master key.

    sealed  = cipher (1) | key version (2) | nonce (12) | ciphertext and tag
    wrapped = AES key wrap (RFC 3394) of the data key under the master key

AES-256-GCM-SIV (RFC 8452) forgives a repeated nonce; where the machine's OpenSSL lacks it, AES-256-GCM.
"""

import hmac
import secrets
import struct

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

GCM_SIV = 1
GCM = 2
KEY_BYTES = 32
NONCE_BYTES = 12
_HEAD = struct.Struct(">BH")


class SealBrokenError(RuntimeError):
    """Sealed bytes that were changed, moved to another row, or sealed under another master key."""


def _preferred() -> int:
    try:
        AESGCMSIV(bytes(KEY_BYTES))
    except UnsupportedAlgorithm:  # pragma: no cover - depends on the machine's OpenSSL
        return GCM
    return GCM_SIV


PREFERRED = _preferred()


def seal(key: bytes, version: int, plain: bytes, bound_to: bytes) -> bytes:
    """Encrypt under a data key; only the same `bound_to` opens it."""
    cipher = AESGCMSIV(key) if PREFERRED == GCM_SIV else AESGCM(key)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return _HEAD.pack(PREFERRED, version) + nonce + cipher.encrypt(nonce, plain, bound_to)


def version_of(sealed: bytes) -> int:
    """Which version of its data key sealed these bytes."""
    if len(sealed) < _HEAD.size + NONCE_BYTES:
        raise SealBrokenError("sealed bytes that are too short")
    version: int = _HEAD.unpack_from(sealed)[1]
    return version


def unseal(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Decrypt; raises `SealBrokenError` when a bit differs or the row is another."""
    kind = sealed[0]
    nonce, body = sealed[_HEAD.size : _HEAD.size + NONCE_BYTES], sealed[_HEAD.size + NONCE_BYTES :]
    try:
        if kind == GCM_SIV:
            return AESGCMSIV(key).decrypt(nonce, body, bound_to)
        if kind == GCM:
            return AESGCM(key).decrypt(nonce, body, bound_to)
    except InvalidTag as broken:
        raise SealBrokenError("sealed bytes that were changed or moved to another row") from broken
    raise SealBrokenError(f"sealed by an unknown cipher ({kind})")


def wrap(master: bytes, key: bytes) -> bytes:
    """A data key as it is stored."""
    return aes_key_wrap(master, key)


def unwrap(master: bytes, wrapped: bytes) -> bytes:
    """The data key again; raises `SealBrokenError` under another master key."""
    try:
        return aes_key_unwrap(master, wrapped)
    except InvalidUnwrap as broken:
        raise SealBrokenError("a data key that this master key does not open") from broken


def check_value(master: bytes) -> str:
    """What a store keeps to recognise its master key; says nothing about the key."""
    return hmac.digest(master, b"tongxing master key check", "sha256")[:16].hex()
