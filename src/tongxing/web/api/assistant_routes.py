"""The tools of a broker's own assistants over HTTP (MCP), under the judge of every other address."""

from collections.abc import Callable
from typing import Any, Protocol

from litestar import post
from litestar.exceptions import NotAuthorizedException
from litestar.types import ASGIApp

from tongxing.domain.person import Person
from tongxing.web.api.caller import caller
from tongxing.web.render import PageRequest


class Assistants(Protocol):
    """Answers requests of assistants with the tools of whoever they work for."""

    def answering(self, person: Person) -> Callable[[Any, Any, Any], Any]:
        """An ASGI application for one request of this person."""
        ...


@post("/mcp", act="api.person.read", status_code=200)
async def assistants(request: PageRequest) -> ASGIApp:
    """One message of an assistant; by a key alone, never by a browser's session."""
    person = caller(request)
    if "authorization" not in request.headers:
        raise NotAuthorizedException(detail="key")
    found: Assistants = request.app.state.assistants
    return found.answering(person)


ROUTES = (assistants,)
"""Only where the extra `mcp` is installed."""
