"""Who may talk to these pages: a browser on this machine, from our own pages, in small words."""

from collections.abc import Collection, Mapping
from urllib.parse import parse_qsl

from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.types import Message, Scope

from tongxing.web.body import read_body
from tongxing.web.identity.form_key import FIELD, FREE, carries
from tongxing.web.render import PageRequest

BODY_BYTES_MAX = 16_384
FIELDS_MAX = 20
READING = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_TYPE = "application/x-www-form-urlencoded"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


class Guard:
    """Judges each request before its handler; refuses with 400 (host), 403 (origin)."""

    def __init__(self, port: int, names: Collection[str] = ()) -> None:
        """`names`: further hosts these pages answer to, as a browser writes them (`app.broker.example`)."""
        loopback = (f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
        self._hosts = frozenset((*loopback, *names))

    def __call__(self, request: PageRequest) -> None:
        """Refuse foreign hosts (DNS rebinding) and acts that other sites make a browser send."""
        host = request.headers.get("host", "").lower()
        if host not in self._hosts:
            raise HTTPException(status_code=400, detail="host")
        by_key = "authorization" in request.headers
        if request.method not in READING and not by_key and not _from_our_pages(request, host):
            raise PermissionDeniedException(detail="origin")


def _from_our_pages(request: PageRequest, host: str) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    return request.headers.get("origin", "").lower() in (f"http://{host}", f"https://{host}")


async def add_headers(message: Message, _scope: Scope) -> None:
    """Put the security headers on every answer, errors and files included."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS.items():
            headers[name] = value


async def form_of(request: PageRequest) -> Mapping[str, str]:
    """Fields of a small form, each a text as it was typed; the first of a name counts.

    Raises `HTTPException` 413 for a body that is too large, 415 for another kind of body, 408
    for one that comes too slowly, 400 for one that is no form or breaks off.
    """
    kept: Mapping[str, str] | None = getattr(request.state, "form", None)
    if kept is not None:
        return kept
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise HTTPException(status_code=415, detail="form")
    too_large = HTTPException(status_code=413, detail="large")
    body = await read_body(request, at_most=BODY_BYTES_MAX, too_large=too_large)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError as broken:
        raise HTTPException(status_code=400, detail="form") from broken
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    session = getattr(request.state, "session", None)
    free = request.route_handler.opt.get("act") in FREE
    if session is not None and not free and not carries(fields.pop(FIELD, ""), session.form_key):
        raise PermissionDeniedException(detail="form")
    request.state.form = fields
    return fields
