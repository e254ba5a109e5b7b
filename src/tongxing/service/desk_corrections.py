"""An adviser reads a chat they took and says what a question of it really asked."""

from collections.abc import Mapping
from datetime import datetime

from tongxing.domain.person import Person
from tongxing.domain.task import Task, TaskState
from tongxing.service import desk_paper
from tongxing.service.assistant_corrections import READINGS, CorrectionRefusedError, note
from tongxing.service.assistant_turns import Turn, turns_among
from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.desk_making import task_id_of
from tongxing.service.desk_reach import task_for
from tongxing.service.house import House
from tongxing.service.talk_queue import CHAT
from tongxing.service.talk_view import Bubble


def turns_of_chat(house: House, bubbles: tuple[Bubble, ...]) -> Mapping[str, Turn]:
    """Answer -> the question it was for, as the assistant read it."""
    cards = [one.card for one in bubbles if one.card is not None and not one.by_person]
    found = turns_among(house, [task_id_of("decision", card.touch_id) for card in cards])
    return {turn.touch_id: turn for turn in found if turn.intent}


def reads_chat(person: Person, task: Task) -> bool:
    """Whether this person took the chat of a task and reads it now."""
    return task.assignee == person.person_id and desk_paper.decode(task.paper).what == CHAT


def correct_in_chat(
    house: House, person: Person, task_id: str, touch_id: str, intent: str, *, now: datetime
) -> None:
    """Keep what the question before an answer asked: one of the intents, or `none`.

    Raises:
        UnknownTaskError: no such task within reach.
        DeskRefusedError: `taken` (not this person's chat), `choice`, `gone`, `agreed`.
    """
    task = task_for(house, person, task_id)
    if not task.paper or not reads_chat(person, task) or task.state is not TaskState.TAKEN:
        raise DeskRefusedError("not_yours")
    if intent not in READINGS:
        raise DeskRefusedError("choice")
    found = next(turns_among(house, (task_id_of("decision", touch_id),)), None)
    if found is None or found.client_id != task.client_id or not found.intent:
        raise DeskRefusedError("gone_turn")
    try:
        note(house, person, found, intent, now=now)
    except CorrectionRefusedError as refused:
        raise DeskRefusedError(refused.reason) from refused
