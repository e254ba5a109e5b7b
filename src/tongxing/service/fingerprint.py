"""What two runs are compared by: one hash over the log, one root over the ledger."""

from hashlib import sha256

from tongxing.domain.event import Event
from tongxing.domain.event_text import canonical
from tongxing.ledger.leaves import root
from tongxing.service.house import House

LEAVES_READ_MAX = 5_000


class LogDigest:
    """sha256 over the canonical text of events in log order, each ended by a line feed."""

    def __init__(self) -> None:
        """Begin with an empty log."""
        self._hash = sha256()

    def take(self, event: Event) -> None:
        """Add one event."""
        self._hash.update(canonical(event) + b"\n")

    def hex(self) -> str:
        """The digest so far."""
        return self._hash.hexdigest()


def ledger_root(house: House) -> str:
    """The Merkle root (RFC 6962) over all leaves, hex."""
    hashes: list[bytes] = []
    after = 0
    while page := house.store.leaves(after=after, limit=LEAVES_READ_MAX):
        hashes.extend(sealed.leaf_hash for sealed in page)
        after = page[-1].index + 1
    return root(hashes).hex()
