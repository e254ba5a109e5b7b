"""The leaves of a store, in their order, as entries of a log: what was committed first stands first.

The index of a leaf in the store is its index in the log. The store is the first to know; after a kill the log
goes on from its own size, so no leaf is left out and none is written twice. Before a batch the last entry is
compared with its leaf, so that a store that was set back is found and never joined to what was published.
"""

from collections.abc import Callable, Sequence

from tongxing.adapters.tlog.head import LogError
from tongxing.adapters.tlog.log import BATCH_ENTRIES_MAX, TileLog
from tongxing.domain.leaf import SealedLeaf
from tongxing.ledger.leaves import leaf_hash

Leaves = Callable[[int, int], Sequence[SealedLeaf]]
"""(without the first so many, at most so many) -> leaves in order."""


class SetBackError(LogError):
    """The store does not have what the log published: an older copy of it, or another store."""


class Sequencer:
    """Follows one store with one log."""

    def __init__(self, log: TileLog, leaves: Leaves) -> None:
        self._log, self._leaves = log, leaves
        self._last = log.prover().leaf_hash(log.size - 1) if log.size else b""

    def catch_up(self, *, most: int = BATCH_ENTRIES_MAX) -> int:
        """Append what the store has and the log has not; how many entries. Durable and signed on return.

        Raises:
            SetBackError: the last entry of the log is not that leaf of the store.
            LogError: the store skips a leaf.
        """
        taken = 0
        while page := self._next(most):
            self._log.append([one.encoded for one in page])
            self._last = leaf_hash(page[-1].encoded)
            taken += len(page)
            if len(page) < most:
                break
        return taken

    def _next(self, most: int) -> Sequence[SealedLeaf]:
        size = self._log.size
        known = 1 if size else 0
        page = self._leaves(size - known, min(most, BATCH_ENTRIES_MAX) + known)
        if known and (not page or page[0].index != size - 1 or leaf_hash(page[0].encoded) != self._last):
            raise SetBackError(f"entry {size - 1} of the log is not in the store: it was set back")
        fresh = page[known:]
        if [one.index for one in fresh] != list(range(size, size + len(fresh))):
            raise LogError(f"the store has leaf {fresh[0].index} where the log goes on with {size}")
        return fresh
