"""The `Store` port over SQLite or PostgreSQL. Reads see the last committed batch.

Writers of a SQLite file take turns; on PostgreSQL they write beside one another, and what they fold is
divided among them by leases.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from threading import Lock, local
from typing import Any, cast

from sqlalchemy import Connection, Engine, Select, select

from tongxing.adapters.logging_output import tell_taken
from tongxing.adapters.store import event_rows, statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store.batch import SqlBatch
from tongxing.adapters.store.blind_rows import BlindRows
from tongxing.adapters.store.census_rows import CensusRows
from tongxing.adapters.store.desk import Desk
from tongxing.adapters.store.device_rows import DeviceRows
from tongxing.adapters.store.dialogue_rows import DialogueRows
from tongxing.adapters.store.door_rows import DoorRows
from tongxing.adapters.store.errors import CollisionError, StoreError, readable
from tongxing.adapters.store.idempotency_rows import IdempotencyRows
from tongxing.adapters.store.instants import instant, micros, partition_of
from tongxing.adapters.store.key_rows import SqlKeyRows
from tongxing.adapters.store.keys_kept import KeysKept
from tongxing.adapters.store.leases import LEASE_SECONDS, Leases
from tongxing.adapters.store.look_journal import LookJournal
from tongxing.adapters.store.own_rows import SqlOwnRows
from tongxing.adapters.store.people_rows import SqlPeople
from tongxing.adapters.store.proof_rows import ProofRows
from tongxing.adapters.store.reading import LOOK, read_aside, read_state
from tongxing.adapters.store.said_rows import Said
from tongxing.adapters.store.switch_rows import SwitchRows
from tongxing.adapters.store.task_rows import TaskRows
from tongxing.adapters.store.turns import Turns
from tongxing.adapters.store.watch_rows import WatchRows
from tongxing.adapters.store.webhook_rows import WebhookRows
from tongxing.adapters.vault.envelope import EnvelopeVault, KeyRing
from tongxing.domain.event import Event, Retention
from tongxing.service.ports import (
    Appended,
    Entropy,
    Sealer,
    SetAside,
    StoredEvent,
)

EVENTS_A_PAGE = 1_000
Reading = Callable[[Sequence[event_rows.EventRow], EnvelopeVault], Sequence[StoredEvent]]
APPENDS_TRIED_MAX = 5
"""On PostgreSQL two appends of the same event may meet: the second finds a duplicate when it tries again."""


class SqlStore(Desk, Said):
    """Everything the house keeps: one file that two processes share, or a database that many share."""

    def __init__(
        self, place: Path | str, *, writer: Engine, reader: Engine, ring: KeyRing, turns: Turns | None
    ) -> None:
        self.place = place
        self._writer = writer
        self._reader = reader
        self._ring = ring
        self._turns = turns
        self._turn = Lock()
        self._mine = local()
        self._leases: Leases | None = None
        self.sealer: Sealer | None = None
        self.proofs = ProofRows(self._reading)
        self.keys = KeysKept(self._reading, self._writing, ring, self._forget)
        self.blind = BlindRows(self._reading, self._writing, ring)
        self.watch = WatchRows(self._reading, self._writing)
        self.own = SqlOwnRows(self._reading, self._vault)
        self.people = SqlPeople(self._reading, self._writing, ring)
        self._looks = None if isinstance(place, str) else LookJournal(place, self.people.keep_looks)
        self.people.journal = self._looks
        self.door = DoorRows(self._reading, self._writing, ring)
        self.tasks = TaskRows(self._reading, self._vault)
        self.dialogues = DialogueRows(self._reading, self._vault)
        self.webhooks = WebhookRows(self._reading, self._writing, ring)
        self.devices = DeviceRows(self._reading, self._writing, ring)
        self.idempotency = IdempotencyRows(self._reading, self._writing, ring)
        self.switches = SwitchRows(self._reading)
        self.census = CensusRows(
            self._reading, self._writing, self._vault, ring, place, self.people.settle_looks
        )
        if self._looks is not None:
            self._looks.adopt()

    @property
    def path(self) -> Path:
        """The file of an embedded store."""
        if isinstance(self.place, str):
            raise StoreError(f"{self.place} is no file")
        return self.place

    def pressed(self) -> bool:
        """Whether somebody waits to write while this process does; never on PostgreSQL."""
        return self._turns is not None and self._turns.wanted()

    @property
    def shared(self) -> bool:
        """Whether many workers fold this store, each under a lease; a file has one worker, by a lock."""
        return self._turns is None

    def leases(self, entropy: Entropy, *, seconds: float = LEASE_SECONDS) -> Leases:
        """This process's part in the work; `renew` of what it returns takes partitions."""
        if self._leases is None:
            self._leases = Leases(self._writer, str(self.place), entropy, seconds=seconds)
        return self._leases

    def close(self) -> None:
        """Give the store back; it cannot be used afterwards."""
        if self._looks is not None:
            self._looks.close()
        self._writer.dispose()
        self._reader.dispose()
        if self._turns is not None:
            self._turns.close()

    @contextmanager
    def batch(self) -> Iterator[SqlBatch]:
        """Open a write transaction; commits on leaving, rolls back on an exception."""
        hold = None if self._leases is None else self._leases.hold
        with self._writing() as connection:
            batch = SqlBatch(connection, self._ring, hold, self.sealer)
            yield batch
            batch.flush()
            if hold is not None and batch.wrote:
                hold.fence(connection)
        batch.settle()
        tell_taken(batch.taken)
        if batch.erased:
            self._forget()

    def append(self, events: Sequence[Event]) -> Appended:
        """Append durably in one short transaction."""
        for _ in range(APPENDS_TRIED_MAX if self.shared else 0):
            try:
                return self._append(events)
            except CollisionError:
                continue
        return self._append(events)

    def _append(self, events: Sequence[Event]) -> Appended:
        with self.batch() as batch:
            return batch.append(events)

    def erase(self, client_id: str, retention: Retention) -> int:
        """Destroy the keys of one class of a client and the traces of them in the file."""
        with self.batch() as batch:
            return batch.erase(client_id, retention)

    def _forget(self) -> None:
        """After keys were destroyed: no older copy of them stays in the file."""
        with self._afterwards() as connection:
            connection.exec_driver_sql(
                "VACUUM data_key" if self.shared else "PRAGMA wal_checkpoint(TRUNCATE)"
            )

    def events_of(self, client_id: str, *, known_before: datetime | None = None) -> Iterator[StoredEvent]:
        """All events of one client in log order; raises `ErasedError` where a key is gone."""
        query = statements.EVENTS_OF
        if known_before is not None:
            query = query.where(t.event.c.known_at_us < micros(known_before))
        return self._pages(query, client_id, event_rows.read)

    def kept_events_of(self, client_id: str, *, after: int = 0) -> Iterator[StoredEvent]:
        """The same after a place in the log, without those whose key is gone.

        Raises `UnreadableEventError` for changed bytes.
        """
        return self._pages(statements.EVENTS_OF, client_id, event_rows.read_kept, after=after)

    def _pages(
        self, query: Select[Any], client_id: str, read: Reading, *, after: int = 0
    ) -> Iterator[StoredEvent]:
        while True:
            wanted = {"of_client": client_id, "after": after, "at_most": EVENTS_A_PAGE}
            with self._reading() as connection:
                rows = event_rows.rows_of(connection, query, wanted)
                events = read(rows, self._vault(connection))
            yield from events
            if len(rows) < EVENTS_A_PAGE:
                return
            after = rows[-1].seq

    def events(self, *, after: int = 0, limit: int = EVENTS_A_PAGE) -> Sequence[StoredEvent]:
        """Events of all clients in log order; erased ones are left out, a gap in `seq` shows where."""
        with self._reading() as connection:
            vault = self._vault(connection)
            while True:
                wanted = {"after": after, "at_most": limit}
                rows = event_rows.rows_of(connection, statements.EVENTS, wanted)
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

    def last_known_at(self) -> datetime | None:
        """When the house learned of the last event of the log; None for an empty log."""
        query = select(t.event.c.known_at_us).order_by(t.event.c.seq.desc()).limit(1)
        with self._reading() as connection:
            found = connection.execute(query).scalar()
            return None if found is None else instant(found)

    def lag(self) -> int:
        """How many events of the log the worker has not folded yet."""
        with self._reading() as connection:
            return int(connection.execute(statements.LAG).scalar_one())

    def folded_through(self, client_id: str) -> int:
        """The last event of the log that the worker of this client's partition has passed."""
        with self._reading() as connection:
            wanted = {"of_partition": partition_of(client_id)}
            return int(connection.execute(statements.FOLDED_THROUGH, wanted).scalar_one())

    def state(self, client_id: str) -> bytes | None:
        """A client's folded state; None for a client never folded or whose folded state was erased."""
        with self._reading() as connection:
            return read_state(connection, self._vault(connection), client_id)

    def aside(self) -> Sequence[SetAside]:
        """What the worker could not take in, the oldest first."""
        with self._reading() as connection:
            return read_aside(connection)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if getattr(self._mine, "writing", False):
            raise StoreError("a batch is open in this thread: write through it")
        with nullcontext() if self.shared else self._turn:
            self._mine.writing = True
            try:
                with readable(self.place), self._writer.connect() as connection, connection.begin():
                    yield connection
            finally:
                self._mine.writing = False

    def connection(self) -> AbstractContextManager[Connection]:
        """A connection that reads, for who looks at the tables themselves."""
        return self._reading()

    @contextmanager
    def looking(self) -> Iterator[None]:
        """All reads of this thread meanwhile see the same committed batch, over one connection.

        For a page that only reads: what it writes itself meanwhile it does not see.
        """
        if getattr(self._mine, "looking", None) is not None:
            yield
            return
        with readable(self.place), self._reader.connect().execution_options(**{LOOK: {}}) as connection:
            self._mine.looking, self._mine.vault = connection, None
            try:
                yield
            finally:
                self._mine.looking = self._mine.vault = None

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        looking = getattr(self._mine, "looking", None)
        if looking is not None:
            yield looking
            return
        with readable(self.place), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def _afterwards(self) -> Iterator[Connection]:
        """For tidying outside of a transaction."""
        engine = self._writer.execution_options(isolation_level="AUTOCOMMIT") if self.shared else self._reader
        with readable(self.place), engine.connect() as connection:
            yield connection

    def _vault(self, connection: Connection) -> EnvelopeVault:
        if getattr(self._mine, "looking", None) is not connection:
            return EnvelopeVault(self._ring, SqlKeyRows(connection))
        if self._mine.vault is None:
            self._mine.vault = EnvelopeVault(self._ring, SqlKeyRows(connection))
        return cast("EnvelopeVault", self._mine.vault)
