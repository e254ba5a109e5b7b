"""Two records of one person: merged at the counter, split again, and what the worker does then.

A merge is `merged_away` at the record that goes and `merged_in` at the one that stays. Each worker writes
only the states of its own partitions: to the other record it writes the other half, and later the same half
once more for each event that still arrives under the old id. The record that stays then reads its log.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tongxing.domain.clock import instant
from tongxing.domain.event import Event
from tongxing.domain.profile import Sign
from tongxing.profile import fold
from tongxing.profile.glance import signs_now
from tongxing.profile.links import LINK_KINDS, MERGED_AWAY, MERGED_IN, REPEATED, SPLIT_OUT, bond, word
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.ports import StoredEvent
from tongxing.service.states import FOLDED_WHEN_WRITTEN, records, reread
from tongxing.service.turning import Cause, turned

if TYPE_CHECKING:
    from tongxing.service.round import Round

COUNTER = "house.counter"
_OTHER_HALF = {MERGED_AWAY: MERGED_IN, MERGED_IN: MERGED_AWAY, SPLIT_OUT: SPLIT_OUT}


class MergeRefusedError(ValueError):
    """These records cannot be merged or split; says why."""


def merge(house: House, *, away: str, into: str, at: datetime) -> None:
    """Make one record part of another, durably, both halves at once.

    Raises:
        MergeRefusedError: an unknown record, one that is part of another already, or a circle.
    """
    for name in (away, into):
        if not any(True for _ in house.store.kept_events_of(name)):
            raise MergeRefusedError(f"{name} is not known")
    above = _above(house, into)
    if away in above:
        raise MergeRefusedError(f"{into} is {away} or part of it: a record cannot be part of itself")
    now = _above(house, away)
    if len(now) > 1:
        raise MergeRefusedError(f"{away} is part of {now[1]} already: split it out first")
    _append_both(house, (MERGED_AWAY, away, into), (MERGED_IN, into, away), at)


def split(house: House, *, out: str, at: datetime) -> None:
    """Make a merged record speak for itself again, durably; what was sent stays where it was sent.

    Raises:
        MergeRefusedError: the record is part of no other.
    """
    above = _above(house, out)
    if len(above) == 1:
        raise MergeRefusedError(f"{out} is part of no other record")
    _append_both(house, (SPLIT_OUT, above[1], out), (SPLIT_OUT, out, above[1]), at)


def _above(house: House, client_id: str) -> list[str]:
    """The record and those it is part of, the nearest first, by all that the log knows."""
    events = [stored.event for stored in records(house, client_id)]
    words = [word(event) for event in events if event.kind in LINK_KINDS]
    found = [client_id]
    while (known := bond(found[-1], words)) is not None and known.into:
        found.append(known.into)
    return found


def _append_both(house: House, one: tuple[str, str, str], other: tuple[str, str, str], at: datetime) -> None:
    append(
        house,
        [
            Event(
                source=COUNTER,
                source_seq=f"{kind}|{client_id}|{named}|{at.isoformat()}",
                client_id=client_id,
                ts=at,
                known_at=at,
                kind=kind,
                body={"other_client_id": named},
            )
            for kind, client_id, named in (one, other)
        ],
    )


def fold_in(this: "Round", entry: StoredEvent) -> bool:
    """Fold one event of the log into its client's state; says whether its past became another one."""
    event, state = entry.event, this.state(entry.event.client_id)
    if not fold.rereads(state, event):
        fold.apply(state, event, this.house.book)
        _tell(this, state, event)
        return False
    if not _repeated(state, event):
        _reread(this, entry)
        return True
    news = _news(this, state, entry)
    if any(fold.rereads(state, one) for one in news):
        _reread(this, entry)
    else:
        for one in news:
            fold.apply(state, one, this.house.book)
        state.read = entry.seq
        _tell(this, state, event)
    return bool(news)


def look(this: "Round", cause: Cause) -> dict[str, Sign | None]:
    """Every sign as it is now; one that was on before and still is stays on without a word."""
    client_id = cause.client_id
    as_of = this.just_after(client_id, cause.at)
    found = signs_now(this.state(client_id), as_of=as_of, book=this.house.book)
    before = this.signs_before.pop(client_id, frozenset())
    for name in sorted(before - this.state(client_id).active_signs):
        if found[name] is not None:
            this.fold_own(turned(cause, name, found[name]))
    return found


def _reread(this: "Round", entry: StoredEvent) -> None:
    """Fold the client anew from the log; tell the other record of a merge its half; silence one that went."""
    event, client_id = entry.event, entry.event.client_id
    before = this.state(client_id)
    this.signs_before[client_id] = before.active_signs
    written = this.written.get(client_id, ())
    gone = this.gone.get(client_id, ())
    state = reread(this.house, client_id, through=entry.seq, written=written, without=gone)
    this.states[client_id] = state
    if event.kind in LINK_KINDS:
        left = before.merged_into if before.merged_into != state.merged_into else ""
        this.batch.append(tuple(_other_halves(event, left)))
    if state.merged_into:
        this.batch.cancel_timers(client_id, "")
    _tell(this, state, event)


def _other_halves(event: Event, left: str) -> Iterator[Event]:
    """The same merge or split as the other's log should tell it; to a record that it left, a split."""
    client_id, other = event.client_id, str(event.body["other_client_id"])
    halves = [(_OTHER_HALF[event.kind], other)] if event.source != REPEATED else []
    if left and (SPLIT_OUT, left) not in halves:
        halves.append((SPLIT_OUT, left))
    for kind, name in halves:
        if name != client_id:
            yield Event(
                source=REPEATED,
                source_seq=f"{kind}|{name}|{client_id}|{event.source}|{event.source_seq}",
                client_id=name,
                ts=event.ts,
                known_at=event.known_at,
                kind=kind,
                body={"other_client_id": client_id},
            )


def _repeated(state: fold.State, event: Event) -> bool:
    """Whether the state knows of this merge: there is news in the log of a record merged into it."""
    merged = state.bond is not None and int(event.ts.timestamp()) <= state.bond.since
    return event.kind == MERGED_IN and merged and str(event.body["other_client_id"]) in state.members


def _news(this: "Round", state: fold.State, entry: StoredEvent) -> Sequence[Event]:
    """What the logs of merged records hold beyond the place they were read to, up to this event."""
    found = [
        stored
        for member in sorted(state.members)
        for stored in this.house.store.kept_events_of(member, after=state.read)
        if stored.seq <= entry.seq
    ]
    return [stored.event for stored in sorted(found, key=lambda stored: stored.seq)]


def _tell(this: "Round", state: fold.State, event: Event) -> None:
    """Tell the record this one is part of that an event arrived: the merge is repeated, with its own date."""
    if not state.merged_into or state.bond is None:
        return
    if event.kind in fold.OF_THE_RECORD_ALONE or event.source in FOLDED_WHEN_WRITTEN:
        return
    at, known_at = (instant(one) for one in state.bond.merged)
    repeated = Event(
        source=REPEATED,
        source_seq=f"{state.client_id}|{state.merged_into}|{event.source}|{event.source_seq}",
        client_id=state.merged_into,
        ts=at,
        known_at=known_at,
        kind=MERGED_IN,
        body={"other_client_id": state.client_id},
    )
    this.batch.append((repeated,))
