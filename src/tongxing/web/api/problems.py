"""Every way in which a call can fail, as problem+json (RFC 9457): type, title, status, and where it hurts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import structlog
from litestar import Response
from litestar.exceptions import HTTPException

from tongxing.service.api_clients import MomentError
from tongxing.service.api_consents import ConsentRefusedError, StaleError
from tongxing.service.api_reach import OutOfReachError
from tongxing.service.api_repeats import KeyReusedError, UnderWayError
from tongxing.service.client_acts import UnknownClientError
from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.ports import ErasedError, StoreError
from tongxing.service.webhooks import WebhookRefusedError
from tongxing.web.render import PageRequest

MEDIA = "application/problem+json"
SERVER_ERROR = 500
log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One type of problem; `/problems/{name}` explains it."""

    name: str
    status: int
    title: str
    meaning: str
    """What to do about it, for whoever writes the caller."""


class Fault(msgspec.Struct, frozen=True):
    """One place in a request that is wrong."""

    detail: str
    pointer: str = ""
    """JSON pointer into the body."""
    parameter: str = ""
    """Name of a query parameter or a header."""


class ProblemAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a caller is told."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Fault] = []


_ALL = (
    Kind(
        name="bad-request",
        status=400,
        title="The request cannot be read",
        meaning="The body is no JSON, or a header or the host is malformed. Repair the request.",
    ),
    Kind(
        name="key-missing",
        status=400,
        title="An Idempotency-Key is needed",
        meaning="This call does something each time it is made. Send Idempotency-Key with a value of "
        "your own (up to 128 visible characters), the same for every repeat of the same call.",
    ),
    Kind(
        name="unauthenticated",
        status=401,
        title="Who is asking is not known",
        meaning="Send Authorization: Bearer with a key that is neither over nor revoked.",
    ),
    Kind(
        name="forbidden",
        status=403,
        title="This person may not do this",
        meaning="The policies give no such right to the role behind this key. "
        "Nothing is wrong with the request.",
    ),
    Kind(
        name="not-found",
        status=404,
        title="There is no such thing here",
        meaning="Nothing of that name exists, or it lies outside what this key may know of; "
        "the answer is the same on purpose.",
    ),
    Kind(
        name="method-not-allowed",
        status=405,
        title="This address does not take this method",
        meaning="The Allow header and the API description name the methods of each address.",
    ),
    Kind(
        name="too-slow",
        status=408,
        title="The body came too slowly",
        meaning="Nothing was taken. Send the whole body within 20 seconds.",
    ),
    Kind(
        name="conflict",
        status=409,
        title="It is not in a state for this",
        meaning="Somebody else holds the task, or it has ended. Read it anew and decide.",
    ),
    Kind(
        name="key-under-way",
        status=409,
        title="The first call with this Idempotency-Key is still under way",
        meaning="Wait a second and repeat the same call with the same key.",
    ),
    Kind(
        name="erased",
        status=410,
        title="The records behind this were erased",
        meaning="The client had them erased: their keys are destroyed and nobody can read them any more.",
    ),
    Kind(
        name="precondition-failed",
        status=412,
        title="It changed since you read it",
        meaning="If-Match names an older version. Read it anew, look at what changed, and decide again.",
    ),
    Kind(
        name="too-large",
        status=413,
        title="The body is too large",
        meaning="Send fewer events at once; the detail names the bound.",
    ),
    Kind(
        name="unsupported-media-type",
        status=415,
        title="This kind of body is not taken",
        meaning="Send Content-Type: application/json in UTF-8, without Content-Encoding.",
    ),
    Kind(
        name="invalid",
        status=422,
        title="The request says something that cannot be",
        meaning="`errors` names each place by a JSON pointer into the body or by its parameter. "
        'Types are strict: the text "1" is no number, "true" is no boolean.',
    ),
    Kind(
        name="key-reused",
        status=422,
        title="This Idempotency-Key belongs to another request",
        meaning="A key stands for one call with one body. Take a new key for a new call.",
    ),
    Kind(
        name="precondition-required",
        status=428,
        title="Say which version you saw",
        meaning="Read it first and send its ETag in If-Match, so that nobody's change is overwritten unseen.",
    ),
    Kind(
        name="too-many-requests",
        status=429,
        title="Too many calls in a short time",
        meaning="Wait as many seconds as Retry-After says.",
    ),
    Kind(
        name="internal",
        status=500,
        title="A mistake of ours",
        meaning="It is in our log under the trace id of the answer. "
        "A repeat with the same Idempotency-Key is safe.",
    ),
    Kind(
        name="unavailable",
        status=503,
        title="The house cannot be asked just now",
        meaning="Its store is busy or cannot be reached. Repeat later with the same Idempotency-Key.",
    ),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
_BY_STATUS: Mapping[int, Kind] = {kind.status: kind for kind in reversed(_ALL)}
"""The first of each status: what a status alone means."""


@dataclass
class Problem(Exception):  # noqa: N818 - it is what a caller is told
    """Ends a call with one of the kinds above."""

    kind: str
    detail: str = ""
    errors: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def invalid(detail: str, *, pointer: str = "", parameter: str = "") -> Problem:
    """A request of which one place is wrong."""
    return Problem(kind="invalid", detail=detail, errors=(Fault(detail, pointer, parameter),))


def answer_to(request: PageRequest, raised: Exception) -> Response[bytes]:
    """The answer to a call that failed; a stack trace goes to the log and never to a caller."""
    problem = told(raised)
    kind = KINDS[problem.kind]
    if kind.status >= SERVER_ERROR:
        log.error("a call failed", exc_info=raised)
    body = ProblemAnswer(
        type=f"/problems/{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=problem.detail or kind.meaning,
        instance=request.url.path,
        errors=list(problem.errors),
    )
    headers = {"Cache-Control": "no-store", **problem.headers}
    if kind.name == "unauthenticated":
        headers.setdefault("WWW-Authenticate", 'Bearer realm="tongxing"')
    return Response(msgspec.json.encode(body), status_code=kind.status, media_type=MEDIA, headers=headers)


def told(raised: Exception) -> Problem:  # noqa: C901, PLR0911 - one line for each kind
    """What a caller is told of an exception."""
    match raised:
        case Problem():
            return raised
        case OutOfReachError() | UnknownClientError():
            return Problem(kind="not-found")
        case ErasedError():
            return Problem(kind="erased")
        case MomentError():
            return invalid(raised.words, parameter="as_of" if "as_of" in raised.words else "moment")
        case ConsentRefusedError() | WebhookRefusedError():
            pointer = f"/{raised.field}" if raised.field else ""
            return invalid(raised.words, pointer=pointer)
        case StaleError():
            return Problem(kind="precondition-failed")
        case KeyReusedError():
            return Problem(kind="key-reused")
        case UnderWayError():
            return Problem(kind="key-under-way", headers={"Retry-After": "1"})
        case DeskRefusedError():
            return _of_desk(raised)
        case StoreError():
            return Problem(kind="unavailable", headers={"Retry-After": "2"})
        case HTTPException():
            return _of_status(raised)
        case _:
            return Problem(kind="internal")


def _of_desk(refused: DeskRefusedError) -> Problem:
    words = _DESK.get(refused.reason, refused.reason)
    if refused.reason in {"empty", "too_long"}:
        return invalid(words, pointer="/why")
    return Problem(kind="conflict", detail=words)


_DESK: Mapping[str, str] = {
    "taken": "somebody else took this task",
    "ended": "this task has ended",
    "duty": "a duty can be done and not declined",
    "empty": "say why it is declined",
    "too_long": "fewer words",
    "confirm": "a hand-over is confirmed at the desk by the adviser who receives the client",
    "erased": "what this task was about was erased",
    "merged": "this record is part of another one",
}


def _of_status(raised: HTTPException) -> Problem:
    """An exception of the framework or of the judge; its words are ours only where they are known."""
    kind = _BY_STATUS.get(raised.status_code)
    headers = {
        name: value
        for name, value in (raised.headers or {}).items()
        if name.lower() in {"retry-after", "allow", "www-authenticate"}
    }
    if kind is None:
        kind = KINDS["bad-request"] if raised.status_code < SERVER_ERROR else KINDS["internal"]
    return Problem(kind=kind.name, headers=headers)
