"""What tests of pages share: the address, a browser's headers, and clients of the demo."""

import re
from collections.abc import Mapping

from litestar import Litestar
from litestar.testing import TestClient

from tongxing.service.client_view import client_view
from tongxing.service.house import House
from tongxing.service.views import ClientView
from tongxing.service.work import work

PORT = 8600
ORIGIN = f"http://127.0.0.1:{PORT}"
OWN = {"Sec-Fetch-Site": "same-origin"}
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
Browser = TestClient[Litestar]
FORM_KEY = re.compile(r'name="form_key" value="([^"]*)"')


def send(
    client: Browser, path: str, fields: Mapping[str, str], *, fragment: bool = False
) -> tuple[int, str, str]:
    """Send a form from one of our own pages: status, where it leads, and the words of the answer."""
    headers = OWN | FRAGMENT if fragment else OWN
    answer = client.post(path, data=dict(fields), headers=headers, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", ""), answer.text


def enter(client: Browser, person_id: str) -> str:
    """Sign in by one click on a name of the demo; the key that forms of this session carry."""
    status, _to, text = send(client, "/demo/sign-in", {"person": person_id})
    assert status == 303, text
    found = FORM_KEY.search(client.get("/me/moments").text)
    return "" if found is None else found.group(1)


def home(house: House, client_id: str) -> ClientView:
    view = client_view(house, client_id, now=house.clock.now())
    assert view is not None
    return view


def consenting(house: House) -> str:
    """A client who may be served and was not told about pensions."""
    for client_id in house.store.client_ids():
        view = home(house, client_id)
        told = {card.playbook for card in view.cards} | {one.kind for one in view.recent}
        if view.consented and view.personalisation and not told & {"pension_guide", "searched", "closing"}:
            return client_id
    raise AssertionError("the demo has nobody to serve")


def catch_up(house: House) -> None:
    work(house, now=house.clock.now())
