"""Partitions carried by a real NATS server give the same log and the same states as appending directly."""

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import date, datetime

import pytest

pytest.importorskip("nats", reason="the nats extra is not installed")
import nats

from tongxing.adapters.store.instants import partition_of
from tongxing.adapters.stream.jetstream import (
    PARTITIONS,
    REASON,
    REJECTED_SUBJECT,
    STREAM,
    Pumped,
    StreamError,
    publish,
    pump,
)
from tongxing.app import temporary_house
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event, Rejected
from tongxing.intake.events import parse
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.ports import Appended
from tongxing.service.work import work
from tongxing.simulation.run import simulate

SERVER = shutil.which("nats-server") or shutil.which("nats-server", path="/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(
    SERVER is None, reason="nats-server is not installed (Debian: apt-get install nats-server)"
)
NOW = datetime(2025, 3, 20, 12, 0, tzinfo=BEIJING)
HOUSE_OWN = ("house.sign", "house.touch")
SECONDS_MAX, HALF = 60, 32


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("nats")
    command = [str(SERVER), "-js", "-a", "127.0.0.1", "-p", str(port), "-sd", str(folder)]
    with subprocess.Popen(  # noqa: S603 - the server of this machine
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=0.1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"nats://127.0.0.1:{port}"
        server.terminate()


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """What the systems of a broker said in some days of a simulation."""
    with temporary_house(seed=9) as house:
        simulate(house, clients=30, days=4, seed=9, start=date(2025, 3, 3))
        stored, after = [], 0
        while chunk := house.store.events(after=after):
            stored += [one.event for one in chunk if one.event.source not in HOUSE_OWN]
            after = chunk[-1].seq
    return stored


@pytest.fixture(autouse=True)
def emptied(url: str) -> Iterator[None]:
    """Each test begins with no stream."""
    yield

    async def forget() -> None:
        client = await nats.connect(url)
        for name in [info.config.name for info in await client.jetstream().streams_info()]:
            await client.jetstream().delete_stream(str(name))
        await client.close()

    asyncio.run(forget())


def read(data: bytes, now: datetime) -> Event | Rejected:
    return parse(data, line=1, now=now)


def pumping(house: House, url: str, partitions: range, enough: int) -> Pumped:
    began = time.monotonic()
    return asyncio.run(
        pump(
            url,
            partitions=partitions,
            parse=read,
            append=lambda some: append(house, some),
            now=lambda: NOW,
            until=lambda so_far: (
                so_far.accepted + so_far.duplicates + so_far.rejected >= enough
                or time.monotonic() - began > SECONDS_MAX
            ),
        )
    )


def states(house: House) -> dict[str, bytes | None]:
    work(house, now=NOW)
    return {name: house.store.state(name) for name in house.store.client_ids()}


def test_events_carried_by_partitions_give_the_same_log_and_states(url: str, events: list[Event]) -> None:
    with temporary_house(seed=1) as direct:
        append(direct, events)
        wanted = states(direct)
    assert asyncio.run(publish(url, events)) == len(events)
    with temporary_house(seed=1) as house:
        halves = (PARTITIONS[:HALF], PARTITIONS[HALF:])
        of_first = sum(1 for event in events if partition_of(event.client_id) < HALF)
        first = pumping(house, url, halves[0], of_first)
        second = pumping(house, url, halves[1], len(events) - of_first)
        assert (first.accepted, second.accepted) == (of_first, len(events) - of_first)
        assert 0 < of_first < len(events), "both halves have something to carry"
        assert states(house) == wanted


def test_a_pump_that_dies_before_the_acknowledgement_loses_nothing_and_doubles_nothing(
    url: str, events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongxing.adapters.stream.jetstream.ACK_SECONDS", 1.0)
    some = events[:300]
    asyncio.run(publish(url, some))
    with temporary_house(seed=2) as house:

        def durable_then_dead(batch: list[Event]) -> Appended:
            append(house, batch)
            raise RuntimeError("killed after the commit")

        with pytest.raises(ExceptionGroup):
            asyncio.run(
                pump(
                    url,
                    partitions=PARTITIONS,
                    parse=read,
                    append=durable_then_dead,
                    now=lambda: NOW,
                    until=lambda _so_far: False,
                )
            )
        already = house.store.count_events()
        assert 0 < already <= len(some)
        time.sleep(1.2)
        pumped = pumping(house, url, PARTITIONS, len(some))
        assert pumped.duplicates == already
        assert house.store.count_events() == len(some)


def test_sending_twice_stores_once(url: str, events: list[Event]) -> None:
    some = events[:50]
    asyncio.run(publish(url, some))
    asyncio.run(publish(url, some))

    async def stored() -> int:
        client = await nats.connect(url)
        info = await client.jetstream().stream_info(STREAM)
        await client.close()
        return int(info.state.messages)

    assert asyncio.run(stored()) == len(some)


def test_what_is_no_event_is_kept_apart_with_its_reason(url: str, events: list[Event]) -> None:
    asyncio.run(publish(url, events[:5]))

    async def send_rubbish() -> None:
        client = await nats.connect(url)
        await client.jetstream().publish("tongxing.events.07", b'{"kind": "no_such"')
        await client.close()

    async def rejected() -> tuple[bytes, str]:
        client = await nats.connect(url)
        source = await client.jetstream().pull_subscribe(REJECTED_SUBJECT, durable="look")
        (message,) = await source.fetch(1, timeout=5)
        await client.close()
        return message.data, str((message.headers or {}).get(REASON))

    asyncio.run(send_rubbish())
    with temporary_house(seed=3) as house:
        pumped = pumping(house, url, PARTITIONS, 6)
        assert (pumped.accepted, pumped.rejected) == (5, 1)
    data, reason = asyncio.run(rejected())
    assert data == b'{"kind": "no_such"'
    assert reason.startswith("bad_json")


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(StreamError, match="127\\.0\\.0\\.1:1"):
        asyncio.run(publish("nats://127.0.0.1:1", []))
