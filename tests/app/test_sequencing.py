"""The worker writes the logs: the leaves of the store, in order, once, under signed checkpoints."""

import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from tongxing.adapters.tlog.head import LogError
from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.published import PublishedLog
from tongxing.adapters.tlog.sequencer import LAST_COMPARED, Sequencer, SetBackError
from tongxing.adapters.tlog.sources import folder_source, tile_reader
from tongxing.app.house import house_for
from tongxing.app.jobs import JOBS, fill
from tongxing.app.sequencing import Following, key_path, log_directory, log_key
from tongxing.app.worker import run_worker
from tongxing.domain.clock import BEIJING
from tongxing.domain.leaf import ACCESS, LOGS, RECORDS, SealedLeaf, log_of
from tongxing.ledger.auditing import audit
from tongxing.ledger.checkpoints import open_checkpoint
from tongxing.ledger.leaves import encode, leaf, leaf_hash
from tongxing.ledger.note_keys import verifier_key
from tongxing.ledger.proving import Prover
from tongxing.ledger.quorum import parse_policy
from tongxing.ledger.receipts import parse_receipt, verify_receipt
from tongxing.service.house import House
from tongxing.service.ports import Log
from tongxing.service.ports_people import AccessEntry

WAIT_SECONDS = 20.0
CLIENTS = 12
RECEIPT_BYTES_MAX = 1_536
KEY = bytes(range(32))


def sealed(index: int, word: str = "a") -> SealedLeaf:
    from datetime import datetime  # noqa: PLC0415

    at = datetime(2026, 5, 6, 9, tzinfo=BEIJING)
    made = leaf("decision", at=at, groups={"words": {"text": f"{word}{index}"}}, record_key=KEY)
    encoded = encode(made)
    return SealedLeaf(
        index=index, log="records", place=index, leaf=made, encoded=encoded, leaf_hash=leaf_hash(encoded)
    )


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
    sizes = {name: _log(house, name).size() for name in LOGS}
    return all(sizes[name] == house.store.count_entries(name) > 0 for name in LOGS)


def _log(house: House, name: str) -> Log:
    found = house.log_named(name)
    assert found is not None
    return found


def _filled(place: Path) -> House:
    """A house with records of clients, and somebody who looked at each of them."""
    house = house_for(place)
    fill(house, clients=CLIENTS)
    _look(house, CLIENTS)
    return house


def _look(house: House, clients: int) -> None:
    for number in range(clients):
        look = AccessEntry(
            at=house.clock.now(),
            person_id="adviser-1",
            role="adviser",
            act="client.read",
            client_id=f"C{number + 1:06d}",
            purpose="service",
            reason="客户来电核对",
            allowed=True,
            policies="p1",
        )
        house.store.people.note(look)
    house.store.people.settle_looks()


def _until(house: House, process: "subprocess.Popen[bytes] | None" = None) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and not _covered(house):
        time.sleep(0.02)
    assert _covered(house)
    assert process is None or process.poll() is None


def _same(house: House, place: Path) -> None:
    """Each log is whole, and says of each of its leaves what the store says."""
    for name in LOGS:
        log, directory = _log(house, name), log_directory(place, name)
        assert directory is not None
        assert log.vkey().partition("+")[0].endswith(f"/{name}")
        tree = open_checkpoint(log.checkpoint(), [verifier_key(log.vkey())]).checkpoint
        assert audit(tree, tile_reader(folder_source(directory))).clean
        policy = parse_policy(f"log {log.vkey()}\nquorum none\n".encode())
        rows = house.store.entries(name, limit=10_000)
        assert [row.place for row in rows] == list(range(tree.size))
        assert {log_of(row.leaf.kind) for row in rows} == {name}
        for row in rows:
            made = log.receipt(row.place, row.encoded)
            found = parse_receipt(made)
            assert len(made) - len(log.checkpoint().split(b"\n\n", 1)[1]) <= RECEIPT_BYTES_MAX
            assert found.extra == row.encoded
            assert verify_receipt(found, row.leaf_hash, policy).checkpoint == tree


