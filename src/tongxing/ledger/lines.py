"""Lines of the C2SP texts, read to the letter: a value has one spelling, and everything else is refused."""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error

HASH_BYTES = 32
"""Length of a hash of these texts, of SHA-256 and of SM3 alike."""
NUMBER_MAX = 2**63 - 1
"""Greatest tree size, index or time that is read (tlog-cosignature sets it for times)."""

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class TextError(ValueError):
    """A text that is not what it claims to be; says where and why."""


class UnsupportedError(TextError):
    """A text of a kind that this installation cannot read; says what is missing."""


class ProofError(ValueError):
    """A text that reads well and does not hold: a wrong hash, an unknown or false signature, no quorum."""


def decimal(text: str, where: str) -> int:
    """A whole number in ASCII decimal without leading zeroes, at most 2^63 - 1; raises `TextError`."""
    if _DECIMAL.fullmatch(text) is None or int(text) > NUMBER_MAX:
        raise TextError(f"{where}: {text[:40]!r} is no decimal number of the form 0, 1, 2 ...")
    return int(text)


def base64_bytes(text: str, where: str) -> bytes:
    """Bytes of standard padded base64 (RFC 4648, 4); one spelling only, so that no bit is free."""
    try:
        value = b64decode(text.encode("ascii"), validate=True)
    except (Base64Error, UnicodeEncodeError, ValueError):
        raise TextError(f"{where}: {text[:40]!r} is not standard base64") from None
    if base64_text(value) != text:
        raise TextError(f"{where}: {text[:40]!r} is base64 with stray bits or padding")
    return value


def hash_bytes(text: str, where: str) -> bytes:
    """A hash in base64; raises `TextError` for any other length."""
    value = base64_bytes(text, where)
    if len(value) != HASH_BYTES:
        raise TextError(f"{where}: a hash has {HASH_BYTES} bytes, not {len(value)}")
    return value


def base64_text(value: bytes) -> str:
    """Standard padded base64."""
    return b64encode(value).decode("ascii")


def utf8(data: bytes, what: str) -> str:
    """Text of UTF-8 bytes; raises `TextError` naming the first byte that is none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as broken:
        raise TextError(f"{what}: byte {broken.start} is not UTF-8") from None
