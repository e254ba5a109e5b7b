"""The files of the log of records for anybody who audits it; no personal data stands in them."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from tongxing.web.front import front_of
from tongxing.web.render import PageRequest

CHECKPOINT, VKEY, POLICY = "checkpoint", "vkey", "policy"
FOR_EVER = "public, max-age=31536000, immutable"
PATH_LENGTH_MAX = 100


@get("/log/records/{path:path}", act="public", sync_to_thread=True)
def log_file(request: PageRequest, path: FromPath[str]) -> Response[bytes]:
    """A checkpoint, a tile, a bundle of entries, the public key line or the policy; nothing else."""
    house, name = front_of(request).house, str(path).lstrip("/")
    log = house.log
    found: bytes | None = None
    if log is not None and len(name) <= PATH_LENGTH_MAX:
        found = f"{log.vkey()}\n".encode() if name == VKEY and log.vkey() else log.file(name)
        if name == POLICY and house.witnesses is not None:
            found = house.witnesses.policy().encode() or None
    if found is None:
        raise NotFoundException(detail="file")
    plain = name in (CHECKPOINT, VKEY, POLICY)
    return Response(
        found,
        media_type="text/plain; charset=utf-8" if plain else "application/octet-stream",
        headers={"Cache-Control": "no-store" if plain else FOR_EVER},
    )


ROUTES: tuple[BaseRouteHandler, ...] = (log_file,)
