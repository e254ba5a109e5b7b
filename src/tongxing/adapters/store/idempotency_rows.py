"""Answers kept under the key of a call, sealed under a key of whoever made it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from tongxing.adapters.store import sealing
from tongxing.adapters.store import tables_people as p
from tongxing.adapters.store.instants import instant, micros
from tongxing.adapters.store.webhook_rows import OWNER, sealer
from tongxing.adapters.vault.envelope import KeyRing
from tongxing.service.ports import ErasedError
from tongxing.service.ports_webhooks import Earlier

Opened = Callable[[], AbstractContextManager[Connection]]
_c = p.idempotency.c
_BEGIN = insert(p.idempotency).on_conflict_do_nothing().returning(p.idempotency.c.key)


class IdempotencyRows:
    """The port `Idempotency` over the table of a store."""

    def __init__(self, reading: Opened, writing: Opened, ring: KeyRing) -> None:
        self._reading, self._writing, self._ring = reading, writing, ring

    def begin(self, person_id: str, key: str, asked: bytes, *, now: datetime) -> Earlier | None:
        """Take the key; None: it was free and is mine now."""
        with self._writing() as connection:
            row = {"key": key, "person_id": person_id, "asked": asked, "at_us": micros(now)}
            if connection.execute(_BEGIN, row).first() is not None:
                return None
            return self._earlier(connection, person_id, key)

    def take_over(self, person_id: str, key: str, earlier: Earlier, *, now: datetime) -> bool:
        """Take a key whose first call never came to its end; False when another was faster."""
        unfinished = _c.status.is_(None), _c.at_us == micros(earlier.at)
        mine = update(p.idempotency).where(*_of(person_id, key), *unfinished)
        with self._writing() as connection:
            return connection.execute(mine.values(asked=earlier.asked, at_us=micros(now))).rowcount == 1

    def finish(self, person_id: str, key: str, *, status: int, answer: bytes) -> None:
        """Keep the answer, sealed."""
        with self._writing() as connection:
            vault, keys = sealer(connection, self._ring)
            sealed = sealing.seal(vault, f"{OWNER}{person_id}", answer, "idempotency", key)
            keys.flush()
            mine = update(p.idempotency).where(*_of(person_id, key))
            connection.execute(mine.values(status=status, answer=sealed))

    def release(self, person_id: str, key: str) -> None:
        """The call failed and did nothing: it may be made anew."""
        unfinished = delete(p.idempotency).where(*_of(person_id, key), _c.status.is_(None))
        with self._writing() as connection:
            connection.execute(unfinished)

    def forget(self, before: datetime, *, limit: int) -> int:
        """Drop keys older than an instant; says how many."""
        old = select(_c.key, _c.person_id).where(_c.at_us < micros(before)).limit(limit)
        with self._reading() as connection:
            found = [tuple(row) for row in connection.execute(old)]
        if not found:
            return 0
        with self._writing() as connection:
            gone = delete(p.idempotency).where(
                tuple_(_c.key, _c.person_id).in_(found), _c.at_us < micros(before)
            )
            return connection.execute(gone).rowcount

    def _earlier(self, connection: Connection, person_id: str, key: str) -> Earlier:
        row: Any = connection.execute(select(p.idempotency).where(*_of(person_id, key))).one()
        vault, _keys = sealer(connection, self._ring)
        try:
            sealed = row.answer
            answer = (
                b""
                if sealed is None
                else sealing.unseal(vault, f"{OWNER}{person_id}", bytes(sealed), "idempotency", key)
            )
        except ErasedError:
            answer = b""
        return Earlier(asked=bytes(row.asked), status=row.status, answer=answer, at=instant(row.at_us))


def _of(person_id: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return _c.key == key, _c.person_id == person_id
