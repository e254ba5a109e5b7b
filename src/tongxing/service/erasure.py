"""What a client asked to have erased: destroyed, or kept by the law and used no more; sealed either way.

The worker does all of it in the transaction in which it folds `erasure_requested`: keys, cards, record, leaf
and the state folded anew. Keys are destroyed for a whole class: what came in between the wish and its fold
goes as well, what comes later has keys of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from tongxing.domain.bodies import BODIES
from tongxing.domain.book import RuleMissingError
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event, Retention
from tongxing.profile.restriction import FROM_RECORD, RESTRICTED, is_kept, kept_by
from tongxing.profile.tags import pairs
from tongxing.service.cards_resting import withdraw_resting
from tongxing.service.house import House
from tongxing.service.ports import StoredEvent, TimerRow

if TYPE_CHECKING:
    from tongxing.service.round import Round

REQUESTED, DONE = "erasure_requested", "erasure_done"
SOURCE = "house.erasure"
"""Source of what the house says of an erasure, and of a wish it repeats."""
TIMER = "retention"
MORNING = time(9, 0, tzinfo=BEIJING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A class of records that the law does not let go, and how long."""

    retention: Retention
    until: date | None
    """The first day on which it need not be kept; None: years after a relation that has not ended."""
    because: tuple[str, ...]
    """The rules that keep it."""


def carry_out(this: "Round", entry: StoredEvent) -> None:
    """Do what one `erasure_requested` asks for, before the client's state is folded anew.

    Done a second time it destroys nothing and writes nothing.
    """
    event, house = entry.event, this.house
    client_id, classes = event.client_id, _classes(event)
    last = _last_of(house, client_id, classes)
    judged = {one: kept(house, one, on=_on(event), last=last.get(one)) for one in classes}
    gone = frozenset(one for one, found in judged.items() if found is None)
    stays = tuple(found for found in judged.values() if found is not None)
    withdraw_resting(this, client_id, frozenset(classes), at=event.known_at)
    for retention in sorted(gone):
        this.batch.erase(client_id, retention)
    this.gone[client_id] = this.gone.get(client_id, frozenset()) | gone
    this.written[client_id] = [
        one for one in this.written.get(client_id, ()) if BODIES[one.kind][1] not in gone
    ]
    for found in stays:
        if found.until is not None:
            this.batch.move_timer(
                client_id=client_id,
                name=f"{TIMER}:{found.retention.value}",
                due=datetime.combine(found.until, MORNING),
            )
    _record(this, event, gone, stays)
    this.batch.append(tuple(_repeated(this, event)))


def kept(house: House, retention: Retention, *, on: date, last: date | None) -> Kept | None:
    """What the law of a day says of a class whose last record is of a day; None: it may be destroyed."""
    rules = house.book.rules
    if not is_kept(rules, retention, on):
        return None
    try:
        because = kept_by(rules, retention, on)
        if retention.value not in pairs(rules.words(FROM_RECORD, on)):
            return Kept(retention=retention, until=None, because=because)
        if last is None:
            return None
        years = max(rules.number(rule_id, on) for rule_id in because)
    except RuleMissingError as missing:
        return Kept(retention=retention, until=None, because=(str(missing),))
    until = _years_after(last, years)
    return None if until <= on else Kept(retention=retention, until=until, because=because)


def is_due(timer: TimerRow) -> bool:
    """Whether a timer says that a class need not be kept any longer."""
    return timer.name.startswith(f"{TIMER}:")


def ask_again(this: "Round", timer: TimerRow) -> None:
    """The legal time is over: the client's wish counts anew, unless a later consent took it back."""
    retention = timer.name.partition(":")[2]
    if f"{RESTRICTED}:{retention}" not in this.state(timer.client_id).last:
        return
    again = Event(
        source=SOURCE,
        source_seq=f"{timer.client_id}|{timer.idem}",
        client_id=timer.client_id,
        ts=timer.due,
        known_at=timer.due,
        kind=REQUESTED,
        body={"classes": [retention]},
    )
    this.batch.append((again,))


def is_gone(this: "Round", event: Event) -> bool:
    """Whether an event lost its key in this transaction: the log does not know it any more."""
    return BODIES[event.kind][1] in this.gone.get(event.client_id, frozenset())


def _classes(event: Event) -> tuple[Retention, ...]:
    named = event.body["classes"]
    return tuple(dict.fromkeys(Retention(str(one)) for one in named)) if isinstance(named, list) else ()


def _on(event: Event) -> date:
    return event.known_at.astimezone(BEIJING).date()


def _last_of(house: House, client_id: str, classes: tuple[Retention, ...]) -> Mapping[Retention, date]:
    """The Beijing day of the last record of each class that can still be read."""
    found: dict[Retention, date] = {}
    for stored in house.store.kept_events_of(client_id):
        retention = BODIES[stored.event.kind][1]
        if retention in classes:
            day = stored.event.ts.astimezone(BEIJING).date()
            found[retention] = max(day, found.get(retention, day))
    return found


def _years_after(day: date, years: int) -> date:
    """The same day so many years later; after 29 February, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _record(this: "Round", event: Event, gone: frozenset[Retention], stays: tuple[Kept, ...]) -> None:
    """Write what was erased and what is kept and why; the log seals it like every event of its kind."""
    body: dict[str, object] = {
        "request": _origin(event),
        "erased": sorted(one.value for one in gone),
        "kept": [
            {
                "retention": one.retention.value,
                "until": None if one.until is None else one.until.isoformat(),
                "because": list(one.because),
            }
            for one in stays
        ],
    }
    done = Event(
        source=SOURCE,
        source_seq=f"done|{event.client_id}|{event.source}|{event.source_seq}",
        client_id=event.client_id,
        ts=event.known_at,
        known_at=event.known_at,
        kind=DONE,
        body=body,
    )
    this.batch.append((done,))


def _repeated(this: "Round", event: Event) -> Iterator[Event]:
    """The same wish for the other records of this person: whoever merged them, it holds for all."""
    state, origin = this.state(event.client_id), _origin(event)
    for name in sorted({state.merged_into, *state.members} - {"", event.client_id, origin.partition("|")[0]}):
        yield Event(
            source=SOURCE,
            source_seq=f"{name}|{origin}",
            client_id=name,
            ts=event.ts,
            known_at=event.known_at,
            kind=REQUESTED,
            body=event.body,
        )


def _origin(event: Event) -> str:
    """The wish as it was first said: client, source and number."""
    if event.source == SOURCE:
        return event.source_seq.partition("|")[2]
    return f"{event.client_id}|{event.source}|{event.source_seq}"
