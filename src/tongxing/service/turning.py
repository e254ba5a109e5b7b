"""What follows when a sign turns: the event that says so, the playbooks that wait for it, its journeys."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.event import Event, EventRef
from tongxing.domain.pages import Journey
from tongxing.domain.profile import Profile, Sign
from tongxing.service.ports import Batch
from tongxing.service.states import SIGN_SOURCE

JOURNEY_HOUR = 9
"""Journey steps fall due at nine in the morning, Beijing."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why signs are looked at: an event of the client, or a timer of ours."""

    client_id: str
    at: datetime
    key: str
    words: str
    """As the decision names it."""
    event: EventRef | None


def cause_of(event: Event, at: datetime) -> Cause:
    """An event as the reason to look, at an instant that is not before it."""
    source, seq = event.source, event.source_seq
    ref = EventRef(source=source, source_seq=seq, kind=event.kind, ts=seconds(event.ts))
    return Cause(event.client_id, at, f"{source}|{seq}", f"{source}/{seq}", ref)


def turned(cause: Cause, name: str, sign: Sign | None) -> Event:
    """The event that a sign turned on (with its evidence) or off."""
    word = "off" if sign is None else "on"
    evidence = [
        {"source": ref.source, "source_seq": ref.source_seq, "kind": ref.kind, "ts": ref.ts}
        for ref in (sign.evidence if sign is not None else ())
    ]
    body: dict[str, object] = {"sign": name, "evidence": evidence}
    if sign is not None and sign.causes:
        body["causes"] = list(sign.causes)
    return Event(
        source=SIGN_SOURCE,
        source_seq=f"{cause.client_id}|{name}|{word}|{cause.key}",
        client_id=cause.client_id,
        ts=cause.at,
        known_at=cause.at,
        kind=f"sign_turned_{word}",
        body=body,
    )


def journeys(book: Book, sign: str) -> tuple[Journey, ...]:
    """The journeys that begin with a sign."""
    return tuple(journey for journey in book.journeys.values() if journey.starts_with == sign)


def matters(book: Book, sign: str) -> bool:
    """Whether any playbook waits for this sign outside a journey."""
    of_journeys = {step.playbook for journey in book.journeys.values() for step in journey.steps}
    return any(
        sign in playbook.all_of and name not in of_journeys for name, playbook in book.playbooks.items()
    )


def start(batch: Batch, journey: Journey, profile: Profile, at: datetime) -> None:
    """Set a timer for each step that is not in the past."""
    today = profile.newcomer_day or 1
    morning = at.astimezone(BEIJING).replace(hour=JOURNEY_HOUR, minute=0, second=0, microsecond=0)
    for step in journey.steps:
        if step.day < today:
            continue
        due = max(at, morning + timedelta(days=step.day - today))
        batch.set_timer(
            idem=f"{profile.client_id}|{journey.name}|{step.day}",
            client_id=profile.client_id,
            name=f"journey:{journey.name}:{step.day}",
            due=due,
        )
