"""The bytes of a request's body: bounded in size and in time."""

import asyncio

from litestar.exceptions import HTTPException, InternalServerException

from tongxing.web.render import PageRequest

SECONDS_MAX = 20.0
"""A body of some kilobytes that takes longer comes from a line that holds a place and sends nothing."""


async def read_body(request: PageRequest, *, at_most: int, too_large: Exception) -> bytes:
    """All of it; raises `too_large`, or `HTTPException` 408 (too slow) and 400 (the line broke)."""
    found = bytearray()
    try:
        async with asyncio.timeout(SECONDS_MAX):
            async for piece in request.stream():
                found += piece
                if len(found) > at_most:
                    raise too_large
    except TimeoutError as slow:
        raise HTTPException(status_code=408, detail="slow") from slow
    except InternalServerException as gone:
        raise HTTPException(status_code=400, detail="broken") from gone
    return bytes(found)
