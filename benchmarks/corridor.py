"""The corridor: events per second durable with 5 % triggering, one event alone, trigger to visible card."""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.measure import Figure, peak_memory_mib, percentile, timed
from tongxing.app import house_for
from tongxing.app.house import DEFAULT_START
from tongxing.app.ready import make_ready
from tongxing.domain.event import Event
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.work import Cache, work

TRIGGERING_PER_THOUSAND = 50
ALONE = 300
CARDS = 100
MEASURED_SOURCE = "bench"


def run(arguments: argparse.Namespace) -> Iterator[Figure]:
    """Fill a store, then measure in it."""
    clients, events = arguments.clients, arguments.events
    with tempfile.TemporaryDirectory(prefix="tongxing-bench-") as folder:
        house = house_for(Path(folder) / "store.db")
        make_ready(house)
        cache = Cache(states={})
        opening = list(_opening(clients, events))
        filling = timed(lambda: (append(house, opening), work(house, now=DEFAULT_START, cache=cache)))
        yield Figure(
            metric="filling events/s (append, fold, signs)",
            value=len(opening) / filling,
            unit="1/s",
            n=len(opening),
        )
        yield from _stream(house, cache, clients, events, Path(folder))
        yield from _alone(house, cache)
        yield from _cards(house, cache, events * TRIGGERING_PER_THOUSAND // 1000)
        yield Figure(metric="peak memory", value=peak_memory_mib(), unit="MiB", n=1)
        house.store.close()


def _event(client: int, seq: int, kind: str, at: datetime, body: dict[str, object]) -> Event:
    return Event(
        source=MEASURED_SOURCE,
        source_seq=f"{client}-{kind}-{seq}",
        client_id=f"C{client:06d}",
        ts=at,
        known_at=at,
        kind=kind,
        body=body,
    )


def _opening(clients: int, events: int) -> Iterator[Event]:
    """Everybody is registered; those who will trigger are assessed and consent."""
    at = DEFAULT_START - timedelta(days=1)
    for client in range(clients):
        body = {"name": "测试", "birth": "1990-01-01", "opened_on": "2019-01-02"}
        yield _event(client, 0, "client_registered", at, body)
    triggering = events * TRIGGERING_PER_THOUSAND // 1000 + CARDS
    for client in range(triggering):
        valid_to = "2027-12-31"
        yield _event(client, 0, "assessment_taken", at, {"grade": "C3", "valid_to": valid_to})
        for purpose in ("personalised_service", "profiling"):
            yield _event(client, len(purpose), "consent_given", at, {"purpose": purpose, "source": "*"})


def _mixed(clients: int, events: int) -> list[Event]:
    """95 in 100 are log-ins, views and trades; 5 in 100 are a first pension search."""
    made = []
    searching = 0
    for number in range(events):
        at = DEFAULT_START + timedelta(milliseconds=number)
        if number % 1000 < TRIGGERING_PER_THOUSAND:
            made.append(_event(searching, number, "searched", at, {"text": "个人养老金 怎么开户"}))
            searching += 1
            continue
        client = (number * 7919) % clients
        match number % 3:
            case 0:
                body: dict[str, object] = {"device": "phone"}
                made.append(_event(client, number, "logged_in", at, body))
            case 1:
                made.append(_event(client, number, "viewed", at, {"page": "holdings", "seconds": 12}))
            case _:
                body = {
                    "code": "510300",
                    "side": "buy",
                    "quantity": "100",
                    "price": "4.700",
                    "gross_fen": 47_000,
                    "fees_fen": 500,
                }
                made.append(_event(client, number, "trade", at, body))
    return made


def _stream(house: House, cache: Cache, clients: int, events: int, folder: Path) -> Iterator[Figure]:
    made = _mixed(clients, events)
    now = made[-1].known_at
    decided = house.store.count_leaves()
    appended = timed(partial(append, house, made))
    wall, cpu = time.perf_counter(), time.process_time()
    report = work(house, now=now, cache=cache)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    bare = _bare_sqlite(folder / "bare.db", made)
    yield Figure(
        metric="corridor events/s durable (append to leaf)",
        value=events / (appended + wall),
        unit="1/s",
        n=events,
        peer="bare SQLite inserts, batches of 1,000",
        peer_value=events / bare,
        note=f"{clients} clients, {report.decisions} decisions, {report.delivered} cards, "
        f"{house.store.count_leaves() - decided} leaves, append {appended:.2f} s, work {wall:.2f} s, "
        f"work CPU {cpu:.2f} s",
    )


def _bare_sqlite(path: Path, events: Sequence[Event]) -> float:
    """The floor: the same count of rows with a unique key, durable, nothing else."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE event (seq INTEGER PRIMARY KEY, key TEXT UNIQUE, client TEXT, body BLOB)"
    )
    rows = [(event.source_seq, event.client_id, b"x" * 120) for event in events]

    def insert() -> None:
        for start in range(0, len(rows), 1000):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO event (key, client, body) VALUES (?,?,?)", rows[start : start + 1000]
            )
            connection.execute("COMMIT")

    seconds = timed(insert)
    connection.close()
    return seconds


def _alone(house: House, cache: Cache) -> Iterator[Figure]:
    """Append one event, fold it, commit: nothing else waits."""
    taken = []
    for number in range(ALONE):
        at = DEFAULT_START + timedelta(hours=1, seconds=number)
        event = _event(number, number, "logged_in", at, {"device": "alone"})
        taken.append(timed(partial(_through, house, cache, event)))
    for name, share in (("p50", 0.50), ("p99", 0.99)):
        yield Figure(
            metric=f"one event alone {name}", value=percentile(taken, share) * 1000, unit="ms", n=ALONE
        )


def _cards(house: House, cache: Cache, first: int) -> Iterator[Figure]:
    """From a search to a card that a page can read, for clients who have not searched before."""
    taken, seen = [], 0
    for number in range(CARDS):
        client = first + number
        at = DEFAULT_START + timedelta(hours=2, seconds=number)
        event = _event(client, 10_000_000 + number, "searched", at, {"text": "养老金账户"})
        taken.append(timed(partial(_through, house, cache, event)))
        seen += len(house.store.messages(event.client_id, now=at))
    for name, share in (("p50", 0.50), ("p99", 0.99)):
        yield Figure(
            metric=f"trigger to visible card {name}",
            value=percentile(taken, share) * 1000,
            unit="ms",
            n=CARDS,
            note=f"{seen} cards seen; without the worker's idle poll of 50 ms",
        )


def _through(house: House, cache: Cache, event: Event) -> None:
    """One event, durable, folded, and what follows from it."""
    append(house, [event])
    work(house, now=event.known_at, cache=cache)
