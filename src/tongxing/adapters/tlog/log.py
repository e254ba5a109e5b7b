"""A log on disk with one writer: nothing is signed before it is durable, and no size is signed twice.

The order of a batch, and what a kill after each step leaves:
1. entries into the journal, on disk (a kill: they are cut off again, nobody was told of them);
2. the head (size and root) on disk: from here on the log stands by it (a kill: signed again, the same);
3. the checkpoint is signed;
4. tiles and bundles are written, without waiting for the disk (a kill: written again from the journal);
5. witnesses cosign;
6. the checkpoint is published (a kill: published again).
"""

import fcntl
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from tongxing.adapters.tlog.files import PART, put_file, remove_files, replace_file
from tongxing.adapters.tlog.head import Head, HeadFile, LogError
from tongxing.adapters.tlog.journal import Journal, begin_journal, journal_path
from tongxing.adapters.tlog.sources import CHECKPOINT, folder_source, tile_reader
from tongxing.ledger.checkpoints import Checkpoint, open_checkpoint, signed_checkpoint
from tongxing.ledger.growth import Growth
from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.note_keys import SigningKey
from tongxing.ledger.notes import Note
from tongxing.ledger.proving import Prover
from tongxing.ledger.receipts import Receipt, receipt
from tongxing.ledger.tiles import HEIGHT, WIDTH, Tile, encode_bundle, leaf_hashes, tile_roots

BATCH_ENTRIES_MAX = 10_000
SETTLE_ENTRIES = 2**18
"""Entries after which tiles are forced to disk and a new journal begins; bounds the work of opening."""

Cosign = Callable[[Note, Prover], Note | None]
"""Adds cosignatures to a checkpoint; None keeps it unpublished until a later one has its quorum."""


