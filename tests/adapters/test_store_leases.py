"""Many workers on PostgreSQL: each folds its own partitions, and who lost them commits nothing."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine, text
from store_kit import AT, keep_leaf, searched

from postgres_server import Database
from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import LeaseLostError, SqlStore, StoreError, StoreReadOnlyError
from tongxing.adapters.store.instants import PARTITIONS, partition_of
from tongxing.adapters.store.leases import Leases
from tongxing.domain.event import Event

ALL = set(range(PARTITIONS))
SHORT = 1.5


@pytest.fixture
def worker(database: Database) -> Iterator[Callable[[], tuple[SqlStore, Leases]]]:
    opened: list[SqlStore] = []

    def begin(seconds: float = SHORT) -> tuple[SqlStore, Leases]:
        store = database.open()
        opened.append(store)
        return store, store.leases(OsEntropy(), seconds=seconds)

    yield begin
    for store in opened:
        store.close()


def events(count: int) -> list[Event]:
    return [searched(number, client_id=f"C{number:04d}") for number in range(count)]


def fold(store: SqlStore, *, pause: Callable[[], None] = lambda: None) -> list[str]:
    with store.batch() as batch:
        entries = batch.unfolded(10_000)
        for entry in entries:
            keep_leaf(batch, entry.event.client_id)
            batch.save_state(entry.event.client_id, b"folded", entry.seq)
        if entries:
            batch.fold_done(entries[-1].seq)
        pause()
    return [entry.event.client_id for entry in entries]


def test_workers_share_all_partitions_and_none_is_held_by_two(
    worker: Callable[..., tuple[SqlStore, Leases]],
) -> None:
    parts = [worker(30.0)[1] for _ in range(3)]
    for _ in range(3):
        held = [set(part.renew()) for part in parts]
    assert sorted(len(found) for found in held) == [20, 22, 22]
    assert set.union(*held) == ALL
    assert sum(map(len, held)) == PARTITIONS


def test_each_worker_folds_its_own_clients_and_nothing_is_left(
    worker: Callable[..., tuple[SqlStore, Leases]],
) -> None:
    (one, first), (two, second) = worker(30.0), worker(30.0)
    one.append(events(300))
    for part in (first, second, first, second):
        part.renew()
    mine, others = fold(one), fold(two)
    assert {partition_of(name) for name in mine} <= set(first.renew())
    assert sorted([*mine, *others]) == [f"C{number:04d}" for number in range(300)]
    assert fold(one) == fold(two) == []
    assert one.lag() == 0, "what came for the other's partitions is passed"
    assert [sealed.index for sealed in one.leaves(limit=1_000)] == list(range(300))


def test_a_worker_that_died_is_followed_by_another(worker: Callable[..., tuple[SqlStore, Leases]]) -> None:
    (_dead, gone), (living, heir) = worker(), worker()
    gone.renew(everything=True)
    assert heir.renew() == ()
    living.append(events(5))
    time.sleep(SHORT + 0.1)
    assert set(heir.renew()) == ALL
    assert len(fold(living)) == 5


def test_a_worker_that_was_asleep_for_too_long_commits_nothing(
    worker: Callable[..., tuple[SqlStore, Leases]],
) -> None:
    (sleeper, slept), (other, heir) = worker(), worker()
    slept.renew(everything=True)
    sleeper.append(events(5))

    def oversleep() -> None:
        time.sleep(SHORT + 0.1)
        assert set(heir.renew()) == ALL
        assert len(fold_without_leaves(other)) == 5

    with pytest.raises(LeaseLostError):
        fold_without_leaves(sleeper, pause=oversleep)
    assert other.state("C0001") == b"folded"
    assert other.lag() == 0
    assert fold_without_leaves(other) == []


def fold_without_leaves(store: SqlStore, *, pause: Callable[[], None] = lambda: None) -> list[str]:
    """Leaves wait for each other's commit; here one commits while the other is asleep in the middle."""
    with store.batch() as batch:
        entries = batch.unfolded(10_000)
        pause()
        for entry in entries:
            batch.save_state(entry.event.client_id, b"folded", entry.seq)
        if entries:
            batch.fold_done(entries[-1].seq)
    return [entry.event.client_id for entry in entries]


def test_a_lease_that_ran_out_and_was_not_taken_is_still_good(
    worker: Callable[..., tuple[SqlStore, Leases]],
) -> None:
    store, lease = worker()
    lease.renew(everything=True)
    store.append(events(3))
    assert len(fold(store, pause=lambda: time.sleep(SHORT + 0.1))) == 3


