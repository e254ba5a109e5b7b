"""One write transaction of a store. What is only written waits in memory and goes out in one statement."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Insert, Select, Update, UpdateBase, update

from tongxing.adapters.clock import machine_time
from tongxing.adapters.store import event_rows, sealing, statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store.aside_rows import AsideBatch
from tongxing.adapters.store.blind_rows import forget_values, index_values
from tongxing.adapters.store.census_rows import ADD_TERMS, forget_terms
from tongxing.adapters.store.device_rows import DeviceWriting
from tongxing.adapters.store.instants import partition_of
from tongxing.adapters.store.key_rows import SqlKeyRows
from tongxing.adapters.store.leaf_rows import LeafWriting
from tongxing.adapters.store.leases import Hold
from tongxing.adapters.store.reading import read_leaf, read_state, read_states
from tongxing.adapters.store.switch_rows import SwitchWriting
from tongxing.adapters.store.task_rows import TaskWriting
from tongxing.adapters.store.timer_rows import TimerRows
from tongxing.adapters.vault.envelope import EnvelopeVault, KeyRing
from tongxing.domain.event import Event, Retention
from tongxing.domain.leaf import Leaf, SealedLeaf
from tongxing.domain.touch import Decision
from tongxing.service.ports import (
    Appended,
    ErasedError,
    MessageRow,
    OutboxRow,
    Sealer,
    StoredEvent,
    StoreError,
    TimerRow,
)

WRITTEN_IN_ORDER: tuple[Insert | Update, ...] = (
    statements.ADD_LEAVES,
    statements.ADD_RECORD_KEYS,
    statements.ADD_DECISIONS,
    ADD_TERMS,
    statements.ADD_OUTBOX,
    statements.OUTBOX_DONE,
    statements.ADD_MESSAGES,
    statements.SAVE_STATES,
)
"""A row comes after the rows it refers to."""
Query = TypeVar("Query", Select[Any], Update)


class SqlBatch(AsideBatch):
    """The `Batch` port over one open transaction."""

    def __init__(
        self, connection: Connection, ring: KeyRing, hold: Hold | None = None, sealer: Sealer | None = None
    ) -> None:
        self._connection = connection
        self._hold = hold
        self._shared = connection.dialect.name != "sqlite"
        self._sequencing = not self._shared
        self.wrote = False
        self.erased = False
        """Whether keys were destroyed: older copies of them have to go after the commit."""
        self._keys = SqlKeyRows(connection)
        self._vault = EnvelopeVault(ring, self._keys)
        self._waiting: dict[int, list[dict[str, object]]] = {id(kind): [] for kind in WRITTEN_IN_ORDER}
        self._events: dict[event_rows.Key, Event] = {}
        self._states: dict[str, tuple[bytes, int]] = {}
        self._ring, self._sealer, self._blind = ring, sealer, ring.blind
        self._timers = TimerRows(connection)
        self.taken: list[Event] = []
        """Events that this batch took into the log."""
        self.tasks = TaskWriting(connection, self._vault, self._write)
        self.switches = SwitchWriting(connection, self._write)
        self.devices = DeviceWriting(connection, self._vault, self._write, hold)
        self._leaves = LeafWriting(
            connection,
            self._vault,
            later=lambda into, row: self._later(into, **row),
            sequence=self._take_sequencer,
            token=ring.token,
        )

    def append(self, events: Sequence[Event]) -> Appended:
        """Append what is new; duplicates change nothing, conflicts are refused."""
        answer = event_rows.offer(self._connection, self._vault, events, self._events)
        self.taken.extend(events[position] for position in answer.accepted)
        return answer

    def unfolded(self, limit: int) -> Sequence[StoredEvent]:
        """Events beyond the worker's offset, in log order; erased ones are passed over."""
        self.flush()
        while True:
            end = self._connection.execute(statements.COUNT_EVENTS).scalar_one() if self._shared else 0
            query, wanted = self._here(statements.UNFOLDED, statements.UNFOLDED_HERE)
            rows = event_rows.rows_of(self._connection, query, {"at_most": limit, **wanted})
            kept = event_rows.read_kept(rows, self._vault)
            if kept:
                return kept
            if not rows:
                self.fold_done(end)  # what came before `end` is of other workers' partitions
                return ()
            self.fold_done(rows[-1].seq)

    def fold_done(self, seq: int) -> None:
        """Move the offset of every partition this worker holds up to `seq`, never back."""
        move, wanted = self._here(statements.FOLD_DONE, statements.FOLD_DONE_HERE)
        self._write(move, {"up_to": seq, **wanted})

    def state(self, client_id: str) -> bytes | None:
        """The client's folded state, as last saved in this or an earlier batch."""
        if client_id in self._states:
            return self._states[client_id][0]
        return read_state(self._connection, self._vault, client_id)

    def states(self, client_ids: Collection[str]) -> Mapping[str, bytes]:
        """The folded states of many clients at once; those without one are left out."""
        waiting = {name: self._states[name][0] for name in client_ids if name in self._states}
        return {**waiting, **read_states(self._connection, self._vault, set(client_ids) - set(waiting))}

    def save_state(self, client_id: str, blob: bytes, seq: int) -> None:
        """Keep a client's state as folded up to `seq`."""
        self._states[client_id] = (blob, seq)

    def add_leaf(
        self,
        leaf: Leaf,
        client_id: str,
        record_key: bytes,
        *,
        retention: Retention = sealing.HOUSE_CLASS,
        source: str = sealing.HOUSE_SOURCE,
    ) -> SealedLeaf:
        """Append the leaf under the next index; its record key is kept sealed under the key of its class."""
        return self._leaves.add(leaf, client_id, record_key, retention=retention, source=source)

    def leaf(self, index: int) -> tuple[SealedLeaf, str, bytes] | None:
        """A leaf with the client it belongs to and its record key; raises `ErasedError` without key."""
        unwritten = self._waiting[id(statements.ADD_LEAVES)]
        if any(row["leaf_index"] == index for row in unwritten):
            self.flush()
        return read_leaf(self._connection, self._vault, index)

    def add_decision(
        self,
        decision: Decision,
        *,
        chosen: int,
        refused: int,
        payload: bytes,
        leaf_index: int,
        terms: Collection[str] = (),
    ) -> None:
        """Keep a decision record, found by these words; a second one with the same id changes nothing."""
        row = sealing.decision_row(self._vault, decision, payload, sealed_at=machine_time())
        self._later(statements.ADD_DECISIONS, **row, chosen=chosen, refused=refused, leaf_index=leaf_index)
        for term in terms:
            self._later(ADD_TERMS, term=self._blind(term), at_us=row["at_us"], leaf_index=leaf_index)

    def enqueue(self, *, idem: str, client_id: str, payload: bytes, leaf_index: int) -> None:
        """Queue a cleared draft; a second one with the same `idem` changes nothing."""
        sealed = sealing.seal(self._vault, client_id, payload, "outbox", idem)
        self._later(
            statements.ADD_OUTBOX,
            idem=idem,
            client_id=client_id,
            leaf_index=leaf_index,
            payload=sealed,
            partition=partition_of(client_id),
        )

    def waiting(self, limit: int) -> Sequence[OutboxRow]:
        """The oldest rows of the outbox that were neither sent nor withdrawn."""
        while True:
            self.flush()
            query, wanted = self._here(statements.WAITING, statements.WAITING_HERE)
            rows = self._connection.execute(query, {"at_most": limit, **wanted}).all()
            self._vault.prefetch({row.client_id for row in rows})
            kept = tuple(row for row in (self._outbox_row(*found) for found in rows) if row is not None)
            if kept or not rows:
                return kept

    def outbox_done(self, outbox_id: int, outcome: str) -> None:
        """Take a row out of the queue: `sent` or `withdrawn`. Its words stay in the message or the record."""
        self._later(statements.OUTBOX_DONE, of_row=outbox_id, with_outcome=outcome)

    def add_message(self, row: MessageRow) -> None:
        """Keep a delivered message; a second one with the same id changes nothing."""
        self._later(statements.ADD_MESSAGES, **sealing.seal_message(self._vault, row))

    def dismiss(self, touch_id: str) -> None:
        """The client sent a card away: it is not shown again."""
        self.flush()
        self._write(update(t.message).where(t.message.c.touch_id == touch_id).values(dismissed=1))

    def set_timer(self, *, idem: str, client_id: str, name: str, due: datetime) -> None:
        """Wake up for a client at an instant; a second timer with the same `idem` changes nothing."""
        self._timers.set(idem=idem, client_id=client_id, name=name, due=due)

    def move_timer(self, *, client_id: str, name: str, due: datetime) -> None:
        """A client's one timer of that name is due then, and at no other instant any more.

        Moved to an instant for which it already fired it stays fired: an event folded again moves nothing.
        """
        self._timers.move(client_id=client_id, name=name, due=due)

    def due_timers(self, now: datetime, limit: int) -> Sequence[TimerRow]:
        """Timers due at `now` that neither fired nor were cancelled, the earliest first."""
        self.wrote = self._timers.flush() or self.wrote
        query, wanted = self._here(statements.DUE_TIMERS, statements.DUE_TIMERS_HERE)
        due = self._timers.due(query, {"at_most": limit, **wanted}, now)
        self._vault.prepare({(row.client_id, sealing.HOUSE_CLASS, sealing.HOUSE_SOURCE) for row in due})
        return due

    def timer_done(self, timer_id: int) -> None:
        """A timer fired: it never fires again."""
        self._timers.done(timer_id)

    def cancel_timers(self, client_id: str, name_prefix: str) -> int:
        """Cancel a client's timers whose name begins so; says how many."""
        self.wrote = self._timers.flush() or self.wrote
        cancelled = self._timers.cancel(client_id, name_prefix)
        self.wrote = self.wrote or cancelled > 0
        return cancelled

    def erase(self, client_id: str, retention: Retention) -> int:
        """Destroy the keys of one class of a client, for every source; says how many there were."""
        self.flush()
        self.wrote = True
        destroyed = self._vault.destroy(client_id, retention)
        if retention is sealing.HOUSE_CLASS:
            forget_terms(self._connection, client_id)
        if retention is Retention.IDENTITY:
            forget_values(self._connection, client_id)
        self.erased = self.erased or destroyed > 0
        return destroyed

    def flush(self) -> None:
        """Write what waits in memory, keys first, every row after those it refers to."""
        if self._events:
            self._take_sequencer()
            first = event_rows.write(self._connection, self._vault, self._events.values())
            if self._sealer is not None:
                self._leaves.of_events(self._events.values(), first, self._sealer)
            index_values(self._connection, self._ring, self._events.values())
            self._events.clear()
            self.wrote = True
        self._vault.prepare({(name, sealing.HOUSE_CLASS, sealing.HOUSE_SOURCE) for name in self._states})
        for client_id, (blob, seq) in self._states.items():
            sealed = sealing.seal(self._vault, client_id, blob, "state")
            self._later(statements.SAVE_STATES, client_id=client_id, blob=sealed, seq=seq)
        self._states.clear()
        self._keys.flush()
        self.wrote = self._timers.flush() or self.wrote
        for kind in WRITTEN_IN_ORDER:
            rows = self._waiting[id(kind)]
            if rows:
                self._write(kind, rows)
                rows.clear()

    def settle(self) -> None:
        """After the commit: the process may remember the keys made here."""
        self._vault.settle()

    def _outbox_row(
        self, outbox_id: int, idem: str, client_id: str, sealed: bytes, leaf_index: int
    ) -> OutboxRow | None:
        """A waiting row; one whose words were erased leaves the queue instead."""
        try:
            payload = sealing.unseal(self._vault, client_id, sealed, "outbox", idem)
        except ErasedError:
            self.outbox_done(outbox_id, "erased")
            return None
        return OutboxRow(
            outbox_id=outbox_id, idem=idem, client_id=client_id, payload=payload, leaf_index=leaf_index
        )

    def _take_sequencer(self) -> None:
        """Places in log and ledger are given by one transaction at a time, from here to its commit."""
        if not self._sequencing:
            self._connection.execute(statements.TAKE_SEQUENCER)
            self._sequencing = True

    def _here(self, everywhere: Query, here: Query) -> tuple[Query, dict[str, object]]:
        """The form of a statement for what this worker may fold; many workers fold only under a lease."""
        if not self._shared:
            return everywhere, {}
        if self._hold is None:
            raise StoreError("a worker folds this store only under a lease")
        return here, {"of_partitions": self._hold.partitions}

    def _write(self, statement: UpdateBase, values: Any = None) -> CursorResult[Any]:  # noqa: ANN401 - SQLAlchemy's
        done = self._connection.execute(statement, values)
        self.wrote = self.wrote or done.rowcount != 0
        return done

    def _later(self, into: Insert | Update, /, **row: object) -> None:
        self._waiting[id(into)].append(row)
