"""One-time codes by time (RFC 6238 over RFC 4226): SHA-1, 30 seconds, six digits, as every app knows them."""

import hashlib
import hmac
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

SECONDS_A_STEP = 30
DIGITS = 6
SEED_BYTES = 20
"""As long as the hash, RFC 4226 section 4."""
DRIFT_STEPS = 1
"""A phone's clock may be one step off, RFC 6238 section 5.2."""


def step_at(at: datetime) -> int:
    """The number of the step an instant falls into, counted from 1970."""
    return int(at.timestamp()) // SECONDS_A_STEP


def code(seed: bytes, step: int, *, digits: int = DIGITS) -> str:
    """The code of one step."""
    mac = hmac.digest(seed, step.to_bytes(8, "big"), hashlib.sha1)
    start = mac[-1] & 0x0F
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**digits:0{digits}d}"


def step_of(seed: bytes, typed: str, at: datetime, *, after: int | None) -> int | None:
    """The step whose code was typed; None where none fits or it, or a later one, was used before."""
    words = typed.replace(" ", "")
    now, found = step_at(at), None
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        fits = hmac.compare_digest(code(seed, step).encode(), words.encode("utf-8", "replace"))
        if fits and (after is None or step > after):
            found = step
    return found


def address(seed: bytes, person_id: str) -> str:
    """What an authenticator app reads (`otpauth`)."""
    secret = b32encode(seed).decode().rstrip("=")
    asked = urlencode({"secret": secret, "issuer": "Tongxing", "digits": DIGITS, "period": SECONDS_A_STEP})
    return f"otpauth://totp/Tongxing:{quote(person_id)}?{asked}"