def test_a_worker_writes_what_its_store_sealed(tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    house = _filled(place)
    assert {(one.vkey(), one.size(), one.checkpoint()) for one in map(partial(_log, house), LOGS)} == {
        ("", 0, b"")
    }
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
def test_killed_again_and_again_each_log_goes_on_with_one_history(tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    house = _filled(place)
    seen: dict[str, set[tuple[str, int, bytes]]] = {name: set() for name in LOGS}
    for kill_after in (0.9, 1.1, 1.3, None):
        _look(house, 3)
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
        for name in LOGS:
            log = _log(house, name)
            if log.checkpoint():
                tree = open_checkpoint(log.checkpoint(), [verifier_key(log.vkey())]).checkpoint
                seen[name].add((log.vkey(), tree.size, tree.root))
    _same(house, place)
    for name in LOGS:
        directory = log_directory(place, name)
        assert directory is not None
        prover = Prover(_log(house, name).size(), tile_reader(folder_source(directory)))
        assert {key for key, _size, _root in seen[name]} == {_log(house, name).vkey()}
        assert all(prover.root(size) == root for _key, size, root in seen[name])
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


@pytest.mark.parametrize("name", LOGS)
def test_a_demo_that_was_restarted_begins_another_log_and_keeps_the_old_one(
    tmp_path: Path, name: str
) -> None:
    place = tmp_path / "store.db"
    house = _filled(place)
    directory = log_directory(place, name)
    assert directory is not None
    with TileLog(directory, log_key(directory, _Fixed())) as log:
        log.append([b"of another store"])
    old = log_key(directory, _Fixed()).verifier.line
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(place, JOBS), kwargs={"stop": stop})
    worker.start()
    try:
        _until(house)
        assert _log(house, name).vkey() != old
        aside = directory.parent / f"{name}.old-1"
        assert (aside / "checkpoint").is_file()
        assert key_path(aside).is_file()
        assert sorted(path.name for path in directory.parent.glob("*.old-*.key")) == [f"{name}.old-1.key"]
    finally:
        stop.set()
        worker.join()
        house.store.close()


def test_a_log_that_cannot_be_written_does_not_stop_the_other(tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    house = _filled(place)
    records, looks = log_directory(place), log_directory(place, ACCESS)
    assert records is not None
    assert looks is not None
    with TileLog(records, log_key(records, _Fixed())):  # another process writes it
        following = [Following(house, records, RECORDS), Following(house, looks, ACCESS)]
        assert [one.step() for one in following] == [0, CLIENTS]
        assert _log(house, ACCESS).size() == CLIENTS
        for one in following:
            one.close()
    house.store.close()


def test_a_live_store_that_was_set_back_is_never_joined_to_its_log(tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    house = house_for(place, live=True)
    looks = log_directory(place, ACCESS)
    assert looks is not None
    with TileLog(looks, log_key(looks, _Fixed())) as log:
        log.append([b"of a later state of this store"])
    _look(house, 2)
    following = Following(house, looks, ACCESS)
    assert following.step() == following.step() == 0
    assert _log(house, ACCESS).size() == 1
    assert log_key(looks, _Fixed()).verifier.line == _log(house, ACCESS).vkey()
    house.store.close()


def test_an_altered_leaf_among_the_last_or_in_the_sample_is_found(log: TileLog) -> None:
    count = LAST_COMPARED + 100
    rows = Rows(*(sealed(number) for number in range(count)))
    assert Sequencer(log, rows).catch_up() == count
    for place, picked in ((count - LAST_COMPARED, 0), (7, 7)):
        honest, rows.rows[place] = rows.rows[place], sealed(place, "b")
        with pytest.raises(SetBackError, match=f"entry {place} "):
            Sequencer(log, rows, lambda _below, picked=picked: picked)
        rows.rows[place] = honest
    rows.rows[7] = sealed(7, "b")
    unlucky = Sequencer(log, rows, lambda _below: 3)
    assert unlucky.catch_up() == 0
    rows.rows.append(sealed(count))
    with pytest.raises(SetBackError, match="entry 7 "):
        _with(unlucky, 7).catch_up()
    assert log.size == count


def _with(sequencer: Sequencer, picked: int) -> Sequencer:
    sequencer._pick = lambda _below: picked
    return sequencer
