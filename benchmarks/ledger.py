"""The transparency log: appends against a hashlib loop and SQLite, proofs, verification, receipts."""

import argparse
import itertools
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np

from benchmarks.measure import Figure, median, percentile, timed
from tongxing.adapters.tlog.log import TileLog
from tongxing.ledger.checkpoints import Checkpoint, signed_checkpoint
from tongxing.ledger.growth import Growth
from tongxing.ledger.leaves import leaf_hash
from tongxing.ledger.merkle import check_inclusion, root_by_inclusion
from tongxing.ledger.note_keys import ED25519, SigningKey
from tongxing.ledger.proving import Prover
from tongxing.ledger.quorum import parse_policy
from tongxing.ledger.receipts import Receipt, parse_receipt, verify_receipt
from tongxing.ledger.tiles import leaf_hashes

ENTRIES = 300_000
ENTRY_BYTES = 233
"""A trade of seven committed fields."""
BATCH = 10_000
PROOFS = 20_000
LARGE = 10_000_000
REPEATS = 5
"""Ours and the peer in turn; the best of each, because other processes only ever slow down."""
KEY = SigningKey("log.example/records", ED25519, bytes(range(32)))


def run(_arguments: argparse.Namespace) -> Iterator[Figure]:
    """All figures of the log; no other process should be busy."""
    chance = np.random.default_rng(7)
    entries = [chance.bytes(ENTRY_BYTES) for _ in range(ENTRIES)]
    batches = [entries[at : at + BATCH] for at in range(0, ENTRIES, BATCH)]
    yield _in_memory(entries, batches)
    with tempfile.TemporaryDirectory(prefix="tongxing-bench-") as folder:
        yield from _durable(Path(folder), batches)
        yield from _proofs(Path(folder) / "log-0", chance)
    yield from _at_ten_million(chance)


def _in_memory(entries: list[bytes], batches: list[list[bytes]]) -> Figure:
    """Leaf hashes, tree and a root a batch, against one hash an entry and nothing else."""

    def tree() -> None:
        growth = Growth()
        for batch in batches:
            growth.append(leaf_hashes(batch))
            growth.root()

    def loop() -> None:
        for entry in entries:
            sha256(b"\x00" + entry).digest()

    pairs = [(timed(tree), timed(loop)) for _ in range(REPEATS)]
    return Figure(
        metric="appends in memory",
        value=ENTRIES / min(pair[0] for pair in pairs),
        unit="entries/s",
        n=ENTRIES,
        note=f"{ENTRY_BYTES} bytes each, a root every {BATCH}",
        peer="hashlib loop",
        peer_value=ENTRIES / min(pair[1] for pair in pairs),
    )


def _durable(folder: Path, batches: list[list[bytes]]) -> Iterator[Figure]:
    """A signed and published checkpoint a batch, against the same rows in SQLite, a commit a batch."""
    pairs = []
    for turn in range(REPEATS):
        with TileLog(folder / f"log-{turn}", KEY) as log:
            seconds = timed(partial(_append, log, batches))
        pairs.append((seconds, _sqlite(folder / f"{turn}.db", batches)))
    ours = ENTRIES / min(pair[0] for pair in pairs)
    note = f"batches of {BATCH}, each durable before it is signed"
    yield Figure(
        metric="durable appends, signed checkpoint a batch",
        value=ours,
        unit="entries/s",
        n=ENTRIES,
        note=note,
        peer="SQLite WAL, synchronous=FULL",
        peer_value=ENTRIES / min(pair[1] for pair in pairs),
    )
    try:
        from pymerkle import SqliteTree  # type: ignore[import-not-found] # noqa: PLC0415 - a peer, if there
    except ImportError:
        sys.stderr.write("pymerkle is not installed; its figure is left out\n")
        return
    tree = SqliteTree(str(folder / "pymerkle.db"))
    seconds = timed(lambda: [tree.append_entries(batch) for batch in batches])
    yield Figure(
        metric="durable appends against pymerkle",
        value=ours,
        unit="entries/s",
        n=ENTRIES,
        note=note,
        peer="pymerkle SqliteTree",
        peer_value=ENTRIES / seconds,
    )


def _append(log: TileLog, batches: list[list[bytes]]) -> None:
    for batch in batches:
        log.append(batch)


def _sqlite(path: Path, batches: list[list[bytes]]) -> float:
    """Seconds for the same entries as rows."""
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("PRAGMA synchronous=FULL")
    store.execute("CREATE TABLE entry (at INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    numbers = itertools.count()

    def insert() -> None:
        for batch in batches:
            store.execute("BEGIN")
            store.executemany("INSERT INTO entry VALUES (?, ?)", ((next(numbers), body) for body in batch))
            store.execute("COMMIT")

    seconds = timed(insert)
    store.close()
    return seconds


def _proofs(directory: Path, chance: np.random.Generator) -> Iterator[Figure]:
    """Inclusion and consistency proofs out of tiles, once they are in memory, and the time to open."""
    start = time.perf_counter()
    with TileLog(directory, KEY) as log:
        opened = time.perf_counter() - start
        prover, size = log.prover(), log.size
    yield Figure(metric="opening the log", value=opened, unit="s", n=size, note="with its journal read again")
    indexes = [int(chance.integers(size)) for _ in range(PROOFS)]
    for index in range(0, size, 256):
        prover.inclusion(index)
    for name, make in (
        ("inclusion", prover.inclusion),
        ("consistency", lambda at: prover.consistency(at + 1)),
    ):
        seconds = []
        for index in indexes:
            begun = time.perf_counter()
            make(index)
            seconds.append(time.perf_counter() - begun)
        yield Figure(
            metric=f"{name} proofs",
            value=PROOFS / sum(seconds),
            unit="proofs/s",
            n=PROOFS,
            note=f"{size} leaves, tiles in memory; p99 {percentile(seconds, 0.99) * 1e3:.3f} ms",
        )


def _at_ten_million(chance: np.random.Generator) -> Iterator[Figure]:
    """A receipt in a tree of ten million leaves: its path, its signature and its size."""
    entry, index = chance.bytes(ENTRY_BYTES), 7_654_321
    path = [chance.bytes(32) for _ in range(len(_path_at(index)))]
    root = root_by_inclusion(index, LARGE, leaf_hash(entry), path)
    note = signed_checkpoint(Checkpoint(KEY.name, LARGE, root), KEY)
    policy = parse_policy(f"log {KEY.verifier.line}\nquorum none\n".encode())
    data = Receipt(index, tuple(path), note.encode(), entry).encode()
    digest = leaf_hash(entry)
    actions = {
        "verify a path": lambda: check_inclusion(index, LARGE, digest, root, path),
        "verify a receipt": lambda: verify_receipt(parse_receipt(data), digest, policy),
    }
    for name, action in actions.items():
        seconds = [timed(action) for _ in range(2_000)]
        yield Figure(metric=f"{name} at 10 million leaves", value=median(seconds) * 1e3, unit="ms", n=2_000)
    unsigned = len(data) - sum(len(one.line.encode()) for one in note.signatures)
    bare = len(Receipt(index, tuple(path), b"").encode()) + len(note.text)
    yield Figure(
        metric="receipt without signatures",
        value=unsigned,
        unit="bytes",
        n=1,
        note=f"{bare} without its entry",
    )


def _path_at(index: int) -> list[bytes]:
    """A path of the right length: in a tree of one repeated leaf every perfect node is the same."""
    return Prover(LARGE, lambda tile: bytes(32) * tile.width, kept=64).inclusion(index)
