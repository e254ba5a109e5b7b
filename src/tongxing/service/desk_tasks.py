"""What people do with tasks: ask for a person, take, give back, finish, reassign."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tongxing.domain.event import Event
from tongxing.domain.person import Person, Role
from tongxing.domain.task import LIVE, Task, TaskState
from tongxing.service.desk_log import DeskRefusedError, clean, entry, moment
from tongxing.service.desk_making import CALLBACK, CONTACT, HANDOVER, ended, made, task_id_of, written
from tongxing.service.desk_paper import End
from tongxing.service.desk_reach import UnknownTaskError, advisers, open_to, task_for
from tongxing.service.house import House
from tongxing.service.ports import Batch

CALLBACKS_LIVE_MAX = 5
TASKS_READ_MAX = 50


def ask_for_person(house: House, client_id: str, words: str, now: datetime) -> Task:
    """The client wishes to be contacted by a person; the same words twice on a day are one wish.

    Raises:
        UnknownClientError: the store has folded nothing of such a client.
        DeskRefusedError: `too_long`, `enough` (so many wishes wait already), `merged`.
    """
    at = moment(house, client_id, now)
    said = clean(house, words, at, empty=True)
    task_id = task_id_of(CALLBACK, client_id, at.date().isoformat(), said)
    known = house.store.tasks.task(task_id)
    if known is not None:
        return known
    waiting = house.store.tasks.of_client(client_id, limit=TASKS_READ_MAX)
    paper = written(house.book, CALLBACK, words=said, by="client")
    task = made(house.book, client_id, task_id, paper, kind="wish", at=at)
    if sum(1 for one in waiting if one.state in LIVE and one.kind == "wish") >= CALLBACKS_LIVE_MAX:
        raise DeskRefusedError("enough")
    with house.store.batch() as batch:
        if batch.tasks.add(task):
            body = {"task_id": task_id, "what": CALLBACK, "by": "client", "words": said}
            batch.append((entry(client_id, "task_opened", task_id, body, at),))
    return task


def open_contact(
    house: House, person: Person, client_id: str, why: str, *, token: str, now: datetime
) -> Task:
    """An adviser wants to write to a client without being asked to; the task is the adviser's at once.

    One form sent twice (`token`) is one task. Raises `DeskRefusedError`, `UnknownClientError`.
    """
    at = moment(house, client_id, now)
    said = clean(house, why, at, empty=False)
    task_id = task_id_of(CONTACT, client_id, person.person_id, token)
    paper = written(house.book, CONTACT, words=said, by=person.person_id)
    task = made(house.book, client_id, task_id, paper, kind=CONTACT, at=at, assignee=person.person_id)
    task = replace(task, state=TaskState.TAKEN)
    with house.store.batch() as batch:
        if batch.tasks.add(task):
            body = {"task_id": task_id, "what": CONTACT, "by": person.person_id, "words": said}
            batch.append((entry(client_id, "task_opened", task_id, body, at),))
    return task


def take(house: House, person: Person, task_id: str) -> Task:
    """Take a task on; of two who do so at once the second is told (`taken`). Raises `UnknownTaskError`."""
    task_for(house, person, task_id)

    def mine(task: Task) -> Task:
        if task.kind == HANDOVER:
            raise DeskRefusedError("confirm")
        return replace(task, state=TaskState.TAKEN, assignee=person.person_id)

    return _change(house, person, task_id, mine)


def give_back(house: House, person: Person, task_id: str) -> Task:
    """Put a task back before the client's adviser. Raises `UnknownTaskError`, `DeskRefusedError`."""
    task_for(house, person, task_id)
    return _change(house, person, task_id, lambda task: replace(task, state=TaskState.OPEN, assignee=None))


def finish(
    house: House, person: Person, task_id: str, outcome: TaskState, why: str, *, now: datetime
) -> Task:
    """Bring a task to its end, on record; a duty can be done and not declined, and declining says why.

    Raises `UnknownTaskError`, `DeskRefusedError` (`duty`, `empty`, `too_long`, `taken`, `ended`).
    """
    task = task_for(house, person, task_id)
    if task.kind == HANDOVER:
        raise DeskRefusedError("confirm")
    if outcome is TaskState.DECLINED and task.duty:
        raise DeskRefusedError("duty")
    at = moment(house, task.client_id, now, merged_too=True)
    said = clean(house, why, at, empty=outcome is TaskState.DONE)
    body = {"task_id": task_id, "outcome": outcome.value, "by": person.person_id, "why": said}
    done = entry(task.client_id, "task_done", f"{task_id}-{outcome.value}", body, at)
    end = End(at=at, by=person.person_id, why=said)

    def over(task: Task) -> Task:
        return replace(ended(task, outcome, end), assignee=person.person_id)

    return _change(house, person, task_id, over, event=done)


def reassign(house: House, manager: Person, task_id: str, to: str) -> Task:
    """A manager gives a task to another adviser. Raises `UnknownTaskError`, `DeskRefusedError`."""
    task_for(house, manager, task_id)
    if manager.role is not Role.MANAGER:
        raise DeskRefusedError("manager_only")
    if to not in {one.person_id for one in advisers(house, manager.team)}:
        raise DeskRefusedError("no_such_adviser")
    with house.store.batch() as batch:
        task = _found(batch, task_id)
        if task.state not in LIVE:
            raise DeskRefusedError("ended")
        if task.kind == HANDOVER:
            raise DeskRefusedError("confirm")
        given = replace(task, state=TaskState.OPEN, assignee=to)
        batch.tasks.change(given, expects=LIVE)
        return given


def _change(
    house: House, person: Person, task_id: str, new: Callable[[Task], Task], *, event: Event | None = None
) -> Task:
    """Change a live task that nobody else holds, in one transaction with the event that tells of it."""
    near = open_to(house, person)
    with house.store.batch() as batch:
        task = _found(batch, task_id)
        if task.state not in LIVE:
            raise DeskRefusedError("ended")
        if not task.paper:
            raise DeskRefusedError("erased")
        if task.assignee not in near:
            raise DeskRefusedError("taken", who=task.assignee or "")
        changed = new(task)
        batch.tasks.change(changed, expects=LIVE)
        if event is not None:
            batch.append((event,))
        return changed


def _found(batch: Batch, task_id: str) -> Task:
    task = batch.tasks.task(task_id)
    if task is None:
        raise UnknownTaskError(task_id)
    return task
