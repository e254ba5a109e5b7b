"""Proofs of the tree against a recursive oracle written from RFC 6962, 2.1, and known vectors."""

from hashlib import sha256

import pytest

from tongxing.ledger.growth import Growth
from tongxing.ledger.leaves import root as root_of_leaves
from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.merkle import EMPTY_ROOT, check_consistency, check_inclusion, root_by_inclusion
from tongxing.ledger.proving import Prover
from tongxing.ledger.tiles import Tile

SIZE_MAX = 130
LEAVES = [sha256(b"\x00" + number.to_bytes(2, "big")).digest() for number in range(SIZE_MAX)]
KNOWN = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
KNOWN_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
"""Roots over the eight leaves that the reference implementations of RFC 6962 share."""


def oracle_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = oracle_split(len(leaves))
    return sha256(b"\x01" + oracle_root(leaves[:split]) + oracle_root(leaves[split:])).digest()


def oracle_split(count: int) -> int:
    split = 1
    while split * 2 < count:
        split *= 2
    return split


def oracle_path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    split = oracle_split(len(leaves))
    if index < split:
        return [*oracle_path(index, leaves[:split]), oracle_root(leaves[split:])]
    return [*oracle_path(index - split, leaves[split:]), oracle_root(leaves[:split])]


def oracle_subproof(count: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    if count == len(leaves):
        return [] if whole else [oracle_root(leaves)]
    split = oracle_split(len(leaves))
    if count <= split:
        return [*oracle_subproof(count, leaves[:split], whole=whole), oracle_root(leaves[split:])]
    return [*oracle_subproof(count - split, leaves[split:], whole=False), oracle_root(leaves[:split])]


def grown(leaves: list[bytes]) -> tuple[Prover, Growth]:
    tree = Growth()
    tiles = dict(tree.append(b"".join(leaves)))
    tiles |= dict(tree.partial_tiles())
    return Prover(len(leaves), tiles.__getitem__), tree


def test_every_inclusion_proof_up_to_130_leaves_is_that_of_the_oracle_and_verifies() -> None:
    for size in range(1, SIZE_MAX + 1):
        prover, _ = grown(LEAVES[:size])
        root = oracle_root(LEAVES[:size])
        for index in range(size):
            proof = prover.inclusion(index)
            assert proof == oracle_path(index, LEAVES[:size])
            check_inclusion(index, size, LEAVES[index], root, proof)


def test_every_consistency_proof_up_to_130_leaves_is_that_of_the_oracle_and_verifies() -> None:
    roots = [oracle_root(LEAVES[:size]) for size in range(SIZE_MAX + 1)]
    prover, _ = grown(LEAVES)
    for size2 in range(1, SIZE_MAX + 1):
        assert prover.root(size2) == roots[size2]
        for size1 in range(1, size2 + 1):
            proof = prover.consistency(size1, size2)
            assert proof == oracle_subproof(size1, LEAVES[:size2], whole=True)
            check_consistency(size1, size2, roots[size1], roots[size2], proof)


def test_an_old_size_of_a_grown_tree_is_proved_from_the_grown_tiles() -> None:
    prover, _ = grown(LEAVES)
    for size in (1, 2, 64, 65, 127, 128):
        for index in range(0, size, 7):
            assert prover.inclusion(index, size) == oracle_path(index, LEAVES[:size])


def test_no_inclusion_proof_verifies_for_another_place_or_leaf() -> None:
    prover, _ = grown(LEAVES[:70])
    root = prover.root()
    for index in range(70):
        proof = prover.inclusion(index)
        for other in {0, index ^ 1, index ^ 64, 69} - {index}:
            with pytest.raises(ProofError):
                check_inclusion(other, 70, LEAVES[index], root, proof)
        with pytest.raises(ProofError):
            check_inclusion(index, 70, LEAVES[(index + 1) % 70], root, proof)


@pytest.mark.parametrize("size", [2, 3, 70, 128])
def test_no_altered_hash_of_a_proof_verifies(size: int) -> None:
    prover, _ = grown(LEAVES[:size])
    root = prover.root()
    for place in range(len(prover.inclusion(size // 2))):
        altered = prover.inclusion(size // 2)
        altered[place] = bytes((altered[place][0] ^ 1,)) + altered[place][1:]
        with pytest.raises(ProofError):
            check_inclusion(size // 2, size, LEAVES[size // 2], root, altered)
    small = size - 1
    for place in range(len(prover.consistency(small))):
        altered = prover.consistency(small)
        altered[place] = altered[place][:-1] + bytes((altered[place][-1] ^ 128,))
        with pytest.raises(ProofError):
            check_consistency(small, size, prover.root(small), root, altered)


def test_missing_surplus_and_short_hashes_are_refused() -> None:
    prover, _ = grown(LEAVES[:70])
    root, proof = prover.root(), prover.inclusion(9)
    for wrong in (
        [],
        proof[:-1],
        [*proof, root],
        [root, *proof],
        [b"", *proof[1:]],
        [proof[0][:31], *proof[1:]],
    ):
        with pytest.raises(ProofError):
            check_inclusion(9, 70, LEAVES[9], root, wrong)
    for leaf, top in ((b"", root), (LEAVES[9], b""), (LEAVES[9][:31], root), (LEAVES[9], root + b"\x00")):
        with pytest.raises(ProofError):
            check_inclusion(9, 70, leaf, top, proof)
    old, steps = prover.root(33), prover.consistency(33)
    for wrong in ([], steps[:-1], [*steps, root], [old, *steps], [steps[0][:31], *steps[1:]]):
        with pytest.raises(ProofError):
            check_consistency(33, 70, old, root, wrong)


def test_empty_trees_prove_nothing() -> None:
    some = LEAVES[0]
    for index, size in ((0, 0), (1, 1), (2, 1), (-1, 3)):
        with pytest.raises(ProofError):
            check_inclusion(index, size, some, EMPTY_ROOT, [])
    for size1, size2 in ((0, 0), (0, 1), (1, 0), (5, 4), (-1, 4)):
        with pytest.raises(ProofError):
            check_consistency(size1, size2, EMPTY_ROOT, EMPTY_ROOT, [])


def test_equal_sizes_need_equal_roots_and_no_hashes() -> None:
    check_consistency(4, 4, LEAVES[0], LEAVES[0], [])
    with pytest.raises(ProofError, match="two roots"):
        check_consistency(4, 4, LEAVES[0], LEAVES[1], [])
    with pytest.raises(ProofError):
        check_consistency(4, 4, LEAVES[0], LEAVES[0], [LEAVES[0]])


def test_the_tree_of_one_leaf_has_that_leaf_as_root() -> None:
    assert root_by_inclusion(0, 1, LEAVES[3], []) == LEAVES[3]


@pytest.mark.parametrize("size", sorted(KNOWN_ROOTS))
def test_roots_are_those_the_reference_implementations_share(size: int) -> None:
    leaves = [sha256(b"\x00" + bytes.fromhex(text)).digest() for text in KNOWN[:size]]
    prover, tree = grown(leaves)
    assert prover.root().hex() == tree.root().hex() == root_of_leaves(leaves).hex() == KNOWN_ROOTS[size]


def test_a_known_consistency_proof_from_6_to_8() -> None:
    leaves = [sha256(b"\x00" + bytes.fromhex(text)).digest() for text in KNOWN]
    prover, _ = grown(leaves)
    assert [digest.hex() for digest in prover.consistency(6)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_a_tree_of_several_levels_grows_batch_by_batch_to_the_same_root() -> None:
    leaves = [sha256(number.to_bytes(4, "big")).digest() for number in range(66_000)]
    tree, tiles, at = Growth(), {}, 0
    for step in (1, 255, 256, 257, 9_999, 55_232):
        tiles |= dict(tree.append(b"".join(leaves[at : at + step])))
        at += step
        assert tree.root() == root_of_leaves(leaves[:at])
    tiles |= dict(tree.partial_tiles())
    prover = Prover(at, tiles.__getitem__, kept=3)
    for index in (0, 255, 256, 65_535, 65_536, 65_999):
        check_inclusion(index, at, leaves[index], tree.root(), prover.inclusion(index))
        assert prover.leaf_hash(index) == leaves[index]
    for size in (1, 255, 256, 257, 65_535, 65_536, 65_537):
        check_consistency(size, at, root_of_leaves(leaves[:size]), tree.root(), prover.consistency(size))


def test_a_tree_goes_on_from_its_edge() -> None:
    first = Growth()
    first.append(b"".join(LEAVES[:77]))
    second = Growth(first.size, first.edge)
    second.append(b"".join(LEAVES[77:]))
    assert second.root() == oracle_root(LEAVES)
    with pytest.raises(TextError):
        Growth(76, first.edge)
    with pytest.raises(TextError):
        Growth(256, (b"",))


def test_a_prover_takes_the_full_tile_in_place_of_a_partial_one() -> None:
    full = b"".join(sha256(number.to_bytes(4, "big")).digest() for number in range(256))
    prover = Prover(70, lambda _: full)
    assert prover.root() == root_of_leaves([full[at : at + 32] for at in range(0, 70 * 32, 32)])


def test_a_prover_refuses_a_tile_of_another_length_and_a_size_it_has_not() -> None:
    prover = Prover(70, lambda _: b"\x00" * 32 * 69)
    with pytest.raises(TextError, match=r"tile/0/000\.p/70"):
        prover.root()
    for wrong in (lambda: prover.inclusion(70), lambda: prover.consistency(0), lambda: prover.root(71)):
        with pytest.raises(ProofError):
            wrong()


def test_full_tiles_come_out_once_and_in_order() -> None:
    tree = Growth()
    out = tree.append(bytes(32 * 600))
    assert [tile for tile, _ in out] == [Tile(0, 0), Tile(0, 1)]
    assert [tile for tile, _ in tree.partial_tiles()] == [Tile(0, 2, 88), Tile(1, 0, 2)]


def test_each_altered_byte_of_a_tile_leads_to_another_root() -> None:
    good = b"".join(LEAVES)
    root = root_of_leaves(LEAVES)
    for place in range(len(good)):
        altered = good[:place] + bytes((good[place] ^ 1,)) + good[place + 1 :]
        assert Prover(SIZE_MAX, lambda _, data=altered: data).root() != root
