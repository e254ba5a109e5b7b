from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient
from page_house import ORIGIN, PORT, Browser

from tongxing.adapters.entropy import SeededEntropy
from tongxing.app.house import house_for
from tongxing.app.pages import pages_for
from tongxing.service.house import House
from tongxing.simulation.demo import demo_over, demo_start
from tongxing.web.client import own


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A small real demo: invented people over three days of real history."""
    path: Path = tmp_path_factory.mktemp("pages") / "demo.db"
    house = house_for(path, entropy=SeededEntropy(1))
    morning = demo_start(house, count=15, sessions_before=3)
    house.store.set_setting("market_now", morning.isoformat())
    yield house
    house.store.close()


@pytest.fixture(scope="session")
def client(house: House) -> Iterator[Browser]:
    app = pages_for(house, demo=True, port=PORT, over=demo_over)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch, client: Browser) -> None:
    """No worker runs beside these tests: answers do not wait for one, and no cookie stays."""
    monkeypatch.setattr(own, "LOOKS", 0)
    client.cookies.clear()
