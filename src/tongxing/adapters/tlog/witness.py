"""A witness: what it saw last of each log in a folder, and its door over HTTP (ASGI)."""

import threading
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from tongxing.adapters.tlog.files import replace_file_durably
from tongxing.ledger.checkpoints import Checkpoint, parse_checkpoint
from tongxing.ledger.note_keys import SigningKey, VerifierKey
from tongxing.ledger.witnessing import (
    ADD_CHECKPOINT,
    REQUEST_BYTES_MAX,
    TEXT_TYPE,
    Answer,
    consider,
)

Message = MutableMapping[str, Any]
METHOD_NOT_ALLOWED, NOT_FOUND, TOO_LARGE = 405, 404, 413


class Witness:
    """One witness with one key; requests are answered one after the other."""

    def __init__(
        self, folder: Path, key: SigningKey, logs: Sequence[VerifierKey], *, clock: Callable[[], int]
    ) -> None:
        """`logs` are the keys it trusts, by their name as origin; `clock` gives POSIX seconds."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = key
        self._logs: Mapping[str, Sequence[VerifierKey]] = {
            log.name: tuple(other for other in logs if other.name == log.name) for log in logs
        }
        self._clock = clock
        self._turn = threading.Lock()

    def add_checkpoint(self, body: bytes) -> Answer:
        """The answer of tlog-witness; what was seen is on disk before this returns."""
        with self._turn:
            answer = consider(body, latest=self.latest, logs=self._logs, key=self._key, at=self._clock())
            if answer.seen is not None:
                replace_file_durably(self._file(answer.seen.origin), answer.seen.text.encode())
            return answer

    def latest(self, origin: str) -> Checkpoint | None:
        """The checkpoint cosigned last for a log; raises `TextError` when the file is damaged."""
        try:
            return parse_checkpoint(self._file(origin).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def _file(self, origin: str) -> Path:
        return self._folder / sha256(origin.encode()).hexdigest()


class WitnessApp:
    """`POST /add-checkpoint` as an ASGI application."""

    def __init__(self, answer: Callable[[bytes], Answer]) -> None:
        """`answer` gives the answer to the body of a request."""
        self._answer = answer

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """One request; anything else than the one door is refused."""
        if scope["type"] == "lifespan":
            await live(receive, send)
        elif scope["type"] == "http":
            answer = await self._answered(scope, receive)
            body = answer.body.encode()
            headers = [(b"content-type", answer.content_type.encode())]
            headers.append((b"content-length", str(len(body)).encode()))
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    async def _answered(self, scope: Message, receive: Callable[[], Awaitable[Message]]) -> Answer:
        if scope["path"] != f"/{ADD_CHECKPOINT}":
            return Answer(NOT_FOUND, f"only /{ADD_CHECKPOINT}\n", TEXT_TYPE)
        if scope["method"] != "POST":
            return Answer(METHOD_NOT_ALLOWED, "only POST\n", TEXT_TYPE)
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > REQUEST_BYTES_MAX:
                return Answer(TOO_LARGE, f"more than {REQUEST_BYTES_MAX} bytes\n", TEXT_TYPE)
        return self._answer(body)


async def live(receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]) -> None:
    """The beginning and end of an application that has nothing to prepare."""
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
