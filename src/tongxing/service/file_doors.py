"""Single rooms used from files, without a store of one's own: profile, decide, review."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tongxing.compliance.review import review
from tongxing.compliance.review_door import DoorError, answer, draft_from
from tongxing.domain.book import Book
from tongxing.domain.event import Event, Rejected
from tongxing.intake.events import parse
from tongxing.profile.door import from_events, line
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.states import records
from tongxing.service.stored import DecisionRecord, decode_decision
from tongxing.service.work import work

__all__ = [
    "DoorError",
    "client_profile_line",
    "decide_lines",
    "parse_lines",
    "profile_lines",
    "review_line",
]

DECISIONS_MAX = 1_000_000


def parse_lines(
    lines: Iterable[tuple[int, bytes]], *, now: datetime
) -> tuple[tuple[Event, ...], tuple[Rejected, ...]]:
    """Events of numbered JSON lines; later copies of a key with other content are rejected.

    A line without `known_at` counts as known when it happened: a file has no time of intake.
    """
    kept: dict[tuple[str, str], Event] = {}
    rejected: list[Rejected] = []
    for number, data in lines:
        event = parse(data, line=number, now=now)
        if isinstance(event, Rejected):
            rejected.append(event)
            continue
        if event.known_at == now:
            event = replace(event, known_at=event.ts)
        first = kept.setdefault(event.key, event)
        if first is not event and (first.kind, first.ts, first.body) != (event.kind, event.ts, event.body):
            rejected.append(Rejected(line=number, reason="conflict", detail="same key, other content"))
    return tuple(kept.values()), tuple(rejected)


def profile_lines(
    events: Sequence[Event], *, as_of: datetime | None, book: Book
) -> Iterator[Mapping[str, object]]:
    """A line a client, as of an instant (default: just after the last event of the file)."""
    at = as_of or max(event.known_at for event in events) + timedelta(seconds=1)
    for profile in from_events(events, as_of=at, book=book):
        yield line(profile)


def client_profile_line(
    house: House, client_id: str, *, as_of: datetime | None
) -> Mapping[str, object] | None:
    """The profile of a client of the store, now or as of a past instant; None for an unknown client."""
    known = [stored.event for stored in records(house, client_id, whole=True)]
    if not known:
        return None
    at = as_of or max(house.clock.now(), *(event.known_at for event in known)) + timedelta(seconds=1)
    profiles = from_events(known, as_of=at, book=house.book)
    return next((line(found) for found in profiles if found.client_id == client_id), None)


def decide_lines(
    house: House, events: Sequence[Event], *, at: datetime | None
) -> Iterator[Mapping[str, object]]:
    """Run events through the whole corridor in a fresh house; a line for each trigger, in order."""
    known = sorted(
        (event for event in events if at is None or event.known_at <= at), key=lambda event: event.known_at
    )
    if not known:
        return
    append(house, known)
    work(house, now=at or known[-1].known_at)
    rows = house.store.decisions(limit=DECISIONS_MAX)
    for row in reversed(rows):
        yield _decision_line(decode_decision(row.payload))


def review_line(raw: Mapping[str, object], book: Book) -> Mapping[str, object]:
    """The verdict on one draft; raises `DoorError` when the line is not a draft."""
    return answer(review(draft_from(raw), book=book))


def _decision_line(record: DecisionRecord) -> Mapping[str, object]:
    decision = record.decision
    return {
        "client_id": decision.client_id,
        "at": decision.trigger.at,
        "trigger": decision.trigger.name,
        "considered": [
            {
                "playbook": row.playbook,
                "gate": row.gate,
                "answer": row.answer,
                "reasons": row.reasons,
            }
            for row in decision.considered
        ],
        "chosen": [touch.playbook for touch in decision.touches],
        "drafts": [
            {
                "playbook": draft.playbook,
                "channel": draft.channel,
                "locale": draft.locale,
                "text": draft.text,
            }
            for draft in record.drafts
        ],
        "verdicts": [{"cleared": verdict.cleared, "reasons": verdict.reasons} for verdict in record.verdicts],
    }
