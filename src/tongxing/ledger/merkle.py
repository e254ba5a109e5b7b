"""The tree of RFC 6962: hashes of nodes, and what a proof proves. Over SHA-256 where no other hash is named.

A proof is a sequence of 32-byte hashes from the leaves upward, as RFC 6962 2.1.1 (inclusion) and
2.1.2 (consistency) order them. Lengths are checked before anything is hashed; a consistency proof
from an empty tree proves nothing and is refused.
"""

from collections.abc import Sequence

from tongxing.ledger.hashing import SHA256, HashAlgorithm
from tongxing.ledger.lines import HASH_BYTES, NUMBER_MAX, ProofError

EMPTY_ROOT = SHA256.empty_root
"""Root of the SHA-256 tree without leaves (RFC 6962, 2.1)."""
PROOF_HASHES_MAX = 63
"""More hashes no proof has in a tree of at most 2^63 - 1 leaves (tlog-witness)."""


def root_by_inclusion(
    index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes], algorithm: HashAlgorithm = SHA256
) -> bytes:
    """The root of a tree of `size` leaves that this proof leads to; raises `ProofError`."""
    if not 0 <= index < size <= NUMBER_MAX:
        raise ProofError(f"index {index} is not in a tree of {size} leaves")
    _lengths((leaf_hash, *proof))
    inner = (index ^ (size - 1)).bit_length()
    border = (index >> inner).bit_count()
    _count(proof, inner + border)
    return _up_left(_up(leaf_hash, proof[:inner], index, algorithm), proof[inner:], algorithm)


def check_inclusion(
    index: int,
    size: int,
    leaf_hash: bytes,
    root: bytes,
    proof: Sequence[bytes],
    algorithm: HashAlgorithm = SHA256,
) -> None:
    """Raises `ProofError` unless the leaf stands at that index of the tree with that root."""
    _lengths((root,))
    if root_by_inclusion(index, size, leaf_hash, proof, algorithm) != root:
        raise ProofError(f"the proof of leaf {index} leads to another root of size {size}")


def check_consistency(
    size1: int,
    size2: int,
    root1: bytes,
    root2: bytes,
    proof: Sequence[bytes],
    algorithm: HashAlgorithm = SHA256,
) -> None:
    """Raises `ProofError` unless the first tree is a beginning of the second.

    Equal sizes need equal roots and an empty proof. A first size of 0 is an error: every tree begins
    with the empty one, so nothing would be proved.
    """
    if not 0 < size1 <= size2 <= NUMBER_MAX:
        raise ProofError(f"no proof leads from a tree of {size1} leaves to one of {size2}")
    _lengths((root1, root2, *proof))
    if size1 == size2:
        _count(proof, 0)
        if root1 != root2:
            raise ProofError(f"two roots for one size {size1}")
        return
    inner = ((size1 - 1) ^ (size2 - 1)).bit_length()
    border = ((size1 - 1) >> inner).bit_count()
    shift = (size1 & -size1).bit_length() - 1
    inner -= shift
    whole = size1 == 1 << shift
    _count(proof, inner + border + (0 if whole else 1))
    seed, path = (root1, proof) if whole else (proof[0], proof[1:])
    mask = (size1 - 1) >> shift
    below = [digest for bit, digest in enumerate(path[:inner]) if mask >> bit & 1]
    if _up_left(seed, [*below, *path[inner:]], algorithm) != root1:
        raise ProofError(f"the proof leads to another root of size {size1}")
    if _up_left(_up(seed, path[:inner], mask, algorithm), path[inner:], algorithm) != root2:
        raise ProofError(f"the proof leads to another root of size {size2}")


def _up(seed: bytes, path: Sequence[bytes], index: int, algorithm: HashAlgorithm) -> bytes:
    node = algorithm.node
    for bit, sibling in enumerate(path):
        seed = node(sibling, seed) if index >> bit & 1 else node(seed, sibling)
    return seed


def _up_left(seed: bytes, path: Sequence[bytes], algorithm: HashAlgorithm) -> bytes:
    for sibling in path:
        seed = algorithm.node(sibling, seed)
    return seed


def _lengths(digests: Sequence[bytes]) -> None:
    for digest in digests:
        if len(digest) != HASH_BYTES:
            raise ProofError(f"a hash has {HASH_BYTES} bytes, not {len(digest)}")


def _count(proof: Sequence[bytes], wanted: int) -> None:
    if len(proof) != wanted:
        raise ProofError(f"the proof has {len(proof)} hashes, not {wanted}")
