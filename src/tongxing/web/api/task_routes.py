"""Tasks of advisers: the queue, one task, and what is done with it."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from tongxing.service.api_shapes_records import TaskAct, TaskAnswer, TaskList
from tongxing.service.api_tasks import act_on_task, list_tasks, one_task, task_answer, task_tag
from tongxing.web.api.answers import done, given, list_name, next_address, read
from tongxing.web.api.asking import Paged, Query, body_of, id_of, limit_of, query_of, rule, tags_of
from tongxing.web.api.caller import reach_of
from tongxing.web.api.cursors import cursor, text_place
from tongxing.web.api.operations import Area, Operation
from tongxing.web.api.problems import Problem
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest

READ, ACT = "api.tasks.read", "api.tasks.act"


class TaskQuery(Paged, frozen=True, kw_only=True):
    """The queue, or the tasks of one client."""

    client: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    """A client id."""


@get(
    "/v1/tasks",
    act=READ,
    sync_to_thread=False,
    api=Operation(
        area=Area.TASKS,
        summary="List tasks",
        detail="What lies before this person, what is owed first; with `client` all tasks of one client.",
        gives=TaskList,
        query=TaskQuery,
    ),
)
def tasks_list(request: PageRequest) -> Response[bytes]:
    """A page of the queue."""
    asked, name = query_of(request, TaskQuery), list_name(request)
    house = front_of(request).house
    items, last = list_tasks(
        house,
        reach_of(request, READ),
        client_id=asked.client,
        after=text_place(name, asked.cursor),
        limit=limit_of(house, asked.limit),
        scan=rule(house, "api_scan_max"),
    )
    goes_on = next_address(request, None if last is None else cursor(name, last))
    return read(request, TaskList(items=items, next=goes_on))


@get(
    "/v1/tasks/{task_id:str}",
    act=READ,
    sync_to_thread=False,
    api=Operation(
        area=Area.TASKS,
        summary="Read a task",
        gives=TaskAnswer,
        query=Query,
        problems=("not-found",),
    ),
)
def task_read(request: PageRequest, task_id: FromPath[str]) -> Response[bytes]:
    """One task."""
    query_of(request, Query)
    reach = reach_of(request, READ)
    task = one_task(front_of(request).house, reach, id_of(task_id))
    return read(request, task_answer(reach, task), tag=task_tag(task))


@post(
    "/v1/tasks/{task_id:str}/acts",
    act=ACT,
    status_code=200,
    api=Operation(
        area=Area.TASKS,
        summary="Take, give back or end a task",
        detail="If-Match names the version that was read, so that of two who act at once the second is told.",
        gives=TaskAnswer,
        body=TaskAct,
        body_example={"act": "take"},
        if_match="needed",
        problems=("not-found", "conflict", "precondition-required"),
    ),
)
async def task_act(request: PageRequest, task_id: FromPath[str]) -> Response[bytes]:
    """Do something with a task."""
    house, name = front_of(request).house, id_of(task_id)
    tags = tags_of(request, "if-match")
    if not tags:
        raise Problem(kind="precondition-required")
    if len(tags) != 1:
        raise Problem(kind="precondition-failed")
    act = await body_of(request, TaskAct, at_most=rule(house, "api_body_bytes_max"))
    expected = "" if tags == ("*",) else tags[0]
    reach, now = reach_of(request, ACT), house.clock.now()
    answer = await sync_to_thread(act_on_task, house, reach, name, act, expected=expected, now=now)
    tag = task_tag(one_task(house, reach, name))
    return given(done(answer, tag=tag))
