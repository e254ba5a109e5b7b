"""What a turn of the chat asks of people: a numbered complaint, a report of fraud, somebody who reads on."""

from collections.abc import Iterator
from dataclasses import replace

from tongxing.domain.dialogue import Dialogue
from tongxing.domain.event import Event
from tongxing.service.client_acts import SOURCE
from tongxing.service.converse import Said
from tongxing.service.converse_scene import thing_of
from tongxing.service.desk_log import entry
from tongxing.service.desk_making import made, task_id_of, written
from tongxing.service.me_who import Mine
from tongxing.service.phrases import phrase
from tongxing.service.ports import Batch
from tongxing.service.talk_queue import CHAT, CLIENT, WISH, waiting_task

TELLING = {"complaint": ("complaint_made", "text"), "fraud": ("fraud_reported", "pattern")}
"""Intent -> the event that says so, which opens its own task, and the field of the words."""


def ticket_of(touch_id: str) -> str:
    """The number of the complaint that a turn makes: that of its task."""
    return task_id_of("complaint_made", SOURCE, f"complaint_made-{touch_id}")


def hand_over(batch: Batch, me: Mine, said: Said, asked: Event, before: Dialogue) -> None:
    """Ask people, in the transaction of the turn; who waits already is asked for once.

    A crisis asks for people by its own playbook.
    """
    if not said.handover or said.understood.crisis:
        return
    words, touch_id = str(asked.body["text"]), said.answer.judged.draft.touch_id
    if said.meant.intent in TELLING and not said.meant.unclear:
        kind, field = TELLING[said.meant.intent]
        told = replace(asked, source_seq=f"{kind}-{touch_id}", kind=kind, body={field: words})
        batch.append((told,))
        return
    if waiting_task(me.house, me.client_id) is not None:
        return
    book, at = me.house.book, asked.ts
    paper = replace(written(book, CHAT, words=words, by=CLIENT), summary=tuple(_summary(me, said, before)))
    task = made(book, me.client_id, task_id_of(CHAT, touch_id), paper, kind=WISH, at=at)
    if batch.tasks.add(task):
        body = {"task_id": task.task_id, "what": CHAT, "by": CLIENT, "words": words}
        batch.append((entry(me.client_id, "task_opened", task.task_id, body, at),))


def _summary(me: Mine, said: Said, before: Dialogue) -> Iterator[str]:
    """What the adviser should know before reading: the question, the product, the mood, what was answered."""
    book, heard = me.house.book, said.understood
    yield phrase(book, "talk_summary_asked").replace(
        "{what}", phrase(book, f"talk_intent_{said.meant.intent}")
    )
    if before.intent and before.intent != said.meant.intent:
        earlier = phrase(book, f"talk_intent_{before.intent}")
        yield phrase(book, "talk_summary_before").replace("{what}", earlier)
    product = said.meant.product or before.product
    if product:
        thing = thing_of(said.context, product)
        name = product if thing is None else thing.name or product
        yield phrase(book, "talk_summary_product").replace("{what}", name)
    mood = "distress" if heard.distress else heard.emotion
    yield phrase(book, "talk_summary_mood").replace("{what}", phrase(book, f"talk_mood_{mood}"))
    if said.answer.withheld:
        yield phrase(book, "talk_summary_withheld")
    elif said.meant.unclear:
        yield phrase(book, "talk_summary_unclear")
