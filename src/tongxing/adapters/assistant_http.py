"""The assistants' tools over streamable HTTP, one request at a time; needs the extra `mcp`.

Who asks was judged before; each request gets tools of that person alone and leaves no session behind.
"""

from collections.abc import Callable
from typing import Any

from mcp.server.transport_security import TransportSecuritySettings

from tongxing.adapters.assistant_tools import server
from tongxing.service.api_tools import Tools

PATH = "/mcp"
REQUEST_BYTES_MAX = 65_536
HOSTS = TransportSecuritySettings(enable_dns_rebinding_protection=False)
"""Hosts and origins are judged before a request comes here."""


def answering(tools: Tools, *, version: str) -> Callable[[Any, Any, Any], Any]:
    """An ASGI application for one request."""
    app = server(tools, version=version).streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=REQUEST_BYTES_MAX,
        transport_security=HOSTS,
    )

    async def answer(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - three parts of ASGI
        own = {**scope, "root_path": "", "state": {}}
        async with app.router.lifespan_context(app):
            await app(own, receive, send)

    return answer
