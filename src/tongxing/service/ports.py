"""What use cases need from the world, as Protocols; `adapters` provide them and `app` hands them in."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, TypeVar

from tongxing.domain.event import Event, Retention
from tongxing.domain.leaf import Leaf, SealedLeaf
from tongxing.domain.market import Bar, CashDividend, Fees, PriceLimits, Split
from tongxing.domain.touch import Decision
from tongxing.service.me_ports import OwnRows
from tongxing.service.ports_console import Blind, Census, Keys, SwitchBatch, Switches
from tongxing.service.ports_devices import DeviceBatch, Devices
from tongxing.service.ports_door import Door
from tongxing.service.ports_people import People
from tongxing.service.ports_talk import DialogueBatch, Dialogues
from tongxing.service.ports_tasks import TaskBatch, Tasks
from tongxing.service.ports_watch import WatchStore
from tongxing.service.ports_webhooks import Idempotency, Webhooks

Item = TypeVar("Item")


class Market(Protocol):
    """Dated facts of the exchange: sessions, prices, actions, limits, lots and costs."""

    @property
    def first_session(self) -> date: ...

    @property
    def last_session(self) -> date: ...

    def is_session(self, day: date) -> bool:
        """Whether the exchange opens; raises `CalendarError` outside the calendar's years."""
        ...

    def next_session(self, day: date) -> date: ...

    def previous_session(self, day: date) -> date: ...

    def sessions(self, start: date, end: date) -> Sequence[date]:
        """Sessions from start to end, both included."""
        ...

    def codes(self) -> Sequence[str]: ...

    def bar(self, code: str, day: date) -> Bar | None:
        """The bar of that very day; None when the instrument did not trade or is not shipped."""
        ...

    def last_close(self, code: str, day: date) -> tuple[Decimal, date] | None:
        """The latest close at or before a day, with its date."""
        ...

    def split_on(self, code: str, day: date) -> Split | None: ...

    def dividend_on(self, code: str, day: date) -> CashDividend | None:
        """The cash dividend whose ex day this is."""
        ...

    def limits(self, code: str, day: date) -> PriceLimits: ...

    def lot(self, code: str, day: date) -> int: ...

    def tick_mil(self, code: str, day: date) -> int: ...

    def settles_same_day(self, code: str, day: date) -> bool:
        """Whether what is bought today may be sold today (T+0)."""
        ...

    def fees(self, code: str, side: str, gross_fen: int, day: date) -> Fees: ...

    def total_return_ppm(self, code: str, start: date, end: date) -> int | None:
        """Change of a holding from close to close, splits and dividends joined; None where not shipped."""
        ...

    def index_close(self, code: str, day: date) -> Decimal | None:
        """The close of an index on that very day; None where it is not shipped."""
        ...

    def index_change_ppm(self, code: str, start: date, end: date) -> int | None:
        """Change of an index from close to close; None where a day is not shipped."""
        ...


class StoreError(RuntimeError):
    """The store cannot be used as asked (not a database, read-only, full, too new); words for a person."""


class UnreadableEventError(StoreError):
    """An event of the log cannot be opened: its bytes were changed, or they are no body."""

    def __init__(self, *, seq: int, client_id: str, kind: str) -> None:
        super().__init__(f"event {seq} ({kind}) of the log cannot be read: its bytes were changed")
        self.seq, self.client_id, self.kind = seq, client_id, kind


class ErasedError(LookupError):
    """The key of this record was destroyed: what it said cannot be read any more."""


class Log(Protocol):
    """A log as others see it (C2SP tlog-tiles): the index of an entry is the place of its leaf."""

    def vkey(self) -> str:
        """The public key line of the log; empty before it is begun."""
        ...

    def size(self) -> int:
        """Entries under the published checkpoint."""
        ...

    def checkpoint(self) -> bytes:
        """The published checkpoint; empty before there is one."""
        ...

    def receipt(self, index: int, entry: bytes) -> bytes:
        """The receipt of an entry (C2SP tlog-proof); empty while no checkpoint covers it."""
        ...

    def file(self, path: str) -> bytes | None:
        """A file of the log by its path; None where there is none."""
        ...


