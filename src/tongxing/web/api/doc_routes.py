"""What an engineer reads: the description, a page of it, the types of problems, and whose key this is."""

from functools import cache
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from tongxing.service.api_clients import me
from tongxing.service.api_shapes_doors import Me
from tongxing.web.api.answers import read
from tongxing.web.api.asking import Query, query_of
from tongxing.web.api.caller import caller
from tongxing.web.api.openapi import description
from tongxing.web.api.operations import OPT, Area, Operation
from tongxing.web.api.problems import KINDS
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest

MINUTES = "public, max-age=300"


@get(
    "/v1/me",
    act="api.person.read",
    sync_to_thread=False,
    api=Operation(area=Area.ABOUT, summary="Whose key is this", gives=Me, query=Query),
)
def me_read(request: PageRequest) -> Response[bytes]:
    """The person behind the key."""
    query_of(request, Query)
    return read(request, me(caller(request)))


@get("/v1/openapi.json", act="public", sync_to_thread=False)
def openapi_read(request: PageRequest) -> Response[bytes]:
    """The description of the interface (OpenAPI 3.1)."""
    document = _document(_handlers(request))
    headers = {"Cache-Control": MINUTES}
    return Response(document, media_type="application/json", headers=headers)


@get("/v1/docs", act="public", sync_to_thread=False)
def docs_page(request: PageRequest) -> Response[str]:
    """The description as a page."""
    document = msgspec.json.decode(_document(_handlers(request)))
    values = {
        "chapters": _chapters(document),
        "kinds": tuple(KINDS.values()),
        "version": document["info"]["version"],
    }
    return front_of(request).pages.page(request, "api_docs.html", values)


@get("/problems/{name:str}", act="public", sync_to_thread=False)
def problem_page(request: PageRequest, name: FromPath[str]) -> Response[str]:
    """What one type of problem means, and what to do about it."""
    kind = KINDS.get(name)
    if kind is None:
        raise NotFoundException(detail="problem")
    return front_of(request).pages.page(request, "api_problem.html", {"kind": kind})


def _handlers(request: Request[Any, Any, State]) -> tuple[HTTPRouteHandler, ...]:
    """Handlers of this application that declare an operation, each once."""
    found = {
        id(handler): handler
        for route in request.app.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler) and OPT in handler.opt
    }
    return tuple(found.values())


@cache
def _document(handlers: tuple[HTTPRouteHandler, ...]) -> bytes:
    return msgspec.json.encode(description(handlers))


def _chapters(document: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Operations by their tag, in the order of the description."""
    found: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            found[one["tags"][0]].append(
                {
                    "method": method.upper(),
                    "path": path,
                    "id": one["operationId"],
                    "summary": one["summary"],
                    "detail": one["description"],
                    "parameters": one["parameters"],
                    "statuses": sorted(one["responses"]),
                    "example": _example(one),
                }
            )
    return [(name, operations) for name, operations in found.items() if operations]


def _example(one: dict[str, Any]) -> str:
    content = one.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "example" not in content:
        return ""
    return msgspec.json.format(msgspec.json.encode(content["example"]), indent=2).decode()
