"""A client waits in the chat for a person: who is before, about how long, how to leave, when to be called."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from statistics import median

from tongxing.domain.clock import BEIJING
from tongxing.domain.market import CalendarError
from tongxing.domain.task import LIVE, Task, TaskState
from tongxing.service import desk_paper
from tongxing.service.client_acts import ActRefusedError
from tongxing.service.desk_log import entry, moment
from tongxing.service.desk_making import CALLBACK, ended, made, task_id_of, written
from tongxing.service.desk_paper import End
from tongxing.service.desk_reach import people_names
from tongxing.service.house import House
from tongxing.service.phrases import phrase

CHAT = "chat"
"""What the task of a waiting client is called."""
WISH = "wish"
CLIENT = "client"
TASKS_READ_MAX, ENDED_READ_MAX, ENDED_LEAST = 50, 20, 3
DAYS_AHEAD = 14
"""Days looked through for hours in which somebody calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Where a client stands in the queue of those who wait for a person."""

    task_id: str
    taken_by: str
    """Name of the person who reads the chat now; empty: nobody yet."""
    ahead: int
    """How many wait before."""
    minutes: int
    """About how long, from what the last ones took; never promised."""


def waiting(house: House, client_id: str) -> Waiting | None:
    """The client's place; None for a client who waits for nobody."""
    task = waiting_task(house, client_id)
    if task is None:
        return None
    if task.state is TaskState.TAKEN:
        name = people_names(house).get(task.assignee or "", "")
        return Waiting(task_id=task.task_id, taken_by=name or " ", ahead=0, minutes=0)
    adviser = house.store.tasks.adviser_of(client_id)
    near = () if adviser is None else (adviser,)
    queue = house.store.tasks.queue(near, orphans=adviser is None)
    waits = [one.task_id for one in queue if _waits(one)]
    ahead = waits.index(task.task_id) if task.task_id in waits else len(waits)
    each = _minutes_each(house, near)
    return Waiting(task_id=task.task_id, taken_by="", ahead=ahead, minutes=(ahead + 1) * each)


def waiting_task(house: House, client_id: str) -> Task | None:
    """The live task of a client who waits in the chat, or is read by a person."""
    tasks = house.store.tasks.of_client(client_id, limit=TASKS_READ_MAX)
    return next((one for one in tasks if one.state in LIVE and _is_chat(one)), None)


def leave(house: House, client_id: str, *, slot: str = "", now: datetime) -> None:
    """The client waits no longer: wants to be called at a time (`slot`, ISO 8601), or nothing more.

    Raises:
        ActRefusedError: `no_slot` for a time that is not offered.
        UnknownClientError: the house knows no such client.
    """
    at = moment(house, client_id, now)
    wanted = next((one for one in slots(house, at) if one.isoformat() == slot), None)
    if slot and wanted is None:
        raise ActRefusedError("no_slot")
    task = waiting_task(house, client_id)
    with house.store.batch() as batch:
        if task is not None:
            why = "" if wanted is None else CALLBACK
            end = End(at=at, by=CLIENT, why=why)
            if batch.tasks.change(ended(task, TaskState.DECLINED, end), expects=LIVE):
                body = {"task_id": task.task_id, "outcome": "declined", "by": CLIENT, "why": why}
                batch.append((entry(client_id, "task_done", f"{task.task_id}-declined", body, at),))
        if wanted is not None:
            call = _call(house, client_id, wanted, at)
            if batch.tasks.add(call):
                words = desk_paper.decode(call.paper).words
                body = {"task_id": call.task_id, "what": CALLBACK, "by": CLIENT, "words": words}
                batch.append((entry(client_id, "task_opened", call.task_id, body, at),))


def _call(house: House, client_id: str, wanted: datetime, at: datetime) -> Task:
    """The adviser calls at that time."""
    words = phrase(house.book, "talk_call_at").replace("{at}", f"{wanted:%Y-%m-%d %H:%M}")
    paper = written(house.book, CALLBACK, words=words, by="")
    name = task_id_of(CALLBACK, client_id, wanted.isoformat())
    minutes = house.book.rules.number("talk_callback_minutes", at.date())
    task = made(house.book, client_id, name, paper, kind=WISH, at=at)
    return replace(task, due_at=wanted + timedelta(minutes=minutes))


def slots(house: House, now: datetime) -> tuple[datetime, ...]:
    """The next times at which somebody calls, in working hours of the exchange's days."""
    on = now.astimezone(BEIJING).date()
    rules = house.book.rules
    most, lead = rules.number("talk_callback_offers", on), rules.number("talk_callback_lead_minutes", on)
    first = now.astimezone(BEIJING) + timedelta(minutes=lead)
    found = (one for day in range(DAYS_AHEAD) for one in _slots_of(house, on + timedelta(days=day)))
    return tuple(one for one in found if one >= first)[:most]


def in_hours(house: House, now: datetime) -> bool:
    """Whether somebody of the house is there to read a chat."""
    at = now.astimezone(BEIJING)
    return any(start <= at.time() < end for start, end in _hours(house, at.date()))


def _slots_of(house: House, day: date) -> Iterator[datetime]:
    step = timedelta(minutes=house.book.rules.number("talk_callback_minutes", day))
    for start, end in _hours(house, day):
        at = datetime.combine(day, start, BEIJING)
        while at + step <= datetime.combine(day, end, BEIJING):
            yield at
            at += step


def _hours(house: House, day: date) -> tuple[tuple[time, time], ...]:
    """Hours in which people of the house work; none on days without a session, or of an unknown year."""
    try:
        if not house.market.is_session(day):
            return ()
    except CalendarError:
        return ()
    spans = (words.split("-") for words in house.book.rules.words("talk_people_hours", day))
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in spans)


def _minutes_each(house: House, near: tuple[str, ...]) -> int:
    """The middle of what the last chats took from asking to their end; a rule where they are too few."""
    done = [one for one in house.store.tasks.ended(near, limit=ENDED_READ_MAX) if _is_chat(one)]
    taken = [
        (end.at - one.made_at).total_seconds() / 60
        for one in done
        if (end := desk_paper.decode(one.paper).end) is not None and end.by != CLIENT
    ]
    if len(taken) >= ENDED_LEAST:
        return max(1, round(median(taken)))
    return house.book.rules.number("talk_wait_minutes", house.clock.now().astimezone(BEIJING).date())


def _is_chat(task: Task) -> bool:
    return task.kind == WISH and desk_paper.decode(task.paper).what == CHAT


def _waits(task: Task) -> bool:
    return task.state is TaskState.OPEN and _is_chat(task)
