"""What webhooks and repeated calls of the API need of the store and of the network."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class CallState(StrEnum):
    """Where a call to a receiver stands."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    """Given up after the last try; a person may have it sent anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One receiver of one system: where it is called, and about what."""

    webhook_id: str
    person_id: str
    """Whose it is: it is told of nobody whom this person may not read."""
    url: str
    kinds: tuple[str, ...]
    """Kinds of events, in alphabetical order."""
    secret: str
    """`whsec_…`; empty where its key was destroyed: nothing is sent any more."""
    active: bool
    made_at: datetime
    after: int
    """Place in the log up to which it was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCall:
    """One message to one receiver, with its fate so far."""

    call_id: str
    webhook_id: str
    kind: str
    payload: bytes
    """The exact bytes of the body: who, what, when; never what a sealed body says."""
    made_at: datetime
    state: CallState
    tries: int
    next_at: datetime | None
    """When it is tried again; None once it is sent or dead."""
    last: str
    """How the last try ended, e.g. `http 503`; nothing of what the receiver answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event as receivers are told of it: its envelope alone."""

    seq: int
    client_id: str
    kind: str
    source: str
    source_seq: str
    known_at: datetime


class Webhooks(Protocol):
    """Receivers and the calls to them."""

    def add(self, webhook: Webhook) -> None:
        """Keep a new receiver."""
        ...

    def webhook(self, webhook_id: str) -> Webhook | None:
        """One receiver; None for an unknown id."""
        ...

    def of_person(self, person_id: str, *, after: str = "", limit: int = 100) -> Sequence[Webhook]:
        """In order of their ids."""
        ...

    def count(self, person_id: str) -> int:
        """How many receivers a person has."""
        ...

    def change(self, webhook: Webhook) -> bool:
        """Write address, kinds, secret and state anew; False when it is gone."""
        ...

    def remove(self, webhook_id: str) -> bool:
        """Forget a receiver with its calls; False when it was gone."""
        ...

    def active(self) -> Sequence[Webhook]:
        """All that are called, in order of their ids."""
        ...

    def log_end(self) -> int:
        """The last place of the log."""
        ...

    def news(self, kinds: Collection[str], *, after: int, limit: int) -> Sequence[Told]:
        """Events of these kinds beyond a place of the log, in its order."""
        ...

    def queue(self, webhook: Webhook, calls: Sequence[WebhookCall], *, after: int) -> bool:
        """Keep calls and the new place together; False (nothing kept) when another process was faster."""
        ...

    def claim(self, now: datetime, *, until: datetime, limit: int) -> Sequence[WebhookCall]:
        """Due calls of active receivers, each counted as tried and left alone by others until then."""
        ...

    def settle(self, call: WebhookCall) -> None:
        """Write how a try ended."""
        ...

    def calls(
        self, webhook_id: str, *, state: CallState | None = None, before: str = "", limit: int = 50
    ) -> Sequence[WebhookCall]:
        """Newest first, `before` the id of the last one seen."""
        ...

    def call(self, call_id: str) -> WebhookCall | None:
        """One call; None for an unknown id."""
        ...

    def forget_sent(self, before: datetime, *, limit: int) -> int:
        """Drop calls sent before an instant; says how many."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What is known of a key under which something was asked before."""

    asked: bytes
    """Digest of method, path and body of the first call."""
    status: int | None
    """None: the first call is still under way."""
    answer: bytes
    at: datetime


class Idempotency(Protocol):
    """Answers kept under (person, key), so that a call repeated does nothing twice."""

    def begin(self, person_id: str, key: str, asked: bytes, *, now: datetime) -> Earlier | None:
        """Take the key; None: it was free and is mine now."""
        ...

    def take_over(self, person_id: str, key: str, earlier: Earlier, *, now: datetime) -> bool:
        """Take a key whose first call never came to its end; False when another was faster."""
        ...

    def finish(self, person_id: str, key: str, *, status: int, answer: bytes) -> None:
        """Keep the answer, sealed."""
        ...

    def release(self, person_id: str, key: str) -> None:
        """The call failed and did nothing: it may be made anew."""
        ...

    def forget(self, before: datetime, *, limit: int) -> int:
        """Drop keys older than an instant; says how many."""
        ...


class Outcome(Protocol):
    """How one try to reach a receiver ended."""

    @property
    def accepted(self) -> bool:
        """The receiver answered 2xx."""
        ...

    @property
    def gone(self) -> bool:
        """The receiver said 410: it wants nothing any more."""
        ...

    @property
    def words(self) -> str:
        """For whoever looks after the receiver, e.g. `http 503` or `no answer in 10 s`."""
        ...


class Sender(Protocol):
    """Sends one signed message within a bounded time; never raises for what the other side does."""

    def send(self, *, url: str, secret: str, call_id: str, payload: bytes) -> Outcome:
        """Sign with `secret` and post; redirects are not followed."""
        ...
