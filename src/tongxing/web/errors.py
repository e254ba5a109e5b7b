"""What a reader sees when something cannot be shown: a friendly page, or problem+json for programs."""

import traceback
from http import HTTPStatus

import msgspec
import structlog
from litestar import Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException

from tongxing.service.client_acts import UnknownClientError
from tongxing.service.ports import ErasedError
from tongxing.web.render import PageRequest, Pages, language_of
from tongxing.web.words import has, speak, t

PROBLEM = "application/problem+json"
SERVER_ERROR = 500
PLAIN = "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>{0}</title><h1>{0}</h1>"
log = structlog.get_logger()


class Faults:
    """Turns an exception into an answer; a stack trace goes to the log and never to a reader."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def __call__(self, request: PageRequest, problem: Exception) -> Response[bytes] | Response[str]:
        """Answer in the form the reader asked for."""
        status, reason = _status(problem)
        if status >= SERVER_ERROR:
            log.error("a page failed", path=request.url.path, trace=_trace(problem))
        speak(language_of(request))
        title, detail = _words(status, reason)
        if _wants_json(request):
            return _problem(status, title, detail, request.url.path)
        try:
            values = {"status": status, "title": title, "detail": detail}
            return self._pages.page(request, "error.html", values, status=status)
        except Exception as worse:  # noqa: BLE001 - whatever it is, the reader gets an answer
            log.error("the error page failed", path=request.url.path, trace=_trace(worse))  # noqa: TRY400 - see _trace
            return Response(PLAIN.format(status), status_code=status, media_type=MediaType.HTML)


def _trace(problem: Exception) -> str:
    """Where it failed, without the values at hand: a log keeps nothing personal."""
    return "".join(traceback.format_exception(problem))


def _status(problem: Exception) -> tuple[int, str]:
    """The status, and the word under which its explanation is kept."""
    if isinstance(problem, UnknownClientError):
        return 404, ""
    if isinstance(problem, ErasedError):
        return 410, ""
    if isinstance(problem, HTTPException):
        known = problem.detail if has(f"error.{problem.status_code}.{problem.detail}") else ""
        return problem.status_code, known
    return SERVER_ERROR, ""


def _words(status: int, reason: str) -> tuple[str, str]:
    """Title and detail from the catalogue; the plain name of the status where it has none."""
    title = f"error.{status}.title"
    if not has(title):
        return HTTPStatus(status).phrase, ""
    return t(title), t(f"error.{status}.{reason or 'detail'}")


def _wants_json(request: PageRequest) -> bool:
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "text/html" not in accepted


def _problem(status: int, title: str, detail: str, path: str) -> Response[bytes]:
    """RFC 9457."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": path}
    return Response(msgspec.json.encode(body), status_code=status, media_type=PROBLEM)
