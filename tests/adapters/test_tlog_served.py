"""A log over HTTP: its files and nothing else, and an audit of it from outside."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from tlog_victim import KEY, entry
from typer.testing import CliRunner

from tongxing.adapters.tlog.exchange import ask
from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.log_app import LogApp
from tongxing.adapters.tlog.sources import web_source
from tongxing.cli import app

START_SECONDS_MAX = 30


@pytest.fixture
def log(tmp_path: Path) -> Path:
    with TileLog(tmp_path / "log", KEY) as opened:
        opened.append([entry(number) for number in range(300)])
    return tmp_path / "log"


@pytest.fixture
def url(log: Path) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(LogApp(log), host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until = time.monotonic() + START_SECONDS_MAX
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def answers(log: Path, *paths: str, method: str = "GET") -> list[httpx.Response]:
    async def asked() -> list[httpx.Response]:
        transport = httpx.ASGITransport(LogApp(log))
        async with httpx.AsyncClient(transport=transport, base_url="http://log.example") as client:
            return [await client.request(method, path) for path in paths]

    return asyncio.run(asked())


def test_tiles_bundles_and_the_checkpoint_are_served_with_their_types(log: Path) -> None:
    found = answers(log, "/checkpoint", "/tile/0/000", "/tile/entries/001.p/44", "/tile/1/000.p/1")
    assert [one.status_code for one in found] == [200] * 4
    assert found[0].headers["content-type"] == "text/plain; charset=utf-8"
    assert found[0].headers["cache-control"] == "no-store"
    assert {one.headers["content-type"] for one in found[1:]} == {"application/octet-stream"}
    assert (len(found[1].content), len(found[3].content)) == (8_192, 32)


def test_nothing_else_of_the_directory_is_served(log: Path) -> None:
    hidden = [
        "/head",
        "/lock",
        "/journal-0",
        "/",
        "/tile",
        "/tile/0/000/../../../head",
        "/tile/0/%2e%2e/head",
    ]
    wrong = ["/tile/0/0", "/tile/00/000", "/tile/0/001", "/tile/0/000.p/256", "/tile/0/001.p/45"]
    assert {one.status_code for one in answers(log, *hidden, *wrong)} == {404}
    assert answers(log, "/checkpoint", method="POST")[0].status_code == 405
    assert answers(log, "/checkpoint", method="HEAD")[0].content == b""


def test_a_log_is_audited_at_its_address(log: Path, url: str) -> None:
    words = ["ledger", "audit", url, "--vkey", KEY.verifier.line]
    clean = CliRunner().invoke(app, words)
    assert (clean.exit_code, json.loads(clean.stdout)["size"]) == (0, 300)
    (log / "tile/0/000").write_bytes(bytes(8_192))
    damaged = CliRunner().invoke(app, words)
    assert (damaged.exit_code, json.loads(damaged.stdout)["valid"]) == (1, False)


def test_what_is_not_there_is_told_apart_from_what_does_not_answer(url: str) -> None:
    with pytest.raises(FileNotFoundError):
        web_source(url)("tile/0/777")
    with pytest.raises(OSError, match="not an http"):
        ask("file:///etc/hostname")
    with pytest.raises(ConnectionError):
        web_source("http://127.0.0.1:9")("checkpoint")
