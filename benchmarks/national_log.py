"""The log with national algorithms against the one of SHA-256 and Ed25519, in the same run."""

import sys
from collections.abc import Callable, Iterator

from benchmarks.measure import Figure, median, timed
from tongxing.adapters.tlog.sm2 import SCHEMES, available, sm2_key
from tongxing.ledger.checkpoints import Checkpoint, signed_checkpoint
from tongxing.ledger.growth import Growth
from tongxing.ledger.hashing import SHA256, SM3, HashAlgorithm
from tongxing.ledger.merkle import root_by_inclusion
from tongxing.ledger.note_keys import SigningKey
from tongxing.ledger.quorum import parse_policy
from tongxing.ledger.receipts import Receipt, parse_receipt, verify_receipt
from tongxing.ledger.tiles import leaf_hashes

REPEATS = 5
VERIFIED, SIGNED = 1_000, 100


def figures(batches: list[list[bytes]], path: list[bytes], index: int, key: SigningKey) -> Iterator[Figure]:
    """Appends, signatures and receipts of a log of SM3 and SM2; `key`, `path` and `index` are the peer's."""
    entries = sum(map(len, batches))
    pairs = [(_append(batches, SM3), _append(batches, SHA256)) for _ in range(REPEATS)]
    yield Figure(
        metric="appends in memory, SM3",
        value=entries / min(pair[0] for pair in pairs),
        unit="entries/s",
        n=entries,
        note="the same entries and batches",
        peer="SHA-256",
        peer_value=entries / min(pair[1] for pair in pairs),
    )
    if not available():
        sys.stderr.write("the extra gm is not installed; figures of SM2 are left out\n")
        return
    national = sm2_key(key.name)
    for metric, ours, peer, count in (
        ("sign a checkpoint, SM2", _sign(national), _sign(key), SIGNED),
        (
            "verify a receipt at 10 million leaves, SM3 and SM2",
            _verify(national, path, index, batches[0][0]),
            _verify(key, path, index, batches[0][0]),
            VERIFIED,
        ),
    ):
        yield Figure(metric=metric, value=ours, unit="ms", n=count, peer="SHA-256, Ed25519", peer_value=peer)


def _append(batches: list[list[bytes]], algorithm: HashAlgorithm) -> float:
    def tree() -> None:
        growth = Growth(algorithm=algorithm)
        for batch in batches:
            growth.append(leaf_hashes(batch, algorithm))
            growth.root()

    return timed(tree)


def _sign(key: SigningKey) -> float:
    tree = Checkpoint(key.name, 1, bytes(32))
    return _milliseconds(lambda: signed_checkpoint(tree, key), SIGNED)


def _verify(key: SigningKey, path: list[bytes], index: int, entry: bytes) -> float:
    algorithm, size = key.verifier.algorithm, 10_000_000
    digest = algorithm.leaf(entry)
    root = root_by_inclusion(index, size, digest, path, algorithm)
    note = signed_checkpoint(Checkpoint(key.name, size, root), key).encode()
    data = Receipt(index, tuple(path), note, entry).encode()
    policy = parse_policy(f"log {key.verifier.line}\nquorum none\n".encode(), SCHEMES)
    return _milliseconds(lambda: verify_receipt(parse_receipt(data), digest, policy), VERIFIED)


def _milliseconds(action: Callable[[], object], count: int) -> float:
    return median([timed(action) for _ in range(count)]) * 1e3
