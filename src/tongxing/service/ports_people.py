"""What sign-in and the policies need of the store: people, sessions, keys, and who looked at what."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

from tongxing.domain.person import Person

LONG_AGO = datetime(2012, 1, 1, tzinfo=UTC)
"""Since when somebody serves a client where nobody wrote it down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How a person proves to be this person; never leaves the house."""

    person: Person
    password: str | None = None
    """An argon2 hash; None: no password was set, and none fits."""
    one_time: bytes | None = None
    """The seed of the one-time codes, opened."""
    one_time_step: int | None = None
    """The last step whose code was taken: a code counts once."""
    failures: int = 0
    locked_until: datetime | None = None
    active: bool = True

    @property
    def signs_in(self) -> bool:
        """Whether a password was set."""
        return self.password is not None

    @property
    def second(self) -> bool:
        """Whether one-time codes were set up."""
        return self.one_time is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One sign-in; the token itself is known to the browser alone."""

    token_hash: bytes
    person_id: str
    form_key: str
    """Stands in every form of this session, so that no other site can send one."""
    made_at: datetime
    seen_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """The key of another system; the key itself is shown once and not kept."""

    key_hash: bytes
    person_id: str
    name: str
    made_at: datetime
    until: datetime | None = None
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessEntry:
    """One read or act of a person, as the policies judged it."""

    at: datetime
    person_id: str
    role: str
    act: str
    client_id: str | None
    purpose: str
    reason: str
    """Opened for the client alone; empty where none was typed or its key is gone."""
    allowed: bool
    policies: str
    in_place_of: str | None = None
    """The absent adviser for whom a substitute looked; None for everybody else."""
    leaf_index: int | None = None
    """The leaf that seals this look; given by the store, None for one before looks were sealed."""
    field: str = ""
    """The field or group that was opened; empty for a look at a page."""
    about_leaf: int | None = None
    """The leaf of the look, or of the record, that this one is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """An adviser who serves the clients of an absent one from a first day to a last one."""

    absent_id: str
    substitute_id: str
    first: date
    last: date
    """Beijing; both days included. The day after, nothing is left of it."""
    by: str
    """Who arranged it."""
    made_at: datetime
    number: int = 0
    """Given by the store."""


class Substitutes(Protocol):
    """Rows of absences; each writing method is one short transaction."""

    def add(self, one: Substitute) -> bool:
        """Keep an absence; the same one twice (people, days) is one, and the second is False."""
        ...

    def stands_in(self, substitute_id: str, absent_id: str, day: date) -> bool:
        """Whether one person may act in the place of the other on a day."""
        ...

    def absent(self, substitute_id: str, day: date) -> frozenset[str]:
        """Those in whose place a person may act on a day."""
        ...

    def open(self, day: date) -> Sequence[Substitute]:
        """What holds on a day or begins later, by first day."""
        ...

    def end(self, number: int, at: datetime) -> bool:
        """End one early, at once; False where it has ended or never was."""
        ...


class People(Protocol):
    """Rows of people; each writing method is one short transaction."""

    @property
    def substitutes(self) -> Substitutes:
        """Who stands in for an absent adviser."""
        ...

    def account(self, person_id: str) -> Account | None:
        """How a person proves to be this person; disabled people too."""
        ...

    def person(self, person_id: str) -> Person | None:
        """An active person."""
        ...

    def rows(self, *, after: str = "", limit: int = 500) -> Sequence[Account]:
        """Staff and systems by id, no clients; seeds stay closed (an empty one stands for them)."""
        ...

    def add(self, person: Person) -> bool:
        """Add somebody without a password; one who is there already stays as they are and it is False."""
        ...

    def put(self, account: Account) -> None:
        """Add a person, or write all of the account anew."""
        ...

    def took_code(self, person_id: str, step: int) -> bool:
        """Mark a step as used and forget failures; False when it, or a later one, was used before."""
        ...

    def failed(self, person_id: str, *, most: int, locked_until: datetime) -> int:
        """Count a failed try, and lock at `most`; says how many there were."""
        ...

    def signed_in(self, person_id: str) -> None:
        """Forget failures."""
        ...

    def set_active(self, person_id: str, *, active: bool) -> bool:
        """Disable (sessions and keys with it) or enable; False for an unknown person."""
        ...

    def open_session(self, row: SessionRow) -> None:
        """Keep a new session."""
        ...

    def session(self, token_hash: bytes) -> tuple[SessionRow, Person] | None:
        """A session with its person, who is active."""
        ...

    def seen(self, token_hash: bytes, at: datetime) -> None:
        """A session was used."""
        ...

    def close_session(self, token_hash: bytes) -> None:
        """Forget one session."""
        ...

    def close_sessions(self, person_id: str) -> int:
        """Sign a person out everywhere; says how many sessions there were."""
        ...

    def forget_sessions(self, before: datetime) -> int:
        """Drop sessions that ended before an instant."""
        ...

    def add_key(self, row: KeyRow) -> None:
        """Keep a key of a system."""
        ...

    def key(self, key_hash: bytes) -> tuple[KeyRow, Person] | None:
        """A key with its person, who is active."""
        ...

    def keys_of(self, person_id: str) -> Sequence[KeyRow]:
        """All keys of a person."""
        ...

    def revoke_keys(self, person_id: str) -> int:
        """Revoke all keys of a person; says how many there were."""
        ...

    def assign_all(self, assigned: Mapping[str, str], *, since: datetime = LONG_AGO) -> int:
        """Client -> adviser for clients whom nobody serves yet; says how many there were."""
        ...

    def team_of_adviser(self, client_id: str) -> tuple[str | None, str | None]:
        """(adviser, team of the adviser) of a client."""
        ...

    def knows_client(self, client_id: str) -> bool:
        """Whether the log has an event of this client."""
        ...

    def note(self, entry: AccessEntry) -> None:
        """Write down who looked; durable when it returns."""
        ...

    def entries_of(
        self, client_id: str, *, acts: Collection[str] = (), limit: int = 50
    ) -> Sequence[AccessEntry]:
        """What staff looked at or did with a client, the latest first."""
        ...

    def entry_at(self, leaf_index: int) -> AccessEntry | None:
        """The look that a leaf seals."""
        ...

    def entries(self, *, acts: Collection[str], limit: int = 50) -> Sequence[AccessEntry]:
        """Looks at any client by these acts, the latest first."""
        ...
