"""Posts one signed message (Standard Webhooks) to the number that was judged, within a bounded time."""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook as Signer

from tongxing.adapters.clock import machine_time
from tongxing.adapters.webhooks.numbers import numbers_of
from tongxing.service.webhooks_addresses import Number, Place, place_of

ANSWER_BYTES_MAX = 4_096
"""More of an answer is not read: it says nothing that counts."""
GONE = 410
OK = range(200, 300)
REDIRECTS = range(300, 400)
Resolve = Callable[[Place], tuple[Number, ...] | str]


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
        self._loopback = loopback
        self._seconds = seconds_max
        self._machine = machine
        self._resolve = resolve
        self._trust = trust or ssl.create_default_context()

    def send(self, *, url: str, secret: str, call_id: str, payload: bytes) -> Tried:
        """Sign and post; what the other side does is an outcome, never an exception."""
        place = place_of(url, loopback=self._loopback)
        if isinstance(place, str):
            return Tried(words=f"address refused: {place}")
        numbers = self._numbers(place)
        if isinstance(numbers, str):
            return Tried(words=f"address refused: {numbers}")
        headers = _headers(place, secret, call_id, payload, self._machine())
        connection = _connection(place, numbers[0], self._seconds, self._trust)
        late = threading.Event()
        timer = threading.Timer(self._seconds, _cut, (connection, late))
        timer.daemon = True
        timer.start()
        try:
            connection.request("POST", place.path, body=payload, headers=headers)
            answer = connection.getresponse()
            status = answer.status
            answer.read(ANSWER_BYTES_MAX)
        except (OSError, http.client.HTTPException, ValueError) as failed:
            if late.is_set() or isinstance(failed, TimeoutError):
                return Tried(words=f"no answer within {self._seconds:g} s")
            return Tried(words=f"not reached: {type(failed).__name__}")
        finally:
            timer.cancel()
            connection.close()
        return _tried(status)

    def _numbers(self, place: Place) -> tuple[Number, ...] | str:
        """What the name stands for; a name server that does not answer is left alone in its thread."""
        found: list[tuple[Number, ...] | str] = []
        asking = threading.Thread(target=lambda: found.append(self._resolve(place)), daemon=True)
        asking.start()
        asking.join(timeout=self._seconds)
        return found[0] if found else "its name is not answered in time"


def _tried(status: int) -> Tried:
    if status in REDIRECTS:
        return Tried(words=f"http {status}: redirects are not followed")
    return Tried(accepted=status in OK, gone=status == GONE, words=f"http {status}")


def _headers(place: Place, secret: str, call_id: str, payload: bytes, at: datetime) -> dict[str, str]:
    stamp = at.astimezone(UTC)
    named = ipaddress_form(place.host)
    default = 443 if place.secure else 80
    return {
        "Host": named if place.port == default else f"{named}:{place.port}",
        "Content-Type": "application/json",
        "User-Agent": "Tongxing-Webhooks/1",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "webhook-id": call_id,
        "webhook-timestamp": str(int(stamp.timestamp())),
        "webhook-signature": Signer(secret).sign(call_id, stamp, payload.decode()),
    }


def ipaddress_form(host: str) -> str:
    """A host as it stands in an address: a number of version 6 in brackets."""
    try:
        return f"[{host}]" if ipaddress.ip_address(host).version == 6 else host  # noqa: PLR2004 - IPv6
    except ValueError:
        return host


def _connection(
    place: Place, number: Number, seconds: float, trust: ssl.SSLContext
) -> http.client.HTTPConnection:
    if place.secure:
        return _PinnedTls(place, number, seconds, trust)
    return http.client.HTTPConnection(str(number), place.port, timeout=seconds)


class _PinnedTls(http.client.HTTPSConnection):
    """TLS to one number, checked against the name."""

    def __init__(self, place: Place, number: Number, seconds: float, trust: ssl.SSLContext) -> None:
        super().__init__(place.host, place.port, timeout=seconds, context=trust)
        self._number, self._trust = str(number), trust

    def connect(self) -> None:
        plain = socket.create_connection((self._number, self.port), self.timeout)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)


def _cut(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    """End a connection whose time is over: one that drips its answer would hold us for ever."""
    late.set()
    held = connection.sock
    if held is not None:
        try:
            held.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
