"""The transparency log: appends against a hashlib loop and SQLite, proofs, verification, receipts."""

import argparse
import hmac
import itertools
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np

from benchmarks import national_log
from benchmarks.measure import Figure, median, percentile, timed
from benchmarks.tlog_world import World
from tongxing.adapters.tlog.log import TileLog
from tongxing.domain.clock import BEIJING
from tongxing.ledger.checkpoints import Checkpoint, signed_checkpoint
from tongxing.ledger.growth import Growth
from tongxing.ledger.leaves import canonical_json, encode, leaf, leaf_hash
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
LARGE, INDEX = 10_000_000, 7_654_321
REPEATS = 5
"""Ours and the peer in turn; the best of each, because other processes only ever slow down."""
CORES, RECORDS, WORLDS = 2, 20_000, 3_000
AT = datetime(2026, 5, 6, 10, 30, tzinfo=BEIJING)
TRADE = {
    "client": {"account": "A100200300", "order": "20260506-000123"},
    "counterparty": {"venue": "SSE", "clearing": "ChinaClear"},
    "economic": {"code": "600000", "side": "buy", "price": "10.25", "quantity": "800", "gross_fen": 820_000},
    "time": {"at": "2026-05-06T10:30:00+08:00", "settled": "2026-05-07"},
}
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
    yield from national_log.figures(batches, _path_at(INDEX), INDEX, KEY)
    yield _commitments()
    yield _worlds()


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
    bare = SqliteTree(str(folder / "bare.db"))
    alone = timed(lambda: [bare.append_entries(batch) for batch in batches])
    tree = SqliteTree(str(folder / "pymerkle.db"))
    seconds = timed(lambda: [(tree.append_entries(batch), tree.get_root()) for batch in batches])
    yield Figure(
        metric="durable appends against pymerkle",
        value=ours,
        unit="entries/s",
        n=ENTRIES,
        note=f"{note}; pymerkle without any root {ENTRIES / alone:,.0f}/s",
        peer="pymerkle SqliteTree, a root a batch",
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
    entry, index = chance.bytes(ENTRY_BYTES), INDEX
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


def _commitments() -> Figure:
    """Leaves of trades with four groups of fields, in two processes, against their bare HMACs."""
    ours, cpu, peer = [], [], []
    with ProcessPoolExecutor(CORES) as pool:
        for _ in range(REPEATS):
            told = list(pool.map(_committed, range(CORES)))
            ours.append(RECORDS * CORES / max(wall for wall, _ in told))
            cpu.append(sum(RECORDS / spent for _, spent in told))
            peer.append(RECORDS * CORES / max(pool.map(_hmacs, range(CORES))))
    return Figure(
        metric="commitments, two processes",
        value=max(ours),
        unit="records/s",
        n=CORES * RECORDS,
        note=f"{len(TRADE)} groups a record, encoded; {max(cpu):,.0f}/s by their CPU time",
        peer="their HMACs alone",
        peer_value=max(peer),
    )


def _committed(part: int) -> tuple[float, float]:
    """Seconds on the wall and of this process for its records."""
    keys = [sha256(f"{part} {number}".encode()).digest() for number in range(RECORDS)]
    start = time.process_time()
    wall = timed(lambda: [encode(leaf("trade", at=AT, groups=TRADE, record_key=key)) for key in keys])
    return wall, time.process_time() - start


def _hmacs(part: int) -> float:
    """Seconds for a salt and a commitment a group, over bytes that lie ready."""
    keys = [sha256(f"{part} {number}".encode()).digest() for number in range(RECORDS)]
    ready = [(group.encode(), canonical_json([group, fields])) for group, fields in TRADE.items()]

    def loop() -> None:
        for key in keys:
            for group, text in ready:
                hmac.digest(hmac.digest(key, group, "sha256")[:16], text, "sha256")

    return timed(loop)


def _worlds() -> Figure:
    """Invented worlds in which the house may lie: contradictions proved in the round they could be seen."""
    worlds = [World(seed).run() for seed in range(WORLDS)]
    contradicted = [world for world in worlds if world.contradicted_at is not None]
    accused = sum(world.found is not None and world.contradicted_at is None for world in worlds)
    return Figure(
        metric="lies proved by the monitor",
        value=sum(world.found_at == world.contradicted_at for world in contradicted),
        unit="worlds",
        n=WORLDS,
        note=f"{accused} falsely accused",
        peer="contradictions",
        peer_value=len(contradicted),
    )
