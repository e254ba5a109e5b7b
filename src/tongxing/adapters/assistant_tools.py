"""The house's read-only tools as an MCP server, for a broker's own assistants; needs the extra `mcp`.

What a tool cannot answer it says in words that a model can act on; it never says whether something out of
reach exists.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from tongxing.service.api_clients import MomentError
from tongxing.service.api_reach import OutOfReachError
from tongxing.service.api_tools import Tools
from tongxing.service.ports import ErasedError, StoreError

INSTRUCTIONS = (
    "Read-only tools of a broker's client-service platform. Every answer is judged by the policies of the "
    "person the tools work for and is on record. Words are never sent to clients from here: what is said to "
    "a client passes the house's corridor. Money is integer fen, ratios are basis points (bp) or ppm."
)
UNKNOWN = "no such client, decision or rule, or none this person may know of"
ERASED = "the client had these records erased: nobody can read them any more"
BUSY = "the house cannot be asked just now; try again later"
Answer = dict[str, Any]


def server(tools: Tools, *, version: str) -> MCPServer[Any]:
    """The server with its five tools; none of them writes."""
    found: MCPServer[Any] = MCPServer(
        "tongxing", instructions=INSTRUCTIONS, version=version, log_level="WARNING"
    )
    reading = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)
    answers = Answers(tools)
    for tool in (
        answers.client_profile,
        answers.next_service,
        answers.why,
        answers.verdicts,
        answers.rules,
    ):
        found.add_tool(tool, annotations=reading)
    return found


class Answers:
    """The tools as assistants see them: the first lines of each are what a model reads."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def client_profile(self, client_id: str, as_of: str = "") -> Answer:
        """Needs, risk and preferences of one client, each with the events it rests on.

        as_of: an instant with zone (2026-05-06T10:30:00+08:00): the profile as the client was known then.
        """
        with _told():
            return dict(self._tools.profile(client_id, as_of))

    def next_service(self, client_id: str, moment: str = "") -> Answer:
        """What the house would offer this client at a moment, best first, with every gate's answer.

        A dry run: nothing is written and nobody is told. moment: an instant with zone; empty: now.
        """
        with _told():
            return dict(self._tools.next_service(client_id, moment))

    def why(self, decision_id: str) -> Answer:
        """Why something was said to a client or was not: one decision with every answer and its leaf."""
        with _told():
            return dict(self._tools.why(decision_id))

    def verdicts(self, client_id: str = "", limit: int = 20) -> Answer:
        """The latest decisions, refusals and silence included, of one client or of all within reach."""
        with _told():
            return dict(self._tools.verdicts(client_id, limit))

    def rules(self, word: str) -> Answer:
        """Rules in force today that mention a word, each with its value, unit, source and status."""
        with _told():
            return dict(self._tools.rules(word))


@contextmanager
def _told() -> Iterator[None]:
    """Turn what cannot be answered into words."""
    try:
        yield
    except OutOfReachError:
        raise ToolError(UNKNOWN) from None
    except ErasedError:
        raise ToolError(ERASED) from None
    except MomentError as ahead:
        raise ToolError(ahead.words) from None
    except StoreError:
        raise ToolError(BUSY) from None
    except ValueError as wrong:
        raise ToolError(str(wrong)) from None
