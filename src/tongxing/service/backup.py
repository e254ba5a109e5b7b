"""Whether a store is whole: every body opens, leaves are without gaps, and one fingerprint over all of it."""

from dataclasses import dataclass

from tongxing.ledger.leaves import LeafError, decode, leaf_hash, root
from tongxing.service.fingerprint import LEAVES_READ_MAX, LogDigest
from tongxing.service.ports import ErasedError, Store, StoreError, UnreadableEventError

EVENTS_READ_MAX = 1_000
DECISIONS_READ_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What two copies of a store are compared by; nothing in it is personal."""

    last_event: int
    """Place of the last event in the log."""
    events: int
    """Events that can be read; erased ones are not counted."""
    clients: int
    decisions: int
    leaves: int
    log: str
    """sha256 over the readable events in log order."""
    ledger: str
    """Merkle root (RFC 6962) over the leaves."""


class DamagedError(StoreError):
    """Something in the store does not open or does not fit; names the first place."""


def fingerprint(store: Store, *, like: Fingerprint | None = None) -> Fingerprint:
    """Read the whole store and prove each part; with `like`, only the log and the ledger up to its end.

    A store that went on after its backup still has the log and the ledger of that backup in front. Raises
    `DamagedError` at the first record that does not open or does not fit.
    """
    last = store.count_events() if like is None else like.last_event
    leaves = store.count_leaves() if like is None else like.leaves
    log, events = _log(store, last)
    ledger = _ledger(store, leaves)
    clients = _states(store)
    return Fingerprint(
        last_event=last,
        events=events,
        clients=clients if like is None else like.clients,
        decisions=_decisions(store) if like is None else like.decisions,
        leaves=leaves,
        log=log,
        ledger=ledger,
    )


def _log(store: Store, last: int) -> tuple[str, int]:
    """Digest and number of the events up to a place; each body is opened."""
    digest, count, after = LogDigest(), 0, 0
    try:
        while after < last and (page := store.events(after=after, limit=EVENTS_READ_MAX)):
            for stored in page:
                if stored.seq <= last:
                    digest.take(stored.event)
                    count += 1
            after = page[-1].seq
    except UnreadableEventError as broken:
        raise DamagedError(str(broken)) from broken
    return digest.hex(), count


def _ledger(store: Store, leaves: int) -> str:
    """Root over the first leaves; each stands at its place, hashes to its hash and opens with its key."""
    hashes: list[bytes] = []
    while len(hashes) < leaves:
        limit = min(LEAVES_READ_MAX, leaves - len(hashes))
        page = store.leaves(after=len(hashes), limit=limit)
        if not page:
            raise DamagedError(f"leaf {len(hashes)} is missing")
        for sealed in page:
            if sealed.index != len(hashes):
                raise DamagedError(f"leaf {len(hashes)} is missing")
            _leaf_fits(store, sealed.index, sealed.encoded, sealed.leaf_hash)
            hashes.append(sealed.leaf_hash)
    return root(hashes).hex()


def _leaf_fits(store: Store, index: int, encoded: bytes, kept: bytes) -> None:
    try:
        decode(encoded)
        store.leaf(index)
    except ErasedError:
        pass  # its client's records were erased: the leaf stays, its key does not
    except (LeafError, RuntimeError) as broken:
        raise DamagedError(f"leaf {index} does not open: {broken}") from broken
    if leaf_hash(encoded) != kept:
        raise DamagedError(f"leaf {index} was changed: it does not hash to its hash")


def _states(store: Store) -> int:
    """How many clients there are; each state that was kept opens."""
    count, after = 0, ""
    while page := store.client_ids(after=after, limit=EVENTS_READ_MAX):
        for client_id in page:
            try:
                store.state(client_id)
            except RuntimeError as broken:
                raise DamagedError(f"the state of {client_id} does not open: {broken}") from broken
        count += len(page)
        after = page[-1]
    return count


def _decisions(store: Store) -> int:
    """How many decisions there are; each record that was kept opens."""
    count, before = 0, ""
    try:
        while page := store.decisions(before=before, limit=DECISIONS_READ_MAX):
            count += len(page)
            before = page[-1].decision_id
    except RuntimeError as broken:
        raise DamagedError(f"a decision after {before or 'the newest'} does not open: {broken}") from broken
    return count
