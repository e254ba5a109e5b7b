"""Sessions of people and keys of systems: rows of which only hashes of the secrets are kept."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from tongxing.adapters.store import tables_people as p
from tongxing.adapters.store.instants import instant, micros
from tongxing.domain.draft import Licence
from tongxing.domain.person import Person, Role
from tongxing.service.ports_people import KeyRow, SessionRow

Opened = Callable[[], AbstractContextManager[Connection]]
_person, _session, _key = p.person.c, p.session.c, p.api_key.c
PERSON = (_person.person_id, _person.name, _person.role, _person.team, _person.client_id, _person.licence)
"""What makes a `Person`."""
_SESSION = (
    select(
        _session.token_hash, _session.form_key, _session.made_us, _session.seen_us, _session.until_us, *PERSON
    )
    .select_from(p.session.join(p.person, _person.person_id == _session.person_id))
    .where(_session.token_hash == bindparam("of_token"), _person.active == 1)
)
_KEY = (
    select(_key.key_hash, _key.name.label("key_name"), _key.made_us, _key.until_us, _key.revoked, *PERSON)
    .select_from(p.api_key.join(p.person, _person.person_id == _key.person_id))
    .where(_key.key_hash == bindparam("of_key"), _person.active == 1)
)


class SessionRows:
    """The part of the port `People` that says who is there."""

    def __init__(self, reading: Opened, writing: Opened) -> None:
        self._reading, self._writing = reading, writing

    def open_session(self, row: SessionRow) -> None:
        """Keep a new session."""
        values = {
            "token_hash": row.token_hash,
            "person_id": row.person_id,
            "form_key": row.form_key,
            "made_us": micros(row.made_at),
            "seen_us": micros(row.seen_at),
            "until_us": micros(row.until),
        }
        with self._writing() as connection:
            connection.execute(insert(p.session), values)

    def session(self, token_hash: bytes) -> tuple[SessionRow, Person] | None:
        """A session with its person, who is active."""
        with self._reading() as connection:
            row = connection.execute(_SESSION, {"of_token": token_hash}).mappings().first()
        if row is None:
            return None
        found = SessionRow(
            token_hash=bytes(row["token_hash"]),
            person_id=row["person_id"],
            form_key=row["form_key"],
            made_at=instant(row["made_us"]),
            seen_at=instant(row["seen_us"]),
            until=instant(row["until_us"]),
        )
        return found, read_person(row)

    def seen(self, token_hash: bytes, at: datetime) -> None:
        """The session was used."""
        with self._writing() as connection:
            used = update(p.session).where(_session.token_hash == token_hash)
            connection.execute(used.values(seen_us=micros(at)))

    def close_session(self, token_hash: bytes) -> None:
        """The token is worth nothing any more."""
        with self._writing() as connection:
            connection.execute(delete(p.session).where(_session.token_hash == token_hash))

    def close_sessions(self, person_id: str) -> int:
        """Sign a person out everywhere; says how many sessions there were."""
        with self._writing() as connection:
            return connection.execute(delete(p.session).where(_session.person_id == person_id)).rowcount

    def forget_sessions(self, before: datetime) -> int:
        """Drop sessions that ended before an instant."""
        with self._writing() as connection:
            return connection.execute(delete(p.session).where(_session.until_us < micros(before))).rowcount

    def add_key(self, row: KeyRow) -> None:
        """Keep the hash of a new key."""
        values = {
            "key_hash": row.key_hash,
            "person_id": row.person_id,
            "name": row.name,
            "made_us": micros(row.made_at),
            "until_us": None if row.until is None else micros(row.until),
            "revoked": int(row.revoked),
        }
        with self._writing() as connection:
            connection.execute(insert(p.api_key), values)

    def key(self, key_hash: bytes) -> tuple[KeyRow, Person] | None:
        """A key with its person, who is active."""
        with self._reading() as connection:
            row = connection.execute(_KEY, {"of_key": key_hash}).mappings().first()
            return None if row is None else (_read_key(row, row["key_name"]), read_person(row))

    def keys_of(self, person_id: str) -> Sequence[KeyRow]:
        """The keys of a system, the oldest first."""
        query = select(p.api_key).where(_key.person_id == person_id).order_by(_key.made_us)
        with self._reading() as connection:
            return tuple(_read_key(row, row["name"]) for row in connection.execute(query).mappings())

    def revoke_keys(self, person_id: str) -> int:
        """No key of this person is worth anything any more."""
        mine = update(p.api_key).where(_key.person_id == person_id, _key.revoked == 0)
        with self._writing() as connection:
            return connection.execute(mine.values(revoked=1)).rowcount


def read_person(row: Mapping[Any, Any]) -> Person:
    """A person from the columns of `PERSON`."""
    licence = row["licence"]
    return Person(
        person_id=row["person_id"],
        name=row["name"],
        role=Role(row["role"]),
        client_id=row["client_id"],
        team=row["team"],
        licence=None if licence is None else msgspec.json.decode(licence, type=Licence),
    )


def _read_key(row: Mapping[Any, Any], name: str) -> KeyRow:
    until = row["until_us"]
    return KeyRow(
        key_hash=bytes(row["key_hash"]),
        person_id=row["person_id"],
        name=name,
        made_at=instant(row["made_us"]),
        until=None if until is None else instant(until),
        revoked=bool(row["revoked"]),
    )
