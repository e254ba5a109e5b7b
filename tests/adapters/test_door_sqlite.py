"""What the door holds in a file does what it must in every store."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from door_kit import CHECKS

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(tmp_path / "house.db", entropy=OsEntropy(), synchronous="OFF")
    yield opened
    opened.close()


@pytest.mark.parametrize("fact", CHECKS, ids=lambda fact: fact.__name__)
def test_the_door_in_a_file_holds_that(fact: Callable[[SqlStore], None], store: SqlStore) -> None:
    fact(store)
