"""What a client's own pages need of the store beside its port: the own records, a page at a time."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tongxing.service.ports import MessageRow, StoredEvent

Place = tuple[int, int]
"""Where a page ended: microseconds since 1970, and the place in the log (or row) at that instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How many records of some kinds there are, and between which instants."""

    count: int
    first: datetime
    last: datetime


class OwnRows(Protocol):
    """Records of one client (and of those merged into it), read by kind; erased ones are left out."""

    def events(
        self,
        client_ids: Collection[str],
        kinds: Collection[str],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        before: Place | None = None,
        limit: int,
    ) -> tuple[Sequence["StoredEvent"], Place | None]:
        """The newest first by the time they happened, and where the next page begins; None: that was all.

        `since` is included, `until` is not.
        """
        ...

    def following(
        self, client_ids: Collection[str], kinds: Collection[str], *, after: int
    ) -> Iterator["StoredEvent"]:
        """Those after a place in the log, in its order."""
        ...

    def named(
        self, client_ids: Collection[str], keys: Collection[tuple[str, str]]
    ) -> Sequence["StoredEvent"]:
        """Those of these keys (source and its number), in log order; erased ones are left out."""
        ...

    def latest(self, client_ids: Collection[str]) -> Mapping[str, int]:
        """Client -> place of its last event in the log; clients without events are left out."""
        ...

    def told_since(self, kinds: Collection[str], *, after: int) -> tuple[int, frozenset[str]]:
        """The last place of the log, and whom events of these kinds after a place are about."""
        ...

    def span(self, client_ids: Collection[str], kinds: Collection[str]) -> Span | None:
        """How many there are, erased ones included; None where there are none."""
        ...

    def said(
        self, client_id: str, *, before: int | None = None, limit: int
    ) -> Sequence[tuple[int, "MessageRow"]]:
        """Everything that was delivered, newest first, whether dismissed or expired; with its row."""
        ...
