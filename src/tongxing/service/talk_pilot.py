"""The same assistant beside an adviser: an answer over the client's facts, a proposal that nobody sends."""

from datetime import datetime

from tongxing.domain.dialogue import Dialogue
from tongxing.domain.draft import Cleared
from tongxing.domain.person import Person
from tongxing.service.client_acts import clean
from tongxing.service.converse import Room, turn
from tongxing.service.desk_reach import task_for
from tongxing.service.house import House
from tongxing.service.me_who import mine
from tongxing.service.talk_facts import line_of
from tongxing.service.talk_live import live_of


def proposed(house: House, person: Person, task_id: str, text: str, *, now: datetime) -> str:
    """What the assistant would answer; empty where it may or can say nothing.

    Raises:
        UnknownTaskError: no such task within reach.
        UnknownClientError: the client's state is gone.
    """
    task = task_for(house, person, task_id)
    words, assistant = clean(text), house.assistant
    if assistant is None or not words:
        return ""
    me = mine(house, task.client_id, now=now)
    most = house.book.rules.number("talk_text_length_max", me.now.date())
    room = Room(book=house.book, calendar=house.market, hear=assistant.read, now=me.now)
    live = live_of(me, touch_id="", ticket="")
    line = line_of(me, words[:most], locale="zh-CN")
    _state, said = turn(words[:most], Dialogue(), line, room, live)
    judged = said.answer.judged
    if not isinstance(judged, Cleared) or said.answer.fallback:
        return ""
    return "\n".join(part.text for part in judged.draft.parts if part.role == "body")
