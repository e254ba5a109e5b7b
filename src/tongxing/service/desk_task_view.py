"""One task laid open: what to do, with which words, and what compliance said of earlier ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tongxing.domain.clock import BEIJING
from tongxing.domain.grades import Nature
from tongxing.domain.person import Person, Role
from tongxing.domain.task import LIVE, Task
from tongxing.service import desk_paper
from tongxing.service.assistant_turns import Turn
from tongxing.service.client_acts import UnknownClientError
from tongxing.service.client_names import client_names
from tongxing.service.desk_corrections import reads_chat, turns_of_chat
from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.desk_making import HANDOVER
from tongxing.service.desk_paper import Paper
from tongxing.service.desk_queue import TaskLine, line
from tongxing.service.desk_reach import open_to, task_for
from tongxing.service.desk_words import profile_now, proposal
from tongxing.service.house import House
from tongxing.service.me_who import mine
from tongxing.service.talk_view import Bubble, talk_page


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """The page of one task."""

    task: TaskLine
    paper: Paper
    live: bool
    free: bool
    """Nobody else works on it."""
    may_send: bool
    """Words may be sent from here: it is live, free or this person's, and no hand-over."""
    may_confirm: bool
    proposal: str
    nature: str
    """Proposed with the words."""
    hushed: bool
    """The client is in distress: no products, no marketing."""
    barred: str
    """Why nothing can be done for this client (`merged`, `gone`), or empty."""
    barred_by: str
    sent: Mapping[str, str]
    """Touch -> `sent`, `withdrawn`, or empty while it waits."""
    text_max: int
    licence_to: date | None
    licence_valid: bool
    made_at: datetime
    chat: tuple[Bubble, ...]
    """The chat of a client who waits in it, for whoever took the task."""
    read_as: Mapping[str, Turn]
    """Answer of the chat -> its question, as it was taken and corrected."""


def task_view(house: House, person: Person, task_id: str, *, now: datetime) -> TaskView:
    """A task within reach; raises `UnknownTaskError`."""
    task = task_for(house, person, task_id)
    paper = desk_paper.decode(task.paper)
    live = task.state in LIVE
    free = task.assignee in open_to(house, person)
    today = now.astimezone(BEIJING).date()
    words, hushed, barred, barred_by = "", False, "", ""
    if live and task.paper and task.kind != HANDOVER:
        try:
            profile, at = profile_now(house, task.client_id, now)
            hushed = profile.standing.distressed_24h or profile.standing.crisis_24h
            words = proposal(house, person, task, profile, at)
        except DeskRefusedError as refused:
            barred, barred_by = refused.reason, refused.who
        except UnknownClientError:
            barred = "gone"
    chat = _chat(house, person, task, now)
    ends = None if person.licence is None else person.licence.valid_to
    return TaskView(
        task=line(task, person, client_names(house, (task.client_id,)), now),
        paper=paper,
        live=live,
        free=free,
        may_send=live and free and task.kind != HANDOVER and bool(task.paper) and not barred,
        may_confirm=live and _may_confirm(person, task, paper),
        proposal=words,
        nature=_nature(house, paper),
        hushed=hushed,
        barred=barred,
        barred_by=barred_by,
        sent=house.store.tasks.sent([one.touch_id for one in paper.tries if one.cleared]),
        text_max=house.book.rules.number("desk_text_length_max", today),
        licence_to=ends,
        licence_valid=ends is not None and ends >= today,
        made_at=task.made_at.astimezone(BEIJING),
        chat=chat,
        read_as=turns_of_chat(house, chat) if live else {},
    )


def _chat(house: House, person: Person, task: Task, now: datetime) -> tuple[Bubble, ...]:
    """What was said in the chat, by reference: what the client has erased since is not there."""
    if not task.paper or not reads_chat(person, task):
        return ()
    try:
        return talk_page(mine(house, task.client_id, now=now), locale="zh-CN").bubbles
    except UnknownClientError:
        return ()


def _may_confirm(person: Person, task: Task, paper: Paper) -> bool:
    """Whether this person may confirm the hand-over: not who asked for it."""
    moved = paper.handover
    if task.kind != HANDOVER or moved is None or person.person_id == moved.asked_by:
        return False
    return person.role is Role.MANAGER or person.person_id == moved.to_adviser


def _nature(house: House, paper: Paper) -> str:
    playbook = house.book.playbooks.get(paper.playbook)
    return Nature.SERVICE.value if playbook is None else playbook.nature.value
