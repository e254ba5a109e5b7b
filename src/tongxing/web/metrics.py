"""Figures for Prometheus, and whether this process lives and the house is ready."""

from typing import cast

import msgspec
from litestar import Response, get
from litestar.exceptions import NotFoundException
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from tongxing.service.watch_health import readiness
from tongxing.web.front import front_of
from tongxing.web.metrics_requests import RequestFigures
from tongxing.web.render import PageRequest

JSON, PROBLEM = "application/json", "application/problem+json"
UNAVAILABLE = 503
LOOPBACK = frozenset({"127.0.0.1", "::1", "testclient"})
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
NEVER_KEPT = {"Cache-Control": "no-store"}


@get("/metrics", sync_to_thread=True, act="public")
def metrics(request: PageRequest) -> Response[bytes]:
    """Figures of this web process, of the store and of its workers: from this machine, or with a key."""
    if not _from_here(request) and not _may_read(request):
        raise NotFoundException(detail="page")
    figures = cast("RequestFigures", request.app.state.figures)
    return Response(generate_latest(figures.registry), media_type=CONTENT_TYPE_LATEST, headers=NEVER_KEPT)


@get("/health/live", sync_to_thread=False, act="public")
def live(request: PageRequest) -> Response[bytes]:
    """This process answers."""
    del request
    return Response(b'{"status":"live"}', media_type=JSON, headers=NEVER_KEPT)


@get("/health/ready", sync_to_thread=True, act="public")
def ready(request: PageRequest) -> Response[bytes]:
    """Whether clients can be sent here: 200, or 503 with the names of the checks that fail."""
    found = readiness(front_of(request).house)
    checks = {name: getattr(found, name) for name in ("store", "migrations", "book", "worker")}
    if found.ready:
        body: dict[str, object] = {"status": "ready", "checks": checks, "book": found.digest}
        return Response(msgspec.json.encode(body), media_type=JSON, headers=NEVER_KEPT)
    body = {
        "type": "/problems/not-ready",
        "title": "The house is not ready",
        "status": UNAVAILABLE,
        "detail": f"failed: {', '.join(found.failed)}",
        "instance": "/health/ready",
        "checks": checks,
    }
    return Response(
        msgspec.json.encode(body), status_code=UNAVAILABLE, media_type=PROBLEM, headers=NEVER_KEPT
    )


def _from_here(request: PageRequest) -> bool:
    """Whether the caller is on this machine and no proxy stands between."""
    peer = request.client.host if request.client is not None else ""
    return peer in LOOPBACK and not any(name in request.headers for name in FORWARDED)


def _may_read(request: PageRequest) -> bool:
    """Whether the caller's key (or session) is that of somebody who may see how the house is."""
    person = request.state.person
    return person is not None and bool(request.app.state.may(person, "health.read"))


ROUTES = (metrics, live, ready)
