"""What became of the turns of the chat, over all clients and without anybody's words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from tongxing.domain.event import Event
from tongxing.service.converse_words import PREFIX
from tongxing.service.desk_making import task_id_of
from tongxing.service.house import House
from tongxing.service.ports import DecisionRow, in_chunks
from tongxing.service.ports_console import Asked
from tongxing.service.stored import decode_gist
from tongxing.service.talk_queue import CHAT
from tongxing.service.talk_seal import TRIGGER

NOT_OURS = "none"
"""A correction: the question is not for the assistant."""
HUMAN = "human"
CALMED = frozenset({f"{PREFIX}hand_over"})
"""What is said where other words were withheld, or a person was asked for."""
ROWS_AT_ONCE = 200
EVENTS_READ_MAX = 20_000
ABOUT = ("understood", "answer_rated", "answer_corrected", "words_proposed", "task_opened")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question of a client in the chat, as far as it is known without its words."""

    decision_id: str
    client_id: str
    touch_id: str
    of: str
    """Number at its source of the event that holds the words."""
    at: datetime
    intent: str = ""
    """What it was taken for; empty where that was erased."""
    emotion: str = "neutral"
    model: str = ""
    distressed: bool = False
    reasons: tuple[str, ...] = ()
    """Why it counts as unanswered: `abstained`, `handed_over`, `withheld`, `thumb_down`."""
    helped: bool | None = None
    """The thumb as last given; None: none was."""
    why: str = ""
    corrected: str = ""
    """The intent a person named, or `none`; empty: nobody did."""
    corrected_by: str = ""
    proposed: str = ""
    """The masked words two persons agreed on; empty: not proposed."""
    proposed_intent: str = ""
    proposed_emotion: str = ""

    @property
    def open(self) -> bool:
        """Whether it waits for a person to say what was asked."""
        return bool(self.reasons) and not self.corrected


@dataclass(slots=True)
class _Told:
    """What events tell of the turns of some clients: by the question, the answer, the task."""

    understood: dict[str, Event] = field(default_factory=dict)
    corrected: dict[str, Event] = field(default_factory=dict)
    proposed: dict[str, Event] = field(default_factory=dict)
    rated: dict[str, Event] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)


def turns(house: House, *, since: datetime | None = None, until: datetime | None = None) -> Iterator[Turn]:
    """The turns of a period, the latest first; those whose record was erased are left out."""
    asked = Asked(terms=(f"trigger:{TRIGGER}",), since=since, until=until)
    after = None
    while True:
        rows, after = house.store.census.find(asked, after=after, limit=ROWS_AT_ONCE)
        yield from _joined(house, [row for row in rows if row.payload])
        if after is None:
            return


def latest_turns(house: House, *, since: datetime, until: datetime) -> tuple[Turn, ...]:
    """As many of a period as the console counts."""
    most = house.book.rules.number("assistant_loop_turns_max", house.clock.now().date())
    return tuple(islice(turns(house, since=since, until=until), most))


def turn_of(house: House, decision_id: str) -> Turn | None:
    """One turn; None for an unknown record, or one that is no turn of the chat."""
    return next(turns_among(house, (decision_id,)), None)


def turns_among(house: House, decision_ids: Iterable[str]) -> Iterator[Turn]:
    """Those of some records that are turns of the chat."""
    rows = (house.store.decision(decision_id) for decision_id in decision_ids)
    return _joined(house, [row for row in rows if row is not None and row.trigger == TRIGGER and row.payload])


def _joined(house: House, rows: Sequence[DecisionRow]) -> Iterator[Turn]:
    if not rows:
        return
    told = _told(house, {row.client_id for row in rows}, since=min(row.at for row in rows))
    for row in rows:
        touches = decode_gist(row.payload).decision.touches
        touch_id = touches[0].touch_id if touches else ""
        yield _turn(row, touch_id, touches[0].playbook if touches else "", told)


def _told(house: House, client_ids: set[str], *, since: datetime) -> _Told:
    found = _Told()
    for names in in_chunks(sorted(client_ids), ROWS_AT_ONCE):
        events, _more = house.store.own.events(names, ABOUT, since=since, limit=EVENTS_READ_MAX)
        for stored in reversed(events):
            _take(found, stored.event)
    return found


def _take(told: _Told, event: Event) -> None:
    """Later ones replace those before."""
    match event.kind:
        case "task_opened":
            told.waiting.add(str(event.body["task_id"]))
        case "answer_rated":
            told.rated[str(event.body["touch_id"])] = event
        case "understood":
            told.understood[str(event.body["of"])] = event
        case "answer_corrected":
            told.corrected[str(event.body["of"])] = event
        case _:
            told.proposed[str(event.body["of"])] = event


def _turn(row: DecisionRow, touch_id: str, playbook: str, told: _Told) -> Turn:
    of = row.cause.partition(":")[2]
    heard, rated = _body(told.understood, of), _body(told.rated, touch_id)
    corrected, proposed = _body(told.corrected, of), _body(told.proposed, of)
    intent = str(heard.get("intent", ""))
    waits = task_id_of(CHAT, touch_id) in told.waiting and intent != HUMAN
    helped = rated.get("helped")
    marks = {
        "abstained": bool(heard.get("abstained")),
        "withheld": not row.chosen or (playbook in CALMED and intent != HUMAN),
        "handed_over": waits,
        "thumb_down": helped is False,
    }
    return Turn(
        decision_id=row.decision_id,
        client_id=row.client_id,
        touch_id=touch_id,
        of=of,
        at=row.at,
        intent=intent,
        emotion=str(heard.get("emotion", "neutral")),
        model=str(heard.get("model", "")),
        distressed=bool(heard.get("distress") or heard.get("crisis")),
        reasons=tuple(name for name, holds in marks.items() if holds),
        helped=bool(helped) if helped is not None else None,
        why=str(rated.get("why", "")),
        corrected=str(corrected.get("intent", "")),
        corrected_by=str(corrected.get("by", "")),
        proposed=str(proposed.get("text", "")),
        proposed_intent=str(proposed.get("intent", "")),
        proposed_emotion=str(proposed.get("emotion", "")),
    )


def _body(found: dict[str, Event], key: str) -> dict[str, object]:
    return dict(found[key].body) if key in found else {}
