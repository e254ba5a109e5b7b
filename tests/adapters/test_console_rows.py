"""The console's rows in a file and on PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from console_kit import FACTS

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, open_store


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    if request.param == "sqlite":
        opened = open_store(tmp_path / "s.db", entropy=OsEntropy(), key_path=tmp_path / "s.key")
    else:
        opened = request.getfixturevalue("database").open()
        opened.leases(OsEntropy()).renew(everything=True)
    yield opened
    opened.close()


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_the_rows_of_the_console_hold_that(fact: Callable[[SqlStore], None], store: SqlStore) -> None:
    fact(store)
