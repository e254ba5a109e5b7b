"""A client says something in the chat: understood, answered from facts, judged, sealed; then it may be shown.

One transaction keeps the client's words, what they were taken to mean, the sealed decision with the words
of the answer, the receipt, and what the next turn may lean on: all of it or nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from tongxing.domain.clock import BEIJING
from tongxing.domain.dialogue import Dialogue
from tongxing.domain.event import Event
from tongxing.domain.grades import Channel
from tongxing.domain.message import Message
from tongxing.domain.task import TaskState
from tongxing.service import client_acts
from tongxing.service.client_acts import ActRefusedError, clean, happened, instant_of
from tongxing.service.converse import Room, Said, turn
from tongxing.service.desk_making import task_id_of
from tongxing.service.house import House
from tongxing.service.me_who import Mine, mine
from tongxing.service.ports_talk import Assistant, DialogueRow
from tongxing.service.talk_article import finder
from tongxing.service.talk_facts import line_of
from tongxing.service.talk_handover import hand_over, ticket_of
from tongxing.service.talk_kept import keeping, kept
from tongxing.service.talk_live import live_of
from tongxing.service.talk_queue import waiting_task
from tongxing.service.talk_seal import SLOT, sealed

TRIES_MAX = 5
NAME_BYTES = 16
BP = 10_000
MODEL_READS = "language_model"
"""Purpose of the consent by which masked messages may go to a language model."""
Locale = Literal["zh-CN", "en"]


class NoAssistantError(LookupError):
    """This house has no assistant: a person answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a client sends."""

    text: str
    choice: int = 0
    """The number of what was offered, from 1; 0: own words."""
    token: str = ""
    """Of the form: the same words of one form sent twice are one turn."""
    locale: Locale | None = None
    """None: the language the words are written in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of one message."""

    said: Said
    at: datetime
    sent: Message | None
    """None: compliance let no words pass, or a person reads the chat: a person answers."""


def say(house: House, client_id: str, wish: Wish, *, now: datetime) -> Reply | None:
    """Take in a message and answer it; None for a form that was sent before.

    Raises:
        ActRefusedError: `empty`, `too_long`, `busy` (many messages of one client at the same instant).
        UnknownClientError: the house knows no such client.
        NoAssistantError: nobody here understands words.
    """
    assistant = house.assistant
    if assistant is None:
        raise NoAssistantError
    text = clean(wish.text)
    if not text:
        raise ActRefusedError("empty")
    on = now.astimezone(BEIJING).date()
    if len(text) > house.book.rules.number("talk_text_length_max", on):
        raise ActRefusedError("too_long")
    name = wish.token or house.entropy.token(NAME_BYTES).hex()
    touch_id = task_id_of(SLOT, client_id, name, text)
    for _ in range(TRIES_MAX):
        me = mine(house, client_id, now=now)
        row = house.store.dialogues.of_client(client_id)
        before = kept(row, house.book.rules, now)
        read = str(wish.choice) if 0 < wish.choice <= len(before.offered) else text
        state, said = _turn(me, assistant, before, replace(wish, text=read), touch_id)
        words = said.safe if read == text else text
        by_person = _read_by_person(house, client_id) and not said.understood.crisis
        made = _Turn(wish.token, before, words, said, state, row, by_person)
        try:
            with client_acts.TURN:
                return _keep(me, assistant, made)
        except _OtherTurnError:
            continue
    raise ActRefusedError("busy")


def _read_by_person(house: House, client_id: str) -> bool:
    task = waiting_task(house, client_id)
    return task is not None and task.state is TaskState.TAKEN


class _OtherTurnError(Exception):
    """Another turn of the client was kept meanwhile: this one is decided anew."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One turn, decided and not yet kept."""

    token: str
    previous: Dialogue
    words: str
    said: Said
    state: Dialogue
    before: DialogueRow | None
    by_person: bool
    """A person reads the chat now and answers; the assistant stays silent, but in a crisis."""


def _turn(
    me: Mine, assistant: Assistant, before: Dialogue, wish: Wish, touch_id: str
) -> tuple[Dialogue, Said]:
    house = me.house
    room = Room(
        book=house.book,
        calendar=house.market,
        hear=assistant.read,
        now=me.now,
        model=house.language_model,
        model_reads=any(one.purpose == MODEL_READS for one in me.profile().standing.consents),
        article=finder(house),
    )
    live = live_of(me, touch_id=touch_id, ticket=ticket_of(touch_id))
    spoken_of = tuple(filter(None, (before.product, before.before)))
    line = line_of(me, wish.text, locale=wish.locale, spoken_of=spoken_of)
    return turn(wish.text, before, line, room, live)


def _keep(me: Mine, assistant: Assistant, made: _Turn) -> Reply | None:
    """Everything in one transaction; None for words of a form that was sent before."""
    house = me.house
    at = instant_of(house, me.client_id, me.now)
    events = happened(house, me.client_id, tuple(_acts(made, assistant)), at=at, token=made.token)
    with house.store.batch() as batch:
        if not batch.append(events[:1]).accepted:
            return None
        if not batch.dialogues.keep(me.client_id, keeping(made.before, made.state, at)):
            raise _OtherTurnError
        batch.append(_about(events[0], events[1:]))
        sent = None
        if not made.by_person:
            sent = sealed(batch, me, made.said, events[0])
            hand_over(batch, me, made.said, events[0], made.previous)
    return Reply(said=made.said, at=at, sent=sent)


def _acts(made: _Turn, assistant: Assistant) -> Iterator[tuple[str, dict[str, object]]]:
    """The client's words, what they were taken to mean, and distress where it was heard."""
    heard = made.said.understood
    yield "asked", {"text": made.words, "channel": Channel.CHAT.value}
    yield (
        "understood",
        {
            "of": "",
            "intent": made.said.meant.intent,
            "p_bp": round(heard.p * BP),
            "abstained": made.said.meant.unclear,
            "emotion": heard.emotion,
            "distress": heard.distress,
            "crisis": heard.crisis,
            "model": assistant.version,
            "language_model": made.said.model.name,
            "chosen": made.said.model.chose,
            "rephrased": made.said.model.rephrased,
        },
    )
    if heard.distress:
        yield "distress_seen", {"degree": "crisis" if heard.crisis else "strong"}


def _about(asked: Event, told: tuple[Event, ...]) -> tuple[Event, ...]:
    """What was understood names the words it is about."""
    return tuple(
        replace(one, body={**one.body, "of": asked.source_seq}) if one.kind == "understood" else one
        for one in told
    )
