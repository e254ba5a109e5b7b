"""Posts bytes to the number that was judged, within a bounded time; what the other side does is an answer."""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tongxing.adapters.webhooks.numbers import numbers_of
from tongxing.service.webhooks_addresses import Number, Place, place_of

ANSWER_BYTES_MAX = 4_096
"""More of an answer is not read: it says nothing that counts."""
Resolve = Callable[[Place], tuple[Number, ...] | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """How one post ended."""

    status: int | None = None
    """None: there was no answer."""
    words: str
    body: bytes = b""
    asked: bool = True
    """Whether the other side may have read the request."""
    barred: bool = False
    """Whether the address itself was refused: it is never called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """What may be called, for how long, and whom TLS believes."""

    loopback: bool
    """Whether this machine's own names may be called: for demo stores."""
    seconds_max: float
    resolve: Resolve = numbers_of
    trust: ssl.SSLContext | None = None

    def post(self, url: str, headers: Callable[[Place], Mapping[str, str]], body: bytes) -> Posted:
        """One POST; redirects are not followed."""
        place = place_of(url, loopback=self.loopback)
        if isinstance(place, str):
            return Posted(words=f"address refused: {place}", asked=False, barred=True)
        numbers = self._numbers(place)
        if isinstance(numbers, str):
            return Posted(words=f"address refused: {numbers}", asked=False)
        connection = _connection(place, numbers[0], self.seconds_max, self.trust)
        late, asked = threading.Event(), False
        timer = threading.Timer(self.seconds_max, cut, (lambda: connection.sock, late))
        timer.daemon = True
        timer.start()
        try:
            connection.connect()
            asked = True
            connection.request("POST", place.path, body=body, headers={**_own(place), **headers(place)})
            answer = connection.getresponse()
            found = answer.read(ANSWER_BYTES_MAX)
        except (OSError, http.client.HTTPException, ValueError) as failed:
            if late.is_set() or isinstance(failed, TimeoutError):
                return Posted(words=f"no answer within {self.seconds_max:g} s", asked=asked)
            return Posted(words=f"not reached: {type(failed).__name__}", asked=asked)
        finally:
            timer.cancel()
            connection.close()
        return Posted(status=answer.status, words=f"http {answer.status}", body=found)

    def _numbers(self, place: Place) -> tuple[Number, ...] | str:
        """What the name stands for; a name server that does not answer is left alone in its thread."""
        found: list[tuple[Number, ...] | str] = []
        asking = threading.Thread(target=lambda: found.append(self.resolve(place)), daemon=True)
        asking.start()
        asking.join(timeout=self.seconds_max)
        return found[0] if found else "its name is not answered in time"


def ipaddress_form(host: str) -> str:
    """A host as it stands in an address: a number of version 6 in brackets."""
    try:
        return f"[{host}]" if ipaddress.ip_address(host).version == 6 else host  # noqa: PLR2004 - IPv6
    except ValueError:
        return host


def cut(held: Callable[[], socket.socket | None], late: threading.Event) -> None:
    """End a connection whose time is over: one that drips its answer would hold us for ever."""
    late.set()
    found = held()
    if found is not None:
        try:
            found.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _own(place: Place) -> dict[str, str]:
    named = ipaddress_form(place.host)
    default = 443 if place.secure else 80
    return {
        "Host": named if place.port == default else f"{named}:{place.port}",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def _connection(
    place: Place, number: Number, seconds: float, trust: ssl.SSLContext | None
) -> http.client.HTTPConnection:
    if place.secure:
        return _PinnedTls(place, number, seconds, trust or ssl.create_default_context())
    return http.client.HTTPConnection(str(number), place.port, timeout=seconds)


class _PinnedTls(http.client.HTTPSConnection):
    """TLS to one number, checked against the name."""

    def __init__(self, place: Place, number: Number, seconds: float, trust: ssl.SSLContext) -> None:
        super().__init__(place.host, place.port, timeout=seconds, context=trust)
        self._number, self._trust = str(number), trust

    def connect(self) -> None:
        plain = socket.create_connection((self._number, self.port), self.timeout)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)
