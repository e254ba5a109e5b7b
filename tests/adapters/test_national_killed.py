"""Two logs of one store, killed at each touch of the disk: both go on, with every leaf and one history."""

import os
from pathlib import Path

from tlog_victim import _die_at

from tongxing.adapters.tlog import log as log_module
from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.sequencer import Sequencer
from tongxing.adapters.tlog.sm2 import sm2_key
from tongxing.adapters.tlog.sources import folder_source, tile_reader
from tongxing.domain.clock import BEIJING
from tongxing.domain.leaf import SealedLeaf
from tongxing.ledger.auditing import audit
from tongxing.ledger.checkpoints import Checkpoint, open_checkpoint, signed_checkpoint
from tongxing.ledger.leaves import encode, leaf, leaf_hash
from tongxing.ledger.note_keys import ED25519, SigningKey
from tongxing.ledger.notes import Note

KEYS = {
    "records": SigningKey("log.example/records", ED25519, bytes(range(32))),
    "records-gm": sm2_key("log.example/records-gm"),
}
BATCHES = (3, 258)
"""So many leaves does the store have when the logs look; the second batch fills a tile."""
STEPS_MAX = 1_000


def sealed(place: int) -> SealedLeaf:
    from datetime import datetime  # noqa: PLC0415

    at = datetime(2026, 5, 6, 9, tzinfo=BEIJING)
    made = leaf("decision", at=at, groups={"words": {"n": place}}, record_key=bytes(32))
    encoded = encode(made)
    return SealedLeaf(
        index=place, log="records", place=place, leaf=made, encoded=encoded, leaf_hash=leaf_hash(encoded)
    )


LEAVES = [sealed(place) for place in range(BATCHES[-1] + 1)]


def follow(directory: Path, counts: tuple[int, ...]) -> None:
    """As a worker: each log takes in turn what the store has."""
    with (
        TileLog(directory / "records", KEYS["records"]) as first,
        TileLog(directory / "records-gm", KEYS["records-gm"]) as second,
    ):
        rows = LEAVES[: max(first.size, second.size)]
        both = [Sequencer(log, lambda after, limit: rows[after : after + limit]) for log in (first, second)]
        for count in counts:
            rows[:] = LEAVES[: max(count, len(rows))]
            for one in both:
                one.catch_up()


def killed_at(step: int, directory: Path) -> list[str]:
    """What a child signed before its `step`-th touch of the disk killed it; `done` last, if it lived."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            _live(step, directory, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as told:
        lines = told.read().splitlines()
    os.waitpid(child, 0)
    return lines


def _live(step: int, directory: Path, pipe: int) -> None:
    write = os.write

    def signed(checkpoint: Checkpoint, key: SigningKey) -> Note:
        write(pipe, f"{key.name.rpartition('/')[2]} {checkpoint.size} {checkpoint.root.hex()}\n".encode())
        return signed_checkpoint(checkpoint, key)

    log_module.signed_checkpoint = signed
    _die_at(step, refused=None)
    follow(directory, BATCHES)
    write(pipe, b"done\n")


def test_two_logs_of_one_store_killed_at_each_touch_of_the_disk_both_go_on(tmp_path: Path) -> None:
    apart = 0
    for step in range(1, STEPS_MAX):
        directory = tmp_path / str(step)
        told = killed_at(step, directory)
        apart += int(published(directory, "records") > published(directory, "records-gm"))
        follow(directory, (len(LEAVES),))
        check(directory, told)
        if told[-1:] == ["done"]:
            break
    else:
        raise AssertionError("the child never came to its end")
    assert step > 60, "two logs touch their disk more often than that"
    assert apart > 20, "often enough one log was ahead of the other"


def published(directory: Path, name: str) -> int:
    path = directory / name / "checkpoint"
    return open_checkpoint(path.read_bytes(), [KEYS[name].verifier]).checkpoint.size if path.exists() else -1


def check(directory: Path, told: list[str]) -> None:
    """Both logs have every leaf, and whatever was signed before the kill is still the root of its size."""
    for name, key in KEYS.items():
        read = tile_reader(folder_source(directory / name))
        tree = open_checkpoint((directory / name / "checkpoint").read_bytes(), [key.verifier]).checkpoint
        assert tree.size == len(LEAVES)
        assert audit(tree, read, key.verifier.algorithm).clean
        with TileLog(directory / name, key) as log:
            prover = log.prover()
            hashes = [prover.leaf_hash(one.place) for one in LEAVES]
            assert hashes == [leaf_hash(one.encoded, log.algorithm) for one in LEAVES]
            for size, root in (line.split()[1:] for line in told if line.startswith(f"{name} ")):
                assert prover.root(int(size)).hex() == root
