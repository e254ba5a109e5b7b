"""A broker statement into the log: all in one durable append or nothing; twice changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import blake2b

from tongxing.domain.bodies import BODIES
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event, Rejected, Retention
from tongxing.domain.statement import Statement, StatementRecord
from tongxing.intake import statement_events
from tongxing.intake.statement import UnreadableFileError, read
from tongxing.service.clients import client_exists, next_client_id
from tongxing.service.house import House
from tongxing.service.ports import Appended

NAME_LENGTH_MAX = 200
OPENING_TIME = time(9, 0)
SETTING = "statement"
"""Setting that remembers whose statement a file is: its records' digest -> client."""
HARMLESS = frozenset({"totals_line", "duplicate", "cancelled", "not_confirmed"})
"""Lines that are no records by their nature: leaving them out loses nothing."""


class ImportRefusedError(ValueError):
    """Nothing was imported: an unusable file, an unknown client, or a statement that belongs to another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a statement."""

    client_id: str
    """Empty when a new client was asked for and the file had no record."""
    statement: Statement
    imported: int
    """Records new to the log (in a dry run: that would be)."""
    duplicates: int
    """Records the log knew already."""
    rejected: tuple[Rejected, ...]

    @property
    def hard_rejects(self) -> tuple[Rejected, ...]:
        """Lines that were meant to be records and could not be taken."""
        return tuple(entry for entry in self.rejected if entry.reason not in HARMLESS)

    def as_json(self) -> Mapping[str, object]:
        """The object of the `import` door (`contracts.md`, section 2)."""
        statement = self.statement
        return {
            "encoding": statement.encoding,
            "delimiter": statement.delimiter,
            "layout": statement.layout,
            "records": [_record(record) for record in statement.records],
            "rejected": [
                {"line": entry.line, "reason": entry.reason, "of": entry.of, "detail": entry.detail}
                for entry in self.rejected
            ],
            "imported": self.imported,
            "duplicates": self.duplicates,
            "opening": statement.opening.status,
            "client_id": self.client_id,
        }


def import_statement(  # noqa: PLR0913 - the options of the command
    house: House,
    data: bytes,
    *,
    client_id: str | None,
    new_client: str | None,
    now: datetime,
    wall: datetime,
    dry_run: bool,
    birth: date | None = None,
    opened_on: date | None = None,
    consents: Sequence[str] = (),
) -> ImportReport:
    """Read a statement and append what it tells of a client, known to the house at `now`.

    `consents` are purposes the client agreed to; nothing is taken as agreed by itself. A
    future date is judged by `wall`. Raises `ImportRefusedError` where nothing can be imported at all.
    """
    if (client_id is None) == (new_client is None):
        raise ImportRefusedError("say whose statement it is: a client, or the name of a new one")
    try:
        statement = read(data, words=house.book.statement_words, now=wall)
    except UnreadableFileError as problem:
        raise ImportRefusedError(str(problem)) from problem
    if client_id is not None:
        if not client_exists(house, client_id):
            raise ImportRefusedError(f"unknown client {client_id!r}")
        given = _consents(client_id, consents, now)
        return _import(house, statement, client_id, given, now=now, dry_run=dry_run)
    if not statement.records:
        return _report("", statement, imported=0, duplicates=0, conflicts=())
    name = _name(new_client or "")
    owner = _owner(house, statement, name) or next_client_id(house)
    first = opened_on or statement.records[0].day
    registration = _registration(owner, name, first, birth, now)
    if not dry_run:
        house.store.set_setting(_setting(statement), owner)
    told = (registration, *_consents(owner, consents, now))
    return _import(house, statement, owner, told, now=now, dry_run=dry_run)


def _import(
    house: House,
    statement: Statement,
    client_id: str,
    before: tuple[Event, ...],
    *,
    now: datetime,
    dry_run: bool,
) -> ImportReport:
    """Append in one transaction and count records, not events."""
    known = _known(house, client_id)
    told = statement_events.events(statement, client_id=client_id, known_at=now)
    told = tuple(event for event in told if _fits(event, known))
    told = (*before, *told)
    answer = _foreseen(told, known) if dry_run else house.store.append(told)
    keys = [_record_key(event) for event in told]
    new = {keys[position] for position in answer.accepted}
    other = {keys[position] for position in answer.conflicts}
    conflicts = tuple(record for record in statement.records if record.key in other)
    silent = _without_events(statement, told) if new else 0
    imported = sum(1 for record in statement.records if record.key in new) + silent
    return _report(
        client_id,
        statement,
        imported=imported,
        duplicates=len(statement.records) - imported - len(conflicts),
        conflicts=conflicts,
    )