class Vault(Protocol):
    """Seals what is personal under a key for (client, retention class, source)."""

    def seal(self, client_id: str, retention: Retention, source: str, plain: bytes, bound_to: bytes) -> bytes:
        """Encrypt; `bound_to` names the row, so that a sealed value cannot be moved to another."""
        ...

    def open(
        self, client_id: str, retention: Retention, source: str, sealed: bytes, bound_to: bytes
    ) -> bytes:
        """Decrypt; raises `ErasedError` when the key is gone."""
        ...


class Entropy(Protocol):
    """Unpredictable bytes for salts and keys; a seeded one in simulations."""

    def token(self, length: int) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What became of events offered to the log, by position in the offered sequence."""

    accepted: tuple[int, ...]
    duplicates: tuple[int, ...]
    conflicts: tuple[int, ...]
    """Same key, other content: refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealable:
    """What the leaf of an event commits to."""

    kind: str
    groups: Mapping[str, Mapping[str, object]]
    corrects: frozenset[str] = frozenset()
    """Kinds of leaves of which it corrects the client's last one; the group `corrects` then names it."""


Sealer = Callable[[Event], Sealable | None]
"""What is sealed of an event; None: nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafOf:
    """Which record a leaf is of."""

    leaf_index: int
    kind: str
    client_id: str
    retention: Retention
    event_seq: int | None
    """Place of its event in the log; None for a record of the house."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event with its place in the log."""

    seq: int
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A cleared draft waiting to be delivered, exactly as reviewed."""

    outbox_id: int
    idem: str
    client_id: str
    payload: bytes
    """The stored `Cleared`, encoded by `service.stored`."""
    leaf_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerRow:
    """Something due at an instant for one client, e.g. a journey step."""

    timer_id: int
    idem: str
    client_id: str
    name: str
    """`journey:newcomer:3`."""
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """A decision as listed for staff."""

    decision_id: str
    client_id: str
    trigger: str
    cause: str
    at: datetime
    chosen: int
    refused: int
    leaf_index: int
    payload: bytes
    """The whole record: decision, drafts, verdicts, encoded by `service.stored`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A delivered message, with the receipt's leaf."""

    message_id: str
    touch_id: str
    client_id: str
    playbook: str
    channel: str
    slot: str
    sent_at: datetime
    valid_until: datetime
    leaf_index: int
    receipt_index: int
    dismissed: bool
    payload: bytes
    """The `Message`, encoded by `service.stored`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """Long work with its progress, started by a page or a command and done by the worker."""

    job_id: int
    name: str
    argument: str
    state: str
    """queued, running, done, failed."""
    done: int
    total: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """What the worker could not take in: until somebody has looked, its client hears nothing."""

    client_id: str
    seq: int
    """Place in the log; 0 for a timer or a card."""
    what: str
    """Kind of the event, name of the timer, or `card`."""
    why: str
    """Name and place of the failure; nothing personal."""


class Proofs(Protocol):
    """Which leaf seals which record."""

    def leaf_of_event(self, seq: int) -> int | None:
        """The leaf that seals an event of the log; None for a kind that is not sealed."""
        ...

    def about(self, leaf_index: int) -> LeafOf | None:
        """Which record a leaf is of; it needs no key."""
        ...

    def of_client(self, client_id: str, *, before: int | None = None, limit: int = 50) -> Sequence[LeafOf]:
        """The leaves of a client, the newest first, before an index."""
        ...

    def last_of(self, client_id: str, kinds: Collection[str], *, before: int) -> int | None:
        """The client's last leaf of these kinds before an index."""
        ...

    def leaf_of_version(self, kind: str, name: str, version: str) -> int | None:
        """The leaf that seals a version; None for one never sealed."""
        ...

    def version_at(self, leaf_index: int) -> tuple[str, str, str] | None:
        """(kind, name, version) that a leaf seals."""
        ...


