"""What staff looked at: noted without waiting for a writer, never lost, not shown when not noted."""

import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, open_store
from tongxing.adapters.store.errors import StoreReadOnlyError
from tongxing.adapters.store.look_journal import SUFFIX, LookJournal, Row
from tongxing.service.ports import StoreError
from tongxing.service.ports_console import AskedLooks
from tongxing.service.ports_people import AccessEntry

KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_look_journal import look, opened
store = opened(Path(sys.argv[1]))
with store.batch():
    store.people.note(look(1))
    store.people.note(look(2))
    os._exit(9)
"""


def opened(path: Path) -> SqlStore:
    return open_store(path, entropy=OsEntropy(), synchronous="OFF")


def look(number: int, *, reason: str = "") -> AccessEntry:
    return AccessEntry(
        at=datetime(2026, 5, 6, 3, number, tzinfo=UTC),
        person_id="adviser-1",
        role="adviser",
        act="client.read",
        client_id="C1",
        purpose="service",
        reason=reason,
        allowed=True,
        policies="assigned",
    )


def journals(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}{SUFFIX}*"))


def test_a_look_waits_for_no_writer_and_is_in_the_store_soon(tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    store, worker = opened(path), opened(path)
    with worker.batch() as batch:
        assert batch.unfolded(1) == ()
        began = time.monotonic()
        store.people.note(look(1))
        assert time.monotonic() - began < 1.0
        assert len(journals(path)) == 1
    until = time.monotonic() + 10
    while not (found := worker.people.entries_of("C1")) and time.monotonic() < until:
        time.sleep(0.02)
    assert list(found) == [replace(look(1), leaf_index=0)]
    store.close()
    worker.close()
    assert journals(path) == []


def test_who_asks_in_the_same_process_sees_every_look_at_once(tmp_path: Path) -> None:
    store = opened(tmp_path / "house.db")
    for number in (1, 2, 3):
        store.people.note(look(number, reason="核对来电" if number == 2 else ""))
    seen = store.census.looks(AskedLooks(), limit=10)
    assert {entry.at.minute for entry in store.people.entries_of("C1")} == {1, 2, 3}
    assert len(seen) == 3
    assert [entry.reason for entry in store.people.entries_of("C1") if entry.at.minute == 2] == ["核对来电"]
    store.close()


def test_looks_of_a_killed_process_are_taken_in_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    opened(path).close()
    killed = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", KILLED, str(path), str(Path(__file__).parent)], check=False
    )
    assert killed.returncode == 9
    (left,) = journals(path)
    with left.open("ab") as file:
        file.write(b'{"at_us": 17')  # and it was killed in the middle of a third
    store = opened(path)
    assert [entry.at.minute for entry in store.people.entries_of("C1")] == [2, 1]
    assert journals(path) == []
    store.close()
    again = opened(path)
    assert len(again.people.entries_of("C1")) == 2
    again.close()


def test_the_journal_of_a_living_process_is_left_to_it(tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    taken: list[Row] = []
    with opened(path).batch() as batch:
        journal = LookJournal(path, taken.extend)
        journal.add({"act": "client.read"})
        LookJournal(path, taken.extend).adopt()
        assert taken == []
        journal.drain()
        assert batch.unfolded(1) == ()
    assert taken == [{"act": "client.read"}]
    journal.close()


def test_a_look_that_cannot_be_noted_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(tmp_path / "house.db")

    def full(_descriptor: int, _line: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.write", full)
        with pytest.raises(StoreReadOnlyError, match="cannot be noted: No space left"):
            store.people.note(look(1))
    assert issubclass(StoreReadOnlyError, StoreError)
    store.people.note(look(2))
    assert [entry.at.minute for entry in store.people.entries_of("C1")] == [2]
    store.close()
