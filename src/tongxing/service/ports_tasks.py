"""What the adviser desk needs of the store: tasks, and who serves whom."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tongxing.domain.person import Person
from tongxing.domain.task import Task, TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What lies before one adviser."""

    clients: int = 0
    live: int = 0
    """Tasks of the adviser's clients, or taken by the adviser, that are still to be done."""
    overdue: int = 0
    ended: int = 0
    """Of the tasks made since the day asked about, those that came to an end."""
    done: int = 0
    """Of these, the ones that were done; the others were declined or ran out."""


class Tasks(Protocol):
    """Tasks and assignments as last committed."""

    def task(self, task_id: str) -> Task | None:
        """One task; None for an unknown id."""
        ...

    def of_client(self, client_id: str, *, limit: int = 50) -> Sequence[Task]:
        """Live ones first in the order of the queue, then the latest that ended."""
        ...

    def queue(self, advisers: Collection[str], *, orphans: bool = False, limit: int = 100) -> Sequence[Task]:
        """Live tasks meant for these advisers, or of their clients and taken by nobody.

        With `orphans` also those of clients whom nobody serves. Duty first, then expected good, then what
        is due first.
        """
        ...

    def ended(self, advisers: Collection[str], *, limit: int = 20) -> Sequence[Task]:
        """What these advisers finished, the latest first."""
        ...

    def staff(self) -> Sequence[Person]:
        """The active advisers and managers of the house, by their ids."""
        ...

    def adviser_of(self, client_id: str) -> str | None:
        """Who serves a client; None: nobody in particular."""
        ...

    def clients_of(self, adviser_id: str, *, after: str = "", limit: int = 200) -> Sequence[str]:
        """The clients an adviser serves, in order of their ids."""
        ...

    def sent(self, touch_ids: Collection[str]) -> Mapping[str, str]:
        """What became of cleared words: `sent`, `withdrawn`, or empty while they wait."""
        ...

    def loads(self, advisers: Collection[str], *, now: datetime, since: datetime) -> Mapping[str, Load]:
        """What lies before each adviser, and what was finished of the tasks made since a day."""
        ...


class TaskBatch(Protocol):
    """Tasks and assignments inside one write transaction."""

    def add(self, task: Task) -> bool:
        """Keep a new task; a second one with the same id changes nothing and is False."""
        ...

    def task(self, task_id: str) -> Task | None:
        """The task as it is in this transaction; nobody else changes it until the commit."""
        ...

    def change(self, task: Task, *, expects: Collection[TaskState]) -> bool:
        """Write holder, state, due time and paper anew; False when it is in none of these states."""
        ...

    def adviser_of(self, client_id: str) -> str | None:
        """Who serves a client; None: nobody in particular."""
        ...

    def count_clients(self, adviser_id: str) -> int:
        """How many clients an adviser serves."""
        ...

    def assign(self, client_id: str, adviser_id: str, *, since: datetime) -> None:
        """From now on this adviser serves the client."""
        ...
