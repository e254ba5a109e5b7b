"""Proofs out of tiles: inclusion, consistency and the root of any size, for our log or anybody's."""

from collections import OrderedDict
from collections.abc import Callable

from tongxing.ledger.hashing import SHA256, HashAlgorithm
from tongxing.ledger.lines import HASH_BYTES, ProofError
from tongxing.ledger.tiles import HEIGHT, WIDTH, Tile, parents, tile_hashes

ReadTile = Callable[[Tile], bytes]
"""Gives the bytes of a tile of the tree; may give the full tile where a partial one is asked."""
TILES_KEPT_MAX = 4_096
"""Tiles kept with their inner nodes: at most 67 MB."""
EDGES_KEPT_MAX = 1_024


class Prover:
    """Proofs in the tree of `size` leaves whose tiles `read` gives.

    Tiles are not believed: a proof out of false tiles fails where it is verified. Whoever needs to
    know before that compares `root()` with a signed checkpoint.
    """

    def __init__(
        self,
        size: int,
        read: ReadTile,
        algorithm: HashAlgorithm = SHA256,
        *,
        kept: int = TILES_KEPT_MAX,
    ) -> None:
        """`kept` bounds the tiles held in memory."""
        self.size = size
        self.algorithm = algorithm
        self._read = read
        self._kept = kept
        self._edges: dict[tuple[int, int], bytes] = {}
        self._tiles: OrderedDict[tuple[int, int], tuple[bytes, ...]] = OrderedDict()

    def root(self, size: int | None = None) -> bytes:
        """The root of the whole tree, or of its first `size` leaves."""
        end = self.size if size is None else size
        if not 0 <= end <= self.size:
            raise ProofError(f"this tree has {self.size} leaves, not {end}")
        return self._range(0, end) if end else self.algorithm.empty_root

    def leaf_hash(self, index: int) -> bytes:
        """The hash of one leaf."""
        if not 0 <= index < self.size:
            raise ProofError(f"index {index} is not in a tree of {self.size} leaves")
        return self._node(0, index)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The path from a leaf to the root of the first `size` leaves (RFC 6962, 2.1.1)."""
        end = self.size if size is None else size
        if not 0 <= index < end <= self.size:
            raise ProofError(f"index {index} is not in a tree of {end} of {self.size} leaves")
        return self._path(index, end, 0)

    def consistency(self, size1: int, size2: int | None = None) -> list[bytes]:
        """The proof that the first `size1` leaves begin the first `size2` (RFC 6962, 2.1.2)."""
        end = self.size if size2 is None else size2
        if not 0 < size1 <= end <= self.size:
            raise ProofError(f"no proof leads from {size1} leaves to {end} of {self.size}")
        if size1 == end:
            return []
        shift = (size1 & -size1).bit_length() - 1
        last = size1 - 1
        seed = [] if size1 == 1 << shift else [self._node(shift, last >> shift)]
        return seed + self._path(last, end, shift)

    def _path(self, index: int, size: int, low: int) -> list[bytes]:
        """The hashes beside the way from a leaf to the root, from a height on.

        Where the ways of this leaf and of the last one part, the hash beside is the right edge of the
        tree; below that each is a perfect node, above it each that stands to the left.
        """
        path: list[bytes] = []
        parting = (index ^ (size - 1)).bit_length() - 1
        height = low
        while height <= parting or index >> height:
            heights = self._heights(height // HEIGHT, index >> height // HEIGHT * HEIGHT + HEIGHT)
            place = index >> height // HEIGHT * HEIGHT & WIDTH - 1
            for rest in range(height % HEIGHT, HEIGHT):
                beside = place >> rest ^ 1
                if height == parting:
                    path.append(self._right_edge((index >> height ^ 1) << height, size))
                elif height < parting or beside < place >> rest:
                    path.append(heights[rest][beside * HASH_BYTES : (beside + 1) * HASH_BYTES])
                height += 1
        return path

    def _right_edge(self, start: int, end: int) -> bytes:
        """The hash over the leaves right of a perfect tree; the same few are asked for again and again."""
        found = self._edges.get((start, end))
        if found is None:
            if len(self._edges) >= EDGES_KEPT_MAX:
                self._edges.clear()
            found = self._edges[start, end] = self._range(start, end)
        return found

    def _range(self, start: int, end: int) -> bytes:
        """The hash over leaves `start` to `end` of a subtree, its perfect parts folded from the right."""
        top = b""
        while end > start:
            height = (end & -end).bit_length() - 1
            while 1 << height > end - start:
                height -= 1
            part = self._node(height, (end >> height) - 1)
            top = self.algorithm.node(part, top) if top else part
            end -= 1 << height
        return top

    def _node(self, height: int, index: int) -> bytes:
        """The hash of a perfect subtree of 2^height leaves."""
        level, rest = divmod(height, HEIGHT)
        tile = index >> (HEIGHT - rest)
        at = (index - (tile << (HEIGHT - rest))) * HASH_BYTES
        return self._heights(level, tile)[rest][at : at + HASH_BYTES]

    def _heights(self, level: int, index: int) -> tuple[bytes, ...]:
        """The hashes of a tile and of the complete nodes above them, height by height."""
        found = self._tiles.get((level, index))
        if found is not None:
            self._tiles.move_to_end((level, index))
            return found
        width = min(WIDTH, (self.size >> HEIGHT * level) - index * WIDTH)
        tile = Tile(level, index, width)
        data = self._read(tile)
        if width < WIDTH and len(data) == WIDTH * HASH_BYTES:
            data = data[: width * HASH_BYTES]
        heights = [tile_hashes(data, tile)]
        while len(heights[-1]) > HASH_BYTES:
            heights.append(parents(heights[-1], self.algorithm))
        self._tiles[level, index] = tuple(heights)
        if len(self._tiles) > self._kept:
            self._tiles.popitem(last=False)
        return tuple(heights)
