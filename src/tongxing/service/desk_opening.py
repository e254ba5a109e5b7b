"""Tasks that the worker opens: in the same transaction as the touch or the event behind them.

A task has one name for one cause, so that a replay, or a batch done twice, opens it once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.grades import Channel
from tongxing.domain.message import Message
from tongxing.domain.task import LIVE, Task, TaskState
from tongxing.service.cards_resting import is_duty
from tongxing.service.desk_making import (
    APPOINTMENT,
    CONTACT,
    EXPIRY,
    HANDOVER,
    HELD,
    REMINDER,
    SOURCE,
    TIMER,
    ended,
    made,
    task_id_of,
    written,
)
from tongxing.service.desk_paper import End, Paper
from tongxing.service.phrases import title
from tongxing.service.ports import TimerRow

if TYPE_CHECKING:
    from tongxing.service.round import Round

OPENED_BY: Mapping[str, tuple[str, str]] = {
    "complaint_made": ("complaint", "text"),
    "closing_requested": ("closing", "reason"),
    "fraud_reported": ("fraud", "pattern"),
}
"""What a client did -> what an adviser has to do, and the field of the client's words."""
WITHDRAWN = "closing_withdrawn"
EXPLAINED, UNEXPLAINED = "holding_explained", "unexplained"
KINDS = frozenset((*OPENED_BY, "task_opened", "task_done", "appointment_set", EXPLAINED, WITHDRAWN))
KINDS_OF_PEOPLE = frozenset((CONTACT, HANDOVER))
MONTH_LENGTH = len("2026-05")
ROLES = ("title", "body", "risk", "why")


def from_touch(this: "Round", sent: Message) -> None:
    """A message to the adviser is a task: what to do for the client, and why."""
    if sent.channel is not Channel.ADVISER:
        return
    book, playbook = this.house.book, this.house.book.playbooks.get(sent.playbook)
    said = {role: "\n".join(part.text for part in sent.parts if part.role == role) for role in ROLES}
    paper = Paper(
        what=sent.playbook,
        title=said["title"],
        body="\n".join(filter(None, (said["body"], said["risk"]))),
        why=said["why"],
        playbook=sent.playbook,
        touch_id=sent.touch_id,
        leaf_index=sent.leaf_index,
    )
    good = 0 if playbook is None else playbook.lift_bp - playbook.harm_bp
    _open(this, made(book, sent.client_id, sent.touch_id, paper, kind="touch", at=sent.sent_at, good_bp=good))


def notice(this: "Round", event: Event) -> None:
    """What an event of the log asks of the desk."""
    book, at, client_id = this.house.book, event.known_at.astimezone(BEIJING), event.client_id
    if event.kind in OPENED_BY:
        what, field = OPENED_BY[event.kind]
        paper = written(book, what, words=str(event.body.get(field, "")), by="client")
        name = task_id_of(event.kind, event.source, event.source_seq)
        _open(this, made(book, client_id, name, paper, kind="event", at=at))
    elif event.kind == WITHDRAWN:
        name = task_id_of("closing_requested", event.source, str(event.body["of"]))
        _finish(this, name, client_id, TaskState.DONE, End(at=at, by="client", why=""))
    elif event.kind == EXPLAINED:
        if event.body["hand_over"]:
            _open(this, unexplained(book, event))
    elif event.kind == "task_opened":
        _open(this, opened_by_person(book, event))
    elif event.kind == "task_done":
        outcome = TaskState(str(event.body["outcome"]))
        end = End(at=at, by=str(event.body["by"]), why=str(event.body.get("why", "")))
        _finish(this, str(event.body["task_id"]), client_id, outcome, end)
    else:
        remind = f"{REMINDER}{event.body['appointment_id']}"
        agreed = datetime.fromisoformat(str(event.body["at"]))
        ahead = timedelta(minutes=book.rules.number("desk_reminder_minutes", at.date()))
        this.batch.set_timer(idem=remind, client_id=client_id, name=remind, due=max(agreed - ahead, at))


def held_duties(this: "Round", client_id: str, playbooks: Iterable[str], at: datetime) -> None:
    """A notice that distress held back is looked at by a person; one task a notice and day."""
    book, day = this.house.book, at.astimezone(BEIJING).date().isoformat()
    for name in sorted(playbooks):
        if is_duty(book, name):
            paper = written(book, HELD, words=title(book, name))
            key = task_id_of(HELD, client_id, name, day)
            _open(this, made(book, client_id, key, paper, kind="event", at=at))


def is_timer(timer: TimerRow) -> bool:
    """Whether a timer belongs to the desk."""
    return timer.name.startswith(TIMER)


def due(this: "Round", timer: TimerRow) -> None:
    """A task nobody took runs out; an appointment comes near."""
    at = timer.due.astimezone(BEIJING)
    if timer.name.startswith(REMINDER):
        paper = written(this.house.book, APPOINTMENT, by=SOURCE)
        name = task_id_of(timer.name)
        ahead = timedelta(minutes=this.house.book.rules.number("desk_reminder_minutes", at.date()))
        task = made(this.house.book, timer.client_id, name, paper, kind=APPOINTMENT, at=at)
        _open(this, replace(task, due_at=at + ahead))
        return
    task_id = timer.name.removeprefix(EXPIRY)
    found = this.batch.tasks.task(task_id)
    if found is None or found.state is not TaskState.OPEN:
        return
    event = Event(
        source=SOURCE,
        source_seq=f"{TaskState.EXPIRED.value}-{task_id}",
        client_id=timer.client_id,
        ts=at,
        known_at=at,
        kind="task_done",
        body={"task_id": task_id, "outcome": TaskState.EXPIRED.value, "by": SOURCE},
    )
    this.batch.append((event,))
    _finish(this, task_id, timer.client_id, TaskState.EXPIRED, End(at=at, by=SOURCE, why=""))


def opened_by_person(book: Book, event: Event) -> Task:
    """The task that a `task_opened` event tells of."""
    what, by = str(event.body["what"]), str(event.body["by"])
    paper = written(book, what, words=str(event.body.get("words", "")), by=by)
    kind = what if what in KINDS_OF_PEOPLE else "wish"
    at = event.known_at.astimezone(BEIJING)
    return made(book, event.client_id, str(event.body["task_id"]), paper, kind=kind, at=at)


def unexplained(book: Book, event: Event) -> Task:
    """Too much of a change has no known cause: one task a client and month, with what the client read."""
    at, body = event.known_at.astimezone(BEIJING), event.body
    paper = written(book, UNEXPLAINED, words=str(body["words"]))
    name = task_id_of(UNEXPLAINED, event.client_id, str(body["end"])[:MONTH_LENGTH])
    return made(book, event.client_id, name, paper, kind="event", at=at)


def _open(this: "Round", task: Task) -> None:
    """Keep the task; one that is no duty runs out some day."""
    if not this.batch.tasks.add(task) or task.duty:
        return
    days = this.house.book.rules.number("desk_expire_days", task.made_at.astimezone(BEIJING).date())
    name = f"{EXPIRY}{task.task_id}"
    this.batch.set_timer(
        idem=name, client_id=task.client_id, name=name, due=task.made_at + timedelta(days=days)
    )


def _finish(this: "Round", task_id: str, client_id: str, outcome: TaskState, end: End) -> None:
    """Bring the row to the end that the log tells; one that ended already stays as it is."""
    found = this.batch.tasks.task(task_id)
    if found is not None and found.client_id == client_id and found.state in LIVE and found.paper:
        this.batch.tasks.change(ended(found, outcome, end), expects=LIVE)
