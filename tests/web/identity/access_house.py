"""What tests of access share: a small demo, its people of every role, and the table a person can read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from litestar import Litestar
from litestar.testing import TestClient
from page_house import ORIGIN, OWN, PORT, Browser

from tongxing.app.pages import pages_for
from tongxing.domain.person import Role
from tongxing.service.house import House
from tongxing.simulation.demo import demo_over

NOBODY = "nobody"
ROLES = (NOBODY, *(role.value for role in Role))
TABLE = Path(__file__).parents[1] / "access_table.txt"
RELATIONS = ("", "self", "assigned", "substitute", "team")


def table() -> Mapping[tuple[str, str], frozenset[str]]:
    """(act, `house` or `client`) -> who may, as `role` or `role:relation`."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        words = line.partition("#")[0].split()
        if words:
            assert (words[0], words[1]) not in found, line
            found[words[0], words[1]] = frozenset(words[2:])
    return found


def application(house: House) -> Litestar:
    return pages_for(house, demo=True, port=PORT, over=demo_over)


@contextmanager
def signed_in(house: House, who: str) -> Iterator[Browser]:
    """A browser of a person of the demo; of nobody for an empty name."""
    with TestClient(application(house), base_url=ORIGIN, raise_server_exceptions=False) as browser:
        if who:
            assert sign_in(browser, who) == 303
        yield browser


def sign_in(browser: Browser, who: str) -> int:
    return browser.post(
        "/demo/sign-in", data={"person": who}, headers=OWN, follow_redirects=False
    ).status_code
