"""A verified copy of anybody's log: nothing reaches the folder that its signed checkpoint does not promise.

From the root downward each tile is checked against the hash above it, and each bundle against its
tile, before it is written. So a copy that was broken off goes on where it stopped: what lies there is
checked again in the same way and not fetched. The checkpoint is written last.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tongxing.adapters.tlog.files import put_file, remove_files, replace_file_durably
from tongxing.adapters.tlog.sources import CHECKPOINT, Source, folder_source, tile_reader
from tongxing.ledger.checkpoints import Checkpoint, Opened, open_checkpoint
from tongxing.ledger.growth import Growth
from tongxing.ledger.hashing import HashAlgorithm
from tongxing.ledger.lines import HASH_BYTES, ProofError, TextError
from tongxing.ledger.monitoring import Misbehaviour, compare
from tongxing.ledger.note_keys import VerifierKey
from tongxing.ledger.proving import Prover
from tongxing.ledger.tiles import HEIGHT, WIDTH, Tile, decode_bundle, leaf_hashes, tile_hashes, tile_roots


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A copy now: sizes before and after, files fetched; `misbehaviour` when the log forked meanwhile."""

    origin: str
    before: int
    size: int
    fetched: int
    misbehaviour: Misbehaviour | None = None


def mirror(source: Source, directory: Path, key: VerifierKey) -> Mirrored:
    """Bring a folder to the present checkpoint of a log; a copy is never taken back to a smaller one.

    Raises `OSError` when the log does not answer or a folder cannot be written, `TextError` for a
    malformed file, `ProofError` for one that the checkpoint does not promise. The copy of before stands.
    """
    if (directory / "head").exists():
        raise TextError(f"{directory}: is a log itself, not a copy")
    directory.mkdir(parents=True, exist_ok=True)
    held = _held(directory, key)
    opened = open_checkpoint(source(CHECKPOINT), [key])
    before = held.checkpoint.size if held else 0
    tree = opened.checkpoint
    if held is not None and tree.size <= before:
        found = compare(held, opened, Prover(before, tile_reader(folder_source(directory)), key.algorithm))
        return Mirrored(tree.origin, before, before, 0, found)
    later = Prover(tree.size, tile_reader(source), key.algorithm)
    if held is not None and (found := compare(held, opened, later)):
        return Mirrored(tree.origin, before, before, 0, found)
    copy = _Copy(source, directory, tree, key.algorithm)
    copy.tiles(before)
    copy.bundles(before)
    copy.finish(opened)
    return Mirrored(tree.origin, before, tree.size, copy.fetched)


class _Copy:
    """The files of one tree, checked from the root downward as they come."""

    def __init__(self, source: Source, directory: Path, tree: Checkpoint, algorithm: HashAlgorithm) -> None:
        self._read = tile_reader(source)
        self._local = folder_source(directory)
        self._directory = directory
        self._tree = tree
        self._algorithm = algorithm
        self.fetched = 0
        self._edge = [self._partial(level) for level in range(_levels(tree.size))]
        if Growth(tree.size, self._edge, algorithm).root() != tree.root:
            raise ProofError(f"its last tiles do not make the root of the checkpoint of size {tree.size}")

    def tiles(self, before: int) -> None:
        """Every full tile that the tree before had not, upper levels first."""
        for level in reversed(range(len(self._edge))):
            above = HEIGHT * (level + 1)
            for index in range(before >> above, self._tree.size >> above):
                self._bring(Tile(level, index), self._hash(level + 1, index), self._root)

    def bundles(self, before: int) -> None:
        """Every bundle with entries that the log before had not."""
        for index in range(before // WIDTH, -(-self._tree.size // WIDTH)):
            bundle = Tile(None, index, min(WIDTH, self._tree.size - index * WIDTH))
            self._bring(bundle, self._hashes(0, index), self._leaves)

    def finish(self, opened: Opened) -> None:
        """Write the last tiles, have all on disk, and only then name the new size."""
        for level, hashes in enumerate(self._edge):
            if hashes:
                count = len(hashes) // HASH_BYTES
                self._write(Tile(level, (self._tree.size >> HEIGHT * level) // WIDTH, count), hashes)
        os.sync()
        replace_file_durably(self._directory / CHECKPOINT, opened.note.encode())

    def _bring(self, tile: Tile, wanted: bytes, hashed: Callable[[bytes, Tile], bytes]) -> None:
        """A file that is there and hashes to what is wanted stays; otherwise it is fetched and written."""
        with suppress(OSError, TextError):
            if hashed(self._local(tile.path), tile) == wanted:
                return
        data = self._read(tile)
        self.fetched += 1
        if hashed(data, tile) != wanted:
            raise ProofError(f"{tile.path}: is not what the checkpoint of size {self._tree.size} promises")
        self._write(tile, data)

    def _partial(self, level: int) -> bytes:
        """The open tile of a level; empty where the last one is full."""
        index, width = divmod(self._tree.size >> HEIGHT * level, WIDTH)
        if not width:
            return b""
        self.fetched += 1
        return self._read(Tile(level, index, width))[: width * HASH_BYTES]

    def _hash(self, level: int, index: int) -> bytes:
        at = index % WIDTH * HASH_BYTES
        return self._hashes(level, index // WIDTH)[at : at + HASH_BYTES]

    def _hashes(self, level: int, index: int) -> bytes:
        """A tile that was checked before: the open one of its level, or a full one of the folder."""
        if level < len(self._edge) and index == (self._tree.size >> HEIGHT * level) // WIDTH:
            return self._edge[level]
        return self._local(Tile(level, index).path)

    def _root(self, data: bytes, tile: Tile) -> bytes:
        return tile_roots(tile_hashes(data, tile), self._algorithm)

    def _leaves(self, data: bytes, bundle: Tile) -> bytes:
        return leaf_hashes(decode_bundle(data, bundle.path, width=bundle.width), self._algorithm)

    def _write(self, tile: Tile, data: bytes) -> None:
        path = self._directory / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        put_file(path, data)
        if tile.width == WIDTH:
            remove_files(path.with_name(f"{path.name}.p"))


def _held(directory: Path, key: VerifierKey) -> Opened | None:
    try:
        return open_checkpoint((directory / CHECKPOINT).read_bytes(), [key])
    except FileNotFoundError:
        return None


def _levels(size: int) -> int:
    return -(-size.bit_length() // HEIGHT)
