"""The files of the logs for anybody who audits it; no personal data stands in them."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from tongxing.service.log_receipts import policy_of
from tongxing.service.ports import Log
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest

CHECKPOINT, VKEY, POLICY = "checkpoint", "vkey", "policy"
FOR_EVER = "public, max-age=31536000, immutable"
PATH_LENGTH_MAX = 100


@get("/log/{log:str}/{path:path}", act="public", sync_to_thread=True)
def log_file(request: PageRequest, log: FromPath[str], path: FromPath[str]) -> Response[bytes]:
    """A checkpoint, a tile, a bundle, the public key line of a log, or its policy; nothing else."""
    house, name = front_of(request).house, str(path).lstrip("/")
    if name == POLICY:
        return _answer(policy_of(house, log).encode() or None, name)
    return _answer(_file(house.log_named(log), name), name)


def _file(log: Log | None, name: str) -> bytes | None:
    if log is None or len(name) > PATH_LENGTH_MAX:
        return None
    return f"{log.vkey()}\n".encode() if name == VKEY and log.vkey() else log.file(name)


def _answer(found: bytes | None, name: str) -> Response[bytes]:
    if found is None:
        raise NotFoundException(detail="file")
    plain = name in (CHECKPOINT, VKEY, POLICY)
    return Response(
        found,
        media_type="text/plain; charset=utf-8" if plain else "application/octet-stream",
        headers={"Cache-Control": "no-store" if plain else FOR_EVER},
    )


ROUTES: tuple[BaseRouteHandler, ...] = (log_file,)
