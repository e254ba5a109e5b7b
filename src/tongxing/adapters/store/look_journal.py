"""Looks that staff took: on disk before the page is answered, in the store a moment later.

An insert into a SQLite file waits for the worker's turn; a line in a file of this process waits for nobody.
A killed process leaves its file, and the next one to open the store takes it in. A look is never lost; after
a kill in the instant between both it may be there twice.
"""

import contextlib
import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import structlog

from tongxing.adapters.store.errors import StoreError, StoreReadOnlyError

Row = Mapping[str, object]
Keep = Callable[[Sequence[Row]], None]
TOGETHER_SECONDS = 0.25
"""Looks of so long go into the store in one transaction."""
RETRY_SECONDS = 2.0
SUFFIX = ".looks-"
log = structlog.get_logger()


class LookJournal:
    """The journal of one process beside the store at `place`; `keep` writes rows into the store."""

    def __init__(self, place: Path, keep: Keep) -> None:
        self._place, self._keep = place, keep
        self._filling, self._emptying = threading.Lock(), threading.Lock()
        self._file: tuple[int, Path] | None = None
        self._full: list[tuple[int, Path]] = []
        self._number = 0
        self._came, self._over = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def adopt(self) -> None:
        """Take in what killed processes left; what the store does not take now waits for the next opening."""
        for path in sorted(self._place.parent.glob(f"{self._place.name}{SUFFIX}*")):
            try:
                descriptor = os.open(path, os.O_RDWR)
            except OSError:
                continue
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._take_in(path)
            except BlockingIOError:
                continue  # of a process that lives
            except StoreError as problem:
                log.error("looks wait for the store", why=str(problem))  # noqa: TRY400 - for a person
            finally:
                os.close(descriptor)

    def add(self, row: Row) -> None:
        """Keep a look; raises `StoreReadOnlyError` when it cannot be written, and then nothing is shown."""
        line = msgspec.json.encode(row) + b"\n"
        with self._filling:
            try:
                descriptor = self._open()
                os.write(descriptor, line)
                os.fsync(descriptor)
            except OSError as refused:
                raise StoreReadOnlyError(
                    f"a look at a client cannot be noted: {refused.strerror}"
                ) from refused
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="looks", daemon=True)
                self._thread.start()
        self._came.set()

    def drain(self) -> None:
        """Write what waits into the store; raises `StoreError` and keeps it when the store fails."""
        with self._emptying:
            with self._filling:
                if self._file is not None:
                    self._full.append(self._file)
                    self._file = None
            while self._full:
                descriptor, path = self._full[0]
                self._take_in(path)
                os.close(descriptor)
                self._full.pop(0)

    def close(self) -> None:
        """Write what waits; what the store does not take stays in its file for the next process."""
        self._over.set()
        self._came.set()
        if self._thread is not None:
            self._thread.join()
        with contextlib.suppress(StoreError):
            self.drain()
        for descriptor, _path in self._full:
            os.close(descriptor)
        self._full.clear()

    def _open(self) -> int:
        if self._file is None:
            self._number += 1
            path = self._place.with_name(f"{self._place.name}{SUFFIX}{os.getpid()}-{self._number}")
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._file = descriptor, path
        return self._file[0]

    def _run(self) -> None:
        while not self._over.is_set():
            self._came.wait()
            self._over.wait(TOGETHER_SECONDS)
            self._came.clear()
            try:
                self.drain()
            except StoreError as problem:
                log.error("looks wait for the store", why=str(problem))  # noqa: TRY400 - for a person
                self._over.wait(RETRY_SECONDS)
                self._came.set()

    def _take_in(self, path: Path) -> None:
        rows = tuple(_rows(path.read_bytes()))
        if rows:
            self._keep(rows)
        path.unlink(missing_ok=True)


def _rows(written: bytes) -> Iterator[Row]:
    """Whole lines; the last one of a killed process may be half, and its page was never answered."""
    for line in written.split(b"\n"):
        with contextlib.suppress(msgspec.DecodeError):
            yield msgspec.json.decode(line, type=dict[str, object])
