"""The port `Door` over the tables of a store; what is held lies sealed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from tongxing.adapters.store import sealing
from tongxing.adapters.store import tables_door as d
from tongxing.adapters.store import tables_people as p
from tongxing.adapters.store.instants import instant, micros
from tongxing.adapters.store.key_rows import SqlKeyRows
from tongxing.adapters.store.session_rows import Opened
from tongxing.adapters.vault.envelope import EnvelopeVault, KeyRing
from tongxing.service.ports import ErasedError
from tongxing.service.ports_door import HeldRow

OWNER = "person "
"""Keys of people are kept beside those of clients; no id of a client has a blank in it."""
TABLE = "held"
_held = d.held.c


class DoorRows:
    """What the door holds."""

    def __init__(self, reading: Opened, writing: Opened, ring: KeyRing) -> None:
        self._reading, self._writing, self._ring = reading, writing, ring

    def hold(self, row: HeldRow, *, now: datetime) -> None:
        """Keep something, and forget what is over."""
        with self._writing() as connection:
            connection.execute(delete(d.held).where(_held.until_us <= micros(now)))
            keys = SqlKeyRows(connection)
            vault = EnvelopeVault(self._ring, keys)
            body = sealing.seal(vault, _owner(connection, row.person_id), row.body, TABLE)
            keys.flush()
            values = {
                "token_hash": row.token_hash,
                "kind": row.kind,
                "person_id": row.person_id,
                "until_us": micros(row.until),
                "body": body,
            }
            connection.execute(insert(d.held), values)

    def held(self, token_hash: bytes, kind: str, *, now: datetime) -> HeldRow | None:
        """What lies under a token and is not over; it stays."""
        fitting = (_held.token_hash == token_hash, _held.kind == kind, _held.until_us > micros(now))
        with self._reading() as connection:
            row = connection.execute(select(d.held).where(*fitting)).mappings().first()
            return None if row is None else self._opened(connection, row)

    def take(self, token_hash: bytes, kind: str, *, now: datetime) -> HeldRow | None:
        """The same, once: who asks second finds nothing."""
        fitting = (_held.token_hash == token_hash, _held.kind == kind)
        with self._writing() as connection:
            gone = delete(d.held).where(*fitting).returning(*d.held.c)
            row = connection.execute(gone).mappings().first()
            if row is None or row["until_us"] <= micros(now):
                return None
            return self._opened(connection, row)

    def _opened(self, connection: Connection, row: Mapping[Any, Any]) -> HeldRow | None:
        """None where the key of what was held is gone: its client was erased meanwhile."""
        vault = EnvelopeVault(self._ring, SqlKeyRows(connection))
        owner = _owner(connection, row["person_id"])
        try:
            body = sealing.unseal(vault, owner, bytes(row["body"]), TABLE)
        except ErasedError:
            return None
        return HeldRow(
            token_hash=bytes(row["token_hash"]),
            kind=row["kind"],
            person_id=row["person_id"],
            until=instant(row["until_us"]),
            body=body,
        )


def _owner(connection: Connection, person_id: str) -> str:
    """Under whose key something lies: a client's own, so that an erasure reaches it."""
    mine = select(p.person.c.client_id).where(p.person.c.person_id == person_id)
    client_id = connection.execute(mine).scalar()
    return str(client_id) if client_id else f"{OWNER}{person_id}"
