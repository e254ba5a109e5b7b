"""Pages and API under load: 50 users, 100 requests/s, while a worker takes 500 events/s in another process.

The pages have one core, the worker, the events and the users the other. A figure is the time from the
instant a request was due to the last byte of its answer; the time inside the server, as its own log has it,
stands in the note.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from benchmarks.load import Answers, Ask, User, load
from benchmarks.measure import Figure, percentile
from benchmarks.web_people import PARTNERS, Seat, Seats, seats
from tongxing.app import house_for
from tongxing.app.jobs import fill
from tongxing.domain.event import Event
from tongxing.service.append import append

USERS, A_SECOND = 50, 100.0
EVENTS_A_SECOND, EVENTS_A_TIME = 500, 25
SEARCHES_PER_THOUSAND = 50
WARM_SECONDS, STARTED_SECONDS = 3.0, 90.0
PAGES_MS_MAX = 15.0
FIRST_LOAD_KB_MAX = 150.0
HOST = "127.0.0.1"
LINKED = re.compile(r"""(?:href|src)=["'](/static/[^"'#]+)""")
MS = 1_000


def run(arguments: argparse.Namespace) -> Iterator[Figure]:
    """Fill a demo store, serve it as the demo command does, and ask."""
    with tempfile.TemporaryDirectory(prefix="tongxing-bench-") as folder:
        store, log = Path(folder) / "demo.db", Path(folder) / "log.jsonl"
        house = house_for(store)
        fill(house)
        seated = seats(house)
        house.store.close()
        with served(store, log) as port, _fed(store):
            asks = _asks(seated)
            asyncio.run(load(HOST, port, asks, users=USERS, a_second=A_SECOND, seconds=WARM_SECONDS))
            log.write_bytes(b"")
            answers = asyncio.run(
                load(HOST, port, asks, users=USERS, a_second=A_SECOND, seconds=arguments.seconds)
            )
            yield from _figures(answers, _server_ms(log))
            yield from _worker(port, arguments.seconds)
            yield asyncio.run(_first_load(port, asks[0]))


def _asks(seated: Seats) -> Sequence[Ask]:
    """The four kinds: a client's home, an adviser's view of a client, the live corridor, an event sent in."""
    html = {"Accept": "text/html", "Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
    run_id = os.getpid()

    def event(number: int) -> bytes:
        one = {
            "source": f"bench-partner-{number % PARTNERS}",
            "source_seq": f"{run_id}-{time.perf_counter_ns()}-{number}",
            "client_id": seated.client_ids[number % len(seated.client_ids)],
            "ts": seated.now.isoformat(),
            "kind": "viewed",
            "body": {"page": "holdings", "seconds": 3},
        }
        return json.dumps({"events": [one]}).encode()

    def sat(those: Sequence[Seat]) -> Sequence[tuple[str, Mapping[str, str]]]:
        return [(seat.path, html | {"Cookie": seat.cookie}) for seat in those]

    keys = [{"Content-Type": "application/json", "Authorization": f"Bearer {key}"} for key in seated.keys]
    return (
        Ask(name="home", method="GET", seats=sat(seated.clients)),
        Ask(name="client view", method="GET", seats=sat(seated.advisers)),
        Ask(name="corridor", method="GET", seats=sat(seated.console)),
        Ask(name="API post", method="POST", seats=[("/v1/events", key) for key in keys], body=event),
    )


def _figures(answers: Mapping[str, Answers], server: Mapping[str, list[float]]) -> Iterator[Figure]:
    routes = {
        "home": "/me",
        "client view": "/desk/clients/{client_id}",
        "corridor": "/console/corridor",
        "API post": "/v1/events",
    }
    for name, found in answers.items():
        inside = server.get(routes[name], [])
        statuses = ", ".join(f"{count}×{status}" for status, count in sorted(found.statuses.items()))
        for word, share in (("p50", 0.5), ("p99", 0.99)):
            within = f"in the server {percentile(inside, share):.1f} ms; " if inside else ""
            yield Figure(
                metric=f"{name} {word}, {USERS} users, {A_SECOND:.0f} req/s",
                value=percentile(found.seconds, share) * MS,
                unit="ms",
                n=len(found.seconds),
                note=f"{within}{statuses}; {found.bytes / 1000:.1f} kB",
                peer="limit" if word == "p99" else "",
                peer_value=PAGES_MS_MAX if word == "p99" else 0.0,
            )


def _worker(port: int, seconds: float) -> Iterator[Figure]:
    """Whether the worker kept up meanwhile."""
    figures = _metrics(port)
    folded, lag = figures.get("tongxing_events_folded_total", 0.0), figures.get("tongxing_lag_events", 0.0)
    yield Figure(
        metric="events folded meanwhile",
        value=folded / (seconds + WARM_SECONDS),
        unit="1/s",
        n=int(folded),
        note=f"lag {lag:.0f} events at the end; the time of the start is in the figure",
    )


def _metrics(port: int) -> Mapping[str, float]:
    _status, _head, body = asyncio.run(_get(port, "/metrics", {}))
    found: dict[str, float] = {}
    for line in body.decode().splitlines():
        if line and not line.startswith("#"):
            name, _space, value = line.rpartition(" ")
            plain = name.partition("{")[0]
            found[plain] = found.get(plain, 0.0) + float(value)
    return found


async def _get(port: int, path: str, headers: Mapping[str, str]) -> tuple[int, bytes, bytes]:
    user = User(HOST, port)
    try:
        ask = Ask(name="", method="GET", seats=[(path, headers)])
        return await user.ask(ask.bytes(0, f"{HOST}:{port}"))
    finally:
        user.close()


async def _first_load(port: int, home: Ask) -> Figure:
    """What a phone fetches before the first page stands, compressed; charts come later and by themselves."""
    import gzip  # noqa: PLC0415 - only here

    path, headers = home.seats[0]
    _status, head, page = await _get(port, path, headers)
    plain = gzip.decompress(page) if b"gzip" in head.lower() else page
    total, parts = len(page), [f"page {len(page) / 1000:.1f}"]
    for linked in sorted(set(LINKED.findall(plain.decode()))):
        status, _head, body = await _get(port, linked.replace("&amp;", "&"), {"Accept-Encoding": "gzip"})
        if status == 200:  # noqa: PLR2004
            total += len(body)
            parts.append(f"{Path(linked.partition('?')[0]).name} {len(body) / 1000:.1f}")
    return Figure(
        metric="first load of home, compressed",
        value=total / 1000,
        unit="kB",
        n=len(parts),
        note="; ".join(parts) + "; Lighthouse not run (needs node ≥ 22.19)",
        peer="limit",
        peer_value=FIRST_LOAD_KB_MAX,
    )


def _server_ms(log: Path) -> Mapping[str, list[float]]:
    """Times inside the server by route, as its log has them."""
    found: dict[str, list[float]] = {}
    for line in log.read_text().splitlines():
        if line.startswith("{"):
            one = json.loads(line)
            if one.get("event") == "request":
                found.setdefault(one["route"], []).append(one["ms"])
    return found


@contextmanager
def served(store: Path, log: Path) -> Iterator[int]:
    """The demo command with its worker; pages on the first core, all else on the others."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "tongxing.cli", "demo", "--store", str(store), "--port", str(port)]
    settings = os.environ | {"TONGXING_LOG": "json", "TONGXING_LOG_LEVEL": "info"}
    with log.open("ab") as lines:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=lines, env=settings)  # noqa: S603
    try:
        _wait(process, port)
        _divide(process.pid)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=STARTED_SECONDS)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + STARTED_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the demo ended before it served a page")
        try:
            if asyncio.run(_get(port, "/health/ready", {}))[0] == 200:  # noqa: PLR2004
                return
        except (OSError, asyncio.IncompleteReadError):
            pass
        time.sleep(0.2)
    raise RuntimeError("the demo was not ready in time")


def _divide(pages: int) -> None:
    """Give the pages a core of their own, where there are two."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:  # noqa: PLR2004
        return
    first, others = {cores[0]}, set(cores[1:])
    for thread in Path(f"/proc/{pages}/task").iterdir():
        os.sched_setaffinity(int(thread.name), first)
    for children in Path(f"/proc/{pages}/task").glob("*/children"):
        for child in children.read_text().split():
            os.sched_setaffinity(int(child), others)
    os.sched_setaffinity(0, others)


@contextmanager
def _fed(store: Path) -> Iterator[None]:
    feeding = multiprocessing.get_context("spawn").Process(target=feed, args=(str(store),), daemon=True)
    feeding.start()
    try:
        yield
    finally:
        feeding.terminate()
        feeding.join()


def feed(store: str) -> None:
    """500 events a second, one in twenty a search, until the process is ended."""
    house = house_for(Path(store))
    clients, number, now = house.store.client_ids(), 0, house.clock.now()
    begun = time.perf_counter()
    while True:
        due = begun + number / EVENTS_A_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        at = now + timedelta(milliseconds=number)
        events = []
        for _ in range(EVENTS_A_TIME):
            searches = number % 1000 < SEARCHES_PER_THOUSAND
            kind = "searched" if searches else "logged_in"
            body: dict[str, object] = {"text": "养老金"} if searches else {"device": "phone"}
            client_id = clients[(number * 7919) % len(clients)]
            seq = f"{begun}-{number}"
            events.append(
                Event(
                    source="bench",
                    source_seq=seq,
                    client_id=client_id,
                    ts=at,
                    known_at=at,
                    kind=kind,
                    body=body,
                )
            )
            number += 1
        append(house, events)
