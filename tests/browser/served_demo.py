"""The demo command over a small store, as a person starts and stops it."""

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
from tongxing.service.house import House

PEOPLE = 40
SECONDS_TO_START, SECONDS_TO_STOP = 60, 15
EVENTS_MAX = 100_000
SAID_OR_SET = frozenset(
    {"searched", "asked", "personalisation_set", "consent_withdrawn", "closing_requested"}
)


@dataclass(frozen=True)
class Demo:
    """A demo being served."""

    url: str
    consenting: tuple[str, ...]
    """Clients who agreed to personalised service and never asked about pensions."""


@contextmanager
def served_demo(store: Path) -> Iterator[Demo]:
    port = _free_port()
    command = [sys.executable, "-m", "tongxing.cli", "demo", "--clients", str(PEOPLE)]
    command += ["--store", str(store), "--port", str(port)]
    said = store.with_suffix(".log")
    with said.open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 - our own program
    try:
        _wait_for(process, port, said)
        house = house_for(store)
        consenting = _consenting(house)
        house.store.close()
        yield Demo(url=f"http://127.0.0.1:{port}", consenting=consenting)
    finally:
        _stop(process)


def _consenting(house: House) -> tuple[str, ...]:
    agreed, others = set(), set()
    for stored in house.store.events(limit=EVENTS_MAX):
        event = stored.event
        if event.kind == "consent_given" and event.body.get("purpose") == "personalised_service":
            agreed.add(event.client_id)
        elif event.kind in SAID_OR_SET:
            others.add(event.client_id)
    return tuple(sorted(agreed - others))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        assert process.poll() is None, f"the demo ended before it served a page: {said.read_text()[-2_000:]}"
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
