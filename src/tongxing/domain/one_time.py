"""One-time codes (RFC 6238): six digits that change every thirty seconds, from a seed both sides know."""

import base64
import hashlib
import hmac
from urllib.parse import quote

STEP_SECONDS = 30
DIGITS = 6
SEED_BYTES = 20
DRIFT_STEPS = 1
"""How many steps the clock of a telephone may be wrong, either way."""


def step_at(at: int) -> int:
    """The step of an instant in epoch seconds."""
    return at // STEP_SECONDS


def code(seed: bytes, step: int, *, digits: int = DIGITS) -> str:
    """The digits of a step."""
    digest = hmac.new(seed, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(seed: bytes, given: str, *, at: int, after: int) -> int | None:
    """The step whose code was given, later than `after` (the last one used), or None."""
    wanted = "".join(given.split())
    now = step_at(at)
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        if hmac.compare_digest(code(seed, step).encode(), wanted.encode()) and step > after:
            return step
    return None


def address(seed: bytes, person_id: str, *, issuer: str = "Tongxing") -> str:
    """What an app that shows codes reads, as text or as a picture."""
    secret = base64.b32encode(seed).decode().rstrip("=")
    return f"otpauth://totp/{quote(issuer)}:{quote(person_id)}?secret={secret}&issuer={quote(issuer)}"
