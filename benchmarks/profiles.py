"""Profiles: fold rate, one profile, state at rest, and the all-client profile in DuckDB."""

import argparse
import gc
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from benchmarks import lake
from benchmarks.apart import apart
from benchmarks.invented import client_name, life
from benchmarks.measure import Figure, percentile
from tongxing.adapters.book_files import load
from tongxing.app.house import DEFAULT_START
from tongxing.domain.book import Book
from tongxing.domain.event import Event
from tongxing.domain.event_text import canonical, from_canonical
from tongxing.profile import fold
from tongxing.profile.assemble import profile
from tongxing.profile.signs import NAMES

CLIENTS = 400
EVENTS_A_CLIENT = 250
DAYS = 400
PROFILES_A_CLIENT = 5
SEALING_BYTES = 31
"""What the vault adds to a value: cipher and key version, nonce, tag."""


def run(arguments: argparse.Namespace) -> Iterator[Figure]:
    """One client at a time in a process of its own, then all clients at once."""
    yield from _one_by_one()
    yield from lake.run(arguments.rows)


@dataclass(frozen=True, slots=True)
class Folding:
    """What folding the lives of some clients took."""

    events: int
    decode_cpu: float
    fold_cpu: float
    fold_wall: float
    profiles: tuple[float, ...]
    again: tuple[float, ...]
    packs: tuple[float, ...]
    unpacks: tuple[float, ...]
    state_bytes: tuple[int, ...]
    log_bytes: int


def _one_by_one() -> Iterator[Figure]:
    found, peak = apart(_folding)
    yield Figure(
        metric="fold events/s per core (decoded)",
        value=found.events / found.fold_cpu,
        unit="1/s",
        n=found.events,
        peer="msgspec decoding the same events from JSON lines",
        peer_value=found.events / found.decode_cpu,
        note=f"{CLIENTS} clients, {DAYS} days, wall {found.fold_wall:.2f} s, CPU {found.fold_cpu:.2f} s; "
        f"decoding and folding together {found.events / (found.fold_cpu + found.decode_cpu):,.0f}/s",
    )
    for name, share in (("p50", 0.50), ("p99", 0.99)):
        yield Figure(
            metric=f"one profile {name}",
            value=percentile(found.profiles, share) * 1000,
            unit="ms",
            n=len(found.profiles),
            note=f"{EVENTS_A_CLIENT} events a client; needs, risk, preferences, signs, labels with evidence; "
            "nothing kept of an earlier look",
        )
    for metric, taken in (
        ("one profile again the same day p50", found.again),
        ("packing one state p50", found.packs),
        ("unpacking one state p50", found.unpacks),
    ):
        yield Figure(metric=metric, value=percentile(taken, 0.50) * 1000, unit="ms", n=len(taken))
    yield _at_rest(found)
    yield Figure(
        metric="peak memory fold and profiles",
        value=peak,
        unit="MiB",
        n=found.events,
        note="with all events in memory twice, as text and decoded",
    )


def _at_rest(found: Folding) -> Figure:
    return Figure(
        metric="state bytes per client at rest",
        value=sum(found.state_bytes) / CLIENTS,
        unit="B",
        n=CLIENTS,
        peer="the client's events as JSON lines",
        peer_value=found.log_bytes / CLIENTS,
        note=f"packed; p99 {percentile(found.state_bytes, 0.99):,}; sealing adds {SEALING_BYTES}",
    )


def _folding() -> Folding:
    book = load(sign_names=NAMES)
    lives = [life(number, EVENTS_A_CLIENT, until=DEFAULT_START, days=DAYS) for number in range(CLIENTS)]
    lines = [canonical(event) for one in lives for event in one]
    gc.collect()
    start = time.process_time()
    decoded = [from_canonical(line) for line in lines]
    decode_cpu = time.process_time() - start
    _folded(lives[:5], book)  # word lists and rules are compiled once a process
    gc.collect()
    start, wall = time.process_time(), time.perf_counter()
    states = _folded(lives, book)
    fold_cpu, fold_wall = time.process_time() - start, time.perf_counter() - wall
    packed = [fold.pack(state) for state in states]
    events, log_bytes = len(decoded), sum(len(line) for line in lines)
    del decoded, lines, lives  # a worker does not hold the log while it makes profiles
    gc.collect()
    return Folding(
        events=events,
        decode_cpu=decode_cpu,
        fold_cpu=fold_cpu,
        fold_wall=fold_wall,
        profiles=tuple(_profile_times(states, book, anew=True)),
        again=tuple(_profile_times(states, book, anew=False)),
        packs=tuple(_pack_times(states)),
        unpacks=tuple(_unpack_times(packed)),
        state_bytes=tuple(len(blob) for blob in packed),
        log_bytes=log_bytes,
    )


def _folded(lives: Sequence[Sequence[Event]], book: Book) -> list[fold.State]:
    states = []
    for number, one in enumerate(lives):
        state = fold.empty(client_name(number))
        for event in one:
            fold.apply(state, event, book)
        states.append(state)
    return states


def _profile_times(states: Sequence[fold.State], book: Book, *, anew: bool) -> Iterator[float]:
    """Each client looked at some times; `anew` as after an event, when nothing is kept of earlier looks."""
    for again in range(PROFILES_A_CLIENT):
        as_of = DEFAULT_START + timedelta(hours=again)
        for state in states:
            if anew:
                state.seen = None
            start = time.perf_counter()
            profile(state, as_of=as_of, book=book)
            yield time.perf_counter() - start


def _pack_times(states: Sequence[fold.State]) -> Iterator[float]:
    for state in states:
        start = time.perf_counter()
        fold.pack(state)
        yield time.perf_counter() - start


def _unpack_times(packed: Sequence[bytes]) -> Iterator[float]:
    for blob in packed:
        start = time.perf_counter()
        fold.unpack(blob)
        yield time.perf_counter() - start