class Batch(Protocol):
    """One write transaction: all of it is durable at its end, or none."""

    @property
    def tasks(self) -> TaskBatch: ...

    @property
    def switches(self) -> SwitchBatch: ...

    @property
    def dialogues(self) -> DialogueBatch: ...

    @property
    def devices(self) -> DeviceBatch: ...

    def append(self, events: Sequence[Event]) -> Appended: ...

    def unfolded(self, limit: int) -> Sequence[StoredEvent]:
        """Events beyond the worker's offset, in log order."""
        ...

    def fold_done(self, seq: int) -> None:
        """Move the worker's offset (by partition) up to `seq`."""
        ...

    def state(self, client_id: str) -> bytes | None: ...

    def states(self, client_ids: Collection[str]) -> Mapping[str, bytes]:
        """The states of many clients at once; those never folded are left out."""
        ...

    def save_state(self, client_id: str, blob: bytes, seq: int) -> None: ...

    def add_leaf(
        self,
        leaf: Leaf,
        client_id: str,
        record_key: bytes,
        *,
        retention: Retention = Retention.CONDUCT,
        source: str = "house",
    ) -> SealedLeaf:
        """Append the leaf in order; its record key is kept sealed under the client's key of that class."""
        ...

    def version_leaf(self, kind: str, name: str, version: str) -> int | None:
        """The leaf that seals a version (`kind`: policy or model); None for one never sealed."""
        ...

    def keep_version(self, kind: str, name: str, version: str, leaf_index: int) -> None:
        """Remember which leaf seals a version."""
        ...

    def leaf(self, index: int) -> tuple[SealedLeaf, str, bytes] | None:
        """A leaf with the client it belongs to and its record key; raises `ErasedError` without key."""
        ...

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
        ...

    def enqueue(self, *, idem: str, client_id: str, payload: bytes, leaf_index: int) -> None:
        """Queue a cleared draft; a second one with the same `idem` changes nothing."""
        ...

    def waiting(self, limit: int) -> Sequence[OutboxRow]: ...

    def outbox_done(self, outbox_id: int, outcome: str) -> None:
        """Take a row out of the queue: `sent` or `withdrawn`."""
        ...

    def add_message(self, row: MessageRow) -> None: ...

    def dismiss(self, touch_id: str) -> None:
        """The client sent a card away: it is not shown again."""
        ...

    def set_timer(self, *, idem: str, client_id: str, name: str, due: datetime) -> None:
        """Wake up for a client at an instant; a second timer with the same `idem` changes nothing."""
        ...

    def move_timer(self, *, client_id: str, name: str, due: datetime) -> None:
        """A client's one timer of that name is due then, and at no other instant any more.

        Moved to an instant for which it already fired it stays fired: an event folded again moves nothing.
        """
        ...

    def due_timers(self, now: datetime, limit: int) -> Sequence[TimerRow]: ...

    def timer_done(self, timer_id: int) -> None: ...

    def cancel_timers(self, client_id: str, name_prefix: str) -> int:
        """Cancel a client's timers whose name begins so; says how many."""
        ...

    def set_aside(self, row: SetAside) -> None:
        """Keep what could not be taken in; the same event a second time changes nothing."""
        ...

    def aside(self) -> Sequence[SetAside]:
        """All that was set aside, the oldest first."""
        ...

    def erase(self, client_id: str, retention: Retention) -> int:
        """Destroy the keys of one class of a client, for every source; says how many there were."""
        ...

    def release(self, client_id: str) -> int:
        """Set aside no more what was of this client; says how many rows there were.

        A worker that folds the client meanwhile finds its own transaction undone.
        """
        ...


