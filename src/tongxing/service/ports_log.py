"""What the worker keeps of the witnesses of its log, for pages and for compliance in other processes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class WitnessesUnreadableError(RuntimeError):
    """A policy names witnesses, and what they answered cannot be read: it counts as no quorum."""


class WitnessAnswer(StrEnum):
    """What came of asking a witness."""

    COSIGNED = "cosigned"
    SILENT = "silent"
    """No answer, or none in time."""
    AHEAD = "ahead"
    """It has seen a larger tree than ours: our log was set back, or told it another history."""
    DIFFERS = "differs"
    """What we show does not continue what it cosigned last."""
    UNKNOWN = "unknown"
    """It does not know our log or its key."""
    FALSE = "false"
    """Its answer does not hold: a false signature, or no answer of a witness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointLine:
    """One checkpoint as it was published."""

    at: datetime
    size: int
    root: str
    """Hex."""
    cosigned_by: tuple[str, ...]
    """Witnesses by their name in the policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessLine:
    """One witness of the policy, as it last answered."""

    name: str
    key: str
    """Its public key line."""
    answer: WitnessAnswer | None = None
    """What came of the last question; None: it was never asked, as a witness without an address."""
    words: str = ""
    """The same in its own words."""
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
    checkpoints: tuple[CheckpointLine, ...] = ()
    """The newest first."""


class WitnessWatch(Protocol):
    """The witnesses of a log whose operator wants some; a house without a policy has none."""

    def state(self) -> QuorumState:
        """What the worker wrote last; raises `WitnessesUnreadableError`."""
        ...

    def machine_now(self) -> datetime:
        """The machine's time, in which the state is dated."""
        ...

    def others(self) -> tuple[OtherView, ...]:
        """Our checkpoint as it is seen at other places; empty where none is compared."""
        ...

    def policy(self) -> str:
        """The policy for others: our log, the witnesses without their addresses; empty while unusable."""
        ...