def test_without_a_lease_nothing_is_folded_and_events_are_still_taken(database: Database) -> None:
    store = database.open()
    assert store.append(events(2)).accepted == (0, 1)
    for look in (
        lambda batch: batch.unfolded(1),
        lambda batch: batch.waiting(1),
        lambda batch: batch.due_timers(AT, 1),
    ):
        with pytest.raises(StoreError, match="under a lease"), store.batch() as batch:
            look(batch)
    store.close()


def test_what_a_worker_gives_back_is_free_at_once(worker: Callable[..., tuple[SqlStore, Leases]]) -> None:
    (_one, first), (_two, second) = worker(30.0), worker(30.0)
    first.renew(everything=True)
    first.give_back()
    assert set(second.renew()) == ALL


def test_a_release_from_outside_undoes_what_the_worker_is_doing(
    worker: Callable[..., tuple[SqlStore, Leases]], database: Database
) -> None:
    store, lease = worker(30.0)
    lease.renew(everything=True)
    store.append(events(3))
    outside = database.open()

    def release() -> None:
        with outside.batch() as batch:
            batch.release("C0001")
            batch.save_state("C0001", b"repaired", 3)

    with pytest.raises(LeaseLostError):
        fold_without_leaves(store, pause=release)
    assert outside.state("C0001") == b"repaired"
    lease.renew(everything=True)
    assert len(fold(store)) == 3
    outside.close()


def test_appends_from_many_threads_lose_and_double_nothing(database: Database) -> None:
    """All of them offer the same events, each in another order: the log has each once, without a gap."""
    store = database.open()
    offered = events(60)
    accepted: list[int] = []

    def offer(turn: int) -> None:
        ordered = offered[turn * 7 :] + offered[: turn * 7]
        chunks = (ordered[start : start + 10] for start in range(0, 60, 10))
        accepted.extend(len(store.append(chunk).accepted) for chunk in chunks)

    threads = [threading.Thread(target=offer, args=(turn,)) for turn in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(accepted) == 60
    assert [entry.seq for entry in store.events()] == list(range(1, 61))
    store.close()


def test_a_reader_never_sees_a_later_event_before_an_earlier_one(database: Database) -> None:
    """Places in the log are given in the order of the commits: a worker cannot step over one."""
    writer, reader = database.open(), database.open()
    done = threading.Event()

    def append(name: str) -> None:
        for number in range(60):
            writer.append([searched(number, client_id=name), searched(number + 500, client_id=name + "x")])

    def watch() -> None:
        while not done.is_set():
            seqs = [entry.seq for entry in reader.events(limit=10_000)]
            seen.append(seqs == list(range(1, len(seqs) + 1)))

    seen: list[bool] = []
    watching = threading.Thread(target=watch)
    watching.start()
    names = [f"W{number}" for number in range(4)]
    threads = [threading.Thread(target=append, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    watching.join()
    assert seen
    assert all(seen)
    writer.close()
    reader.close()


def test_a_read_only_database_says_so_and_keeps_nothing(database: Database) -> None:
    store = database.open()
    engine = create_engine(database.url.replace("postgresql://", "postgresql+psycopg://"))
    name = engine.url.database
    with engine.begin() as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only TO on"))
    store.close()
    stopped = database.open()
    with pytest.raises(StoreReadOnlyError, match="read-only"):
        stopped.append(events(1))
    assert stopped.count_events() == 0
    stopped.close()
    with engine.connect() as connection, connection.begin():
        connection.execute(text("SET TRANSACTION READ WRITE"))
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only TO off"))
    engine.dispose()
    recovered = database.open()
    assert recovered.append(events(1)).accepted == (0,)
    recovered.close()


def test_a_server_that_is_gone_is_named_without_its_password(database: Database) -> None:
    gone = database.url.replace("tongxing@", "tongxing:secret@").replace("tongxing-pg-", "no-such-")
    with pytest.raises(StoreError) as refused:
        Database(url=gone, key=database.key).open()
    assert "cannot be reached" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_hung_transaction_is_ended_by_the_server(database: Database) -> None:
    store = database.open()
    with store.batch() as batch:
        rested = batch._connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one()
        waits = batch._connection.exec_driver_sql("SHOW lock_timeout").scalar_one()
        durable = batch._connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
    assert (rested, waits, durable) == ("1min", "10s", "on")
    store.close()
