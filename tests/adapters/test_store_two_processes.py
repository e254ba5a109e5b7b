"""Two processes and many threads share one store: nothing is lost, nobody waits for ever."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from store_kit import keep_leaf, searched

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import open_store

APPENDER = Path(__file__).with_name("appender.py")
EVENTS = 300
STATE = bytes(2_000)


def test_one_process_appends_while_another_folds(tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    store = open_store(path, entropy=OsEntropy())
    command = [sys.executable, str(APPENDER), str(path), str(EVENTS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as appender:  # noqa: S603 - our own script
        assert appender.stdout is not None
        assert appender.stdout.readline() == "ready\n"
        folded: list[int] = []
        while appender.poll() is None or store.lag():
            with store.batch() as batch:
                entries = batch.unfolded(50)
                for entry in entries:
                    keep_leaf(batch, entry.event.client_id)
                    batch.save_state(entry.event.client_id, STATE, entry.seq)
                if entries:
                    batch.fold_done(entries[-1].seq)
            folded.extend(entry.seq for entry in entries)
        waits = [float(line) for line in appender.stdout]
    assert appender.returncode == 0
    assert folded == list(range(1, EVENTS + 1))
    assert [sealed.index for sealed in store.leaves(limit=1_000)] == list(range(EVENTS))
    assert store.state("C3") == STATE, "keys made by one process open in the other"
    assert len(waits) == EVENTS
    assert max(waits) < 5
    store.close()


def test_a_store_made_by_two_processes_at_once_has_one_key(tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    command = [sys.executable, str(APPENDER), str(path), "5"]
    makers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]  # noqa: S603 - our own
    assert [maker.communicate()[0].count("\n") for maker in makers] == [6, 6]
    assert [maker.returncode for maker in makers] == [0, 0]
    store = open_store(path, entropy=OsEntropy())
    assert [entry.event for entry in store.events()] == [searched(n, client_id=f"C{n % 7}") for n in range(5)]
    store.close()


def test_threads_take_turns(tmp_path: Path) -> None:
    store = open_store(tmp_path / "house.db", entropy=OsEntropy(), synchronous="OFF")

    def append_and_read(thread: int) -> int:
        for number in range(20):
            store.append([searched(thread * 100 + number, client_id=f"C{thread}")])
            assert len(list(store.events_of(f"C{thread}"))) == number + 1
        return store.count_events()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(append_and_read, range(8)))
    assert store.count_events() == 160
    store.close()


def test_who_writes_is_told_that_another_waits(tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    one, other = (open_store(path, entropy=OsEntropy(), synchronous="OFF") for _ in range(2))
    with ThreadPoolExecutor(1) as pool:
        with one.batch() as batch:
            assert not one.pressed()
            waits = pool.submit(other.append, [searched(1)])
            until = time.monotonic() + 5
            while not one.pressed() and time.monotonic() < until:
                time.sleep(0.001)
            assert one.pressed()
            assert batch.unfolded(1) == ()
        waits.result(timeout=5)
    assert not one.pressed()
    one.close()
    other.close()
