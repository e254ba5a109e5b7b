"""What devices need of the store and of the network: addresses, what is on its way, carriers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tongxing.domain.grades import Channel
from tongxing.domain.message import Message


class CarriersError(ValueError):
    """The carriers cannot be had as they are named; the words say what and where."""


class Stage(StrEnum):
    """Where a message to a device stands."""

    WAITING = "waiting"
    """For its next try, at which compliance is asked again."""
    CLEARED = "cleared"
    """For its carrier, for so long as the clearance holds."""
    UNDER_WAY = "under_way"
    """A carrier has it; whoever finds it so after a restart does not know whether it arrived."""
    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"
    """These three are the carrier's answer, not yet on record."""
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"
    UNDELIVERED = "undelivered"
    """On record: its service took it; compliance or the client stopped it; it did not arrive."""


ENDED = frozenset({Stage.DELIVERED, Stage.WITHDRAWN, Stage.UNDELIVERED})
ANSWERED = frozenset({Stage.SENT, Stage.REFUSED, Stage.LATER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One browser or mailbox of a client; what leads there is sealed for the client."""

    address_id: str
    client_id: str
    channel: Channel
    value: str
    """A push subscription as JSON, or a mail address."""
    made_at: datetime
    name: str = ""
    """What the client sees of it: a browser's name, a mailbox half hidden."""
    confirmed: bool = True
    """Whether its owner said so: by the browser itself, or by a code that was sent there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One message on its way to a client's device."""

    sending_id: str
    """The id of the message."""
    client_id: str
    channel: Channel
    leaf_index: int
    at: datetime
    """When it was decided that it goes, by the clock of the house."""
    made_at: datetime
    """The same by the machine's clock, by which tries are timed."""
    stage: Stage
    tries: int
    next_at: datetime
    """Waiting: the next try. Cleared: the end of the clearance. Under way: after this nobody has it."""
    last: str
    """How the last try ended, e.g. `http 503`; nothing personal."""
    stored: bytes
    """The stored clearance."""
    message: bytes
    """The message as it was cleared the last time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """How one try of a carrier ended."""

    stage: Stage
    """`SENT`, `REFUSED` (for good) or `LATER`."""
    words: str
    gone: bool = False
    """The address leads nowhere any more: it is forgotten."""


class Carrier(Protocol):
    """Somebody else's service that brings words to a device; never raises for what the other side does."""

    @property
    def repeats(self) -> bool:
        """Whether a second copy of a message replaces the first, so that a doubtful try is made again."""
        ...

    def send(self, message: Message, address: str) -> Carried:
        """One try within a bounded time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriers:
    """The carriers a house has, and the machine's clock by which they are given time."""

    machine: Callable[[], datetime]
    by_channel: Mapping[Channel, Carrier] = field(default_factory=dict)
    push_key: str = ""
    """The public key browsers subscribe with (VAPID, RFC 8292); empty: no web push."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many messages of a channel stand somewhere, for the console."""

    channel: Channel
    stage: Stage
    last: str
    """Why, where they did not arrive; empty otherwise."""
    count: int


class Devices(Protocol):
    """Addresses and sendings, as pages and carriers see them; each writing method is one transaction."""

    def addresses(self, client_id: str, channel: Channel | None = None) -> Sequence[Address]:
        """A client's, the oldest first; those whose key was destroyed are left out."""
        ...

    def add_address(self, address: Address) -> None:
        """Keep an address; the same one again changes nothing."""
        ...

    def confirm_address(self, client_id: str, address_id: str) -> bool:
        """Its owner said so; False when it is gone."""
        ...

    def forget_addresses(self, client_id: str, *, address_id: str = "", channel: str = "") -> int:
        """Forget one address of a client, or all of a channel; says how many."""
        ...

    def claim(
        self, now: datetime, *, until: datetime, channels: Collection[Channel], limit: int
    ) -> Sequence[Sending]:
        """Cleared messages, each counted as tried and nobody else's until then.

        Their `next_at` is the end of their clearance.
        """
        ...

    def answer(self, sending_id: str, carried: Carried) -> None:
        """Write how a try ended, for the worker to put on record."""
        ...

    def asked(self, client_id: str, channel: Channel, since: datetime) -> int:
        """Messages begun to a client on a channel since an instant of the house's clock, ended ones too."""
        ...

    def counts(self, since: datetime) -> Sequence[Count]:
        """What was decided since an instant of the house's clock, by channel, stage and reason."""
        ...


class DeviceBatch(Protocol):
    """The same inside of the worker's transaction."""

    def has_address(self, client_id: str, channel: Channel, *, confirmed: bool) -> bool:
        """Whether the client has a confirmed address there, or one that waits to be."""
        ...

    def add(self, sending: Sending) -> None:
        """Keep a message on its way; the same one again changes nothing."""
        ...

    def change(self, sending: Sending) -> None:
        """Write stage, time, words and message anew."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[Sending]:
        """Answered ones, and those whose time has come by the machine's clock."""
        ...

    def count(self, client_id: str, channel: Channel, since: datetime) -> int:
        """Messages to a client on a channel since an instant of the house's clock, without withdrawn ones."""
        ...
