"""One write transaction of a store. What is only written waits in memory and goes out in one statement."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Insert, Update, update

from tongxing.adapters.store import event_rows, sealing, statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store.instants import instant, micros
from tongxing.adapters.store.key_rows import SqlKeyRows
from tongxing.adapters.vault.envelope import EnvelopeVault, KeyRing
from tongxing.domain.event import Event, Retention
from tongxing.domain.leaf import Leaf, SealedLeaf
from tongxing.domain.touch import Decision
from tongxing.ledger.leaves import decode, encode, leaf_hash
from tongxing.service.ports import (
    Appended,
    ErasedError,
    MessageRow,
    OutboxRow,
    SetAside,
    StoredEvent,
    TimerRow,
)

WRITTEN_IN_ORDER: tuple[Insert | Update, ...] = (
    statements.ADD_LEAVES,
    statements.ADD_RECORD_KEYS,
    statements.ADD_DECISIONS,
    statements.ADD_OUTBOX,
    statements.OUTBOX_DONE,
    statements.ADD_MESSAGES,
    statements.ADD_TIMERS,
    statements.TIMER_DONE,
    statements.SAVE_STATES,
)
"""A row comes after the rows it refers to."""
STATES_A_QUERY_MAX = 500


class SqlBatch:
    """The `Batch` port over one open transaction."""

    def __init__(self, connection: Connection, ring: KeyRing) -> None:
        self._connection = connection
        self._keys = SqlKeyRows(connection)
        self._vault = EnvelopeVault(ring, self._keys)
        self._waiting: dict[int, list[dict[str, object]]] = {id(kind): [] for kind in WRITTEN_IN_ORDER}
        self._events: dict[event_rows.Key, Event] = {}
        self._states: dict[str, tuple[bytes, int]] = {}
        self._next_leaf: int | None = None

    def append(self, events: Sequence[Event]) -> Appended:
        """Append what is new; duplicates change nothing, conflicts are refused."""
        return event_rows.offer(self._connection, self._vault, events, self._events)

    def unfolded(self, limit: int) -> Sequence[StoredEvent]:
        """Events beyond the worker's offset, in log order; erased ones are passed over."""
        self.flush()
        while True:
            rows = event_rows.rows_of(self._connection, statements.UNFOLDED, {"at_most": limit})
            kept = event_rows.read_kept(rows, self._vault)
            if kept or not rows:
                return kept
            self.fold_done(rows[-1].seq)

    def fold_done(self, seq: int) -> None:
        """Move the worker's offset of every partition up to `seq`, never back."""
        self._connection.execute(statements.FOLD_DONE, {"up_to": seq})

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

    def add_leaf(self, leaf: Leaf, client_id: str, record_key: bytes) -> SealedLeaf:
        """Append the leaf under the next index; its record key is kept sealed for the client."""
        if self._next_leaf is None:
            self._next_leaf = int(self._connection.execute(statements.NEXT_LEAF).scalar_one())
        index, self._next_leaf = self._next_leaf, self._next_leaf + 1
        encoded = encode(leaf)
        sealed = SealedLeaf(index=index, leaf=leaf, encoded=encoded, leaf_hash=leaf_hash(encoded))
        self._later(
            statements.ADD_LEAVES,
            leaf_index=index,
            kind=leaf.kind,
            encoded=encoded,
            leaf_hash=sealed.leaf_hash,
        )
        self._later(
            statements.ADD_RECORD_KEYS,
            leaf_index=index,
            client_id=client_id,
            sealed=sealing.seal(self._vault, client_id, record_key, "record_key", index),
        )
        return sealed

    def leaf(self, index: int) -> tuple[SealedLeaf, str, bytes] | None:
        """A leaf with the client it belongs to and its record key; raises `ErasedError` without key."""
        unwritten = self._waiting[id(statements.ADD_LEAVES)]
        if any(row["leaf_index"] == index for row in unwritten):
            self.flush()
        return read_leaf(self._connection, self._vault, index)

    def add_decision(
        self, decision: Decision, *, chosen: int, refused: int, payload: bytes, leaf_index: int
    ) -> None:
        """Keep a decision record; a second one with the same id changes nothing."""
        self._later(
            statements.ADD_DECISIONS,
            decision_id=decision.decision_id,
            client_id=decision.client_id,
            at_us=micros(decision.trigger.at),
            chosen=chosen,
            refused=refused,
            leaf_index=leaf_index,
            payload=sealing.seal_decision(self._vault, decision, payload),
        )

    def enqueue(self, *, idem: str, client_id: str, payload: bytes, leaf_index: int) -> None:
        """Queue a cleared draft; a second one with the same `idem` changes nothing."""
        sealed = sealing.seal(self._vault, client_id, payload, "outbox", idem)
        self._later(
            statements.ADD_OUTBOX, idem=idem, client_id=client_id, leaf_index=leaf_index, payload=sealed
        )

    def waiting(self, limit: int) -> Sequence[OutboxRow]:
        """The oldest rows of the outbox that were neither sent nor withdrawn."""
        while True:
            self.flush()
            rows = self._connection.execute(statements.WAITING, {"at_most": limit}).all()
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
        self._connection.execute(
            update(t.message).where(t.message.c.touch_id == touch_id).values(dismissed=1)
        )

    def set_timer(self, *, idem: str, client_id: str, name: str, due: datetime) -> None:
        """Wake up for a client at an instant; a second timer with the same `idem` changes nothing."""
        self._later(statements.ADD_TIMERS, idem=idem, client_id=client_id, name=name, due_us=micros(due))

    def due_timers(self, now: datetime, limit: int) -> Sequence[TimerRow]:
        """Timers due at `now` that neither fired nor were cancelled, the earliest first."""
        self.flush()
        found = self._connection.execute(statements.DUE_TIMERS, {"at_us": micros(now), "at_most": limit})
        return tuple(
            TimerRow(
                timer_id=row.timer_id,
                idem=row.idem,
                client_id=row.client_id,
                name=row.name,
                due=instant(row.due_us),
            )
            for row in found
        )

    def timer_done(self, timer_id: int) -> None:
        """A timer fired: it never fires again."""
        self._later(statements.TIMER_DONE, of_timer=timer_id)

    def cancel_timers(self, client_id: str, name_prefix: str) -> int:
        """Cancel a client's timers whose name begins so; says how many."""
        self.flush()
        columns = t.timer.c
        mine = (
            columns.client_id == client_id,
            columns.state == "set",
            columns.name.startswith(name_prefix, autoescape=True),
        )
        return self._connection.execute(update(t.timer).where(*mine).values(state="cancelled")).rowcount

    def set_aside(self, row: SetAside) -> None:
        """Keep what could not be taken in; the same event a second time changes nothing."""
        values = {"client_id": row.client_id, "seq": row.seq, "what": row.what, "why": row.why}
        self._connection.execute(statements.ADD_ASIDE, values)

    def aside(self) -> Sequence[SetAside]:
        """All that was set aside, the oldest first."""
        return read_aside(self._connection)

    def erase(self, client_id: str, retention: Retention) -> int:
        """Destroy the keys of one class of a client, for every source; says how many there were."""
        self.flush()
        return self._vault.destroy(client_id, retention)

    def flush(self) -> None:
        """Write what waits in memory, keys first, every row after those it refers to."""
        if self._events:
            event_rows.write(self._connection, self._vault, self._events.values())
            self._events.clear()
        self._vault.prepare({(name, sealing.HOUSE_CLASS, sealing.HOUSE_SOURCE) for name in self._states})
        for client_id, (blob, seq) in self._states.items():
            sealed = sealing.seal(self._vault, client_id, blob, "state")
            self._later(statements.SAVE_STATES, client_id=client_id, blob=sealed, seq=seq)
        self._states.clear()
        self._keys.flush()
        for kind in WRITTEN_IN_ORDER:
            rows = self._waiting[id(kind)]
            if rows:
                self._connection.execute(kind, rows)
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

    def _later(self, into: Insert | Update, /, **row: object) -> None:
        self._waiting[id(into)].append(row)


