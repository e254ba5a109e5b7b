"""A seeded year of invented clients: how long it takes, what is said and refused, that no limit breaks."""

import argparse
import statistics
import time
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from benchmarks.measure import Figure, peak_memory_mib, percentile
from tongxing.app import temporary_house
from tongxing.simulation.limits import by_kind
from tongxing.simulation.run import Result, simulate

SESSIONS = 250
START = date(2025, 7, 1)
SEED = 7


def run(arguments: argparse.Namespace) -> Iterator[Figure]:
    """Live the year once; a session's limit is the 2 s a day of the demo may take."""
    ends: list[float] = []
    began = time.perf_counter()
    with temporary_house(seed=SEED) as house:
        result = simulate(
            house,
            clients=arguments.people,
            days=SESSIONS,
            seed=SEED,
            start=START,
            progress=lambda _done, _total: ends.append(time.perf_counter()),
        )
    yield from _speed(result, time.perf_counter() - began, sorted(set(ends)))
    yield from _counts(result)


def _speed(result: Result, wall: float, ends: list[float]) -> Iterator[Figure]:
    clients, events = result.clients, sum(result.events_by_kind.values())
    spans = [after - before for before, after in pairwise(ends)] or [wall]
    note = f"{clients} clients, {result.sessions} sessions from {result.start}, seed {result.seed}"
    lived = result.timing["run_seconds"]
    yield Figure(metric="year: wall", value=wall, unit="s", n=1, note=note)
    yield Figure(metric="year: lived", value=lived, unit="s", n=result.sessions, note="without counting")
    yield Figure(metric="year: sessions", value=result.sessions / lived, unit="1/s", n=result.sessions)
    yield Figure(
        metric="year: client-sessions",
        value=clients * result.sessions / lived,
        unit="1/s",
        n=clients * result.sessions,
    )
    yield Figure(metric="year: a day, median", value=statistics.median(spans), unit="s", n=len(spans))
    yield Figure(metric="year: a day, p99", value=percentile(spans, 0.99), unit="s", n=len(spans))
    yield Figure(metric="year: events", value=events, unit="events", n=events)
    yield Figure(metric="year: events a second", value=events / lived, unit="1/s", n=events)
    yield Figure(metric="year: decisions", value=result.decisions, unit="decisions", n=events)
    yield Figure(metric="year: silent decisions", value=result.silent, unit="decisions", n=result.decisions)
    yield Figure(metric="year: peak memory", value=peak_memory_mib(), unit="MiB", n=1)


def _counts(result: Result) -> Iterator[Figure]:
    sent = sum(result.sent_by_playbook.values())
    yield from _each("violations", by_kind(result.violations), n=sent, note="recomputed from log and leaves")
    yield from _each("sent", result.sent_by_playbook, n=sent)
    yield from _each("refused by compliance", result.refused_by_rule, n=result.decisions)
    yield from _each("stopped by a gate", result.stopped_by_reason, n=result.decisions)
    yield Figure(metric="year: left", value=result.left, unit="clients", n=result.joined)
    churn = result.retention.mean_month
    yield Figure(
        metric="year: churn a month",
        value=(churn.value_ppm or 0) / 100,
        unit="bp",
        n=churn.whole,
        note=churn.formula,
    )


def _each(what: str, counts: Mapping[str, int], *, n: int, note: str = "") -> Iterator[Figure]:
    for name, count in sorted(counts.items()):
        yield Figure(metric=f"year: {what}: {name}", value=count, unit="count", n=n, note=note)
