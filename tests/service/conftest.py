"""A house on a store of its own for each test."""

from collections.abc import Iterator

import pytest

from tongxing.app import temporary_house
from tongxing.service.house import House


@pytest.fixture
def house() -> Iterator[House]:
    with temporary_house(seed=7) as found:
        yield found
