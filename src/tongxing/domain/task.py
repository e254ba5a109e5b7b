"""A task: what a person of the house has to do for one client, and by when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TaskState(StrEnum):
    """Where a task stands; the last three are ends."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    DECLINED = "declined"
    EXPIRED = "expired"


LIVE = (TaskState.OPEN, TaskState.TAKEN)
"""States in which something is still to be done."""
ENDED = (TaskState.DONE, TaskState.DECLINED, TaskState.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task as the queue orders it; what it is about stands in the sealed paper."""

    task_id: str
    client_id: str
    kind: str
    """A coarse name that tells nothing of the client: touch, event, wish, contact, appointment, handover."""
    assignee: str | None = None
    """Who took it, or whom it is meant for; None: any adviser of the client."""
    duty: int = 0
    """Rank among duties, higher first; 0: no duty."""
    good_bp: int = 0
    """Expected lift minus expected harm of the playbook behind it."""
    made_at: datetime
    due_at: datetime | None
    state: TaskState = TaskState.OPEN
    paper: bytes
    """Title, words, tries: encoded by `service.desk_paper`, sealed at rest; empty once its key is gone."""
