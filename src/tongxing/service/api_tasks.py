"""What people of the house have to do, for their own systems: the desk's queue, and acts on one task."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from tongxing.domain.person import Person, Role
from tongxing.domain.task import Task, TaskState
from tongxing.service import desk_paper
from tongxing.service.api_consents import StaleError
from tongxing.service.api_reach import OutOfReachError, Reach
from tongxing.service.api_shapes_records import TaskAct, TaskAnswer
from tongxing.service.desk_reach import UnknownTaskError, colleagues, task_for
from tongxing.service.desk_tasks import finish, give_back, take
from tongxing.service.house import House

StateWord = Literal["open", "taken", "done", "declined", "expired"]
_STATES: Mapping[TaskState, StateWord] = {
    TaskState.OPEN: "open",
    TaskState.TAKEN: "taken",
    TaskState.DONE: "done",
    TaskState.DECLINED: "declined",
    TaskState.EXPIRED: "expired",
}
_ENDS: Mapping[str, TaskState] = {"done": TaskState.DONE, "declined": TaskState.DECLINED}


def list_tasks(
    house: House, reach: Reach, *, client_id: str | None, after: str, limit: int, scan: int
) -> tuple[list[TaskAnswer], str | None]:
    """Live tasks before this person (or all of one client), what comes first first.

    A page begins behind the task named by `after`; where that is done meanwhile, at the beginning.
    """
    tasks = [task for task in _found(house, reach.person, client_id, scan) if reach.may(task.client_id)]
    ids = [task.task_id for task in tasks]
    start = ids.index(after) + 1 if after in ids else 0
    page = tasks[start : start + limit]
    more = len(tasks) > start + limit
    return [task_answer(reach, task) for task in page], page[-1].task_id if more and page else None


def one_task(house: House, reach: Reach, task_id: str) -> Task:
    """A task within reach. Raises `OutOfReachError`."""
    try:
        task = task_for(house, reach.person, task_id)
    except UnknownTaskError as unknown:
        raise OutOfReachError(task_id) from unknown
    if not reach.may(task.client_id):
        raise OutOfReachError(task_id)
    return task


def act_on_task(
    house: House, reach: Reach, task_id: str, act: TaskAct, *, expected: str, now: datetime
) -> TaskAnswer:
    """Take, give back or end a task; `expected` is the tag (`task_tag`) the caller saw, empty for any.

    Raises:
        OutOfReachError: no such task within reach.
        StaleError: somebody changed it since.
        DeskRefusedError: `taken`, `ended`, `duty`, `empty`, `too_long`, `confirm`, `erased`.
    """
    task = one_task(house, reach, task_id)
    if expected and expected != task_tag(task):
        raise StaleError(task_id)
    person = reach.person
    if act.act == "take":
        changed = take(house, person, task_id)
    elif act.act == "give_back":
        changed = give_back(house, person, task_id)
    else:
        changed = finish(house, person, task_id, _ENDS[act.act], act.why, now=now)
    return task_answer(reach, changed)


def task_answer(reach: Reach, task: Task) -> TaskAnswer:
    """A task as it is told; words as this person may see them."""
    paper = desk_paper.decode(task.paper)
    return TaskAnswer(
        task_id=task.task_id,
        client_id=task.client_id,
        kind=task.kind,
        state=_STATES[task.state],
        assignee=task.assignee,
        duty=task.duty,
        good_bp=task.good_bp,
        made_at=task.made_at,
        due_at=task.due_at,
        title=paper.title,
        words=reach.shown("words", paper.words) if paper.words else "",
    )


def task_tag(task: Task) -> str:
    """Changes whenever the task does."""
    return f"{task.state.value}-{task.assignee or ''}-{len(task.paper)}"


def _found(house: House, person: Person, client_id: str | None, scan: int) -> Sequence[Task]:
    if client_id is not None:
        return house.store.tasks.of_client(client_id, limit=scan)
    near = colleagues(house, person)
    return house.store.tasks.queue(near, orphans=person.role is Role.MANAGER, limit=scan)
