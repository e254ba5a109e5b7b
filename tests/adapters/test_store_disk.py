"""A disk that is full, or that may only be read, stops the store with clear words and harms nothing in it."""

import os
import resource
import shutil
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from small_disk import make_read_only, resize, small_disk
from sqlalchemy import URL, create_engine, text
from store_kit import searched

from postgres_server import fresh_database, named, server, user
from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, StoreError, StoreFullError, StoreReadOnlyError, open_store

MANY = 500
BATCHES_MAX = 400


def fill(store: SqlStore, *, first: int = 0) -> int:
    """Append until the disk is full; how many events were acknowledged."""
    kept = first
    for _ in range(BATCHES_MAX):
        store.append([searched(number) for number in range(kept, kept + MANY)])
        kept += MANY
    raise AssertionError("the disk was never full")


def acknowledged(store: SqlStore) -> int:
    """Fill until it fails; what the store then holds is what it acknowledged."""
    with pytest.raises(StoreFullError, match="disk is full"):
        fill(store)
    return store.count_events()


def whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as raw:
        return bool(raw.execute("PRAGMA integrity_check").fetchone() == ("ok",))


def test_a_full_disk_stops_sqlite_and_it_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kib=3_000) as disk:
        store = open_store(disk / "house.db", entropy=OsEntropy())
        kept = acknowledged(store)
        assert kept % MANY == 0
        assert [entry.seq for entry in store.events(limit=100_000)] == list(range(1, kept + 1))
        store.close()
        assert whole(disk / "house.db")
        resize(disk, kib=30_000)
        again = open_store(disk / "house.db", entropy=OsEntropy())
        assert len(again.append([searched(number) for number in range(kept, kept + MANY)]).accepted) == MANY
        again.close()


def test_a_disk_that_became_read_only_stops_sqlite_and_loses_nothing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kib=8_000) as disk:
        open_store(disk / "house.db", entropy=OsEntropy()).close()
        make_read_only(disk, read_only=True)
        with pytest.raises(
            StoreReadOnlyError, match=r"cannot be (opened for writing|written)|may not be written"
        ):
            open_store(disk / "house.db", entropy=OsEntropy())
        make_read_only(disk, read_only=False)
        again = open_store(disk / "house.db", entropy=OsEntropy())
        assert again.append([searched(1)]).accepted == (0,)
        again.close()
        assert whole(disk / "house.db")


def test_a_file_that_may_not_grow_stops_the_writer_and_stays_whole(tmp_path: Path) -> None:
    """Everywhere, without a mount: the kernel refuses each byte beyond a limit."""
    path = tmp_path / "house.db"
    open_store(path, entropy=OsEntropy()).close()
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            store = open_store(path, entropy=OsEntropy())
            resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
            try:
                fill(store)
            except StoreError as stopped:
                os.write(told, f"{store.count_events()} {stopped}".encode())
        os._exit(0)
    os.close(told)
    os.waitpid(child, 0)
    count, words = os.read(heard, 10_000).decode().split(" ", 1)
    os.close(heard)
    assert "disk" in words
    assert whole(path)
    store = open_store(path, entropy=OsEntropy())
    assert store.count_events() == int(count) > 0
    assert (
        len(store.append([searched(number) for number in range(int(count), int(count) + MANY)]).accepted)
        == MANY
    )
    store.close()


def test_a_full_disk_stops_postgres_and_it_goes_on_when_there_is_room(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("postgres")
    with tempfile.TemporaryDirectory(prefix="tongxing-disk-") as name:
        Path(name).chmod(0o755)
        with small_disk(Path(name) / "disk", kib=14_000) as disk, server() as url:
            shutil.chown(disk, user=user())
            with on_tablespace(url, disk) as made:
                store = open_store(named(made), entropy=OsEntropy(), key_path=Path(name) / "key")
                kept = acknowledged(store)
                assert kept % MANY == 0
                assert [entry.seq for entry in store.events(limit=100_000)] == list(range(1, kept + 1))
                resize(disk, kib=60_000)
                more = [searched(number) for number in range(kept, kept + MANY)]
                assert len(store.append(more).accepted) == MANY
                store.close()


@contextmanager
def on_tablespace(url: URL, disk: Path) -> Iterator[URL]:
    """A database whose tables lie on a disk of their own; the server's journal lies elsewhere."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE TABLESPACE small LOCATION '{disk}'"))
    with fresh_database(url) as made:
        with engine.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {made.database} SET TABLESPACE small"))
        yield made
    with engine.connect() as connection:
        connection.execute(text("DROP TABLESPACE small"))
    engine.dispose()