class TileLog:
    """One log in one directory, held by one process at a time."""

    def __init__(self, directory: Path, key: SigningKey, *, cosign: Cosign | None = None) -> None:
        """Opens the log, or begins it in an empty directory, and repairs what a kill left half done.

        Raises `LogError` when another process holds it, or when it is damaged; then nothing is written.
        """
        self.origin = key.name
        self._key = key
        self.algorithm = key.verifier.algorithm
        self._cosign = cosign
        self._directory = directory
        self._made: set[Path] = set()
        self._tail = b""
        self._broken = False
        self._opening = True
        """What an earlier process left beside full tiles is not known by name."""
        directory.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:
            lock = _lock(directory / "lock")
            held.callback(os.close, lock)
            self._beside = held.enter_context(ThreadPoolExecutor(1, "tlog"))
            self._heads = HeadFile(directory / "head", self.origin)
            held.callback(self._heads.close)
            head = self._heads.head or self._begin()
            self._journal = Journal(directory, head.base, size_bytes=head.journal_bytes)
            held.callback(self._close_journal)
            self._recover(head)
            self._held = held.pop_all()
        self._opening = False

    @property
    def size(self) -> int:
        """Entries the log stands by."""
        return self._growth.size

    @property
    def root(self) -> bytes:
        """The root of these entries."""
        return self._growth.root()

    @property
    def checkpoint(self) -> bytes:
        """The checkpoint as published."""
        return (self._directory / CHECKPOINT).read_bytes()

    def append(self, entries: Sequence[bytes]) -> int:
        """Take entries in this order; returns the index of the first when all of it is durable and signed.

        After an error the log must be opened anew; entries of the failed call may then be in it or not.
        """
        if self._broken:
            raise LogError("an earlier write failed; open the log anew")
        if not 1 <= len(entries) <= BATCH_ENTRIES_MAX:
            raise LogError(f"a batch has 1 to {BATCH_ENTRIES_MAX} entries, not {len(entries)}")
        chunks = _chunks(entries, self.size)
        first = self.size
        self._broken = True
        on_disk = self._beside.submit(self._journal.append, b"".join(chunks))
        full = self._growth.append(leaf_hashes(entries, self.algorithm))
        on_disk.result()
        head = Head(self.size, self.root, self._journal.base, self._journal.size_bytes)
        self._heads.write(head)
        self._write_tiles(full, first, chunks)
        self.publish()
        if self.size // WIDTH * WIDTH - head.base >= SETTLE_ENTRIES:
            self._settle()
        self._broken = False
        return first

    def publish(self) -> bool:
        """Sign the present size, ask for cosignatures and publish; False while there is no quorum.

        `append` does it for each batch; whoever waits for a quorum may ask again.
        """
        note = signed_checkpoint(Checkpoint(self.origin, self.size, self.root), self._key)
        complete = note if self._cosign is None else self._cosign(note, self.prover())
        if complete is not None:
            replace_file(self._directory / CHECKPOINT, complete.encode())
        return complete is not None

    def prover(self) -> Prover:
        """Proofs in the tree of the present size."""
        return Prover(self.size, tile_reader(folder_source(self._directory)), self.algorithm)

    def receipt(self, index: int, *, extra: bytes | None = None) -> Receipt:
        """A receipt for an entry under the published checkpoint."""
        opened = open_checkpoint(self.checkpoint, [self._key.verifier])
        path = self.prover().inclusion(index, opened.checkpoint.size)
        return receipt(index, path, self.checkpoint, extra)

    def close(self) -> None:
        """Give the files and the lock back."""
        self._held.close()

    def __enter__(self) -> Self:
        """For `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes, whatever happened."""
        self.close()

    def _close_journal(self) -> None:
        """The journal of that moment: settling puts another in its place."""
        self._journal.close()

    def _begin(self) -> Head:
        if (self._directory / CHECKPOINT).exists():
            raise LogError(f"{self._directory}: has a checkpoint and no head; restore it from a copy")
        head = Head(0, self.algorithm.empty_root, 0, begin_journal(self._directory, 0, b""))
        self._heads.write(head)
        return head

    def _recover(self, head: Head) -> None:
        try:
            entries = self._journal.entries()
        except TextError as damaged:
            raise LogError(str(damaged)) from None
        if head.base + len(entries) != head.size:
            raise LogError(f"journal: {len(entries)} entries from {head.base} do not make {head.size}")
        self._growth = Growth(head.base, self._edge(head.base), self.algorithm)
        full = self._growth.append(leaf_hashes(entries, self.algorithm))
        if self.root != head.root:
            raise LogError(f"{self._directory}: its entries do not make the root that was signed")
        self._write_tiles(full, head.base, _chunks(entries, head.base))
        self._clean(head.base)
        if not self._published():
            self.publish()

    def _edge(self, base: int) -> list[bytes]:
        """The open tile of each level at a whole tile, computed from the full tiles below."""
        read = tile_reader(folder_source(self._directory))
        edge, level = [b""], 1
        while base >> HEIGHT * level:
            end = base >> HEIGHT * level
            start = end // WIDTH * WIDTH
            try:
                below = (read(Tile(level - 1, index)) for index in range(start, end))
                edge.append(b"".join(tile_roots(data, self.algorithm) for data in below))
            except FileNotFoundError as missing:
                raise LogError(f"{missing.filename}: a tile is missing") from None
            level += 1
        return edge

    def _write_tiles(self, full: Sequence[tuple[Tile, bytes]], first: int, chunks: Sequence[bytes]) -> None:
        """Bundles and tiles side by side: they lie in different folders."""
        bundles = self._beside.submit(self._write_bundles, first, chunks)
        try:
            for tile, data in (*full, *self._growth.partial_tiles()):
                self._write(tile, data)
        finally:
            wait((bundles,))
        bundles.result()

    def _write_bundles(self, first: int, chunks: Sequence[bytes]) -> None:
        for index, chunk in enumerate(chunks, start=first // WIDTH):
            data, self._tail = self._tail + chunk, b""
            width = min(WIDTH, self.size - index * WIDTH)
            self._write(Tile(None, index, width), data)
            if width < WIDTH:
                self._tail = data

    def _write(self, tile: Tile, data: bytes) -> None:
        path = self._directory / tile.path
        folder = path.parent
        if folder not in self._made:
            folder.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        put_file(path, data)
        if tile.width == WIDTH:
            partial = path.with_name(f"{path.name}.p")
            if partial in self._made or self._opening:
                remove_files(partial)
                self._made.discard(partial)

    def _published(self) -> bool:
        """Whether what is published is the head; raises `LogError` when it contradicts it."""
        try:
            found = open_checkpoint(self.checkpoint, [self._key.verifier]).checkpoint
        except (FileNotFoundError, TextError, ProofError):
            return False
        if found.size > self.size or self.prover().root(found.size) != found.root:
            raise LogError(f"a checkpoint of size {found.size} was published that is not in this log")
        return found.size == self.size

    def _settle(self) -> None:
        """Force tiles to disk and begin a new journal behind them."""
        os.sync()
        base = self.size // WIDTH * WIDTH
        count = begin_journal(self._directory, base, self._tail)
        self._heads.write(Head(self.size, self.root, base, count))
        self._journal.close()
        self._journal = Journal(self._directory, base, size_bytes=count)
        self._clean(base)

    def _clean(self, base: int) -> None:
        keep = journal_path(self._directory, base)
        for path in self._directory.glob("journal-*"):
            if path != keep:
                path.unlink()
        (self._directory / f"{CHECKPOINT}{PART}").unlink(missing_ok=True)


def _chunks(entries: Sequence[bytes], first: int) -> list[bytes]:
    """Encoded entries, cut where a bundle ends."""
    cuts = range(WIDTH - first % WIDTH, len(entries), WIDTH)
    starts, ends = (0, *cuts), (*cuts, len(entries))
    return [encode_bundle(entries[start:end]) for start, end in zip(starts, ends, strict=True) if end > start]


def _lock(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise LogError(f"{path.parent}: another process writes this log") from None
    return descriptor
