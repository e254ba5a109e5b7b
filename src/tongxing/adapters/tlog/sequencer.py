"""The leaves of a store that belong to one log, as its entries: what was committed first stands first.

The place of a leaf, counted in the store for each log, is its index in that log. The store is the first to
know; after a kill the log goes on from its own size, so no leaf is left out and none is written twice. When
it begins, the last entries and a random sample of all are compared with their leaves, and before each batch
the last entry and one at random: a store that was set back is found and never joined to what was published.
A few leaves altered long ago may escape the sample; they cannot escape a check of their receipts.
"""

import secrets
from collections.abc import Callable, Sequence

from tongxing.adapters.tlog.head import LogError
from tongxing.adapters.tlog.log import BATCH_ENTRIES_MAX, TileLog
from tongxing.domain.leaf import SealedLeaf
from tongxing.ledger.leaves import leaf_hash

LAST_COMPARED, SAMPLE_COMPARED = 256, 64
"""Entries compared with their leaves before anything is written: the newest, and of all the others."""
Leaves = Callable[[int, int], Sequence[SealedLeaf]]
"""(without the first so many, at most so many) -> leaves in order."""


class SetBackError(LogError):
    """The store does not have what the log published: an older copy of it, or another store."""


class Sequencer:
    """Follows one store with one log."""

    def __init__(self, log: TileLog, leaves: Leaves, pick: Callable[[int], int] = secrets.randbelow) -> None:
        """Compare first; `pick` draws a whole number from 0 up to and without the one it is given.

        Raises:
            SetBackError: an entry that was compared is not that leaf of the store.
        """
        self._log, self._leaves, self._pick = log, leaves, pick
        first = max(0, log.size - LAST_COMPARED)
        self._compare(first, LAST_COMPARED)
        for place in sorted({pick(first) for _ in range(SAMPLE_COMPARED)} if first else ()):
            self._compare(place, 1)
        self._last = log.prover().leaf_hash(log.size - 1) if log.size else b""

    def catch_up(self, *, most: int = BATCH_ENTRIES_MAX) -> int:
        """Append what the store has and the log has not; how many entries, and raises as `step`."""
        taken = 0
        while count := self.step(most=most):
            taken += count
            if count < most:
                break
        return taken

    def step(self, *, most: int = BATCH_ENTRIES_MAX) -> int:
        """Append one batch; how many entries. Durable and signed on return.

        Raises:
            SetBackError: an entry that was compared is not that leaf of the store.
            LogError: the store skips a leaf.
        """
        page = self._next(most)
        if page:
            self._log.append([one.encoded for one in page])
            self._last = self._hash(page[-1])
        return len(page)

    def _next(self, most: int) -> Sequence[SealedLeaf]:
        size = self._log.size
        known = 1 if size else 0
        page = self._leaves(size - known, min(most, BATCH_ENTRIES_MAX) + known)
        if known and (not page or page[0].place != size - 1 or self._hash(page[0]) != self._last):
            raise SetBackError(f"entry {size - 1} of the log is not in the store: it was set back")
        fresh = page[known:]
        if known and fresh:
            self._compare(self._pick(size), 1)
        if [one.place for one in fresh] != list(range(size, size + len(fresh))):
            raise LogError(f"the store has leaf {fresh[0].place} where the log goes on with {size}")
        return fresh

    def _hash(self, one: SealedLeaf) -> bytes:
        """Of the tree of this log, which need not be that of the store."""
        return leaf_hash(one.encoded, self._log.algorithm)

    def _compare(self, first: int, count: int) -> None:
        """Compare entries of the log, at most `count` from `first` on, with their leaves."""
        prover = self._log.prover()
        places = range(first, min(first + count, self._log.size))
        found = {one.place: self._hash(one) for one in self._leaves(first, count)} if places else {}
        for place in places:
            if found.get(place) != prover.leaf_hash(place):
                raise SetBackError(f"entry {place} of the log is not in the store: it was set back")
