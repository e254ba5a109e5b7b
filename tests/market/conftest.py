"""The shipped market and its dated rules."""

import pytest

from tongxing.adapters import market_files
from tongxing.domain.book import Rulebook
from tongxing.market.history import Market


@pytest.fixture(scope="session")
def rules() -> Rulebook:
    return market_files.packaged_rules()


@pytest.fixture(scope="session")
def market(rules: Rulebook) -> Market:
    return market_files.load(rules=rules)
