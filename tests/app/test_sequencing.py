"""The worker writes the log of records: the leaves of the store, in order, once, under signed checkpoints."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tongxing.adapters.tlog.head import LogError
from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.published import PublishedLog
from tongxing.adapters.tlog.sequencer import Sequencer, SetBackError
from tongxing.adapters.tlog.sources import folder_source, tile_reader
from tongxing.app.house import house_for
from tongxing.app.jobs import JOBS, fill
from tongxing.app.sequencing import key_path, log_directory, log_key
from tongxing.app.worker import run_worker
from tongxing.domain.clock import BEIJING
from tongxing.domain.leaf import SealedLeaf
from tongxing.ledger.auditing import audit
from tongxing.ledger.checkpoints import open_checkpoint
from tongxing.ledger.leaves import encode, leaf, leaf_hash
from tongxing.ledger.note_keys import verifier_key
from tongxing.ledger.quorum import parse_policy
from tongxing.ledger.receipts import parse_receipt, verify_receipt
from tongxing.service.house import House

WAIT_SECONDS = 20.0
CLIENTS = 12
KEY = bytes(range(32))


def sealed(index: int, word: str = "a") -> SealedLeaf:
    from datetime import datetime  # noqa: PLC0415

    at = datetime(2026, 5, 6, 9, tzinfo=BEIJING)
    made = leaf("decision", at=at, groups={"words": {"text": f"{word}{index}"}}, record_key=KEY)
    encoded = encode(made)
    return SealedLeaf(index=index, leaf=made, encoded=encoded, leaf_hash=leaf_hash(encoded))


class Rows:
    """Leaves as a store gives them."""

    def __init__(self, *rows: SealedLeaf) -> None:
        self.rows = list(rows)

    def __call__(self, after: int, limit: int) -> list[SealedLeaf]:
        return [row for row in self.rows if row.index >= after][:limit]


@pytest.fixture
def log(tmp_path: Path) -> TileLog:
    directory = tmp_path / "records"
    return TileLog(directory, log_key(directory, _Fixed()))


class _Fixed:
    def token(self, length: int) -> bytes:
        return bytes(length)


def test_leaves_become_entries_in_order_and_once(log: TileLog) -> None:
    rows = Rows(*(sealed(number) for number in range(600)))
    sequencer = Sequencer(log, rows)
    assert sequencer.catch_up(most=256) == 600
    assert sequencer.catch_up() == 0
    rows.rows.append(sealed(600))
    assert sequencer.catch_up() == 1
    prover = log.prover()
    assert [prover.leaf_hash(number) for number in range(601)] == [row.leaf_hash for row in rows.rows]


def test_a_leaf_left_out_stops_it(log: TileLog) -> None:
    with pytest.raises(LogError, match="leaf 2 where the log goes on with 1"):
        Sequencer(log, Rows(sealed(0), sealed(2))).catch_up(most=1)


def test_a_store_that_was_set_back_is_found_before_anything_is_written(log: TileLog) -> None:
    rows = Rows(*(sealed(number) for number in range(10)))
    sequencer = Sequencer(log, rows)
    sequencer.catch_up()
    rows.rows = rows.rows[:8]
    with pytest.raises(SetBackError):
        sequencer.catch_up()
    rows.rows = [sealed(number, "b") for number in range(20)]
    with pytest.raises(SetBackError):
        Sequencer(log, rows).catch_up()
    assert log.size == 10


def _covered(house: House) -> bool:
    assert house.log is not None
    return house.log.size() == house.store.count_leaves() > 0


def _until(house: House, process: "subprocess.Popen[bytes] | None" = None) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and not _covered(house):
        time.sleep(0.02)
    assert _covered(house)
    assert process is None or process.poll() is None


def _same(house: House, place: Path) -> None:
    """The log is whole, and says of every leaf what the store says."""
    assert house.log is not None
    directory = log_directory(place)
    assert directory is not None
    tree = open_checkpoint(house.log.checkpoint(), [verifier_key(house.log.vkey())]).checkpoint
    assert audit(tree, tile_reader(folder_source(directory))).clean
    policy = parse_policy(f"log {house.log.vkey()}\nquorum none\n".encode())
    for row in house.store.leaves(limit=10_000):
        found = parse_receipt(house.log.receipt(row.index, row.encoded))
        assert found.extra == row.encoded
        assert verify_receipt(found, row.leaf_hash, policy).checkpoint == tree


def test_a_worker_writes_what_its_store_sealed(tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    house = house_for(place)
    assert (house.log.vkey(), house.log.size(), house.log.checkpoint()) == ("", 0, b"")  # type: ignore[union-attr]
    fill(house, clients=CLIENTS)
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(place, JOBS), kwargs={"stop": stop})
    worker.start()
    try:
        _until(house)
        _same(house, place)
    finally:
        stop.set()
        worker.join()
        house.store.close()


WORKER = "import sys; from pathlib import Path; from tongxing.app.jobs import JOBS; "
WORKER += "from tongxing.app.worker import run_worker; run_worker(Path(sys.argv[1]), JOBS)"


@pytest.mark.slow
def test_killed_again_and_again_it_goes_on_with_one_history(tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    house = house_for(place)
    fill(house, clients=CLIENTS)
    seen: list[tuple[int, bytes]] = []
    key = None
    for kill_after in (0.9, 1.1, 1.3, None):
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", WORKER, str(place)]
        )
        if kill_after is None:
            _until(house, process)
            process.terminate()
        else:
            time.sleep(kill_after)
            os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=WAIT_SECONDS)
        assert house.log is not None
        if house.log.vkey():
            assert key in (None, house.log.vkey())
            key = house.log.vkey()
        if house.log.checkpoint():
            tree = open_checkpoint(house.log.checkpoint(), [verifier_key(house.log.vkey())]).checkpoint
            seen.append((tree.size, tree.root))
    _same(house, place)
    last = house.log.size()  # type: ignore[union-attr]
    directory = log_directory(place)
    assert directory is not None
    from tongxing.ledger.proving import Prover  # noqa: PLC0415

    prover = Prover(last, tile_reader(folder_source(directory)))
    assert all(prover.root(size) == root for size, root in seen)
    house.store.close()


def test_the_secret_lies_beside_the_files_that_everybody_may_read(tmp_path: Path) -> None:
    directory = tmp_path / "log" / "records"
    made = log_key(directory, _Fixed())
    path = key_path(directory)
    assert path.parent == directory.parent
    assert path.stat().st_mode & 0o077 == 0
    assert log_key(directory, _Fixed()).seed == made.seed
    path.write_text("damaged")
    with pytest.raises(LogError, match="key"):
        log_key(directory, _Fixed())


def test_nothing_but_files_of_a_log_is_handed_out(tmp_path: Path) -> None:
    directory = tmp_path / "records"
    with TileLog(directory, log_key(directory, _Fixed())) as log:
        log.append([b"one"])
    published = PublishedLog(directory)
    assert published.file("checkpoint")
    assert published.file("tile/0/000.p/1")
    for path in ("head", "lock", "journal-0", "../records.key", "tile/../../records.key", "", "/etc/passwd"):
        assert published.file(path) is None


def test_a_demo_that_was_restarted_begins_another_log_and_keeps_the_old_one(tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    house = house_for(place)
    fill(house, clients=CLIENTS)
    directory = log_directory(place)
    assert directory is not None
    with TileLog(directory, log_key(directory, _Fixed())) as log:
        log.append([b"of another store"])
    assert isinstance(house.log, PublishedLog)
    old = log_key(directory, _Fixed()).verifier.line
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(place, JOBS), kwargs={"stop": stop})
    worker.start()
    try:
        _until(house)
        assert house.log.vkey() != old
        aside = directory.parent / "records.old-1"
        assert (aside / "checkpoint").is_file()
        assert key_path(aside).is_file()
    finally:
        stop.set()
        worker.join()
        house.store.close()
