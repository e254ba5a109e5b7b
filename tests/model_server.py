"""A language model for tests behind a loopback address: it answers well, and as badly as it is told to."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Reply = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


@dataclass
class Model:
    """What it was asked, and how it answers."""

    url: str = ""
    reply: Reply | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def served_model() -> Iterator[Model]:
    model = Model()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.asked.append(asked)
            with suppress(BrokenPipeError, ConnectionResetError):
                (model.reply or well)(self, asked)

        def log_message(self, *_given: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()


def say(handler: BaseHTTPRequestHandler, content: str, *, status: int = 200) -> None:
    """An answer in the form of the interface."""
    raw(
        handler,
        json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}),
        status=status,
    )


def raw(
    handler: BaseHTTPRequestHandler, body: str, *, status: int = 200, kind: str = "application/json"
) -> None:
    data = body.encode()
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def paragraphs(asked: dict[str, Any]) -> list[str]:
    found: list[str] = json.loads(asked["messages"][1]["content"])["paragraphs"]
    return found


def is_rephrasing(asked: dict[str, Any]) -> bool:
    return "paragraphs" in asked["messages"][0]["content"]


def well(handler: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
    """Every paragraph with a friendly word before it; always the first intent."""
    if is_rephrasing(asked):
        say(handler, json.dumps({"paragraphs": [f"这样说吧：{one}" for one in paragraphs(asked)]}))
    else:
        say(handler, json.dumps({"intent": "fund_ops"}))


def instead(change: Callable[[str], str]) -> Reply:
    """Each paragraph changed."""

    def reply(handler: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        if not is_rephrasing(asked):
            say(handler, json.dumps({"intent": ""}))
            return
        say(handler, json.dumps({"paragraphs": [change(one) for one in paragraphs(asked)]}))

    return reply


def stalls(handler: BaseHTTPRequestHandler, _asked: dict[str, Any]) -> None:
    time.sleep(5)
    say(handler, "{}")


def drips(handler: BaseHTTPRequestHandler, _asked: dict[str, Any]) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def floods(handler: BaseHTTPRequestHandler, _asked: dict[str, Any]) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(100 * 1024 * 1024))
    handler.end_headers()
    for _ in range(1600):
        handler.wfile.write(b" " * 65536)


def breaks_off(handler: BaseHTTPRequestHandler, _asked: dict[str, Any]) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "500")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"message"')
    handler.close_connection = True


def moves(handler: BaseHTTPRequestHandler, _asked: dict[str, Any]) -> None:
    handler.send_response(307)
    handler.send_header("Location", "http://127.0.0.1:9/v1/chat/completions")
    handler.send_header("Content-Length", "0")
    handler.end_headers()
