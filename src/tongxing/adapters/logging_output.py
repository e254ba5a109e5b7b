"""Where log lines go: standard error, as JSON for machines and in colour for a person at a terminal.

Settings of the process: `TONGXING_LOG` is `json` or `text` (unset: text on a terminal, else JSON);
`TONGXING_LOG_LEVEL` is `debug`, `info`, `warning` or `error` (unset: `warning` on a terminal, else `info`).
"""

import contextlib
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO, cast

import structlog
from structlog.types import Processor

from tongxing.adapters.logging_masks import mask
from tongxing.domain.event import Event
from tongxing.service.watch import Passed, Stage
from tongxing.service.watch_trace import cause_of, trace_of

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
FORMS = frozenset({"json", "text"})
TOLD_A_CALL_MAX = 1_000
REQUEST_TRACE = "trace_id"
log = structlog.get_logger()


class LoggingError(ValueError):
    """A setting of the log that means nothing; the text is for the person at the keyboard."""


def configure(stream: TextIO | None = None, settings: Mapping[str, str] | None = None) -> None:
    """Send every line of ours and of the libraries through the mask; raises `LoggingError`."""
    settings = os.environ if settings is None else settings
    terminal = (stream or sys.stderr).isatty()
    form = settings.get("TONGXING_LOG") or ("text" if terminal else "json")
    level = settings.get("TONGXING_LOG_LEVEL") or ("warning" if form == "text" else "info")
    if form not in FORMS or level not in LEVELS:
        raise LoggingError(
            f"TONGXING_LOG is json or text and TONGXING_LOG_LEVEL one of {', '.join(LEVELS)}: "
            f"not {form!r} and {level!r}"
        )
    structlog.configure(
        processors=_processors(form, colours=terminal),
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", stream or _StandardError())),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Forward()]
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = name != "uvicorn.access"  # its lines hold raw paths; ours hold the route
    logging.captureWarnings(capture=True)


def _processors(form: str, *, colours: bool) -> Sequence[Processor]:
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        mask,
    ]
    if form == "json":
        return [*common, structlog.processors.JSONRenderer(ensure_ascii=True)]
    return [*common, structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=24)]


class _StandardError:
    """Standard error as it is now; a line that cannot be written is lost, and stops nobody's work."""

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()


class _Forward(logging.Handler):
    """Lines of libraries, through the same mask."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < logging.WARNING:
            return
        said = log.error if record.levelno >= logging.ERROR else log.warning
        said(record.getMessage(), logger=record.name, exc_info=record.exc_info)


def tell_taken(events: Sequence[Event]) -> None:
    """Join a request's trace to those of the events it brought; outside of a request nothing is told."""
    if REQUEST_TRACE not in structlog.contextvars.get_contextvars():
        return
    for event in events[:TOLD_A_CALL_MAX]:
        trace_id = trace_of(cause_of(event.source, event.source_seq))
        log.info("event taken", event_trace_id=trace_id, kind=event.kind)


def tell_passed(passed: Sequence[Passed]) -> None:
    """Lines of what one durable transaction did: an event that led to nothing only at level `debug`."""
    led = {one.cause for one in passed if one.stage is not Stage.FOLDED}
    for one in passed:
        if one.stage is Stage.FOLDED:
            said = log.info if one.cause in led else log.debug
            said("folded", trace_id=one.trace_id, kind=one.what)
        elif one.stage is Stage.DECIDED:
            log.info(
                "decided",
                trace_id=one.trace_id,
                decision_id=one.decision_id,
                what=one.what,
                outcome=one.outcome,
                rules=one.rules,
            )
        else:
            log.info(one.stage.value, trace_id=one.trace_id, what=one.what, rules=one.rules)
