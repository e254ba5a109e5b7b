"""Events in from other systems: each one judged alone, the good ones appended in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event, Rejected
from tongxing.domain.person import Role
from tongxing.intake.events import parse
from tongxing.service.api_pointers import located
from tongxing.service.api_reach import Reach
from tongxing.service.api_shapes import EventOutcome, EventsTaken
from tongxing.service.append import append
from tongxing.service.house import House

REGISTERED = "client_registered"
_FIELDS: Mapping[str, str] = {
    "no_zone": "ts",
    "unknown_kind": "kind",
    "kind_not_taken": "kind",
    "source_not_yours": "source",
    "unknown_client": "client_id",
}
"""Reason -> the field it is about, where the words do not name one."""
_ENVELOPE = ("source_seq", "source", "client_id", "known_at", "ts", "kind", "body")


@dataclass(slots=True)
class _Judge:
    """What one batch may hold, asked once for each client."""

    house: House
    reach: Reach
    on: date
    known: dict[str, bool]

    def refuses(self, event: Event) -> tuple[str, str] | None:
        """Reason and detail for an event that this system may not write."""
        rules, person = self.house.book.rules, self.reach.person
        first = event.source.partition(".")[0].partition(":")[0].lower()
        partner = person.role is Role.PARTNER
        if first in rules.words("api_house_sources", self.on) or (partner and first != person.person_id):
            return "source_not_yours", "source: begins with the name of another system"
        if event.kind in rules.words("api_house_kinds", self.on) or (
            partner and event.kind not in rules.words("api_partner_kinds", self.on)
        ):
            return "kind_not_taken", event.kind
        if not self._reaches(event):
            return "unknown_client", "client_id: no client of that id is known here"
        return None

    def _reaches(self, event: Event) -> bool:
        """Whether the client is there (or comes with this event) and within reach; one answer for both."""
        client_id = event.client_id
        if client_id not in self.known:
            there = self.house.store.own.span((client_id,), (REGISTERED,)) is not None
            self.known[client_id] = (there or event.kind == REGISTERED) and self.reach.may(client_id)
        return self.known[client_id]


def take_events(house: House, reach: Reach, lines: Sequence[bytes], *, now: datetime) -> EventsTaken:
    """Judge each line alone and append what is an event, durably, before this returns.

    The same (source, source_seq) with the same content is a duplicate, with other content a conflict.
    """
    judge = _Judge(house=house, reach=reach, on=now.astimezone(BEIJING).date(), known={})
    outcomes: dict[int, EventOutcome] = {}
    good: list[tuple[int, Event]] = []
    for index, line in enumerate(lines):
        event = parse(line, line=index, now=now)
        if isinstance(event, Rejected):
            outcomes[index] = _rejected(index, event.reason, event.detail)
            continue
        refused = judge.refuses(event)
        if refused is not None:
            outcomes[index] = _rejected(index, *refused)
        else:
            good.append((index, event))
    answer = append(house, [event for _index, event in good])
    for position in answer.accepted:
        outcomes[good[position][0]] = EventOutcome(index=good[position][0], outcome="accepted")
    for position in answer.duplicates:
        outcomes[good[position][0]] = EventOutcome(index=good[position][0], outcome="duplicate")
    for position in answer.conflicts:
        index = good[position][0]
        outcomes[index] = EventOutcome(
            index=index,
            outcome="conflict",
            reason="conflict",
            detail="this source and source_seq have other content",
            pointer=f"/events/{index}/source_seq",
        )
    rejected = len(lines) - len(good)
    return EventsTaken(
        accepted=len(answer.accepted),
        duplicates=len(answer.duplicates),
        conflicts=len(answer.conflicts),
        rejected=rejected,
        results=[outcomes[index] for index in range(len(lines))],
    )


def _rejected(index: int, reason: str, detail: str) -> EventOutcome:
    pointer, words = _place(index, reason, detail)
    return EventOutcome(index=index, outcome="rejected", reason=reason, detail=words, pointer=pointer)


def _place(index: int, reason: str, detail: str) -> tuple[str, str]:
    """Where in the batch the complaint is about, and its words."""
    under = f"/events/{index}"
    if detail.startswith("body: "):
        return located(detail.removeprefix("body: "), under=f"{under}/body")
    if reason in _FIELDS:
        return f"{under}/{_FIELDS[reason]}", detail
    pointer, words = located(detail, under=under)
    if pointer != under:
        return pointer, words
    named = next((name for name in _ENVELOPE if detail.startswith((f"{name}:", f"{name} "))), "")
    return (f"{under}/{named}" if named else under), words
