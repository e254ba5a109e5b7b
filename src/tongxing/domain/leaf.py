"""A leaf of the ledger: salted commitments to what happened, never the personal data itself."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """HMAC-SHA256 of one group of fields under a salt of its own."""

    group: str
    """`time`, `words`, `verdict`, `client`, `inputs` ..."""
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One entry of the ledger, before the sequencer gives it an index."""

    kind: str
    """decision, verdict, receipt ..."""
    at: datetime
    commitments: tuple[Commitment, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that can be opened one by one."""
        return tuple(commitment.group for commitment in self.commitments)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedLeaf:
    """A leaf as stored: its index, its exact bytes and its RFC 6962 leaf hash."""

    index: int
    leaf: Leaf
    encoded: bytes
    leaf_hash: bytes
