"""A small house behind the interface, made once; each test writes under keys and numbers of its own."""

from collections.abc import Iterator

import pytest
from api_house import ORIGIN, Caller, application, enrol
from litestar.testing import TestClient

from tongxing.adapters.entropy import SeededEntropy
from tongxing.app.house import house_for
from tongxing.service.house import House
from tongxing.simulation.demo import demo_start


@pytest.fixture(scope="package")
def api_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Invented people over three days of real history."""
    house = house_for(tmp_path_factory.mktemp("api") / "demo.db", entropy=SeededEntropy(1))
    morning = demo_start(house, count=15, sessions_before=3)
    house.store.set_setting("market_now", morning.isoformat())
    enrol(house)
    yield house
    house.store.close()


@pytest.fixture(scope="package")
def api(api_store: House) -> Iterator[Caller]:
    with TestClient(application(api_store), base_url=ORIGIN, raise_server_exceptions=False) as found:
        yield found
