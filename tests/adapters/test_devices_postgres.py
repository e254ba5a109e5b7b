"""Devices on PostgreSQL do what devices of every store must do."""

from collections.abc import Callable, Iterator

import pytest
from device_kit import CHECKS

from postgres_server import Database
from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore


@pytest.fixture
def store(database: Database) -> Iterator[SqlStore]:
    opened = database.open()
    opened.leases(OsEntropy()).renew(everything=True)
    yield opened
    opened.close()


@pytest.mark.parametrize("fact", CHECKS, ids=lambda fact: fact.__name__)
def test_devices_on_postgres_hold_that(fact: Callable[[SqlStore], None], store: SqlStore) -> None:
    fact(store)
