"""What observing a house needs of its store: depths of its queues, signs of life of its workers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Depths:
    """What waits in a store at one instant; counts, nothing about anybody."""

    events: int
    """All events of the log."""
    lag: int
    """Of them not folded yet."""
    leaves: int
    outbox: int
    """Cleared words not yet sent."""
    timers_late: int
    timer_late_seconds: int
    """Of the one that waits longest; 0 when none is late."""
    aside: int
    jobs_queued: int
    tasks_open: int
    webhooks_waiting: int
    webhooks_dead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A worker's last sign of life."""

    slot: int
    """The first partition it holds: no two workers share one."""
    age_seconds: float
    figures: bytes
    """`WorkerFigures`, encoded."""


class WatchStore(Protocol):
    """Reads and writes of the watch; none of them opens anything personal."""

    def depths(self, now: datetime) -> Depths:
        """What waits; `now` by the house's clock says which timers are late."""
        ...

    def at_head(self) -> bool:
        """Whether the store has every table this version of the program knows, and no newer ones."""
        ...

    def keeps_book(self, digest: str) -> bool:
        """Whether the pages in force are kept, so that today's decisions can be judged by them later."""
        ...

    def beat(self, slot: int, figures: bytes) -> None:
        """Say that a worker lives, in place of what was said under this slot before."""
        ...

    def beats(self) -> Sequence[Beat]:
        """The last sign of life under each slot."""
        ...
