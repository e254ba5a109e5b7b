"""The store on PostgreSQL does what every store must do, and what only a shared one must."""

from collections.abc import Callable, Iterator

import pytest
from store_kit import CHECKS

from postgres_server import Database
from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore


@pytest.fixture
def store(database: Database) -> Iterator[SqlStore]:
    """One worker that holds all partitions."""
    opened = database.open()
    opened.leases(OsEntropy()).renew(everything=True)
    yield opened
    opened.close()


@pytest.mark.parametrize("fact", CHECKS, ids=lambda fact: fact.__name__)
def test_the_postgres_store_holds_that(fact: Callable[[SqlStore], None], store: SqlStore) -> None:
    fact(store)
