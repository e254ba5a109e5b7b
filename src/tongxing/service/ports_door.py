"""What the door keeps in the store for some minutes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """Something kept for a few minutes, sealed; only who has the token finds it."""

    token_hash: bytes
    kind: str
    """What it is: a token of one kind finds nothing of another."""
    person_id: str
    """Whose it is; empty where nobody has signed in yet."""
    until: datetime
    body: bytes


class Door(Protocol):
    """Rows of the door; each writing method is one short transaction."""

    def hold(self, row: HeldRow, *, now: datetime) -> None:
        """Keep something, and forget what is over."""
        ...

    def held(self, token_hash: bytes, kind: str, *, now: datetime) -> HeldRow | None:
        """What lies under a token and is not over; it stays."""
        ...

    def take(self, token_hash: bytes, kind: str, *, now: datetime) -> HeldRow | None:
        """The same, once: who asks second finds nothing."""
        ...
