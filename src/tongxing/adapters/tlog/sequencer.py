"""The leaves of a store, in their order, as entries of a log: what was committed first stands first.

The index of a leaf in the store is its index in the log. The store is the first to know; after a kill the log
goes on from its own size, so no leaf is left out and none is written twice.
"""

from collections.abc import Callable, Sequence

from tongxing.adapters.tlog.head import LogError
from tongxing.adapters.tlog.log import BATCH_ENTRIES_MAX, TileLog
from tongxing.domain.leaf import SealedLeaf
from tongxing.ledger.leaves import leaf_hash

Leaves = Callable[[int, int], Sequence[SealedLeaf]]
"""(without the first so many, at most so many) -> leaves in order."""


def catch_up(log: TileLog, leaves: Leaves, *, most: int = BATCH_ENTRIES_MAX) -> int:
    """Append what the store has and the log has not; how many entries. Durable and signed on return.

    Raises:
        LogError: the store skips a leaf, or has fewer than the log: it is not the store of this log.
    """
    taken = 0
    while page := leaves(log.size, most):
        first = log.size
        if [one.index for one in page] != list(range(first, first + len(page))):
            raise LogError(f"the store has leaf {page[0].index} where the log goes on with {first}")
        log.append([one.encoded for one in page])
        taken += len(page)
        if len(page) < most:
            break
    return taken


def check_same(log: TileLog, leaves: Leaves) -> None:
    """Whether the last entry of the log is that leaf of the store.

    Raises:
        LogError: the store was set back, or belongs to another log.
    """
    if log.size == 0:
        return
    last = leaves(log.size - 1, 1)
    if not last or last[0].index != log.size - 1:
        raise LogError(f"the log has {log.size} entries and the store fewer leaves: it was set back")
    last_hash = leaf_hash(last[0].encoded)
    if log.prover().leaf_hash(log.size - 1) != last_hash:
        raise LogError(f"leaf {log.size - 1} of the store is not the entry that was published")
