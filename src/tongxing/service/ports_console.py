"""What the console needs of a store: switches of playbooks, and counts and finds over all clients."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from tongxing.service.ports import DecisionRow

Place = tuple[int, int]
"""Where a page of verdicts ended: (microseconds since 1970, leaf)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchRow:
    """A playbook that was ever switched, as it stands."""

    playbook: str
    off: bool
    by: str
    """Person id."""
    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchAct:
    """One act on a playbook's switch, sealed in the ledger."""

    playbook: str
    act: str
    """off, asked (to be on again), declined, on."""
    by: str
    at: datetime
    why: str
    leaf_index: int


class Switches(Protocol):
    """The switches as last committed."""

    def rows(self) -> Sequence[SwitchRow]:
        """Every playbook that was ever switched, by name."""
        ...

    def off(self) -> frozenset[str]:
        """Playbooks that are switched off."""
        ...

    def acts(self, playbook: str | None = None, *, limit: int = 50) -> Sequence[SwitchAct]:
        """What was done, the latest first."""
        ...

    def act_at(self, leaf_index: int) -> SwitchAct | None:
        """The act that a leaf seals."""
        ...


class SwitchBatch(Protocol):
    """The switches inside one write transaction."""

    def off(self) -> frozenset[str]:
        """Playbooks that are switched off, until this transaction ends: nobody switches meanwhile."""
        ...

    def take(self, playbook: str) -> tuple[SwitchRow | None, SwitchAct | None]:
        """The switch and the last act on it; this transaction alone may change switches until it ends."""
        ...

    def put(self, row: SwitchRow, act: SwitchAct) -> None:
        """Set the switch and keep the act."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What verdicts are searched by; every part that is given must hold."""

    terms: tuple[str, ...] = ()
    """Words of `console_terms`, the most telling first."""
    client_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """First instant that is no longer wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long a delivered card took, in microseconds from its trigger."""

    sealed: int | None
    """Until its verdict was sealed, by the machine's clock; None for a record of an earlier version."""
    sent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLine:
    """A timer as the console lists it."""

    client_id: str
    name: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What the worker has to wake up for."""

    late: int
    next_day: int
    """Due within 24 hours from now."""
    waiting: int
    lines: tuple[DueLine, ...]
    """The earliest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBook:
    """A book that was in force once."""

    digest: str
    kept_at: datetime | None
    """When the machine first loaded it; None where an earlier version kept it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The disk under a store in a file."""

    free: int
    """Bytes."""
    whole: int
    store: int
    """Bytes of the file itself, without what waits in its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What is on its way."""

    waiting: int
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLooks:
    """Which entries of staff access are wanted; every part that is given must hold."""

    person_id: str | None = None
    client_id: str | None = None
    act: str | None = None
    allowed: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One read or act of a person, as it was judged."""

    row: int
    at: datetime
    person_id: str
    role: str
    act: str
    client_id: str | None
    purpose: str
    reasoned: bool
    """A reason was typed; it is sealed for the client."""
    allowed: bool
    policies: str
    in_place_of: str = ""
    """The absent adviser for whom a substitute looked."""
    field: str = ""
    leaf_index: int | None = None
    """The leaf that seals it."""


class KeyCount(NamedTuple):
    """The data keys of one class of records."""

    retention: str
    alive: int
    destroyed: int


class Keys(Protocol):
    """The keys of a store as a whole; never a key."""

    def counts(self) -> Sequence[KeyCount]:
        """Keys of each class, alive and destroyed."""
        ...

    def by_root(self) -> Mapping[str, int]:
        """Mark of a root -> keys under it."""
        ...

    def root(self) -> str:
        """Check value of the root in force."""
        ...

    def queued(self, prefix: str, *, limit: int) -> Sequence[DueLine]:
        """Timers whose name begins so, the earliest first: what is destroyed on its day."""
        ...


class Blind(Protocol):
    """Look-ups by fields that lie sealed."""

    def find(self, field: str, value: str) -> Sequence[str]:
        """Clients who gave this value once; whether it still holds is for their records to say."""
        ...

    def same(self, field: str, one: str, other: str) -> bool:
        """Whether two spellings are of one value."""
        ...


class Census(Protocol):
    """Counts and finds over all clients, each with a bound; never the body of an event."""

    def find(
        self, asked: Asked, *, after: Place | None = None, limit: int
    ) -> "tuple[Sequence[DecisionRow], Place | None]":
        """Decisions, the latest first, and where the next page begins."""
        ...

    def count(
        self, terms: Collection[str], *, since: datetime | None = None, until: datetime | None = None
    ) -> Mapping[str, int]:
        """How many decisions carry each word."""
        ...

    def decisions_between(self, since: datetime, until: datetime) -> int:
        """How many decisions fall into a span."""
        ...

    def without_terms(self, *, after: int, limit: int) -> "Sequence[DecisionRow]":
        """Readable decisions sealed after a leaf that cannot be found by any word, the oldest first."""
        ...

    def add_terms(self, rows: "Sequence[tuple[DecisionRow, Collection[str]]]") -> None:
        """Let decisions be found by these words."""
        ...

    def paces(self, *, limit: int = 500) -> Sequence[Pace]:
        """How long the latest cards took."""
        ...

    def sent_between(self, since: datetime, until: datetime) -> int:
        """How many cards were delivered in a span."""
        ...

    def events_since(self, since: datetime) -> int:
        """How many events were appended since the house first learned of one then."""
        ...

    def due(self, now: datetime, *, limit: int = 30) -> Due:
        """Timers: late, due soon, and the next of them."""
        ...

    def overdue(self, now: datetime) -> tuple[int, int]:
        """Tasks of people that are past their time and not done: (duties among them, all)."""
        ...

    def looks(self, asked: "AskedLooks", *, before: int | None = None, limit: int) -> Sequence[Look]:
        """What staff looked at or did, the latest first; `before`: the row where a page ended."""
        ...

    def outbox(self) -> Outbox:
        """Cards that wait, and those that were withdrawn."""
        ...

    def disk(self) -> Disk | None:
        """The disk under the store; None for a database that is elsewhere."""
        ...

    def books(self) -> Sequence[KeptBook]:
        """Books once in force, the latest first."""
        ...
