"""Opening a store file: what is refused, and in which words; what stays the same over migrations."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from store_kit import AT, keep_leaf, searched

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import (
    NewerStoreError,
    NotAStoreError,
    SqlStore,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    open_store,
    statements,
)
from tongxing.adapters.store.errors import store_error
from tongxing.adapters.store.instants import partition_of
from tongxing.adapters.store.migrate import HEAD, KNOWN, MIGRATIONS
from tongxing.adapters.store.tables import metadata
from tongxing.adapters.vault.cipher import SealBrokenError
from tongxing.adapters.vault.key_file import KeyFileError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(tmp_path / "house.db", entropy=OsEntropy())
    yield opened
    opened.close()


def changed_behind_its_back(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_store_opened_again_has_everything(store: SqlStore) -> None:
    store.append([searched(1)])
    store.close()
    again = open_store(store.path, entropy=OsEntropy())
    assert [entry.event for entry in again.events()] == [searched(1)]
    again.close()


def test_store_and_key_are_readable_by_their_owner_only(store: SqlStore) -> None:
    store.append([searched(1)])
    assert {path.name: path.stat().st_mode & 0o077 for path in store.path.parent.iterdir()} == {
        "house.db": 0,
        "house.db-shm": 0,
        "house.db-wal": 0,
        "house.db.key": 0,
        "house.db.turn": 0,
    }


def test_every_commit_reaches_the_disk(store: SqlStore) -> None:
    with store._writer.connect() as connection:
        said = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_the_tables_are_those_of_the_migrations(store: SqlStore) -> None:
    with store._reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert script.get_current_head() == HEAD
    assert {revision.revision for revision in script.walk_revisions()} == KNOWN


def test_a_store_of_a_newer_version_is_not_touched(store: SqlStore) -> None:
    store.close()
    changed_behind_its_back(store.path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerStoreError, match="newer version"):
        open_store(store.path, entropy=OsEntropy())


@pytest.mark.parametrize("content", [b"PK\x03\x04 a zip file", b"client_id,name\n1,x\n" * 100])
def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clients.csv"
    path.write_bytes(content)
    with pytest.raises(NotAStoreError, match=r"clients\.csv is not a store"):
        open_store(path, entropy=OsEntropy())
    assert path.read_bytes() == content
    assert [item.name for item in tmp_path.iterdir()] == ["clients.csv"]


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    changed_behind_its_back(path, "CREATE TABLE photos (id INTEGER)")
    with pytest.raises(NotAStoreError, match="something else"):
        open_store(path, entropy=OsEntropy())
    assert not path.with_name("other.db.key").exists()


def test_a_cut_store_is_said_to_be_damaged(store: SqlStore) -> None:
    store.append([searched(number) for number in range(500)])
    store.close()
    whole = store.path.read_bytes()
    store.path.write_bytes(whole[:4096] + bytes(len(whole) // 2))
    with pytest.raises(NotAStoreError, match="damaged"):
        open_store(store.path, entropy=OsEntropy())


def test_a_folder_or_a_missing_disk_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreReadOnlyError, match="cannot be opened"):
        open_store(tmp_path, entropy=OsEntropy())
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreReadOnlyError, match="cannot be opened"):
        open_store(tmp_path / "file" / "house.db", entropy=OsEntropy())


def test_writing_a_read_only_file_is_named(store: SqlStore) -> None:
    connection = sqlite3.connect(f"file:{store.path}?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError) as refused:
        connection.execute("DELETE FROM setting")
    connection.close()
    assert isinstance(store_error(store.path, refused.value), StoreReadOnlyError)


def test_a_store_locked_too_long_says_so(tmp_path: Path) -> None:
    store = open_store(tmp_path / "house.db", entropy=OsEntropy(), busy_ms=50)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusyError, match="locked by another process"):
        store.append([searched(1)])
    other.execute("ROLLBACK")
    other.close()
    assert store.append([searched(1)]).accepted == (0,)
    store.close()


def test_a_full_disk_keeps_nothing_of_the_batch(store: SqlStore) -> None:
    store.append([searched(1)])
    with store._writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(StoreFullError, match="disk is full"):
        store.append([searched(number) for number in range(2, 1_000)])
    assert store.count_events() == 1
    with store._writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert len(store.append([searched(number) for number in range(2, 1_000)]).accepted) == 998


def test_a_batch_inside_a_batch_is_a_mistake_and_not_a_dead_lock(store: SqlStore) -> None:
    with store.batch(), pytest.raises(StoreError, match="batch is open"):
        store.append([searched(1)])
    assert store.append([searched(1)]).accepted == (0,)


def test_a_store_without_its_key_is_not_given_a_new_one(store: SqlStore) -> None:
    store.close()
    key = store.path.with_name("house.db.key")
    key.rename(key.with_name("elsewhere.key"))
    with pytest.raises(KeyFileError, match="missing"):
        open_store(store.path, entropy=OsEntropy())
    assert not key.exists()
    again = open_store(store.path, entropy=OsEntropy(), key_path=key.with_name("elsewhere.key"))
    again.close()


def test_the_key_of_another_store_is_recognised(store: SqlStore, tmp_path: Path) -> None:
    other = open_store(tmp_path / "other.db", entropy=OsEntropy())
    other.close()
    store.close()
    with pytest.raises(KeyFileError, match="another store"):
        open_store(store.path, entropy=OsEntropy(), key_path=tmp_path / "other.db.key")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET body = (SELECT body FROM event WHERE seq = 2) WHERE seq = 1",
        "UPDATE event SET known_at_us = known_at_us + 1 WHERE seq = 1",
        "UPDATE event SET kind = 'asked' WHERE seq = 1",
    ],
    ids=["body_moved", "time_changed", "kind_changed"],
)
def test_an_event_changed_in_the_file_does_not_open(store: SqlStore, change: str) -> None:
    store.append([searched(1), searched(2)])
    changed_behind_its_back(store.path, change)
    with pytest.raises(SealBrokenError):
        list(store.events_of("C000001"))


def test_a_decision_without_its_leaf_is_impossible(store: SqlStore) -> None:
    with store.batch() as batch:
        keep_leaf(batch)
    with pytest.raises(Exception, match="FOREIGN KEY"), store.batch() as batch:
        batch.enqueue(idem="t1", client_id="C000001", payload=b"x", leaf_index=7)


def test_the_worker_reads_the_log_from_its_offset_and_not_from_the_start(store: SqlStore) -> None:
    with store._reader.connect() as connection:
        query = statements.UNFOLDED.compile(connection)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", (500, 0)).all()
    steps = [row[3] for row in plan]
    assert steps[0].startswith("SEARCH event USING INTEGER PRIMARY KEY (rowid>?)")
    assert not any("TEMP B-TREE" in step for step in steps)


def test_partitions_are_the_same_on_every_machine() -> None:
    assert [partition_of(name) for name in ("C000001", "C000017", "客户")] == [14, 32, 1]
    assert {partition_of(f"C{number:06d}") for number in range(2_000)} == set(range(64))


def test_a_book_is_kept_under_its_digest(store: SqlStore) -> None:
    store.keep_book("d" * 64, b"zip of pages")
    store.keep_book("d" * 64, b"another")
    assert store.book_copy("d" * 64) == b"zip of pages"
    assert store.book_copy("e" * 64) is None


def test_jobs_of_a_worker_that_died_are_queued_again(store: SqlStore) -> None:
    job_id = store.add_job("advance_day", "")
    store.next_job()
    assert store.requeue_running() == 1
    taken = store.next_job()
    assert taken is not None
    assert taken.job_id == job_id


def test_a_store_that_lives_with_its_clock_keeps_instants_exactly(store: SqlStore) -> None:
    with store.batch() as batch:
        batch.set_timer(idem="t", client_id="C000001", name="n", due=AT.replace(microsecond=7))
        assert batch.due_timers(AT.replace(microsecond=7), 1)[0].due == AT.replace(microsecond=7)
        assert not batch.due_timers(AT.replace(microsecond=6), 1)
