"""`tongxing mcp` over standard input and output, as a broker's assistant starts it."""

import asyncio
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from mcp import Client, StdioServerParameters

from tongxing.app.house import house_for
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.person import Person, Role
from tongxing.service.ports_people import Account
from tongxing.service.sign_in import new_key
from tongxing.service.work import work

AT = datetime(2026, 5, 6, 9, 0, tzinfo=BEIJING)
COMMAND = (sys.executable, "-m", "tongxing.cli", "mcp")
ADVISER = Person(person_id="adviser-1", name="林知行", role=Role.ADVISER, team="浦东")
OTHER = Person(person_id="adviser-2", name="周予安", role=Role.ADVISER, team="浦东")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store with one client of adviser-2, and a key of theirs."""
    path = tmp_path_factory.mktemp("mcp") / "demo.db"
    house = house_for(path)
    for person in (ADVISER, OTHER):
        house.store.people.put(Account(person=person))
    body: dict[str, object] = {"name": "林知夏", "birth": "1990-01-01", "opened_on": "2020-01-06"}
    house.store.append(
        [
            Event(
                source="core",
                source_seq="1",
                client_id="C000001",
                ts=AT,
                known_at=AT,
                kind="client_registered",
                body=body,
            )
        ]
    )
    work(house, now=AT)
    with house.store.batch() as batch:
        batch.tasks.assign("C000001", "adviser-2", since=AT)
    key = new_key(house, "adviser-2", "assistant")
    house.store.close()
    return path, key


def profile(path: Path, *arguments: str, key: str = "") -> tuple[bool, Any]:
    async def run() -> tuple[bool, Any]:
        server = StdioServerParameters(
            command=COMMAND[0],
            args=[*COMMAND[1:], "--store", str(path), *arguments],
            env={**os.environ, "TONGXING_KEY": key},
        )
        async with Client(server) as client:
            found = await client.call_tool("client_profile", {"client_id": "C000001"})
            return not found.is_error, found.structured_content

    return asyncio.run(run())


def test_the_assistant_of_the_adviser_reads_the_client_and_stands_on_the_record(
    place: tuple[Path, str],
) -> None:
    path, key = place
    good, found = profile(path, key=key)
    assert (good, found["client_id"]) == (True, "C000001")
    house = house_for(path)
    entry = house.store.people.entries_of("C000001", limit=1)[0]
    house.store.close()
    assert (entry.person_id, entry.act, entry.allowed) == ("adviser-2", "api.profiles.read", True)


def test_the_assistant_of_another_adviser_does_not(place: tuple[Path, str]) -> None:
    assert profile(place[0], "--as", "adviser-1") == (False, None)


def test_without_a_key_or_a_person_the_command_ends_and_says_why(place: tuple[Path, str]) -> None:
    ended = subprocess.run(  # noqa: S603 - our own program
        [*COMMAND, "--store", str(place[0])],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "TONGXING_KEY": "txk_wrong"},
    )
    assert ended.returncode == 2
    assert "TONGXING_KEY" in ended.stderr
    assert ended.stdout == ""
