"""The description of the interface (OpenAPI 3.1), made from what the handlers declare."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, get_type_hints

import msgspec
from litestar.handlers import HTTPRouteHandler

from tongxing import __version__
from tongxing.web.api.operations import OPT, Area, Operation
from tongxing.web.api.problems import KINDS, MEDIA, ProblemAnswer

JSON = "application/json"
PARAMETER = re.compile(r"\{(?P<name>\w+):\w+\}")
EVERYWHERE = ("bad-request", "unauthenticated", "forbidden", "too-many-requests", "internal", "unavailable")
BEFORE_ALL = ("bad-request", "too-many-requests", "internal", "unavailable")
DESCRIPTION = (
    "Events in, understanding and proofs out. Money is integer fen, ratios are basis points or ppm, "
    "instants carry their zone. Everything that is said to a client passes the house's corridor: no call "
    "of this interface speaks to a client past it."
)
EXAMPLES: Mapping[str, object] = {
    "client_id": "C000017",
    "code": "510300",
    "decision_id": "0123456789abcdef",
    "leaf_index": "12",
    "task_id": "0123456789abcdef",
    "webhook_id": "wh_0123456789abcdef",
    "call_id": "msg_0123456789abcdef01234567",
}
Schema = dict[str, Any]


def description(handlers: Iterable[HTTPRouteHandler]) -> Schema:
    """The whole document."""
    declared = [(handler, handler.opt[OPT]) for handler in handlers if OPT in handler.opt]
    kinds = {ProblemAnswer}
    for _handler, one in declared:
        kinds.update(kind for kind in (one.gives, one.body) if kind is not None)
    _, components = msgspec.json.schema_components(
        sorted(kinds, key=lambda kind: kind.__name__),
        ref_template="#/components/schemas/{name}",
    )
    paths: dict[str, Schema] = {}
    for handler, one in declared:
        for path in sorted(handler.paths):
            entry = paths.setdefault(PARAMETER.sub(r"{\g<name>}", path), {})
            for method in sorted(handler.http_methods):
                entry[method.lower()] = _operation(handler, path, one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tongxing",
            "version": __version__,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": area.value} for area in Area],
        "security": [{"key": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key of a person or a system; own pages read with a session.",
                }
            },
        },
    }


def _operation(handler: HTTPRouteHandler, path: str, one: Operation) -> Schema:
    found: Schema = {
        "operationId": handler.handler_name,
        "tags": [one.area.value],
        "summary": one.summary,
        "description": one.detail or one.summary,
        "parameters": [*_of_path(path), *_of_query(one), *_of_headers(one)],
        "responses": _responses(one),
    }
    if one.public:
        found["security"] = []
    if one.body is not None:
        content: Schema = {"schema": _ref(one.body)}
        if one.body_example is not None:
            content["example"] = one.body_example
        found["requestBody"] = {"required": True, "content": {JSON: content}}
    return found


def _of_path(path: str) -> list[Schema]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 64},
            "example": EXAMPLES[name],
        }
        for name in PARAMETER.findall(path)
    ]


def _of_query(one: Operation) -> list[Schema]:
    if one.query is None:
        return []
    kind = one.query
    fields = _inline(kind)
    return [
        {"name": name, "in": "query", "required": name in fields.get("required", ()), "schema": _said(schema)}
        for name, schema in fields["properties"].items()
    ]


def _said(schema: Schema) -> Schema:
    """The schema of a parameter that is given: one that is left out is not null, it is not there."""
    kept = next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema)
    return {name: value for name, value in kept.items() if name != "default"}


def _of_headers(one: Operation) -> list[Schema]:
    found: list[Schema] = []
    if one.gives is not None and one.body is None and one.status == 200 and not one.key:  # noqa: PLR2004
        found.append(_header("If-None-Match", "The ETag of what the caller has: 304 where it still holds."))
    if one.key:
        found.append(
            _header("Idempotency-Key", "The caller's own name of this call.", needed=one.key == "needed")
        )
    if one.if_match:
        found.append(
            _header("If-Match", "The ETag of the version that was read.", needed=one.if_match == "needed")
        )
    return found


def _header(name: str, words: str, *, needed: bool = False) -> Schema:
    tag = name.startswith("If-")
    schema: Schema = (
        {"type": "string", "pattern": '^("[!#-~]{1,60}"|\\*)$'}
        if tag
        else {"type": "string", "pattern": "^[!#-~]{1,128}$"}
    )
    return {"name": name, "in": "header", "required": needed, "description": words, "schema": schema}


def _responses(one: Operation) -> Schema:
    found: Schema = {str(one.status): _good(one)}
    if one.gives is not None and one.body is None and one.status == 200 and not one.key:  # noqa: PLR2004
        found["304"] = {"description": "Not changed since the ETag of If-None-Match."}
    names = [*(BEFORE_ALL if one.public else EVERYWHERE), *one.problems]
    if one.query is not None or one.body is not None or one.gives is not None:
        names.append("invalid")
    if one.body is not None:
        names += ["too-slow", "too-large", "unsupported-media-type"]
    if one.key:
        names += ["key-under-way", "key-reused"]
    if one.key == "needed":
        names.append("key-missing")
    if one.if_match:
        names.append("precondition-failed")
    by_status: dict[int, list[str]] = {}
    for name in dict.fromkeys(names):
        by_status.setdefault(KINDS[name].status, []).append(name)
    for status, kinds in sorted(by_status.items()):
        found[str(status)] = {
            "description": "; ".join(f"`{name}`: {KINDS[name].title}" for name in kinds),
            "content": {MEDIA: {"schema": _ref(ProblemAnswer), "example": _problem(kinds[0])}},
        }
    return found


def _good(one: Operation) -> Schema:
    if one.gives is None:
        return {"description": "Done; there is nothing to say."}
    content: Schema = {"schema": _ref(one.gives)}
    if one.example is not None:
        content["example"] = one.example
    found: Schema = {"description": one.gives.__doc__ or one.summary, "content": {JSON: content}}
    headers: Schema = {}
    if one.body is None:
        headers["ETag"] = {"schema": {"type": "string"}}
    if "next" in get_type_hints(one.gives):
        headers["Link"] = {"schema": {"type": "string"}, "description": 'The next page, rel="next".'}
    if headers:
        found["headers"] = headers
    return found


def _problem(name: str) -> Schema:
    kind = KINDS[name]
    return {
        "type": f"/problems/{name}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.meaning,
        "instance": "/v1/clients",
    }


def _ref(kind: type[msgspec.Struct]) -> Schema:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


@cache
def _inline(kind: type[msgspec.Struct]) -> Schema:
    (_,), components = msgspec.json.schema_components((kind,))
    found: Schema = components[kind.__name__]
    return found
