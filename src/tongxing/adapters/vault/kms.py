"""A key service that keeps the key of keys: it wraps root keys, and is asked when a process starts.

A root lives in the memory of a process from then on, so that a service that fails or stalls stops nobody
who is at work: it is needed to start, and to change roots. Over HTTPS, or plain HTTP to this machine.
"""

import http.client
import os
import time
from base64 import b64decode, b64encode
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from tongxing.service.ports import StoreError

SECONDS_MAX = 5.0
ANSWER_BYTES_MAX = 4_096
TOKEN = "TONGXING_KMS_TOKEN"  # noqa: S105 - the name of a variable
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class KmsError(StoreError):
    """The key service does not answer, or refuses."""


class Kms(Protocol):
    """What a key service does for root keys."""

    def wrap(self, key: bytes) -> bytes:
        """A root key as it may be kept; raises `KmsError`."""
        ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """The root key again; raises `KmsError`."""
        ...


class HttpKms:
    """A key service over HTTP: POST `/wrap` and `/unwrap` with `{"key": name, "data": base64}`."""

    def __init__(self, url: str, name: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise KmsError(f"the key service {url} is asked over https only")
        self.url, self.name = url, name
        self._parts = parts

    def wrap(self, key: bytes) -> bytes:
        """A root key as it may be kept."""
        return self._asked("wrap", key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """The root key again."""
        return self._asked("unwrap", wrapped)

    def _asked(self, what: str, data: bytes) -> bytes:
        body = msgspec.json.encode({"key": self.name, "data": b64encode(data).decode()})
        try:
            answer = self._post(f"{self._parts.path.rstrip('/')}/{what}", body)
            return b64decode(msgspec.json.decode(answer, type=dict[str, str])["data"], validate=True)
        except (OSError, http.client.HTTPException) as failed:
            raise KmsError(f"the key service {self.url} does not answer: {type(failed).__name__}") from failed
        except (msgspec.DecodeError, KeyError, ValueError) as broken:
            raise KmsError(f"the key service {self.url} answers what is no key") from broken

    def _post(self, path: str, body: bytes) -> bytes:
        deadline = time.monotonic() + SECONDS_MAX
        secure = self._parts.scheme == "https"
        made = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = made(self._parts.hostname or "", self._parts.port, timeout=SECONDS_MAX)
        headers = {"Content-Type": "application/json"}
        if os.environ.get(TOKEN):
            headers["Authorization"] = f"Bearer {os.environ[TOKEN]}"
        try:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            if response.status != http.client.OK:
                raise KmsError(f"the key service {self.url} refuses: {response.status}")
            answer = b""
            while piece := response.read1(ANSWER_BYTES_MAX):
                answer += piece
                if len(answer) > ANSWER_BYTES_MAX or time.monotonic() > deadline:
                    raise KmsError(f"the key service {self.url} does not come to an end")
            return answer
        finally:
            connection.close()
