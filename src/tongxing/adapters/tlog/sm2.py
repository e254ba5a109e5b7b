"""SM2 with SM3 (GB/T 32918.2, GM/T 0009) for signed notes, by gmssl-pyx (extra `gm`).

Not certified for cryptographic products: an option for interoperability. The signer's identity is the
standard's default, 1234567812345678; a signature is r and s of 32 bytes each, one spelling only. The
library writes a line of its own to standard error for each signature that does not hold.
"""

from importlib import import_module
from typing import Any

from tongxing.ledger.hashing import SM3
from tongxing.ledger.lines import TextError, UnsupportedError
from tongxing.ledger.note_keys import SigningKey
from tongxing.ledger.note_schemes import OWN, SignatureScheme

IDENTIFIER = b"tongxing/signed-note/sm2-with-sm3/1\x00"
"""What every such key begins with, after its type 0xff."""
SIGNER_ID = b"1234567812345678"
"""GM/T 0009-2012, 10: the identity of a signer who has none of their own."""
NUMBER_BYTES, POINT_BYTES = 32, 64
SECRET_BYTES = NUMBER_BYTES + POINT_BYTES
"""The private number, and the public point: the library does not compute one from the other."""
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
"""Of the group (GB/T 32918.5)."""
MISSING = "SM2 signatures need the library of the extra gm: pip install 'tongxing[gm]'"
_INTEGER, _SEQUENCE = 0x02, 0x30


def available() -> bool:
    """Whether the library is here."""
    try:
        _library()
    except UnsupportedError:
        return False
    return True


def sm2_key(name: str) -> SigningKey:
    """A new key for a log of that name, by the library's own source of chance; raises `TextError`."""
    point, number = _library().sm2_key_generate()
    return SigningKey(name, OWN, IDENTIFIER + number + point, SM2)


def _library() -> Any:  # noqa: ANN401 - a library without types
    try:
        return import_module("gmssl_pyx")
    except ImportError:
        raise UnsupportedError(MISSING) from None


def _public_of(secret: bytes) -> bytes:
    return secret[NUMBER_BYTES:]


def _sign(secret: bytes, message: bytes) -> bytes:
    """The signature, verified before it leaves: a point that does not belong to the number signs nothing."""
    library, number, point = _library(), secret[:NUMBER_BYTES], _public_of(secret)
    try:
        signature = _plain(library.sm2_sign(number, point, message, SIGNER_ID))
    except library.GmsslInnerError as wrong:
        raise TextError(f"SM2: {wrong}") from None
    if not _verify(point, message, signature):
        raise TextError("SM2: the halves of this key do not belong together")
    return signature


def _verify(point: bytes, message: bytes, signature: bytes) -> bool:
    library = _library()
    numbers = [int.from_bytes(half) for half in (signature[:NUMBER_BYTES], signature[NUMBER_BYTES:])]
    if len(signature) != 2 * NUMBER_BYTES or not all(0 < one < ORDER for one in numbers):
        return False
    try:
        return bool(library.sm2_verify(point, message, _der(*numbers), SIGNER_ID))
    except library.GmsslInnerError:
        return False


def _der(*numbers: int) -> bytes:
    """The numbers r and s as the library takes them (a SEQUENCE of two INTEGERs)."""
    body = b""
    for number in numbers:
        data = number.to_bytes(number.bit_length() // 8 + 1)
        body += bytes((_INTEGER, len(data))) + data
    return bytes((_SEQUENCE, len(body))) + body


def _plain(der: bytes) -> bytes:
    """The numbers r and s, 32 bytes each, of what the library gives."""
    at, numbers = 2, b""
    for _ in range(2):
        end = at + 2 + der[at + 1]
        numbers += int.from_bytes(der[at + 2 : end]).to_bytes(NUMBER_BYTES)
        at = end
    return numbers


SM2 = SignatureScheme(
    name="SM2-with-SM3",
    identifier=IDENTIFIER,
    public_bytes=POINT_BYTES,
    secret_bytes=SECRET_BYTES,
    algorithm=SM3,
    public_of=_public_of,
    sign=_sign,
    verify=_verify,
)
SCHEMES = (SM2,)
"""Signatures of type 0xff that this house knows."""
