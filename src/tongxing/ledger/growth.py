"""A tree as it grows at its right edge: hashes go in, full tiles come out, the root is known at any size.

Only the open tile of each level is kept, so a tree of any size costs some kilobytes.
"""

from collections.abc import Sequence

from tongxing.ledger.hashing import SHA256, HashAlgorithm
from tongxing.ledger.lines import HASH_BYTES, TextError
from tongxing.ledger.tiles import HEIGHT, WIDTH, Tile, parents, tile_roots

_TILE_BYTES = WIDTH * HASH_BYTES


class Growth:
    """The right edge of a tree: for each level the hashes of its open tile."""

    def __init__(self, size: int = 0, edge: Sequence[bytes] = (), algorithm: HashAlgorithm = SHA256) -> None:
        """An edge as `edge` gives it; raises `TextError` when its widths do not fit the size."""
        self.size = size
        self._algorithm = algorithm
        self._edge = [bytearray(hashes) for hashes in edge] or [bytearray()]
        for level, hashes in enumerate(self._edge):
            if len(hashes) != (size >> HEIGHT * level) % WIDTH * HASH_BYTES:
                raise TextError(f"edge of level {level}: {len(hashes)} bytes do not fit size {size}")
        if size >> HEIGHT * len(self._edge):
            raise TextError(f"an edge of {len(self._edge)} levels is too low for size {size}")

    @property
    def edge(self) -> tuple[bytes, ...]:
        """The hashes of the open tile of each level, level 0 first."""
        return tuple(bytes(hashes) for hashes in self._edge)

    def append(self, hashes: bytes) -> list[tuple[Tile, bytes]]:
        """Take leaf hashes, one after the other; returns the tiles that became full, lower ones first."""
        if len(hashes) % HASH_BYTES:
            raise TextError(f"{len(hashes)} bytes are no whole number of hashes")
        full: list[tuple[Tile, bytes]] = []
        start, self.size = self.size, self.size + len(hashes) // HASH_BYTES
        level = 0
        while hashes:
            if level == len(self._edge):
                self._edge.append(bytearray())
            index = start // WIDTH
            pending = bytes(self._edge[level]) + hashes
            whole = len(pending) // _TILE_BYTES * _TILE_BYTES
            done = [pending[at : at + _TILE_BYTES] for at in range(0, whole, _TILE_BYTES)]
            self._edge[level] = bytearray(pending[whole:])
            full += ((Tile(level, index + number), data) for number, data in enumerate(done))
            hashes = tile_roots(pending[:whole], self._algorithm)
            start, level = index, level + 1
        return full

    def partial_tiles(self) -> list[tuple[Tile, bytes]]:
        """The open tiles of this size; empty ones are none (tlog-tiles, Partial Tiles)."""
        return [
            (Tile(level, self.size >> HEIGHT * (level + 1), len(hashes) // HASH_BYTES), bytes(hashes))
            for level, hashes in enumerate(self._edge)
            if hashes
        ]

    def root(self) -> bytes:
        """The root at the present size; of no leaves, the hash of nothing."""
        top = b""
        for hashes in self._edge:
            top = fold(bytes(hashes), top, self._algorithm)
        return top or self._algorithm.empty_root


def fold(hashes: bytes, top: bytes = b"", algorithm: HashAlgorithm = SHA256) -> bytes:
    """The root over consecutive equal-height hashes, with what stands right of them already folded."""
    while hashes:
        if len(hashes) // HASH_BYTES % 2:
            last = hashes[-HASH_BYTES:]
            top = algorithm.node(last, top) if top else last
        hashes = parents(hashes, algorithm)
    return top
