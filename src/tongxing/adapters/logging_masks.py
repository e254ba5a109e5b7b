"""What a log line may hold: only fields of a list, each in its form; everything else is masked.

A list of what is allowed, not of what is forbidden: a name looks like any other word, so a field that
nobody thought of is left out. Free words (why a store failed) are kept as far as no personal value can hide
in them: quotations, digits, addresses, long tokens and everything that is not English are masked.
"""

import re
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import PurePath
from types import TracebackType

from tongxing.service.personal import scan

MASK = "[masked]"
NUMBER_MAX = 10**9
"""Larger numbers may be a phone, an account or an identity number."""
WORDS_LENGTH_MAX = 400
FRAMES_MAX, CAUSES_MAX = 12, 4

_WORD = re.compile(r"[A-Za-z_/][A-Za-z0-9_.:/{}<>*-]{0,79}")
_SECRET = re.compile(r"\d{5}|(?=[a-z_-]*[A-Z0-9])[A-Za-z0-9_-]{24}")
"""A number that may be somebody's, or so long a mixture that it may be a key."""
_HEX = re.compile(r"[0-9a-f]{16,64}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_SCRUBBED = (
    re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\([^()]*=[^()]*\)"),
    re.compile(
        r"(?i)\b(bearer|basic|token|key|password|secret|cookie|session)\b"
        r"(?!\s(file|is|was|are|has|of|for|in|to|that|must|cannot)\b)\s*[:= ]\s*\S+"
    ),
    re.compile(r"\S+@\S+"),
    re.compile(r"[^\x20-\x7e\s]+"),
    re.compile(r"[A-Za-z0-9_+=-]{24,}"),
    re.compile(r"\d(?:[\s().:/-]?[\dXx]){4,}"),
)


def _number(value: object) -> object:
    is_small = isinstance(value, int | float) and abs(value) < NUMBER_MAX
    return value if value is None or is_small else MASK


def _word(value: object) -> object:
    plain = str(value) if isinstance(value, str) else ""
    return plain if plain == "" or (_WORD.fullmatch(plain) and not _SECRET.search(plain)) else MASK


def _words(value: object) -> object:
    """A short list of words: names of rules."""
    return [_word(one) for one in value] if isinstance(value, list | tuple) else MASK


def _id(value: object) -> object:
    is_id = isinstance(value, str) and (not value or (_HEX.fullmatch(value) and not scan(value)))
    return value if is_id else MASK


def _instant(value: object) -> object:
    return value if isinstance(value, str) and _INSTANT.fullmatch(value) else MASK


def scrubbed(text: str) -> str:
    """Free words without what may be personal in them, and not endless."""
    for pattern in _SCRUBBED:
        text = pattern.sub(MASK, text)
    return text[:WORDS_LENGTH_MAX]


def _free(value: object) -> object:
    return scrubbed(str(value)) if isinstance(value, str) else MASK


FIELDS: Mapping[str, Callable[[object], object]] = {
    "event": _free,
    "level": _word,
    "timestamp": _instant,
    "logger": _word,
    "why": _free,
    "store": _free,
    **dict.fromkeys(("trace_id", "event_trace_id", "decision_id", "digest"), _id),
    **dict.fromkeys(
        ("process", "route", "method", "role", "act", "kind", "what", "outcome", "job", "state", "revision"),
        _word,
    ),
    **dict.fromkeys(("rules",), _words),
    **dict.fromkeys(
        (
            "status",
            "ms",
            "bytes",
            "seq",
            "events",
            "decisions",
            "cleared",
            "refused",
            "delivered",
            "withdrawn",
            "timers",
            "held",
            "seconds",
            "count",
            "tries",
            "port",
            "lag",
        ),
        _number,
    ),
}
"""Every field a line may have, and what its value must look like."""


def mask(_logger: object, _method: str, line: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """A structlog processor: keep what is listed, say how many fields were masked whole."""
    failure = _failure(line.pop("exc_info", None))
    unknown = [name for name in line if name not in FIELDS]
    kept = {name: FIELDS[name](value) for name, value in line.items() if name in FIELDS}
    if failure is not None:
        kept["error"], kept["at"] = _causes(failure), _frames(failure.__traceback__)
    if unknown:
        kept["masked"] = len(unknown)
    return kept


def _failure(given: object) -> BaseException | None:
    """The exception that a logging call was given, in any of the ways the libraries know."""
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return next((part for part in given if isinstance(part, BaseException)), None)
    if given:
        import sys  # noqa: PLC0415 - only for `exc_info=True`

        return sys.exc_info()[1]
    return None


def _causes(problem: BaseException) -> list[object]:
    """Names of the failure and of what caused it; their texts may be personal."""
    names: list[object] = []
    now: BaseException | None = problem
    while now is not None and len(names) < CAUSES_MAX:
        names.append(_word(type(now).__name__))
        now = now.__cause__ or now.__context__
    return names


def _frames(trace: TracebackType | None) -> list[str]:
    """Where it failed: our files, lines and functions, without the values at hand."""
    frames = traceback.extract_tb(trace)[-FRAMES_MAX:]
    return [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
