"""A receiver of webhooks on this machine: answers as it is told, and remembers what it was sent."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HANG_SECONDS = 5.0


@dataclass
class Receiver:
    port: int = 0
    status: int = 204
    mood: str = ""
    """`hang`: never answers; `drip`: one byte at a time; `large`: an endless body."""
    answer: bytes = b""
    """The body of its answers."""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in?a=1"


class Handler(BaseHTTPRequestHandler):
    """Answers as the receiver of its server is told."""

    def do_POST(self) -> None:
        receiver: Receiver = self.server.receiver  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["content-length"]))
        receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        if receiver.mood == "hang":
            receiver.over.wait(HANG_SECONDS)
        elif receiver.mood == "drip":
            self._pour(receiver, b"H", 0.05)
        else:
            self.send_response(receiver.status)
            if receiver.status in range(300, 400):
                self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
            self.end_headers()
            self.wfile.write(receiver.answer)
            if receiver.mood == "large":
                self._pour(receiver, b"x" * 65_536, 0)

    def _pour(self, receiver: Receiver, piece: bytes, rest: float) -> None:
        try:
            while not receiver.over.is_set():
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(rest)
        except OSError:
            return

    def log_message(self, *_given: object) -> None:
        return


@contextmanager
def receiving() -> Iterator[Receiver]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(port=server.server_port)
    server.receiver = receiver  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
