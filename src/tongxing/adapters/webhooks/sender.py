"""Posts one signed message (Standard Webhooks) to the number that was judged, within a bounded time."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook as Signer

from tongxing.adapters.clock import machine_time
from tongxing.adapters.posting import ANSWER_BYTES_MAX, Poster, Resolve, ipaddress_form
from tongxing.adapters.webhooks.numbers import numbers_of

__all__ = ["ANSWER_BYTES_MAX", "Tried", "WebhookSender", "ipaddress_form", "signed"]

GONE = 410
OK = range(200, 300)
REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How one try ended."""

    accepted: bool = False
    gone: bool = False
    words: str


class WebhookSender:
    """The port `Sender`; `loopback` lets a demo store call this machine itself."""

    def __init__(
        self,
        *,
        loopback: bool,
        seconds_max: float,
        machine: Callable[[], datetime] = machine_time,
        resolve: Resolve = numbers_of,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._poster = Poster(loopback=loopback, seconds_max=seconds_max, resolve=resolve, trust=trust)
        self._machine = machine

    def send(self, *, url: str, secret: str, call_id: str, payload: bytes) -> Tried:
        """Sign and post; what the other side does is an outcome, never an exception."""
        headers = signed(secret, call_id, payload, self._machine())
        posted = self._poster.post(url, lambda _place: headers, payload)
        if posted.status is None:
            return Tried(words=posted.words)
        if posted.status in REDIRECTS:
            return Tried(words=f"http {posted.status}: redirects are not followed")
        return Tried(accepted=posted.status in OK, gone=posted.status == GONE, words=posted.words)


def signed(secret: str, call_id: str, payload: bytes, at: datetime) -> dict[str, str]:
    """The headers of a message signed as Standard Webhooks says."""
    stamp = at.astimezone(UTC)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Tongxing-Webhooks/1",
        "webhook-id": call_id,
        "webhook-timestamp": str(int(stamp.timestamp())),
        "webhook-signature": Signer(secret).sign(call_id, stamp, payload.decode()),
    }
