"""The `Store` port over one SQLite file. Reads see the last committed batch; writes take turns."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock, local

from sqlalchemy import Connection, Engine, select

from tongxing.adapters.store import event_rows, sealing, statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store.batch import SqlBatch, read_aside, read_leaf, read_state, sealed_leaf
from tongxing.adapters.store.desk import Desk
from tongxing.adapters.store.errors import StoreError, readable
from tongxing.adapters.store.instants import micros
from tongxing.adapters.store.key_rows import SqlKeyRows
from tongxing.adapters.store.turns import Turns
from tongxing.adapters.vault.envelope import EnvelopeVault, KeyRing
from tongxing.domain.event import Event, Retention
from tongxing.domain.leaf import SealedLeaf
from tongxing.service.ports import Appended, DecisionRow, ErasedError, MessageRow, SetAside, StoredEvent

EVENTS_A_PAGE = 1_000

_DECISION = tuple(
    t.decision.c[name]
    for name in ("decision_id", "client_id", "at_us", "chosen", "refused", "leaf_index", "payload")
)
_MESSAGE = tuple(column for column in t.message.c if column.name != "row")


class SqlStore(Desk):
    """Everything the house keeps, in one file that two processes share."""

    def __init__(self, path: Path, *, writer: Engine, reader: Engine, ring: KeyRing, turns: Turns) -> None:
        self.path = path
        self._writer = writer
        self._reader = reader
        self._ring = ring
        self._turns = turns
        self._turn = Lock()
        self._mine = local()

    def close(self) -> None:
        """Give the file back; the store cannot be used afterwards."""
        self._writer.dispose()
        self._reader.dispose()
        self._turns.close()

    @contextmanager
    def batch(self) -> Iterator[SqlBatch]:
        """Open a write transaction; commits on leaving, rolls back on an exception."""
        with self._writing() as connection:
            batch = SqlBatch(connection, self._ring)
            yield batch
            batch.flush()
        batch.settle()

    def append(self, events: Sequence[Event]) -> Appended:
        """Append durably in one short transaction."""
        with self.batch() as batch:
            return batch.append(events)

    def erase(self, client_id: str, retention: Retention) -> int:
        """Destroy the keys of one class of a client and the traces of them in the file."""
        with self.batch() as batch:
            destroyed = batch.erase(client_id, retention)
        with readable(self.path), self._reader.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return destroyed

    def events_of(self, client_id: str, *, known_before: datetime | None = None) -> Iterator[StoredEvent]:
        """All events of one client in log order; raises `ErasedError` where a key is gone."""
        columns = t.event.c
        query = select(*statements.EVENT_COLUMNS).where(columns.client_id == client_id)
        if known_before is not None:
            query = query.where(columns.known_at_us < micros(known_before))
        after = 0
        while True:
            with self._reading() as connection:
                page = query.where(columns.seq > after).order_by(columns.seq).limit(EVENTS_A_PAGE)
                rows = event_rows.rows_of(connection, page)
                events = event_rows.read(rows, self._vault(connection))
            yield from events
            if len(rows) < EVENTS_A_PAGE:
                return
            after = rows[-1].seq

    def events(self, *, after: int = 0, limit: int = EVENTS_A_PAGE) -> Sequence[StoredEvent]:
        """Events of all clients in log order; erased ones are left out, a gap in `seq` shows where."""
        columns = t.event.c
        query = select(*statements.EVENT_COLUMNS).order_by(columns.seq)
        with self._reading() as connection:
            vault = self._vault(connection)
            while True:
                rows = event_rows.rows_of(connection, query.where(columns.seq > after).limit(limit))
                kept = event_rows.read_kept(rows, vault)
                if kept or not rows:
                    return kept
                after = rows[-1].seq

    def client_ids(self, *, after: str = "", limit: int = 100_000) -> Sequence[str]:
        """Clients with at least one event, in order of their ids."""
        name = t.client.c.client_id
        with self._reading() as connection:
            query = select(name).where(name > after).order_by(name).limit(limit)
            return tuple(connection.execute(query).scalars())

    def count_events(self) -> int:
        """How many events the log holds."""
        with self._reading() as connection:
            return int(connection.execute(statements.COUNT_EVENTS).scalar_one())

    def lag(self) -> int:
        """How many events of the log the worker has not folded yet."""
        with self._reading() as connection:
            return int(connection.execute(statements.LAG).scalar_one())

    def state(self, client_id: str) -> bytes | None:
        """A client's folded state; None for a client never folded or whose folded state was erased."""
        with self._reading() as connection:
            return read_state(connection, self._vault(connection), client_id)

    def decisions(
        self, *, client_id: str | None = None, before: str = "", limit: int = 50
    ) -> Sequence[DecisionRow]:
        """Newest first, `before` the id of the last one seen; an erased one has no trigger and no payload."""
        row = t.decision.c.row
        query = select(*_DECISION).order_by(row.desc()).limit(limit)
        if client_id is not None:
            query = query.where(t.decision.c.client_id == client_id)
        if before:
            query = query.where(row < select(row).where(t.decision.c.decision_id == before).scalar_subquery())
        with self._reading() as connection:
            vault = self._vault(connection)
            rows = tuple(sealing.DecisionTuple._make(row) for row in connection.execute(query))
            vault.prefetch({found.client_id for found in rows})
            return tuple(_listed(vault, found) for found in rows)

    def decision(self, decision_id: str) -> DecisionRow | None:
        """One decision; raises `ErasedError` when its key is gone."""
        with self._reading() as connection:
            query = select(*_DECISION).where(t.decision.c.decision_id == decision_id)
            row = connection.execute(query).first()
            if row is None:
                return None
            return sealing.unseal_decision(self._vault(connection), sealing.DecisionTuple._make(row))

    def messages(self, client_id: str, *, now: datetime, limit: int = 50) -> Sequence[MessageRow]:
        """Cards still valid and not dismissed, newest first; erased ones are left out."""
        columns = t.message.c
        query = (
            select(*_MESSAGE)
            .where(
                columns.client_id == client_id,
                columns.valid_until_us > micros(now),
                columns.dismissed == 0,
            )
            .order_by(columns.sent_at_us.desc(), columns.row.desc())
            .limit(limit)
        )
        with self._reading() as connection:
            vault = self._vault(connection)
            rows = tuple(sealing.MessageTuple._make(row) for row in connection.execute(query))
            found = (_shown(vault, row) for row in rows)
            return tuple(message for message in found if message is not None)

    def leaf(self, index: int) -> tuple[SealedLeaf, str, bytes] | None:
        """A leaf with the client it belongs to and its record key; raises `ErasedError` without key."""
        with self._reading() as connection:
            return read_leaf(connection, self._vault(connection), index)

    def leaves(self, *, after: int = 0, limit: int = 100) -> Sequence[SealedLeaf]:
        """Leaves in order, without the first `after` ones; they need no key."""
        at = t.leaf.c.leaf_index
        query = select(*statements.LEAF_COLUMNS).where(at >= after).order_by(at).limit(limit)
        with self._reading() as connection:
            return tuple(sealed_leaf(*row) for row in connection.execute(query))

    def count_leaves(self) -> int:
        """How many leaves the ledger has: the index of the next one."""
        with self._reading() as connection:
            return int(connection.execute(statements.NEXT_LEAF).scalar_one())

    def aside(self) -> Sequence[SetAside]:
        """What the worker could not take in, the oldest first."""
        with self._reading() as connection:
            return read_aside(connection)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if getattr(self._mine, "writing", False):
            raise StoreError("a batch is open in this thread: write through it")
        with self._turn:
            self._mine.writing = True
            try:
                with readable(self.path), self._writer.connect() as connection, connection.begin():
                    yield connection
            finally:
                self._mine.writing = False

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with readable(self.path), self._reader.connect() as connection:
            yield connection

    def _vault(self, connection: Connection) -> EnvelopeVault:
        return EnvelopeVault(self._ring, SqlKeyRows(connection))


def _listed(vault: EnvelopeVault, row: sealing.DecisionTuple) -> DecisionRow:
    try:
        return sealing.unseal_decision(vault, row)
    except ErasedError:
        return sealing.unseal_decision(vault, row, erased=True)


def _shown(vault: EnvelopeVault, row: sealing.MessageTuple) -> MessageRow | None:
    try:
        return sealing.unseal_message(vault, row)
    except ErasedError:
        return None
