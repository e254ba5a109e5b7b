"""The demo command over a small filled store, as a person starts and stops it."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tongxing.app.house import house_for
from tongxing.app.jobs import CLOCK
from tongxing.service.house import House
from tongxing.simulation.demo import demo_start

PEOPLE, SESSIONS_BEFORE = 15, 3
SECONDS_TO_START, SECONDS_TO_STOP = 20, 15
EVENTS_MAX = 100_000
SAID_OR_SET = frozenset({"searched", "asked", "sign_turned_on", "personalisation_set", "consent_withdrawn"})


@dataclass(frozen=True)
class Demo:
    """A demo being served."""

    url: str
    consenting: str
    """A client who agreed to personalised service and never asked about pensions."""


@contextmanager
def served_demo(store: Path) -> Iterator[Demo]:
    house = house_for(store)
    morning = demo_start(house, count=PEOPLE, sessions_before=SESSIONS_BEFORE)
    house.store.set_setting(CLOCK, morning.isoformat())
    house.store.set_setting("filled", "yes")
    consenting = _consenting(house)
    house.store.close()
    port = _free_port()
    command = [sys.executable, "-m", "tongxing.cli", "demo", "--store", str(store), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own program
    try:
        _wait_for(process, port)
        yield Demo(url=f"http://127.0.0.1:{port}", consenting=consenting)
    finally:
        _stop(process)


def _consenting(house: House) -> str:
    consented, others = set(), set()
    for stored in house.store.events(limit=EVENTS_MAX):
        event = stored.event
        if event.kind == "consent_given" and event.body.get("purpose") == "personalised_service":
            consented.add(event.client_id)
        elif event.kind in SAID_OR_SET:
            others.add(event.client_id)
    return min(consented - others)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        assert process.poll() is None, "the demo ended before it served a page"
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the demo did not serve a page in time")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
