"""The journal of a log: its newest entries in one file, on disk before their tree is signed.

It begins at a whole tile. When what it repeats has reached the disk as tiles, a new one begins.
"""

import os
from pathlib import Path

from tongxing.adapters.tlog.files import append_durably, replace_file_durably
from tongxing.adapters.tlog.head import LogError
from tongxing.ledger.tiles import decode_bundle


class Journal:
    """Entries from index `base` on, in the form of a bundle."""

    def __init__(self, directory: Path, base: int, *, size_bytes: int) -> None:
        """Opens the journal, cuts what came after the last head; raises `LogError` when some is missing."""
        self.path = journal_path(directory, base)
        self.base = base
        try:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND)
        except FileNotFoundError:
            raise LogError(f"{self.path}: the journal is missing") from None
        found = os.fstat(self._descriptor).st_size
        if found < size_bytes:
            os.close(self._descriptor)
            raise LogError(f"{self.path}: {found} bytes are left of {size_bytes} that were signed for")
        if found > size_bytes:
            os.ftruncate(self._descriptor, size_bytes)
            os.fdatasync(self._descriptor)
        self.size_bytes = size_bytes

    def append(self, data: bytes) -> None:
        """Encoded entries, on disk on return."""
        append_durably(self._descriptor, data)
        self.size_bytes += len(data)

    def entries(self) -> list[bytes]:
        """All entries, read back from the file."""
        data = os.pread(self._descriptor, self.size_bytes, 0)
        if len(data) != self.size_bytes:
            raise LogError(f"{self.path}: only {len(data)} of {self.size_bytes} bytes can be read")
        return decode_bundle(data, self.path.name)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._descriptor)


def begin_journal(directory: Path, base: int, data: bytes) -> int:
    """A journal with these first encoded entries, on disk on return; returns its bytes."""
    replace_file_durably(journal_path(directory, base), data)
    return len(data)


def journal_path(directory: Path, base: int) -> Path:
    """Where the journal from an index on stands."""
    return directory / f"journal-{base}"