class Store(Protocol):
    """The log and everything folded from it. Reads see the last committed batch."""

    @property
    def own(self) -> OwnRows: ...

    @property
    def people(self) -> People: ...

    @property
    def door(self) -> Door: ...

    @property
    def tasks(self) -> Tasks: ...

    @property
    def webhooks(self) -> Webhooks: ...

    @property
    def devices(self) -> Devices: ...

    @property
    def idempotency(self) -> Idempotency: ...

    @property
    def switches(self) -> Switches: ...

    @property
    def census(self) -> Census: ...

    @property
    def dialogues(self) -> Dialogues: ...

    @property
    def watch(self) -> WatchStore: ...

    def batch(self) -> AbstractContextManager[Batch]:
        """Open a write transaction; commits on leaving, rolls back on an exception."""
        ...

    def looking(self) -> AbstractContextManager[None]:
        """Reads of this thread meanwhile see the same committed batch; for a page that only reads."""
        ...

    def pressed(self) -> bool:
        """Whether somebody else waits to write; asked inside of a batch."""
        ...

    def append(self, events: Sequence[Event]) -> Appended:
        """Append durably in one short transaction."""
        ...

    def events_of(self, client_id: str, *, known_before: datetime | None = None) -> Iterator[StoredEvent]:
        """All events of one client in log order; raises `ErasedError` where a key is gone."""
        ...

    def kept_events_of(self, client_id: str, *, after: int = 0) -> Iterator[StoredEvent]:
        """The same after a place in the log, without those whose key is gone.

        Raises `UnreadableEventError` for changed bytes.
        """
        ...

    def events(self, *, after: int = 0, limit: int = 1_000) -> Sequence[StoredEvent]:
        """Events of all clients in log order, for pages and exports."""
        ...

    def client_ids(self, *, after: str = "", limit: int = 100_000) -> Sequence[str]: ...

    def count_events(self) -> int: ...

    def lag(self) -> int:
        """How many events of the log the worker has not folded yet."""
        ...

    def folded_through(self, client_id: str) -> int:
        """The last event of the log that the worker of this client's partition has passed."""
        ...

    def state(self, client_id: str) -> bytes | None: ...

    def decisions(
        self, *, client_id: str | None = None, before: str = "", limit: int = 50
    ) -> Sequence[DecisionRow]:
        """Newest first."""
        ...

    def decision(self, decision_id: str) -> DecisionRow | None: ...

    def messages(
        self, client_id: str, *, now: datetime, limit: int = 50, devices: bool = False
    ) -> Sequence[MessageRow]:
        """Cards still valid and not dismissed, newest first; or their copies on devices."""
        ...

    def leaf(self, index: int) -> tuple[SealedLeaf, str, bytes] | None:
        """A leaf with the client it belongs to and its record key; raises `ErasedError` without key."""
        ...

    def leaves(self, *, after: int = 0, limit: int = 100) -> Sequence[SealedLeaf]: ...

    def count_leaves(self) -> int: ...

    def entries(self, log: str, *, after: int = 0, limit: int = 100) -> Sequence[SealedLeaf]:
        """Leaves of one log in the order of their places there."""
        ...

    def count_entries(self, log: str) -> int: ...

    @property
    def keys(self) -> Keys: ...

    @property
    def blind(self) -> Blind: ...

    @property
    def proofs(self) -> Proofs:
        """Which leaf seals which record."""
        ...

    def aside(self) -> Sequence[SetAside]:
        """What the worker could not take in, the oldest first."""
        ...

    def setting(self, name: str) -> str | None: ...

    def set_setting(self, name: str, value: str) -> None: ...

    def add_job(self, name: str, argument: str) -> int: ...

    def job(self, job_id: int) -> JobRow | None: ...

    def next_job(self) -> JobRow | None:
        """The oldest queued job, marked running."""
        ...

    def requeue_running(self) -> int:
        """Queue again the jobs that a dead worker left running."""
        ...

    def jobs(self, limit: int = 20) -> Sequence[JobRow]: ...

    def report(self, job_id: int, *, done: int, total: int, note: str, state: str = "running") -> None: ...

    def book_copy(self, digest: str) -> bytes | None:
        """The pages of a book that was in force once, as `app` kept them."""
        ...

    def wipe(self) -> None:
        """Empty a demo store so that it can be filled anew; refuses unless its clock is the market clock."""
        ...

    def close(self) -> None: ...


class StatementReader(Protocol):
    """Gives the bytes of a file the user named, with an upper bound on its size."""

    def read(self, path: str) -> bytes: ...


def in_chunks(items: Sequence[Item], size: int) -> Iterable[Sequence[Item]]:
    """Bounded batches of a long sequence, in order."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
