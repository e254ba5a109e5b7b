"""What was asked, read strictly: nothing is coerced, nothing unknown is passed over, nothing is unbounded."""

import re
from typing import Annotated, TypeVar

import msgspec

from tongxing.domain.clock import BEIJING
from tongxing.service.api_pointers import located
from tongxing.service.house import House
from tongxing.web.api.problems import Fault, Problem, invalid
from tongxing.web.body import read_body
from tongxing.web.render import PageRequest

JSON = "application/json"
KEY = re.compile(r"[\x21-\x7e]{1,128}")
TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]{0,200})"')
TAGS_MAX = 20
ID = re.compile(r"[^\x00-\x20\x7f-\xa0/]{1,64}")
Asked = TypeVar("Asked", bound=msgspec.Struct)
Cursor = Annotated[str, msgspec.Meta(max_length=400, pattern=r"^[A-Za-z0-9_-]*$")]


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Parameters of an address; each subclass says which it knows."""


class Paged(Query, frozen=True, kw_only=True):
    """A list in pages."""

    cursor: Cursor = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    """Items of a page; at most as many as the house allows."""


def query_of(request: PageRequest, kind: type[Asked]) -> Asked:
    """The parameters of the address. Raises `Problem` 422 for unknown, repeated or unreadable ones."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            raise invalid("given twice", parameter=name)
        given[name] = str(value)
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as wrong:
        pointer, words = located(str(wrong))
        raise invalid(words, parameter=pointer.lstrip("/")) from wrong


async def body_of(request: PageRequest, kind: type[Asked], *, at_most: int) -> Asked:
    """The body as JSON of exactly this shape.

    Raises `Problem`: 413 too large, 415 another kind of body, 400 no JSON, 422 another shape.
    """
    return decoded(await raw_body(request, at_most=at_most), kind)


async def raw_body(request: PageRequest, *, at_most: int) -> bytes:
    """The bytes of a JSON body. Raises `Problem` 413 and 415, `HTTPException` 408 and 400."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "").replace(" ", "")
    if kind.strip().lower() != JSON or charset not in {"", "charset=utf-8"}:
        raise Problem(kind="unsupported-media-type")
    if request.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise Problem(kind="unsupported-media-type", detail="send the body without Content-Encoding")
    too_large = Problem(kind="too-large", detail=f"at most {at_most} bytes are taken")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > at_most:
        raise too_large
    return await read_body(request, at_most=at_most, too_large=too_large)


def decoded(data: bytes, kind: type[Asked]) -> Asked:
    """JSON of exactly this shape. Raises `Problem` 400 and 422."""
    try:
        return msgspec.json.decode(data, type=kind, strict=True)
    except msgspec.ValidationError as wrong:
        pointer, words = located(str(wrong))
        raise Problem(kind="invalid", detail=words, errors=(Fault(words, pointer),)) from wrong
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
        raise Problem(kind="bad-request", detail="the body is no JSON") from broken


def id_of(given: str) -> str:
    """An id of the path as it may stand in the store; any other names nothing. Raises `Problem` 404."""
    if not ID.fullmatch(given):
        raise Problem(kind="not-found")
    return given


def key_of(request: PageRequest, *, needed: bool) -> str:
    """The caller's Idempotency-Key, bare or as a quoted string; empty for none. Raises `Problem` 400."""
    given = request.headers.get("idempotency-key", "").strip()
    key = given[1:-1] if len(given) > 1 and given[0] == given[-1] == '"' else given
    if not given and not needed:
        return ""
    if not given:
        raise Problem(kind="key-missing")
    if not KEY.fullmatch(key):
        words = "1 to 128 visible characters"
        raise Problem(kind="bad-request", detail=words, errors=(Fault(words, parameter="Idempotency-Key"),))
    return key


def tags_of(request: PageRequest, header: str) -> tuple[str, ...]:
    """Entity tags of If-Match or If-None-Match, without quotes; `*` as it stands. Raises `Problem` 400."""
    given = request.headers.get(header, "").strip()
    if not given:
        return ()
    if given == "*":
        return ("*",)
    found = [TAG.fullmatch(word.strip()) for word in given.split(",")]
    if len(found) > TAGS_MAX or None in found:
        words = 'entity tags in quotes, such as "5f1c", or *'
        raise Problem(kind="bad-request", detail=words, errors=(Fault(words, parameter=header),))
    return tuple(tag[2] for tag in found if tag is not None)


def rule(house: House, name: str) -> int:
    """A bound of the interface on the day of the clock in force."""
    return house.book.rules.number(name, house.clock.now().astimezone(BEIJING).date())


def limit_of(house: House, asked: int | None) -> int:
    """How many items a page has."""
    return min(asked or rule(house, "api_page_default"), rule(house, "api_page_max"))
