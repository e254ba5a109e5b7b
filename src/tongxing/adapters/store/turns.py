"""Whose turn it is to write: a page's short append waits for one batch of the worker, not for many.

SQLite lets in whoever asks in the right millisecond, which is nearly always the process that just
wrote. So a writer first takes the turn (a lock on a file beside the store), waits for the write lock
holding it, and passes the turn on as soon as it may write. It is a courtesy and no guard: SQLite's own
lock decides, and a killed process gives the turn back.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tongxing.adapters.store.errors import StoreReadOnlyError

POLL_SECONDS = 0.0003


class Turns:
    """The queue of writers of one store, shared by all its processes."""

    def __init__(self, path: Path) -> None:
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as refused:
            raise StoreReadOnlyError(f"{path} cannot be written: {refused.strerror}") from refused

    @contextmanager
    def mine(self, deadline: float) -> Iterator[None]:
        """Hold the turn; after the deadline (of `time.monotonic`) go on without it."""
        held = self._take(deadline)
        try:
            yield
        finally:
            if held:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def wanted(self) -> bool:
        """Whether another writer waits; asked by who holds the write lock and no turn."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        return False

    def close(self) -> None:
        """Stand in the queue no more."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _take(self, deadline: float) -> bool:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(POLL_SECONDS)
            else:
                return True
        return False
