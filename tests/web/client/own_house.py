"""A browser signed in as one of the demo's people, and forms sent from its own pages."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from litestar.testing import TestClient
from page_house import ORIGIN, OWN, PORT, Browser
from page_house import send as send_plain

from tongxing.app.pages import pages_for
from tongxing.service.house import House
from tongxing.simulation.demo import demo_over

FORM_KEY = re.compile(r'name="form_key" value="([^"]*)"')


@contextmanager
def browser_of(house: House, person_id: str) -> Iterator[Browser]:
    """The pages as this person sees them, after one click on the name."""
    app = pages_for(house, demo=True, port=PORT, over=demo_over)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as browser:
        answer = browser.post(
            "/demo/sign-in", data={"person": person_id}, headers=OWN, follow_redirects=False
        )
        assert answer.status_code == 303, answer.text
        yield browser


def send(
    browser: Browser, path: str, fields: Mapping[str, str], *, fragment: bool = False
) -> tuple[int, str, str]:
    """Send a form as the own pages make it: status, where it leads, and the words of the answer."""
    found = FORM_KEY.search(browser.get("/me/moments").text)
    assert found is not None
    return send_plain(browser, path, {"form_key": found.group(1), **fields}, fragment=fragment)
