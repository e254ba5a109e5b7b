"""Joining a house: the clock a store was made with stays, its book is kept, one process folds it."""

import zlib
from pathlib import Path

import msgspec
import pytest

from tongxing.adapters.store import SqlStore
from tongxing.app import DEFAULT_START, HouseError, house_for, temporary_house
from tongxing.app.lock import worker_lock
from tongxing.book.reader import digest


def test_a_demo_store_stands_on_the_market_clock_and_never_becomes_live(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    house = house_for(path)
    assert house.clock.now() == DEFAULT_START
    house.store.close()
    with pytest.raises(HouseError, match="market clock"):
        house_for(path, live=True)


def test_a_live_store_stays_live(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    house_for(path, live=True).store.close()
    again = house_for(path)
    assert again.store.setting("clock") == "wall"
    again.store.close()


def test_the_book_in_force_is_kept_under_its_digest() -> None:
    with temporary_house() as house:
        assert isinstance(house.store, SqlStore)
        kept = house.store.book_copy(house.book.digest)
        assert kept is not None
        pages = msgspec.json.decode(zlib.decompress(kept), type=dict[str, str])
        assert digest(pages) == house.book.digest


def test_one_process_at_a_time_folds_a_store(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with worker_lock(path) as first, worker_lock(path) as second:
        assert (first, second) == (True, False)
    with worker_lock(path) as again:
        assert again
