"""Only one process folds a store: the lock that says who."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
