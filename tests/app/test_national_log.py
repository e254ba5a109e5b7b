"""The worker keeps `records-gm` where it is asked for: the same entries, another tree, another signature."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from litestar.testing import TestClient
from typer.testing import CliRunner

from tongxing.adapters.tlog.head import LogError
from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.published import KEY_FILE, PublishedLog
from tongxing.adapters.tlog.sm2 import SCHEMES, sm2_key
from tongxing.adapters.tlog.sources import folder_source, tile_reader
from tongxing.app.house import house_for
from tongxing.app.jobs import JOBS, fill
from tongxing.app.pages import pages_for
from tongxing.app.sequencing import (
    NATIONAL,
    Following,
    key_path,
    log_directory,
    log_key,
    national_directory,
    sequencing_of,
)
from tongxing.app.worker import run_worker
from tongxing.cli import app
from tongxing.domain.leaf import LOGS, RECORDS, RECORDS_GM, leaves_of
from tongxing.ledger.auditing import audit
from tongxing.ledger.checkpoints import open_checkpoint
from tongxing.ledger.hashing import SHA256, SM3
from tongxing.ledger.leaves import leaf_hash
from tongxing.ledger.note_keys import ED25519, SigningKey, verifier_key
from tongxing.ledger.proving import Prover
from tongxing.ledger.quorum import parse_policy
from tongxing.ledger.receipts import parse_receipt, verify_receipt
from tongxing.ledger.tiles import WIDTH, Tile
from tongxing.service.house import House

WAIT_SECONDS = 20.0
CLIENTS = 3
WORKER = "import sys; from pathlib import Path; from tongxing.app.jobs import JOBS; "
WORKER += "from tongxing.app.worker import run_worker; run_worker(Path(sys.argv[1]), JOBS)"


class _Fixed:
    def token(self, length: int) -> bytes:
        return bytes(length)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(NATIONAL, "1")
    return tmp_path / "store.db"


@pytest.fixture
def house(place: Path) -> Iterator[House]:
    found = house_for(place)
    fill(found, clients=CLIENTS)
    yield found
    found.store.close()


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and not done():
        time.sleep(0.02)
    assert done()


def national(house: House) -> PublishedLog:
    found = house.national_log
    assert isinstance(found, PublishedLog)
    return found


def covered(house: House) -> bool:
    """Whether both logs of records have each leaf of the store."""
    assert house.log is not None
    leaves = house.store.count_entries(RECORDS)
    return house.log.size() == national(house).size() == leaves > 0


@contextmanager
def working(place: Path) -> Iterator[None]:
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(place, JOBS), kwargs={"stop": stop})
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join()


def check(house: House, place: Path) -> None:
    """Each entry is the leaf of the store, under SM3 and a signature by SM2."""
    log, directory = national(house), national_directory(place)
    assert directory == log_directory(place, RECORDS_GM)
    assert directory is not None
    key = verifier_key(log.vkey(), SCHEMES)
    assert key.name.endswith(f"/{RECORDS_GM}")
    tree = open_checkpoint(log.checkpoint(), [key]).checkpoint
    read = tile_reader(folder_source(directory))
    assert audit(tree, read, SM3).clean
    assert not audit(tree, read, SHA256).clean
    rows = house.store.entries(RECORDS, limit=10_000)
    prover = Prover(tree.size, read, SM3)
    policy = parse_policy(f"log {key.line}\nquorum none\n".encode(), SCHEMES)
    assert [prover.leaf_hash(row.place) for row in rows] == [leaf_hash(row.encoded, SM3) for row in rows]
    for row in rows[::7]:
        found = parse_receipt(log.receipt(row.place, row.encoded))
        assert verify_receipt(found, leaf_hash(row.encoded, SM3), policy).checkpoint == tree


def test_a_worker_keeps_both_logs_over_the_same_leaves(house: House, place: Path) -> None:
    with working(place):
        until(lambda: covered(house))
    check(house, place)
    assert house.log is not None
    records = open_checkpoint(house.log.checkpoint(), [verifier_key(house.log.vkey())]).checkpoint
    beside = log_directory(place)
    assert beside is not None
    assert audit(records, tile_reader(folder_source(beside))).clean
    first = Tile(None, 0, min(WIDTH, records.size)).path
    assert (beside / first).read_bytes() == (beside.parent / RECORDS_GM / first).read_bytes()
    key = verifier_key(national(house).vkey(), SCHEMES)
    assert open_checkpoint(national(house).checkpoint(), [key]).checkpoint.root != records.root
    gm = beside.parent / RECORDS_GM
    told = CliRunner().invoke(app, ["ledger", "audit", str(gm), "--vkey", str(gm / KEY_FILE)])
    assert (told.exit_code, json.loads(told.stdout)["size"]) == (0, records.size)
    _served(house, first)


def _served(house: House, bundle: str) -> None:
    """Anybody may read it, and nothing but what a log serves."""
    with TestClient(pages_for(house, demo=True, port=8600), base_url="http://127.0.0.1:8600") as client:
        assert client.get(f"/log/{RECORDS_GM}/checkpoint").content == national(house).checkpoint()
        assert client.get(f"/log/{RECORDS_GM}/vkey").text.strip() == national(house).vkey()
        assert client.get(f"/log/{RECORDS_GM}/{bundle}").status_code == 200
        assert client.get(f"/log/{RECORDS_GM}/head").status_code == 404


def test_begun_late_it_takes_in_all_old_leaves(
    house: House, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(NATIONAL)
    assert national_directory(place) is None
    assert house_for(place).log_named(RECORDS_GM) is None
    with working(place):
        until(lambda: house.log is not None and house.log.size() == house.store.count_entries(RECORDS))
    assert national(house).vkey() == ""
    old = house.log.checkpoint() if house.log else b""
    monkeypatch.setenv(NATIONAL, "1")
    with working(place):
        until(lambda: covered(house))
    check(house, place)
    assert house.log is not None
    assert house.log.checkpoint() == old, "the first log is as it was"


@pytest.mark.slow
def test_killed_as_soon_as_it_writes_it_goes_on_with_one_history(house: House, place: Path) -> None:
    directory = national_directory(place)
    assert directory is not None
    seen: set[tuple[str, int, bytes]] = set()
    for begun in ("journal-0", "checkpoint", None):
        process = subprocess.Popen([sys.executable, "-c", WORKER, str(place)])  # noqa: S603 - our own
        if begun is None:
            until(lambda: covered(house))
            process.terminate()
        else:
            until((directory / begun).exists)
            os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=WAIT_SECONDS)
        log = national(house)
        if log.checkpoint():
            key = verifier_key(log.vkey(), SCHEMES)
            tree = open_checkpoint(log.checkpoint(), [key]).checkpoint
            seen.add((key.line, tree.size, tree.root))
    check(house, place)
    prover = Prover(national(house).size(), tile_reader(folder_source(directory)), SM3)
    assert {key for key, _size, _root in seen} == {national(house).vkey()}
    assert all(prover.root(size) == root for _key, size, root in seen)


def test_what_one_log_took_before_a_kill_the_other_takes_after_it(house: House, place: Path) -> None:
    directories = {name: log_directory(place, name) for name in (RECORDS, RECORDS_GM)}
    following = {name: Following(house, at, name) for name, at in directories.items() if at is not None}
    leaves = house.store.count_entries(RECORDS)
    assert following[RECORDS].step() == leaves
    assert national(house).size() == 0, "killed here, between the two logs"
    following[RECORDS].close()
    assert following[RECORDS_GM].step() == leaves
    following[RECORDS_GM].close()
    check(house, place)
    assert leaves_of(RECORDS_GM) == RECORDS
    assert {leaves_of(name) for name in LOGS} == set(LOGS)


def test_a_store_that_was_set_back_is_not_joined_to_it(tmp_path: Path) -> None:
    live = house_for(tmp_path / "live.db", live=True)
    directory = log_directory(tmp_path / "live.db", RECORDS_GM)
    assert directory is not None
    with TileLog(directory, log_key(directory, _Fixed())) as log:
        log.append([b"of a later state of this store"])
    following = Following(live, directory, RECORDS_GM)
    assert following.step() == following.step() == 0
    assert PublishedLog(directory).size() == 1
    live.store.close()


def test_its_secret_lies_beside_the_files_for_its_owner_alone(tmp_path: Path) -> None:
    directory = tmp_path / "log" / RECORDS_GM
    made = log_key(directory, _Fixed())
    assert made.verifier.algorithm is SM3
    assert key_path(directory).parent == directory.parent
    assert key_path(directory).stat().st_mode & 0o077 == 0
    assert log_key(directory, _Fixed()) == made


@pytest.mark.parametrize("log", [RECORDS, RECORDS_GM])
def test_a_key_that_would_make_a_log_of_another_hash_is_refused(tmp_path: Path, log: str) -> None:
    directory = tmp_path / "log" / log
    directory.parent.mkdir()
    wrong = SigningKey("x", ED25519, bytes(32)) if log == RECORDS_GM else sm2_key("x")
    key_path(directory).write_text(f"{wrong.secret_line}\n")
    with pytest.raises(LogError, match=f"not one for the log {log}"):
        log_key(directory, _Fixed())


def test_asked_for_without_its_library_the_worker_says_so_and_begins_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "gmssl_pyx", None)
    house = house_for(place)
    with pytest.raises(LogError, match=f"{NATIONAL} is set: .* extra gm"):
        sequencing_of(house, place)
    house.store.close()
    assert run_worker(place, JOBS, stop=threading.Event()) == 2
    assert not Path(f"{place}.log").exists()


def test_asked_for_where_no_log_is_kept_the_worker_says_so(place: Path) -> None:
    house = house_for(place)
    with pytest.raises(LogError, match="TONGXING_LOG_DIR"):
        sequencing_of(house, "postgresql://nobody@localhost/none")
    house.store.close()
