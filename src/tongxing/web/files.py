"""Built files of the frontend, served from memory under names of their own."""

import mimetypes
import re
from functools import lru_cache
from pathlib import Path

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tongxing.web.render import STATIC, PageRequest

NAME = re.compile(r"[A-Za-z0-9_-]{1,60}(\.[A-Za-z0-9_-]{1,20}){1,4}")
FOR_EVER = "public, max-age=31536000, immutable"
ANEW = "no-cache"


@get("/static/{name:str}", sync_to_thread=False, act="public")
def static_file(request: PageRequest, name: FromPath[str]) -> Response[bytes]:
    """A built file; kept for ever by a browser that asked for it by its hash."""
    path = STATIC / name
    if not NAME.fullmatch(name) or not path.is_file():
        raise NotFoundException(detail="file")
    kind = mimetypes.guess_type(name)[0] or "text/plain"
    keep = FOR_EVER if "v" in request.query_params else ANEW
    content = _content(path, path.stat().st_mtime_ns)
    return Response(content, media_type=kind, headers={"Cache-Control": keep})


@lru_cache(maxsize=64)
def _content(path: Path, _changed: int) -> bytes:
    return path.read_bytes()
