"""SM3 trees: vectors of GB/T 32905, an oracle over another library, no proof under another hash."""

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import given
from hypothesis import strategies as st

from tongxing.ledger import hashing
from tongxing.ledger.auditing import audit
from tongxing.ledger.checkpoints import Checkpoint, parse_checkpoint
from tongxing.ledger.claims import judge
from tongxing.ledger.growth import Growth
from tongxing.ledger.hashing import ALGORITHMS, SHA256, SM3
from tongxing.ledger.leaves import leaf_hash
from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.merkle import check_consistency, check_inclusion
from tongxing.ledger.proving import Prover
from tongxing.ledger.tiles import Tile, encode_bundle, leaf_hashes

SIZE_MAX = 40
ENTRIES = [f"entry {number}".encode() for number in range(SIZE_MAX)]
VECTORS = {
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}
"""GB/T 32905-2016, A.1 and A.2."""


def sm3(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


LEAVES = [sm3(b"\x00" + entry) for entry in ENTRIES]


def split_of(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def root_of(leaves: list[bytes]) -> bytes:
    if len(leaves) <= 1:
        return leaves[0] if leaves else sm3(b"")
    split = split_of(len(leaves))
    return sm3(b"\x01" + root_of(leaves[:split]) + root_of(leaves[split:]))


def path_of(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    split = split_of(len(leaves))
    if index < split:
        return [*path_of(index, leaves[:split]), root_of(leaves[split:])]
    return [*path_of(index - split, leaves[split:]), root_of(leaves[:split])]


def subproof_of(count: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    if count == len(leaves):
        return [] if whole else [root_of(leaves)]
    split = split_of(len(leaves))
    if count <= split:
        return [*subproof_of(count, leaves[:split], whole=whole), root_of(leaves[split:])]
    return [*subproof_of(count - split, leaves[split:], whole=False), root_of(leaves[:split])]


def grown(size: int, algorithm: hashing.HashAlgorithm = SM3) -> tuple[dict[Tile, bytes], Growth]:
    tree = Growth(algorithm=algorithm)
    tiles = dict(tree.append(leaf_hashes(ENTRIES[:size], algorithm)))
    return tiles | dict(tree.partial_tiles()), tree


@pytest.mark.parametrize("data", VECTORS)
def test_the_vectors_of_the_standard_hold(data: bytes) -> None:
    assert SM3.new(data).digest().hex() == VECTORS[data]
    assert hashing._Sm3(data).digest().hex() == VECTORS[data]


@given(st.binary(max_size=300))
def test_whatever_library_there_is_the_hash_is_one(data: bytes) -> None:
    assert SM3.new(data).digest() == hashing._Sm3(data).digest() == hashlib.new("sm3", data).digest()


def test_a_python_whose_openssl_has_no_sm3_takes_the_other_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(name: str, *_data: bytes) -> None:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", without)
    assert hashing._sm3()(b"abc").digest().hex() == VECTORS[b"abc"]


def test_every_inclusion_proof_up_to_40_leaves_is_that_of_the_oracle_and_verifies() -> None:
    for size in range(1, SIZE_MAX + 1):
        tiles, tree = grown(size)
        prover = Prover(size, tiles.__getitem__, SM3)
        assert prover.root() == tree.root() == root_of(LEAVES[:size])
        for index in range(size):
            proof = prover.inclusion(index)
            assert proof == path_of(index, LEAVES[:size])
            check_inclusion(index, size, LEAVES[index], tree.root(), proof, SM3)


def test_every_consistency_proof_up_to_40_leaves_is_that_of_the_oracle_and_verifies() -> None:
    prover = Prover(SIZE_MAX, grown(SIZE_MAX)[0].__getitem__, SM3)
    roots = [root_of(LEAVES[:size]) for size in range(SIZE_MAX + 1)]
    assert prover.root(0) == roots[0] == SM3.empty_root
    for size2 in range(1, SIZE_MAX + 1):
        for size1 in range(1, size2 + 1):
            proof = prover.consistency(size1, size2)
            assert proof == subproof_of(size1, LEAVES[:size2])
            check_consistency(size1, size2, roots[size1], roots[size2], proof, SM3)


def test_no_altered_byte_of_a_proof_verifies() -> None:
    size, index, small = 39, 21, 23
    prover = Prover(size, grown(size)[0].__getitem__, SM3)
    root, old = prover.root(), prover.root(small)
    path, steps = prover.inclusion(index), prover.consistency(small)
    for proof, check in (
        (path, lambda other: check_inclusion(index, size, LEAVES[index], root, other, SM3)),
        (steps, lambda other: check_consistency(small, size, old, root, other, SM3)),
    ):
        check(proof)
        for place, digest in enumerate(proof):
            for at in range(len(digest)):
                altered = digest[:at] + bytes((digest[at] ^ 1,)) + digest[at + 1 :]
                with pytest.raises(ProofError):
                    check([*proof[:place], altered, *proof[place + 1 :]])


def test_proofs_of_one_hash_are_none_of_the_other() -> None:
    for own, other in ((SM3, SHA256), (SHA256, SM3)):
        tiles, tree = grown(SIZE_MAX, own)
        prover, foreign = (Prover(SIZE_MAX, tiles.__getitem__, one) for one in (own, other))
        leaf = own.leaf(ENTRIES[7])
        check_inclusion(7, SIZE_MAX, leaf, tree.root(), prover.inclusion(7), own)
        for proof in (prover.inclusion(7), foreign.inclusion(7)):
            with pytest.raises(ProofError):
                check_inclusion(7, SIZE_MAX, leaf, tree.root(), proof, other)
        with pytest.raises(ProofError):
            check_inclusion(7, SIZE_MAX, other.leaf(ENTRIES[7]), tree.root(), prover.inclusion(7), own)
        with pytest.raises(ProofError):
            check_consistency(9, SIZE_MAX, prover.root(9), tree.root(), prover.consistency(9), other)


def test_an_audit_under_the_wrong_hash_finds_every_file_wrong() -> None:
    tiles, tree = grown(SIZE_MAX)
    files = tiles | {Tile(None, 0, SIZE_MAX): encode_bundle(ENTRIES)}
    checkpoint = Checkpoint("log.example/records-gm", SIZE_MAX, tree.root())
    assert audit(checkpoint, files.__getitem__, SM3).clean
    found = audit(checkpoint, files.__getitem__, SHA256).findings
    assert f"tile/0/000.p/{SIZE_MAX}: entry 0 does not hash to its leaf" in found
    assert found[-1].startswith("the entries do not make the root")


def test_a_tree_of_several_tiles_grows_to_one_root_whatever_the_batches() -> None:
    entries = [number.to_bytes(3, "big") for number in range(70_000)]
    one, many, at = Growth(algorithm=SM3), Growth(algorithm=SM3), 0
    one.append(leaf_hashes(entries, SM3))
    for step in (255, 256, 257, 69_232):
        many.append(leaf_hashes(entries[at : at + step], SM3))
        at += step
    assert at == len(entries)
    assert one.root() == many.root() == root_of([sm3(b"\x00" + entry) for entry in entries])


def test_a_bare_proof_may_name_its_hash_and_only_a_known_one() -> None:
    leaf, other = LEAVES[0], LEAVES[1]
    claim = {
        "op": "inclusion", "index": 0, "size": 2, "leaf_hash": leaf.hex(), "proof": [other.hex()],
        "root": sm3(b"\x01" + leaf + other).hex(),
    }  # fmt: skip
    assert judge(claim | {"hash": "SM3"}) is None
    for wrong in (claim, claim | {"hash": "SHA-256"}):
        assert "another root" in (judge(wrong) or "")
    for unknown in ("sm3", "MD5", 3, None):
        with pytest.raises(TextError, match="none of SHA-256, SM3"):
            judge(claim | {"hash": unknown})


def test_the_empty_tree_of_each_hash_is_read_and_no_other() -> None:
    for one in ALGORITHMS.values():
        text = Checkpoint("log.example", 0, one.empty_root).text
        assert parse_checkpoint(text).root == one.empty_root
    with pytest.raises(TextError, match="hash of nothing"):
        Checkpoint("log.example", 0, bytes(32))


def test_a_leaf_is_hashed_by_sha_256_unless_another_is_named() -> None:
    assert leaf_hash(b"entry") == hashlib.sha256(b"\x00entry").digest()
    assert leaf_hash(b"entry", SM3) == sm3(b"\x00entry")
