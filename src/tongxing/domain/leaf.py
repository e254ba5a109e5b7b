"""A leaf of the ledger: salted commitments to what happened, never the personal data itself."""

from dataclasses import dataclass
from datetime import datetime

RECORDS, ACCESS = "records", "access"
LOGS = (RECORDS, ACCESS)
"""The logs of a house: what was done, and who looked at clients."""
RECORDS_GM = "records-gm"
"""A second log over the leaves of `records` with national algorithms (SM3, SM2), where it is asked for."""
LOOK_KINDS = frozenset({"access", "disclosure"})
"""Kinds of leaves that seal a look at a client or data handed outside."""


def log_of(kind: str) -> str:
    """Which log a new leaf of this kind goes to."""
    return ACCESS if kind in LOOK_KINDS else RECORDS


def leaves_of(log: str) -> str:
    """The log whose leaves are the entries of that log: its own, unless it is a second one."""
    return RECORDS if log == RECORDS_GM else log


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
    """A leaf as stored: its index, its place in a log, its exact bytes and its RFC 6962 leaf hash."""

    index: int
    """Among all leaves of the store, from 0, without gaps."""
    log: str
    place: int
    """Index of its entry in that log, from 0, without gaps."""
    leaf: Leaf
    encoded: bytes
    leaf_hash: bytes
