"""Queues are counted and signs of life kept in the same way on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from store_kit import AT, searched

from postgres_server import Database
from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, open_store
from tongxing.service.ports import SetAside
from tongxing.service.ports_watch import Depths

EMPTY = Depths(
    events=0,
    lag=0,
    leaves=0,
    outbox=0,
    timers_late=0,
    timer_late_seconds=0,
    aside=0,
    jobs_queued=0,
    tasks_open=0,
    webhooks_waiting=0,
    webhooks_dead=0,
)


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    if request.param == "sqlite":
        opened = open_store(tmp_path / "store.db", entropy=OsEntropy(), key_path=tmp_path / "key")
    else:
        database: Database = request.getfixturevalue("database")
        opened = database.open()
        opened.leases(OsEntropy()).renew(everything=True)
    yield opened
    opened.close()


def test_what_waits_in_a_store_is_counted(store: SqlStore) -> None:
    assert store.watch.depths(AT) == EMPTY
    store.append([searched(1), searched(2)])
    store.add_job("advance_day", "")
    with store.batch() as batch:
        for hours in (-2, -1, 1):
            due = AT + timedelta(hours=hours)
            batch.set_timer(idem=f"{hours}", client_id="C000001", name=f"look:{hours}", due=due)
        batch.set_aside(SetAside(client_id="C000001", seq=1, what="searched", why="ValueError"))
    found = store.watch.depths(AT)
    assert (found.events, found.lag, found.aside, found.jobs_queued) == (2, 2, 1, 1)
    assert (found.timers_late, found.timer_late_seconds) == (2, 7_200)


def test_a_store_just_opened_has_every_table_and_no_unknown_book(store: SqlStore) -> None:
    assert store.watch.at_head()
    assert not store.watch.keeps_book("a" * 64)
    store.keep_book("a" * 64, b"pages")
    assert store.watch.keeps_book("a" * 64)


def test_the_last_sign_of_life_under_a_slot_replaces_the_one_before(store: SqlStore) -> None:
    store.watch.beat(0, b'{"events":1}')
    store.watch.beat(32, b'{"events":7}')
    store.watch.beat(0, b'{"events":2}')
    found = {beat.slot: beat for beat in store.watch.beats()}
    assert {slot: beat.figures for slot, beat in found.items()} == {0: b'{"events":2}', 32: b'{"events":7}'}
    assert all(0 <= beat.age_seconds < 60 for beat in found.values())