def _known(house: House, client_id: str) -> Mapping[tuple[str, str], Event]:
    """What the log has of the client's trading, by key."""
    return {
        stored.event.key: stored.event
        for stored in house.store.events_of(client_id)
        if BODIES[stored.event.kind][1] is Retention.TRADING or stored.event.source == statement_events.SOURCE
    }


def _fits(event: Event, known: Mapping[tuple[str, str], Event]) -> bool:
    """The opening of a later file lists only the codes of that file: it does not replace an older history."""
    if event.kind != "holding_snapshot" or event.key in known:
        return True
    return not any(other.ts <= event.ts for other in known.values() if other.kind != "client_registered")


def _foreseen(events: Sequence[Event], known: Mapping[tuple[str, str], Event]) -> Appended:
    """What appending would answer."""
    positions = range(len(events))
    return Appended(
        accepted=tuple(position for position in positions if events[position].key not in known),
        duplicates=tuple(position for position in positions if events[position].key in known),
        conflicts=(),
    )


def _without_events(statement: Statement, events: Sequence[Event]) -> int:
    """Records that tell of no change (a designation, an allotment number) and so leave no event."""
    keys = {_record_key(event) for event in events}
    return sum(1 for record in statement.records if record.key not in keys)


def _record_key(event: Event) -> str:
    """The record an event comes from: `client:key` or `client:key:1`."""
    return event.source_seq[len(event.client_id) + 1 :].partition(":")[0]


def _report(
    client_id: str,
    statement: Statement,
    *,
    imported: int,
    duplicates: int,
    conflicts: Sequence[StatementRecord],
) -> ImportReport:
    refused = tuple(
        Rejected(line=record.line, reason="amount_mismatch", detail="the log tells this line otherwise")
        for record in conflicts
    )
    return ImportReport(
        client_id=client_id,
        statement=statement,
        imported=imported,
        duplicates=duplicates,
        rejected=(*statement.rejected, *refused),
    )


def _name(name: str) -> str:
    clean = " ".join(name.split())
    if not clean or len(clean) > NAME_LENGTH_MAX or not clean.isprintable():
        raise ImportRefusedError("a new client needs a name of at most 200 characters")
    return clean


def _setting(statement: Statement) -> str:
    """The name of a file's content: the same business in the same words, in any order of lines."""
    digest = blake2b(digest_size=16)
    for key in sorted(record.key for record in statement.records):
        digest.update(key.encode())
    return f"{SETTING}:{digest.hexdigest()}"


def _owner(house: House, statement: Statement, name: str) -> str | None:
    """The client this very statement was imported for before, if the name is the same."""
    owner = house.store.setting(_setting(statement))
    if owner is None:
        return None
    names = {
        stored.event.body.get("name")
        for stored in house.store.events_of(owner)
        if stored.event.kind in {"client_registered", "client_changed"}
    }
    if names and name not in names:
        raise ImportRefusedError(f"this statement was imported before, for client {owner}")
    return owner


def _registration(
    client_id: str, name: str, opened_on: date, birth: date | None, known_at: datetime
) -> Event:
    """The client as far as a statement and whoever imports it tell."""
    at = datetime.combine(opened_on, OPENING_TIME, BEIJING)
    body: dict[str, object] = {"name": name, "opened_on": opened_on.isoformat()}
    if birth is not None:
        body["birth"] = birth.isoformat()
    return Event(
        source=statement_events.SOURCE,
        source_seq=f"{client_id}:client",
        client_id=client_id,
        ts=at,
        known_at=max(at, known_at),
        kind="client_registered",
        body=body,
    )


def _consents(client_id: str, purposes: Sequence[str], now: datetime) -> tuple[Event, ...]:
    """What the client agreed to, as whoever imports the statement records it; once a purpose."""
    return tuple(
        Event(
            source=statement_events.SOURCE,
            source_seq=f"{client_id}:consent:{purpose}",
            client_id=client_id,
            ts=now,
            known_at=now,
            kind="consent_given",
            body={"purpose": purpose, "source": "*"},
        )
        for purpose in dict.fromkeys(purposes)
    )


def _record(record: StatementRecord) -> Mapping[str, object]:
    return {
        "line": record.line,
        "date": record.day.isoformat(),
        "time": record.time.isoformat() if record.time is not None else None,
        "code": record.code,
        "name": record.name,
        "kind": record.kind,
        "side": record.side,
        "quantity": _plain(record.quantity),
        "price": _plain(record.price),
        "gross_fen": record.gross_fen,
        "fees": {
            "commission_fen": record.fees.commission_fen,
            "stamp_fen": record.fees.stamp_fen,
            "transfer_fen": record.fees.transfer_fen,
            "other_fen": record.fees.other_fen,
        },
        "net_fen": record.net_fen,
        "currency": record.currency,
        "key": record.key,
    }


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"
