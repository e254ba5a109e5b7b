"""What would stand in the log, while a block runs; afterwards the log is as it was."""

import io
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog

from tongxing.adapters.logging_output import configure


class Logged(io.StringIO):
    """The log of a process."""

    def text(self) -> str:
        return self.getvalue()

    def lines(self, event: str = "") -> list[Mapping[str, object]]:
        """Lines of JSON, of one event or of all."""
        found = [json.loads(line) for line in self.getvalue().splitlines()]
        return [line for line in found if event in {"", line["event"]}]


class Terminal(Logged):
    def isatty(self) -> bool:
        return True


@contextmanager
def logged(stream: Logged | None = None, **settings: str) -> Iterator[Logged]:
    """JSON at every level unless told otherwise."""
    root, libraries = (
        logging.getLogger(),
        [logging.getLogger(f"uvicorn{name}") for name in ("", ".error", ".access")],
    )
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    theirs = [(one, one.handlers[:], one.propagate) for one in libraries]
    stream = stream or Logged()
    try:
        configure(stream, settings or {"TONGXING_LOG": "json", "TONGXING_LOG_LEVEL": "debug"})
        yield stream
    finally:
        logging.captureWarnings(capture=False)
        root.handlers[:] = handlers
        root.setLevel(level)
        for one, own, propagate in theirs:
            one.handlers[:], one.propagate = own, propagate
        structlog.configure(**before)
