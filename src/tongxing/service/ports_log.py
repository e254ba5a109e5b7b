"""What the worker keeps of the witnesses of its log, for pages and for compliance in other processes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class WitnessesUnreadableError(RuntimeError):
    """A policy names witnesses, and what they answered cannot be read: it counts as no quorum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessLine:
    """One witness of the policy, as it last answered."""

    name: str
    key: str
    """Its public key line."""
    words: str = ""
    """What came of the last question: `cosigned`, or why not."""
    milliseconds: int | None = None
    """How long that answer took; None when none came in time."""
    cosigned_at: datetime | None = None
    cosigned_size: int = 0
    """The last checkpoint it cosigned."""
    refused_at: datetime | None = None
    refused: str = ""
    """When and why it last did not cosign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherView:
    """The checkpoint of our log at another place, compared with ours."""

    place: str
    at: datetime
    size: int | None
    """None: nothing could be read there."""
    result: str
    """`one history`, `two histories`, or in words why it is not known."""
    proof: str = ""
    """The proof of misbehaviour, when there are two histories."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuorumState:
    """The last round of questions; instants are the machine's, in Beijing time."""

    origin: str
    asked_at: datetime
    quorum_at: datetime | None
    """When a quorum last cosigned the checkpoint of that moment; None: never."""
    size: int
    """Entries under the checkpoint that was asked about."""
    witnesses: tuple[WitnessLine, ...]
    others: tuple[OtherView, ...] = ()


class WitnessWatch(Protocol):
    """The witnesses of a log whose operator wants some; a house without a policy has none."""

    def state(self) -> QuorumState:
        """What the worker wrote last; raises `WitnessesUnreadableError`."""
        ...

    def machine_now(self) -> datetime:
        """The machine's time, in which the state is dated."""
        ...

    def policy(self) -> str:
        """The policy for others: our log, the witnesses without their addresses; empty while unusable."""
        ...
