"""Every request is measured, and gets a trace id: around the whole application, unknown pages included."""

import time
from typing import TYPE_CHECKING

import structlog
from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.registry import Collector

from tongxing.service.ports import Entropy
from tongxing.service.watch_trace import TRACE_BYTES, accepted

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED, OTHER = "unmatched", "OTHER"
TRACE_HEADER = "X-Trace-Id"
QUIET = ("/static", "/health", "/metrics", "/clock")
"""Asked for all the time, by browsers and machines: in the figures, but a line only at level `debug`."""
SERVER_ERROR = 500
MS = 1_000
log = structlog.get_logger()


class RequestFigures:
    """Counts and times of this web process, by the route's template and never by the path asked for."""

    def __init__(self, *others: Collector) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        for other in others:
            self.registry.register(other)
        self._count = Counter(
            "tongxing_http_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "tongxing_http_request_seconds",
            "From the request to the last byte of its answer; to the first of a stream that stays open.",
            ("route", "method"),
            buckets=BOUNDS,
            registry=self.registry,
        )

    def take(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._count.labels(route, method, str(status)).inc()
        self._seconds.labels(route, method).observe(seconds)


def watched(app: Litestar, figures: RequestFigures, entropy: Entropy) -> Litestar:
    """The same application, with every request of it measured, traced and told."""
    app.asgi_handler = _Watched(app.asgi_handler, figures, entropy)
    return app


class _Watched:
    def __init__(self, app: "ASGIApp", figures: RequestFigures, entropy: Entropy) -> None:
        self._app = app
        self._figures = figures
        self._entropy = entropy

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        trace_id = _trace(scope) or self._entropy.token(TRACE_BYTES).hex()
        request = _Request(scope, send, trace_id)
        with structlog.contextvars.bound_contextvars(trace_id=trace_id):
            try:
                await self._app(scope, receive, request.send)
            finally:
                self._tell(request)

    def _tell(self, request: "_Request") -> None:
        route, method, seconds = request.route(), request.method(), request.seconds()
        self._figures.take(route, method, request.status, seconds)
        quiet = route.startswith(QUIET) and request.status < SERVER_ERROR
        said = log.debug if quiet else log.info
        said(
            "request",
            route=route,
            method=method,
            status=request.status,
            ms=round(seconds * MS, 2),
            role=request.role(),
        )


class _Request:
    """One request on its way through: when it came, how it was answered."""

    def __init__(self, scope: "HTTPScope", send: "Send", trace_id: str) -> None:
        self._scope = scope
        self._send = send
        self._trace_id = trace_id
        self._came = time.perf_counter()
        self._answered = 0.0
        self.status = SERVER_ERROR

    async def send(self, message: "Message") -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableScopeHeaders.from_message(message)
            headers[TRACE_HEADER] = self._trace_id
            if headers.get("content-type", "").startswith("text/event-stream"):
                self._answered = time.perf_counter()
        await self._send(message)

    def seconds(self) -> float:
        return (self._answered or time.perf_counter()) - self._came

    def route(self) -> str:
        return str(self._scope.get("path_template") or UNMATCHED)

    def method(self) -> str:
        return self._scope["method"] if self._scope["method"] in METHODS else OTHER

    def role(self) -> str:
        """The role of who asked, once somebody has signed in; never who."""
        person = self._scope.get("state", {}).get("person")
        return str(getattr(person, "role", ""))


def _trace(scope: "HTTPScope") -> str | None:
    found = next((value for name, value in scope["headers"] if name == b"traceparent"), b"")
    return accepted(found.decode("latin-1"))
