"""The files of a log over HTTP (ASGI), as tlog-tiles serves them; nothing else of its directory."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from tongxing.adapters.tlog.sources import CHECKPOINT, folder_source
from tongxing.adapters.tlog.witness import Message, live
from tongxing.ledger.lines import TextError
from tongxing.ledger.tiles import tile_of_path

FOUND, NOT_FOUND, METHOD_NOT_ALLOWED = 200, 404, 405
TEXT = ((b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"))
OCTETS = ((b"content-type", b"application/octet-stream"), (b"cache-control", b"max-age=31536000, immutable"))


class LogApp:
    """`GET /checkpoint`, `/tile/<L>/<N>[.p/<W>]` and `/tile/entries/<N>[.p/<W>]`."""

    def __init__(self, directory: Path) -> None:
        """Serves the log of a directory, whoever writes it."""
        self._source = folder_source(directory)

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            await live(receive, send)
        elif scope["type"] == "http":
            status, body = self._answered(scope["method"], scope["path"].removeprefix("/"))
            kind = OCTETS if status == FOUND and scope["path"] != f"/{CHECKPOINT}" else TEXT
            headers = [*kind, (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _answered(self, method: str, path: str) -> tuple[int, bytes]:
        if method not in {"GET", "HEAD"}:
            return METHOD_NOT_ALLOWED, b"only GET\n"
        try:
            if path != CHECKPOINT:
                tile_of_path(path)
            return FOUND, self._source(path)
        except (TextError, OSError):
            return NOT_FOUND, b"not here\n"
