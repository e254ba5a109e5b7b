"""A served demo store and a real Chromium."""

import os
from collections.abc import Iterator

import pytest
from eyes import chromium_path
from playwright.sync_api import Browser, sync_playwright
from served_demo import Demo, served_demo

from tongxing.web.render import assets_built

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        _missing("no Chromium: set CHROMIUM or put one on PATH")
    if not assets_built():
        _missing("the pages are not bundled: cd frontend && npm ci && npm run build")
    # for one file: while it is open its event loop runs, and tests of other files could start none of theirs
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with served_demo(tmp_path_factory.mktemp("demo") / "demo.db") as found:
        yield found


def _missing(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
