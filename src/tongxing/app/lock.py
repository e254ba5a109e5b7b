"""Only one process folds a client: the lock of an embedded store, the leases of a shared one."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tongxing.adapters.store import SqlStore
from tongxing.adapters.store.instants import PARTITIONS
from tongxing.service.house import House


@contextmanager
def worker_lock(store_path: Path) -> Iterator[bool]:
    """Yield True when this process may fold, False when another one does already."""
    with store_path.with_suffix(".worker-lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def folding(house: House) -> Iterator[bool]:
    """Yield True while this process may fold the whole store, False when workers do already."""
    store = house.store
    if not isinstance(store, SqlStore):
        raise TypeError("only a store of ours is locked")
    if not store.shared:
        with worker_lock(store.path) as mine:
            yield mine
        return
    leases = store.leases(house.entropy)
    try:
        yield len(leases.renew(everything=True)) == PARTITIONS
    finally:
        leases.give_back()
