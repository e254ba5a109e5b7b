"""The worker stops, says why, and takes up what was broken off."""

import threading
from pathlib import Path

import pytest

from tongxing.adapters.store import SqlStore
from tongxing.app import house_for
from tongxing.app.jobs import JOBS, advance_day, fill, filled, forget_restarts, restart_demo
from tongxing.app.lock import worker_lock
from tongxing.app.worker import STOPPED, UNUSABLE, run_worker
from tongxing.service.house import House

CLIENTS = 20


def test_a_worker_told_to_stop_stops(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    assert run_worker(tmp_path / "store.db", JOBS, stop=stop) == STOPPED


def test_a_second_worker_is_of_no_use(tmp_path: Path) -> None:
    with worker_lock(tmp_path / "store.db") as mine:
        assert mine
        assert run_worker(tmp_path / "store.db", JOBS, stop=threading.Event()) == UNUSABLE


def test_a_store_that_cannot_be_opened_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "store.db"
    house_for(path).store.close()
    (tmp_path / "store.db.key").unlink()
    assert run_worker(path, JOBS, stop=threading.Event()) == UNUSABLE
    printed = capsys.readouterr()
    told = printed.out + printed.err  # where lines go is settled once a process
    assert "is missing" in told
    assert "Traceback" not in told


def test_a_day_that_was_broken_off_is_finished_and_no_second_one_lived(tmp_path: Path) -> None:
    house = _filled(tmp_path)
    number = house.store.add_job("advance_day", "")
    _do(house, number)
    evening = house.clock.now()
    house.store.set_setting("market_now", evening.replace(hour=9, minute=0).isoformat())
    house.store.report(number, done=3, total=4, note="", state="running")
    house.store.requeue_running()
    _do(house, number)
    assert house.clock.now() == evening
    _do(house, house.store.add_job("advance_day", ""))
    assert house.clock.now() > evening
    house.store.close()


def test_a_restart_keeps_the_number_of_people_and_the_books(tmp_path: Path) -> None:
    house = _filled(tmp_path)
    assert isinstance(house.store, SqlStore)
    job = house.store.job(house.store.add_job("restart_demo", ""))
    assert job is not None
    restart_demo(house, job)
    assert filled(house)
    assert len(house.store.client_ids()) == CLIENTS
    assert house.store.book_copy(house.book.digest) is not None
    house.store.close()


def test_a_restart_finished_by_a_filling_is_not_done_again(tmp_path: Path) -> None:
    house = _filled(tmp_path)
    number = house.store.add_job("restart_demo", "")
    assert house.store.next_job() is not None
    forget_restarts(house)
    assert house.store.requeue_running() == 0
    job = house.store.job(number)
    assert job is not None
    assert job.state == "done"
    house.store.close()


def _filled(folder: Path) -> House:
    house = house_for(folder / "store.db")
    fill(house, clients=CLIENTS)
    return house


def _do(house: House, number: int) -> None:
    job = house.store.job(number)
    assert job is not None
    advance_day(house, job)
