"""Devices in a file do what devices of every store must do."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from device_kit import CHECKS

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(tmp_path / "house.db", entropy=OsEntropy(), synchronous="OFF")
    yield opened
    opened.close()


@pytest.mark.parametrize("fact", CHECKS, ids=lambda fact: fact.__name__)
def test_devices_in_a_file_hold_that(fact: Callable[[SqlStore], None], store: SqlStore) -> None:
    fact(store)
