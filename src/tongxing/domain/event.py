"""An event: one thing that happened to one client, as a source told it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Retention(StrEnum):
    """How long a record is kept, and which key seals it (`contracts.md`, section 1)."""

    TRADING = "trading"
    IDENTITY = "identity"
    ADVICE = "advice"
    CONDUCT = "conduct"
    BEHAVIOUR = "behaviour"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One validated entry of the event log; `body` has the fields of its kind in `domain.bodies`.

    `ts` is when it happened, `known_at` when the house learned of it; both zoned, `ts <= known_at`.
    `(source, source_seq)` is the idempotency key.
    """

    source: str
    source_seq: str
    client_id: str
    ts: datetime
    known_at: datetime
    kind: str
    body: Mapping[str, object]

    @property
    def key(self) -> tuple[str, str]:
        """What makes a second copy a duplicate."""
        return (self.source, self.source_seq)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A line that was not taken, and why: an ordinary answer, listed to whoever sent it."""

    line: int
    reason: str
    """One word of the closed list, e.g. `unknown_kind`."""
    detail: str = ""
    """What was wrong, for a human; never the personal data itself."""
    of: int | None = None
    """For a duplicate: the line that was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRef:
    """Names one event as evidence, without its contents."""

    source: str
    source_seq: str
    kind: str
    ts: int
    """Epoch seconds."""