def read_state(connection: Connection, vault: EnvelopeVault, client_id: str) -> bytes | None:
    """A client's state as stored; None for a client never folded or whose folded state was erased."""
    sealed = connection.execute(statements.STATE, {"of_client": client_id}).scalar()
    return None if sealed is None else _opened_state(vault, client_id, sealed)


def read_states(
    connection: Connection, vault: EnvelopeVault, client_ids: Collection[str]
) -> Mapping[str, bytes]:
    """The same for many clients in one look."""
    names = sorted(client_ids)
    found: dict[str, bytes] = {}
    for start in range(0, len(names), STATES_A_QUERY_MAX):
        wanted = {"of_clients": names[start : start + STATES_A_QUERY_MAX]}
        rows = connection.execute(statements.STATES, wanted).all()
        vault.prefetch({row.client_id for row in rows})
        for client_id, sealed in rows:
            blob = _opened_state(vault, client_id, sealed)
            if blob is not None:
                found[client_id] = blob
    return found


def read_aside(connection: Connection) -> Sequence[SetAside]:
    """What the worker could not take in."""
    return tuple(SetAside(**row) for row in connection.execute(statements.ASIDE).mappings())


def read_leaf(
    connection: Connection, vault: EnvelopeVault, index: int
) -> tuple[SealedLeaf, str, bytes] | None:
    """A leaf with its client and its record key; raises `ErasedError` without key."""
    row = connection.execute(statements.LEAF_WITH_KEY, {"of_index": index}).first()
    if row is None:
        return None
    record_key = sealing.unseal(vault, row.client_id, row.sealed, "record_key", index)
    return sealed_leaf(row.leaf_index, row.encoded, row.leaf_hash), row.client_id, record_key


def sealed_leaf(index: int, encoded: bytes, leaf_hash: bytes) -> SealedLeaf:
    """A leaf as its table keeps it."""
    return SealedLeaf(index=index, leaf=decode(encoded), encoded=encoded, leaf_hash=leaf_hash)


def _opened_state(vault: EnvelopeVault, client_id: str, sealed: bytes) -> bytes | None:
    try:
        return sealing.unseal(vault, client_id, sealed, "state")
    except ErasedError:
        return None
