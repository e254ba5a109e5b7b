from collections.abc import Iterator

import pytest
from own_house import browser_of
from page_house import Browser, enter

from tongxing.service.house import House
from tongxing.web.client import own


@pytest.fixture(scope="session")
def shared_browser(house: House) -> Iterator[Browser]:
    with browser_of(house, "C000001") as browser:
        yield browser


@pytest.fixture
def mine(shared_browser: Browser) -> Browser:
    """The first client of the demo at the own pages, signed in again if another test signed out."""
    if shared_browser.get("/me/moments", follow_redirects=False).status_code != 200:
        enter(shared_browser, "C000001")
    return shared_browser


@pytest.fixture(autouse=True)
def _answers_at_once(monkeypatch: pytest.MonkeyPatch, mine: Browser) -> None:
    """No worker runs beside these tests: answers do not wait for one, and no choice of looks stays."""
    monkeypatch.setattr(own, "LOOKS", 0)
    for name in ("lang", "large", "elder"):
        mine.cookies.delete(name) if name in mine.cookies else None
