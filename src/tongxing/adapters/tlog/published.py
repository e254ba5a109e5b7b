"""A log as others see it: its published checkpoint, its files, receipts under it; reads only."""

from pathlib import Path

from tongxing.adapters.tlog.sm2 import SCHEMES
from tongxing.adapters.tlog.sources import CHECKPOINT, folder_source, tile_reader
from tongxing.ledger.checkpoints import Opened, open_checkpoint
from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.note_keys import VerifierKey, verifier_key
from tongxing.ledger.proving import Prover
from tongxing.ledger.receipts import receipt
from tongxing.ledger.tiles import tile_of_path

KEY_FILE = "vkey"
"""The public line of the log's key, beside its tiles."""


class PublishedLog:
    """The `Log` port over a directory that a worker writes; a log that is not begun yet is empty."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read = folder_source(directory)

    def vkey(self) -> str:
        """The line somebody trusts; empty before the log is begun."""
        key = self._key()
        return "" if key is None else key.line

    def size(self) -> int:
        """Entries under the published checkpoint."""
        found = self._opened()
        return 0 if found is None else found.checkpoint.size

    def checkpoint(self) -> bytes:
        """The published checkpoint; empty before there is one."""
        found = self._opened()
        return b"" if found is None else found.note.encode()

    def receipt(self, index: int, entry: bytes) -> bytes:
        """The receipt of an entry, which it carries; empty while no checkpoint covers it."""
        found = self._opened()
        if found is None or not 0 <= index < found.checkpoint.size:
            return b""
        prover = Prover(found.checkpoint.size, tile_reader(self._read), found.log.algorithm)
        path = prover.inclusion(index)
        return receipt(index, path, found.note.encode(), entry).encode()

    def file(self, path: str) -> bytes | None:
        """A file as tlog-tiles serves it; None for any other path."""
        try:
            if path != CHECKPOINT:
                tile_of_path(path)
            return self._read(path)
        except (TextError, OSError):
            return None

    def _key(self) -> VerifierKey | None:
        try:
            return verifier_key(self._read(KEY_FILE).decode("ascii").strip(), SCHEMES)
        except (OSError, UnicodeDecodeError, TextError):
            return None

    def _opened(self) -> Opened | None:
        key = self._key()
        if key is None:
            return None
        try:
            return open_checkpoint(self._read(CHECKPOINT), [key])
        except (OSError, TextError, ProofError):
            return None
