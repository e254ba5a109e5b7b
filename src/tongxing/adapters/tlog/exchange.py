"""One bounded question over HTTP to a log or a witness that the operator named; no redirect is followed."""

import http.client
import ssl
from urllib.parse import urlsplit

ANSWER_BYTES_MAX = 17_000_000
"""More than a bundle of 256 of the longest entries."""
SECONDS_MAX = 10.0


def ask(url: str, body: bytes | None = None, *, seconds: float = SECONDS_MAX) -> tuple[int, bytes]:
    """Status and body of a GET, or of a POST when there is a body; raises `OSError` when nobody answers."""
    place = urlsplit(url)
    if place.scheme not in {"http", "https"} or place.hostname is None:
        raise OSError(f"{url}: not an http(s) address")
    connection = _connection(place.scheme, place.hostname, place.port, seconds)
    try:
        headers = {"Accept-Encoding": "identity"}
        connection.request("GET" if body is None else "POST", place.path or "/", body, headers)
        answer = connection.getresponse()
        found = answer.read(ANSWER_BYTES_MAX + 1)
    except http.client.HTTPException as broken:
        raise OSError(f"{url}: no HTTP answer: {broken!r}") from None
    finally:
        connection.close()
    if len(found) > ANSWER_BYTES_MAX:
        raise OSError(f"{url}: more than {ANSWER_BYTES_MAX} bytes")
    return answer.status, found


def _connection(scheme: str, host: str, port: int | None, seconds: float) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=seconds)
    return http.client.HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())
