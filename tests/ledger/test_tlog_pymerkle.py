"""The same tree in pymerkle, a library that shares no line with ours: equal roots, paths and verdicts."""

from functools import cache
from itertools import pairwise

import pytest

from tongxing.ledger.growth import Growth
from tongxing.ledger.leaves import leaf_hash
from tongxing.ledger.lines import ProofError
from tongxing.ledger.merkle import check_consistency, check_inclusion
from tongxing.ledger.proving import Prover

pymerkle = pytest.importorskip("pymerkle", reason="pymerkle is not installed (it is in the dev group)")

SIZE_MAX = 130
ENTRIES = [f"entry {number}".encode() for number in range(SIZE_MAX)]


@cache
def ours() -> Prover:
    growth = Growth()
    tiles = dict(growth.append(b"".join(leaf_hash(entry) for entry in ENTRIES)))
    tiles |= dict(growth.partial_tiles())
    return Prover(SIZE_MAX, tiles.__getitem__)


@cache
def theirs() -> "pymerkle.InmemoryTree":
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    tree.append_entries(ENTRIES)
    return tree


def test_every_root_is_that_of_pymerkle() -> None:
    for size in range(SIZE_MAX + 1):
        assert ours().root(size) == theirs().get_root(size)


def test_every_inclusion_path_is_that_of_pymerkle_and_holds_for_both() -> None:
    for size in range(1, SIZE_MAX + 1):
        root = theirs().get_root(size)
        for index in range(size):
            proof = theirs().prove_inclusion(index + 1, size)
            assert proof.path[1:] == ours().inclusion(index, size)
            check_inclusion(index, size, leaf_hash(ENTRIES[index]), root, proof.path[1:])
            pymerkle.verify_inclusion(leaf_hash(ENTRIES[index]), ours().root(size), proof, index + 1, size)


def test_every_consistency_proof_up_to_130_leaves_holds_for_both() -> None:
    """Its proofs go down to a leaf where those of RFC 6962 stop at a whole subtree, so they are not equal."""
    for size in range(1, SIZE_MAX + 1):
        for old in range(1, size + 1):
            roots = ours().root(old), ours().root(size)
            proof = theirs().prove_consistency(old, size)
            pymerkle.verify_consistency(*roots, proof, old, size)
            roots = theirs().get_root(old), theirs().get_root(size)
            check_consistency(old, size, *roots, ours().consistency(old, size))


def test_what_pymerkle_refuses_we_refuse() -> None:
    for old, size in pairwise(range(1, SIZE_MAX + 1)):
        wrong = ours().root(old + 1)
        with pytest.raises(pymerkle.InvalidProof):
            pymerkle.verify_consistency(wrong, wrong, theirs().prove_consistency(old, size), old, size)
        with pytest.raises(ProofError):
            check_consistency(old, size, wrong, wrong, ours().consistency(old, size))
