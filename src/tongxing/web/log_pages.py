"""The files of the logs for anybody who audits it; no personal data stands in them."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from tongxing.service.ports import Log
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest

CHECKPOINT, VKEY = "checkpoint", "vkey"
FOR_EVER = "public, max-age=31536000, immutable"
PATH_LENGTH_MAX = 100


@get("/log/{log:str}/{path:path}", act="public", sync_to_thread=True)
def log_file(request: PageRequest, log: FromPath[str], path: FromPath[str]) -> Response[bytes]:
    """A checkpoint, a tile, a bundle of entries, or the public key line of a log; nothing else."""
    return _answer(front_of(request).house.log_named(log), str(path).lstrip("/"))


def _answer(log: Log | None, name: str) -> Response[bytes]:
    found: bytes | None = None
    if log is not None and len(name) <= PATH_LENGTH_MAX:
        found = f"{log.vkey()}\n".encode() if name == VKEY and log.vkey() else log.file(name)
    if found is None:
        raise NotFoundException(detail="file")
    plain = name in (CHECKPOINT, VKEY)
    return Response(
        found,
        media_type="text/plain; charset=utf-8" if plain else "application/octet-stream",
        headers={"Cache-Control": "no-store" if plain else FOR_EVER},
    )


ROUTES: tuple[BaseRouteHandler, ...] = (log_file,)
