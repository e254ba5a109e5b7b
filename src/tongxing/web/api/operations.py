"""What each address of the interface takes and gives, declared beside its handler.

The description is made from it, and so cannot say otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from tongxing.web.api.asking import Query

OPT = "api"
"""Name of the handler option that holds an `Operation`."""


class Area(StrEnum):
    """Chapters of the description."""

    EVENTS = "Events in"
    CLIENTS = "Clients"
    VERDICTS = "Touches, verdicts, proofs"
    TASKS = "Tasks"
    CONSENTS = "Consents"
    WEBHOOKS = "Webhooks out"
    ABOUT = "About"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One address with one method."""

    area: Area
    summary: str
    detail: str = ""
    gives: type[msgspec.Struct] | None
    """None: an empty answer."""
    example: object = None
    status: int = 200
    query: type[Query] | None = None
    body: type[msgspec.Struct] | None = None
    body_example: object = None
    problems: tuple[str, ...] = ()
    """Kinds beside those that every address knows."""
    key: str = ""
    """`needed` or `optional`: whether Idempotency-Key is heeded."""
    if_match: str = ""
    """`needed` or `optional`."""
    public: bool = False
    path: Mapping[str, str] = field(default_factory=dict)
    """Examples of path parameters, by name."""
