"""The worker on PostgreSQL; what any worker does with a release and with a clock that was set back."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from postgres_server import Database
from tongxing.adapters.clock import WallClock
from tongxing.app import DEFAULT_START, house_for
from tongxing.app.lock import folding
from tongxing.app.part import Part
from tongxing.app.releasing import release_client
from tongxing.app.worker import STOPPED, UNUSABLE, run_worker
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.ports import SetAside
from tongxing.service.work import work

WAIT_SECONDS_MAX = 30.0


def opened_account(client_id: str, at: datetime = DEFAULT_START) -> Event:
    body = {"name": "张示例", "birth": "1985-03-01", "opened_on": "2026-05-06"}
    return Event(
        source="app",
        source_seq=client_id,
        client_id=client_id,
        ts=at,
        known_at=at,
        kind="client_registered",
        body=body,
    )


@contextmanager
def working(place: Path | str) -> Iterator[list[int]]:
    """A worker of its own in a thread; how it ended."""
    stop, ended = threading.Event(), list[int]()
    thread = threading.Thread(
        target=lambda: ended.append(run_worker(place, {}, stop=stop, lease_seconds=10.0))
    )
    thread.start()
    try:
        yield ended
    finally:
        stop.set()
        thread.join()


def wait_for_lag(house: House) -> int:
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while house.store.lag() and time.monotonic() < deadline:
        time.sleep(0.02)
    return house.store.lag()


@pytest.fixture
def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("TONGXING_KEY", str(database.key))
    found = house_for(database.url)
    yield found
    found.store.close()


def test_a_worker_folds_a_postgres_store_and_gives_it_back(house: House, database: Database) -> None:
    append(house, [opened_account(f"C{number}") for number in range(20)])
    with working(database.url) as ended:
        assert wait_for_lag(house) == 0
        with folding(house) as mine:
            assert not mine, "a worker folds it already"
    assert ended == [STOPPED]
    with folding(house) as mine:
        assert mine, "it gave its partitions back"


def test_two_workers_of_a_live_store_fold_all_of_it(house: House, database: Database) -> None:
    house.store.set_setting("clock", "wall")
    append(house, [opened_account(f"C{number}") for number in range(40)])
    with working(database.url), working(database.url):
        assert wait_for_lag(house) == 0
    assert all(house.store.state(f"C{number}") is not None for number in range(40))


def test_a_worker_of_a_database_that_is_not_there_says_so(
    house: House, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    del house
    gone = database.url.replace("/tongxing_test", "/no_such_database")
    assert run_worker(gone, {}, stop=threading.Event()) == UNUSABLE
    printed = capsys.readouterr()
    told = printed.out + printed.err  # where lines go is settled once a process
    assert "cannot be reached" in told
    assert "Traceback" not in told


def test_jobs_are_done_by_one_worker_and_queued_again_when_it_died(house: House, database: Database) -> None:
    other = house_for(database.url)
    one, two = Part(house, lease_seconds=0.5), Part(other, lease_seconds=5.0)
    assert one.ready()
    assert one.does_jobs()
    house.store.add_job("advance_day", "")
    assert house.store.next_job() is not None
    assert not two.does_jobs()
    time.sleep(0.6)
    two.doubt()
    assert two.ready()
    assert two.does_jobs(), "the first one was silent for too long"
    assert house.store.next_job() is not None
    other.store.close()


def test_what_was_set_aside_is_released_by_the_worker_that_runs(tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    house = house_for(path)
    append(house, [opened_account("C1")])
    work(house, now=DEFAULT_START)
    with house.store.batch() as batch:
        batch.set_aside(SetAside(client_id="C1", seq=1, what="client_registered", why="KeyError"))
    with working(path):
        time.sleep(0.3)
        assert release_client(house, "C1") == 1
    assert house.store.aside() == ()
    with house.store.batch() as batch:
        batch.set_aside(SetAside(client_id="C1", seq=1, what="client_registered", why="KeyError"))
    assert release_client(house, "C1") == 1, "and by the command itself where no worker runs"
    house.store.close()


def test_a_release_beside_a_postgres_worker_is_not_overwritten(house: House, database: Database) -> None:
    append(house, [opened_account("C1")])
    with working(database.url):
        assert wait_for_lag(house) == 0
        with house.store.batch() as batch:
            batch.set_aside(SetAside(client_id="C1", seq=1, what="client_registered", why="KeyError"))
        assert release_client(house, "C1") == 1
        append(house, [opened_account("C2")])
        assert wait_for_lag(house) == 0
    assert house.store.aside() == ()


@pytest.mark.parametrize(("ahead", "begins"), [(timedelta(hours=2), "then"), (timedelta(days=40), "now")])
def test_a_live_house_begins_no_earlier_than_its_log_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead: timedelta, begins: str
) -> None:
    """Unless the log was written by a machine whose clock was far ahead."""
    now = datetime(2026, 5, 6, 9, 0, tzinfo=BEIJING)
    monkeypatch.setattr("tongxing.app.house.WallClock", partial(WallClock, machine=lambda: now))
    path = tmp_path / "house.db"
    house = house_for(path, live=True)
    append(house, [opened_account("C1", at=now + ahead)])
    house.store.close()
    again = house_for(path)
    assert again.clock.now() == (now + ahead if begins == "then" else now)
    again.store.close()
