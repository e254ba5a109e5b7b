"""Tiles and entry bundles of C2SP tlog-tiles: where each hash of a tree stands, and under which path.

A tile holds up to 256 consecutive hashes of one height. Level 0 holds leaf hashes; each hash of a level
above is the root of a full tile below. A partial tile is never hashed upward.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tongxing.ledger.hashing import SHA256, HashAlgorithm
from tongxing.ledger.leaves import ENCODED_BYTES_MAX
from tongxing.ledger.lines import HASH_BYTES, NUMBER_MAX, TextError

WIDTH = 256
"""Hashes of a full tile and entries of a full bundle."""
HEIGHT = 8
"""Heights of the tree that one tile spans."""
LEVEL_MAX = 63

_PAIR = struct.Struct(f"{2 * HASH_BYTES}s")
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Coordinates of a tile of hashes, or of a bundle of entries when `level` is None."""

    level: int | None
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        """Refuse coordinates that no tree has."""
        good = self.level is None or 0 <= self.level <= LEVEL_MAX
        if not good or not 0 <= self.index <= NUMBER_MAX or not 1 <= self.width <= WIDTH:
            raise TextError(f"no tile at level {self.level}, index {self.index}, width {self.width}")

    @property
    def path(self) -> str:
        """`tile/<L>/<N>[.p/<W>]`, the path below the prefix of a log."""
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{index_path(self.index)}{partial}"

    @property
    def full(self) -> "Tile":
        """The full tile that takes the place of a partial one as the tree grows."""
        return Tile(self.level, self.index)


def index_path(index: int) -> str:
    """Three digits an element, all but the last with an x before them: 1234067 is `x001/x234/067`."""
    last, rest = f"{index % 1000:03d}", index // 1000
    while rest:
        last, rest = f"x{rest % 1000:03d}/{last}", rest // 1000
    return last


def tile_of_path(path: str) -> Tile:
    """The coordinates of a path as this module spells it; raises `TextError` for any other spelling."""
    found = _PATH.fullmatch(path)
    if found is not None:
        level, width = found["level"], found["width"]
        index = int(found["index"].replace("x", "").replace("/", ""))
        try:
            tile = Tile(None if level == "entries" else int(level), index, int(width or WIDTH))
        except TextError:
            raise TextError(f"{path[:80]!r} is not the path of a tile") from None
        if tile.path == path:
            return tile
    raise TextError(f"{path[:80]!r} is not the path of a tile")


def tiles_between(old: int, size: int) -> Iterator[Tile]:
    """Tiles of hashes that a tree of `size` leaves needs and one of `old` had not, lowest level first."""
    for level in range(LEVEL_MAX + 1):
        before, now = old >> HEIGHT * level, size >> HEIGHT * level
        if not now:
            return
        for index in range(before // WIDTH, now // WIDTH):
            yield Tile(level, index)
        if now % WIDTH and now != before:
            yield Tile(level, now // WIDTH, now % WIDTH)


def bundles_between(old: int, size: int) -> Iterator[Tile]:
    """Bundles of entries that a log of `size` entries needs and one of `old` entries had not."""
    for tile in tiles_between(old, size):
        if tile.level != 0:
            return
        yield Tile(None, tile.index, tile.width)


def tile_hashes(data: bytes, tile: Tile) -> bytes:
    """The bytes of a tile of hashes, checked for their length; raises `TextError`."""
    if len(data) != tile.width * HASH_BYTES:
        raise TextError(f"{tile.path}: {len(data)} bytes, not {tile.width * HASH_BYTES}")
    return data


def tile_roots(hashes: bytes, algorithm: HashAlgorithm = SHA256) -> bytes:
    """The roots of full tiles that follow one another, one hash each."""
    for _ in range(HEIGHT):
        hashes = parents(hashes, algorithm)
    return hashes


def parents(hashes: bytes, algorithm: HashAlgorithm = SHA256) -> bytes:
    """The hashes one height up over complete pairs; a last odd hash has no parent yet."""
    if len(hashes) % (2 * HASH_BYTES):
        hashes = hashes[:-HASH_BYTES]
    new = algorithm.new
    return b"".join([new(b"\x01" + pair).digest() for (pair,) in _PAIR.iter_unpack(hashes)])


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries one after the other, each after its length in two bytes, most significant first."""
    pieces: list[bytes] = []
    for entry in entries:
        if len(entry) > ENCODED_BYTES_MAX:
            raise TextError(f"an entry has at most {ENCODED_BYTES_MAX} bytes, not {len(entry)}")
        pieces += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(pieces)


def decode_bundle(data: bytes, where: str, *, width: int | None = None) -> list[bytes]:
    """The entries of a bundle; raises `TextError` when it is cut, or holds another number than `width`."""
    entries: list[bytes] = []
    at, end = 0, len(data)
    while at < end:
        if at + 2 > end:
            raise TextError(f"{where}: cut in the length at byte {at}")
        (length,) = struct.unpack_from(">H", data, at)
        at += 2 + length
        if at > end:
            raise TextError(f"{where}: cut in entry {len(entries)}")
        entries.append(data[at - length : at])
    if width is not None and len(entries) != width:
        raise TextError(f"{where}: {len(entries)} entries, not {width}")
    return entries


def leaf_hashes(entries: Sequence[bytes], algorithm: HashAlgorithm = SHA256) -> bytes:
    """The leaf hashes of entries, one after the other (RFC 6962, 2.1)."""
    new = algorithm.new
    return b"".join([new(b"\x00" + entry).digest() for entry in entries])
