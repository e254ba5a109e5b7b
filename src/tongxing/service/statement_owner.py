"""Whose statement a file is: a known client, or a new one; a stopped import finds its own again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import blake2b

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.statement import Statement
from tongxing.intake import statement_events
from tongxing.intake.recognised import record_key
from tongxing.service.clients import client_exists, next_client_id
from tongxing.service.house import House

NAME_LENGTH_MAX = 200
OPENING_TIME = time(9, 0)
SETTING = "statement"
"""Setting that remembers whose statement a file is: its records' digest -> client."""


class ImportRefusedError(ValueError):
    """Nothing was imported: an unusable file, an unknown client, or a statement that belongs to another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose statement it is, and what is told of the client beside it."""

    client_id: str
    before: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """A client to be opened with the first record of a file."""

    name: str
    birth: date | None
    opened_on: date | None


def known_owner(house: House, client_id: str, consents: Sequence[str], now: datetime) -> Owner:
    """A client of the log; raises `ImportRefusedError` for an unknown one."""
    if not client_exists(house, client_id):
        raise ImportRefusedError(f"unknown client {client_id!r}")
    return Owner(client_id=client_id, before=_consents(client_id, consents, now))


def new_owner(
    house: House, statement: Statement, new: NewClient, consents: Sequence[str], now: datetime
) -> Owner:
    """The client this very statement was imported for before, or a new one."""
    client_id = _owner(house, statement, new.name) or next_client_id(house)
    first = new.opened_on or min(record.day for record in statement.records)
    registration = _registration(client_id, new, first, now)
    return Owner(client_id=client_id, before=(registration, *_consents(client_id, consents, now)))


def remember(house: House, statement: Statement, client_id: str) -> None:
    """Keep whose statement this is, before its events: an import that is stopped finds its client again."""
    house.store.set_setting(_setting(statement), client_id)


def clean_name(name: str) -> str:
    """A name without odd blanks; raises `ImportRefusedError` for one that cannot be a name."""
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
    """The client this very statement was imported for before, if the name is the same.

    The setting counts only where the log has the statement: it is written before the events, and the
    number may have been given to another since.
    """
    owner = house.store.setting(_setting(statement))
    if owner is None:
        return None
    keys = {record.key for record in statement.records}
    names: set[object] = set()
    told = False
    for stored in house.store.events_of(owner):
        event = stored.event
        if event.kind in {"client_registered", "client_changed"}:
            names.add(event.body.get("name"))
        told = told or (event.source == statement_events.SOURCE and record_key(event) in keys)
    if not told:
        return None
    if names and name not in names:
        raise ImportRefusedError(f"this statement was imported before, for client {owner}")
    return owner


def _registration(client_id: str, new: NewClient, opened_on: date, known_at: datetime) -> Event:
    """The client as far as a statement and whoever imports it tell."""
    at = datetime.combine(opened_on, OPENING_TIME, BEIJING)
    body: dict[str, object] = {"name": new.name, "opened_on": opened_on.isoformat()}
    if new.birth is not None:
        body["birth"] = new.birth.isoformat()
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
