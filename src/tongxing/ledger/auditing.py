"""An audit of a whole log: every entry is hashed again, and every tile is made again and compared."""

from collections.abc import Callable
from dataclasses import dataclass

from tongxing.ledger.checkpoints import Checkpoint
from tongxing.ledger.growth import Growth
from tongxing.ledger.hashing import SHA256, HashAlgorithm
from tongxing.ledger.lines import HASH_BYTES, TextError
from tongxing.ledger.tiles import WIDTH, Tile, bundles_between, decode_bundle, leaf_hashes, tile_hashes

FINDINGS_MAX = 100
"""Enough to see what kind of damage it is."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found; a log without findings is exactly what its checkpoint promises."""

    size: int
    bundles: int
    tiles: int
    findings: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


class _Auditor:
    def __init__(self, read: Callable[[Tile], bytes], algorithm: HashAlgorithm) -> None:
        self.read, self.algorithm = read, algorithm
        self.findings: list[str] = []
        self.tiles = 0

    def find(self, words: str) -> None:
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(words)

    def entries(self, bundle: Tile) -> bytes | None:
        """The leaf hashes of a bundle, or None when it cannot be read as one."""
        try:
            entries = decode_bundle(self.read(bundle), bundle.path, width=bundle.width)
        except (OSError, TextError) as wrong:
            self.find(_words(bundle, wrong))
            return None
        return leaf_hashes(entries, self.algorithm)

    def compare(self, tile: Tile, made: bytes) -> None:
        """A tile as it is served against the one that its entries make."""
        self.tiles += 1
        try:
            data = self.read(tile)
            served = tile_hashes(data[: len(made)] if len(data) == WIDTH * HASH_BYTES else data, tile)
        except (OSError, TextError) as wrong:
            self.find(_words(tile, wrong))
            return
        for at in range(0, len(made), HASH_BYTES):
            if served[at : at + HASH_BYTES] != made[at : at + HASH_BYTES]:
                place = tile.index * WIDTH + at // HASH_BYTES
                what = (
                    f"entry {place} does not"
                    if tile.level == 0
                    else f"hash {place} is not what the tiles below"
                )
                self.find(
                    f"{tile.path}: {what} make" if tile.level else f"{tile.path}: {what} hash to its leaf"
                )


def audit(checkpoint: Checkpoint, read: Callable[[Tile], bytes], algorithm: HashAlgorithm = SHA256) -> Audit:
    """Read every bundle and tile of the tree that a verified checkpoint promises.

    `read` gives the bytes of a tile or bundle, or raises `OSError`. Damage is a finding, never an
    exception. Memory stays small; each file is read once.
    """
    auditor, growth, bundles = _Auditor(read, algorithm), Growth(algorithm=algorithm), 0
    for bundle in bundles_between(0, checkpoint.size):
        hashes = auditor.entries(bundle)
        if hashes is None:
            return Audit(checkpoint.size, bundles, auditor.tiles, tuple(auditor.findings))
        bundles += 1
        for tile, made in growth.append(hashes):
            auditor.compare(tile, made)
    for tile, made in growth.partial_tiles():
        auditor.compare(tile, made)
    if growth.root() != checkpoint.root:
        auditor.find(f"the entries do not make the root of the checkpoint of size {checkpoint.size}")
    return Audit(checkpoint.size, bundles, auditor.tiles, tuple(auditor.findings))


def _words(tile: Tile, wrong: Exception) -> str:
    if isinstance(wrong, FileNotFoundError):
        return f"{tile.path}: missing"
    words = str(wrong)
    return words if tile.path in words else f"{tile.path}: {words}"
