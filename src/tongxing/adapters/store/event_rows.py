"""The event log: appending with duplicates told apart from conflicts, and reading back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select

from tongxing.adapters.store import statements
from tongxing.adapters.store.instants import instant, micros, partition_of
from tongxing.adapters.vault.cipher import SealBrokenError
from tongxing.adapters.vault.envelope import EnvelopeVault
from tongxing.domain.bodies import BODIES
from tongxing.domain.event import Event, Retention
from tongxing.domain.event_text import body_bytes, body_from
from tongxing.service.ports import Appended, ErasedError, StoredEvent, UnreadableEventError

KEYS_A_QUERY_MAX = 500
Key = tuple[str, str]


class EventRow(NamedTuple):
    """An event as its table keeps it."""

    seq: int
    source: str
    source_seq: str
    client_id: str
    ts_us: int
    known_at_us: int
    kind: str
    retention: str
    body: bytes


def offer(
    connection: Connection, vault: EnvelopeVault, events: Sequence[Event], offered: dict[Key, Event]
) -> Appended:
    """Take what is new into `offered`, in order; the write lock of the transaction keeps others out.

    The same key with the same content is a duplicate, whenever the house learned of it; with other
    content it is a conflict. Where the earlier content was erased it counts as a duplicate.
    """
    stored = _stored(connection, [event for event in events if event.key not in offered])
    answers: dict[bool, list[int]] = {True: [], False: []}
    accepted: list[int] = []
    for position, event in enumerate(events):
        if event.key in stored:
            answers[_tells_the_same(stored[event.key], event, vault)].append(position)
        elif event.key in offered:
            answers[_content(offered[event.key]) == _content(event)].append(position)
        else:
            offered[event.key] = event
            accepted.append(position)
    return Appended(
        accepted=tuple(accepted), duplicates=tuple(answers[True]), conflicts=tuple(answers[False])
    )


def rows_of(
    connection: Connection, query: Select[Any], wanted: Mapping[str, object] | None = None
) -> tuple[EventRow, ...]:
    """The rows a query over `EVENT_COLUMNS` finds."""
    return tuple(EventRow._make(row) for row in connection.execute(query, wanted))


def read(rows: Sequence[EventRow], vault: EnvelopeVault) -> tuple[StoredEvent, ...]:
    """Events as they were appended; raises `ErasedError` where a key is gone."""
    vault.prefetch({row.client_id for row in rows})
    return tuple(_event(row, vault) for row in rows)


def read_kept(rows: Sequence[EventRow], vault: EnvelopeVault) -> tuple[StoredEvent, ...]:
    """The same, without the events whose key is gone."""
    vault.prefetch({row.client_id for row in rows})
    return tuple(_kept(rows, vault))


def _kept(rows: Sequence[EventRow], vault: EnvelopeVault) -> Iterable[StoredEvent]:
    for row in rows:
        try:
            yield _event(row, vault)
        except ErasedError:
            continue
        except (SealBrokenError, ValueError) as broken:
            raise UnreadableEventError(seq=row.seq, client_id=row.client_id, kind=row.kind) from broken


def _event(row: EventRow, vault: EnvelopeVault) -> StoredEvent:
    seq, source, source_seq, client_id, ts_us, known_at_us, kind, retention, _body = row
    event = Event(
        source=source,
        source_seq=source_seq,
        client_id=client_id,
        ts=instant(ts_us),
        known_at=instant(known_at_us),
        kind=kind,
        body=body_from(_plain(row, vault, Retention(retention))),
    )
    return StoredEvent(seq=seq, event=event)


def _plain(row: EventRow, vault: EnvelopeVault, retention: Retention) -> bytes:
    _seq, source, source_seq, client_id, ts_us, known_at_us, kind, _retention, body = row
    bound_to = _bound_to(source, source_seq, client_id, kind, ts_us, known_at_us)
    return vault.open(client_id, retention, source, body, bound_to)


def _stored(connection: Connection, events: Sequence[Event]) -> dict[Key, EventRow]:
    """Rows already in the log under the keys of these events."""
    if len(events) == 1:
        source, source_seq = events[0].key
        wanted: dict[str, object] = {"of_source": source, "of_key": source_seq}
        return {
            (row.source, row.source_seq): row for row in rows_of(connection, statements.KNOWN_EVENT, wanted)
        }
    by_source: dict[str, list[str]] = {}
    for event in events:
        by_source.setdefault(event.source, []).append(event.source_seq)
    found: dict[Key, EventRow] = {}
    for source, keys in by_source.items():
        for start in range(0, len(keys), KEYS_A_QUERY_MAX):
            wanted = {"of_source": source, "of_keys": keys[start : start + KEYS_A_QUERY_MAX]}
            for row in rows_of(connection, statements.KNOWN_EVENTS, wanted):
                found[row.source, row.source_seq] = row
    return found


def _tells_the_same(row: EventRow, event: Event, vault: EnvelopeVault) -> bool:
    if (row.client_id, row.kind, row.ts_us) != (event.client_id, event.kind, micros(event.ts)):
        return False
    try:
        return _plain(row, vault, Retention(row.retention)) == body_bytes(event)
    except ErasedError:
        return True


def _content(event: Event) -> tuple[str, str, int, bytes]:
    return event.client_id, event.kind, micros(event.ts), body_bytes(event)


def write(connection: Connection, vault: EnvelopeVault, events: Collection[Event]) -> int:
    """Put new events into the log, sealed, in the order given; the caller holds the sequencer.

    Says the place of the first of them.
    """
    partitions = {event.client_id: partition_of(event.client_id) for event in events}
    vault.prepare({(event.client_id, BODIES[event.kind][1], event.source) for event in events})
    rows = [_row(event, partitions[event.client_id], vault) for event in events]
    clients = [{"client_id": name, "partition": number} for name, number in partitions.items()]
    last: int = connection.execute(statements.COUNT_EVENTS).scalar_one()
    for seq, row in enumerate(rows, start=last + 1):
        row["seq"] = seq
    connection.execute(statements.ADD_CLIENTS, clients)
    connection.execute(statements.ADD_EVENTS, rows)
    return last + 1


def _row(event: Event, partition: int, vault: EnvelopeVault) -> dict[str, object]:
    retention = BODIES[event.kind][1]
    ts_us, known_at_us = micros(event.ts), micros(event.known_at)
    bound_to = _bound_to(event.source, event.source_seq, event.client_id, event.kind, ts_us, known_at_us)
    return {
        "source": event.source,
        "source_seq": event.source_seq,
        "client_id": event.client_id,
        "partition": partition,
        "ts_us": ts_us,
        "known_at_us": known_at_us,
        "kind": event.kind,
        "retention": retention.value,
        "body": vault.seal(event.client_id, retention, event.source, body_bytes(event), bound_to),
    }


def _bound_to(*names: str | int) -> bytes:
    """The whole envelope: a body cannot be moved, nor its envelope changed, without being noticed."""
    return "\x1f".join(("event", *map(str, names))).encode()
