"""What a dialogue remembers: a few values of fixed size, however long it becomes."""

from dataclasses import dataclass
from typing import Literal

FollowKind = Literal["", "that_one", "sell_part", "why", "option", "cost", "when"]
"""How a message leans on what was said before; empty: it stands by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something that has a code and a name and may be spoken of."""

    code: str
    name: str
    is_fund: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One of the things a client was asked to choose from."""

    kind: Literal["product", "intent", "step"]
    key: str
    """A code, an intent, or what may be done: stay, lower, adviser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """What the next turn may lean on; nothing here grows with the number of turns."""

    intent: str = ""
    product: str = ""
    """Code of the product last spoken of."""
    about: str = ""
    """What was last asked about that product."""
    before: str = ""
    """Code of the one before it."""
    topic: str = ""
    """The permission last asked about."""
    amount: str = ""
    """How much was last asked about, as the client wrote it."""
    offered: tuple[Offer, ...] = ()
    missing: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    """Sources of the last answer."""
    misses: int = 0
    """Turns in a row that were not understood."""
    distressed: bool = False
    crisis: bool = False
    alarmed: int = 0
    """Epoch seconds at which distress or crisis was last heard; 0: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What a turn asks once it is read in its dialogue."""

    intent: str
    follow: FollowKind = ""
    product: str = ""
    """Code; empty: no product is meant."""
    unknown_code: bool = False
    """The code is in no fact."""
    asks_which: tuple[str, ...] = ()
    """Codes among which the client must choose."""
    refers_to: str | None = None
    """Code or intent the words point to."""
    amount: str = ""
    money: str = ""
    """The sum of money named."""
    topic: str = ""
    step: str = ""
    """The step chosen of those offered."""
    unclear: bool = False
