"""What a reader sees when something cannot be shown: a friendly page, or problem+json for programs."""

from http import HTTPStatus
from typing import Final, TypeVar

import msgspec
import structlog
from litestar import Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from tongxing.service.client_acts import UnknownClientError
from tongxing.service.ports import ErasedError
from tongxing.web.api.problems import answer_to
from tongxing.web.identity.kept import may_return, to_sign_in
from tongxing.web.render import PageRequest, Pages, language_of
from tongxing.web.words import has, speak, t

PROBLEM = "application/problem+json"
API = "/v1/"
RETRY: Final = "Retry-After"
UNAUTHORIZED = 401
SERVER_ERROR = 500
PLAIN = "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>{0}</title><h1>{0}</h1>"
log = structlog.get_logger()
Answer = TypeVar("Answer", Response[bytes], Response[str])


class Faults:
    """Turns an exception into an answer; a stack trace goes to the log and never to a reader."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def __call__(
        self, request: PageRequest, problem: Exception
    ) -> Response[bytes] | Response[str] | Redirect:
        """Answer in the form the reader asked for; who reads without being signed in may do so now."""
        if request.url.path.startswith(API):
            return answer_to(request, problem)
        status, reason = _status(problem)
        if status == UNAUTHORIZED and not _wants_json(request) and may_return(request):
            return to_sign_in(request)
        if status >= SERVER_ERROR:
            log.error("a page failed", exc_info=problem)
        speak(language_of(request))
        title, detail = _words(status, reason)
        if _wants_json(request):
            return _waiting(_problem(status, title, detail, request.url.path), problem)
        try:
            values = {"status": status, "title": title, "detail": detail}
            return _waiting(self._pages.page(request, "error.html", values, status=status), problem)
        except Exception as worse:
            log.exception("the error page failed", exc_info=worse)
            return Response(PLAIN.format(status), status_code=status, media_type=MediaType.HTML)


def _waiting(answer: Answer, problem: Exception) -> Answer:
    """With `Retry-After` where the problem says how long to wait."""
    told = (problem.headers or {}) if isinstance(problem, HTTPException) else {}
    if RETRY in told:
        answer.headers[RETRY] = told[RETRY]
    return answer


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
    own = f"error.{status}.{reason}_title"
    return t(own if has(own) else title), t(f"error.{status}.{reason or 'detail'}")


def _wants_json(request: PageRequest) -> bool:
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "text/html" not in accepted


def _problem(status: int, title: str, detail: str, path: str) -> Response[bytes]:
    """RFC 9457."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": path}
    return Response(msgspec.json.encode(body), status_code=status, media_type=PROBLEM)
