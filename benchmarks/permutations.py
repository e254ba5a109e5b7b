"""`./run bench permutations [--n N]`: the same events in another order, some twice, with merges and splits.

Each try takes a small random log of up to four records, shuffles it, repeats some of its events, packs and
unpacks states between, and folds it event by event as a worker does. Every state must then equal the one
folded at once from the log in its own order; of a record that was merged and split again, the one that was
never merged; and while the log comes in order, the state as of an instant must be the one the worker had.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from benchmarks.measure import Figure
from benchmarks.random_logs import NAMES, random_log
from tongxing.adapters.book_files import load
from tongxing.domain.book import Book
from tongxing.domain.clock import seconds
from tongxing.domain.event import Event
from tongxing.profile import fold, signs
from tongxing.profile.links import LINK_KINDS, kin, word

SEED = 20_260_506
TRIES_A_LOG = 40
PROGRESS_SECONDS = 20
SHOWN_MAX = 5
REPEATED_PER_CENT = 15
PACKED_PER_CENT = 10


@dataclass(slots=True)
class Desk:
    """Folds events as they come, as a worker does: at once, or anew from the log where the past changes."""

    book: Book
    log: list[Event] = field(default_factory=list)
    keys: set[tuple[str, str]] = field(default_factory=set)
    states: dict[str, fold.State] = field(default_factory=lambda: {name: fold.empty(name) for name in NAMES})

    def take(self, event: Event) -> None:
        """One event; a second copy changes nothing."""
        if event.key in self.keys:
            return
        self.keys.add(event.key)
        self.log.append(event)
        if event.kind in LINK_KINDS:
            for name in kin(word(one) for one in self.log if one.kind in LINK_KINDS)[event.client_id]:
                self.states[name] = fold.folded(name, self.log, self.book)
            return
        name = event.client_id
        while name:
            state = self.states[name]
            if fold.rereads(state, event):
                self.states[name] = fold.folded(name, self.log, self.book)
            else:
                fold.apply(state, event, self.book)
            name = self.states[name].merged_into

    def pack(self, name: str) -> None:
        """Put a state to rest and take it up again."""
        self.states[name] = fold.unpack(fold.pack(self.states[name]))


@dataclass(slots=True)
class Tally:
    """What was tried and what differed."""

    tries: int = 0
    events: int = 0
    links: int = 0
    repeated: int = 0
    past: int = 0
    apart: int = 0
    different: list[str] = field(default_factory=list)


def settled(state: fold.State) -> fold.State:
    """The state as it is stored: without what no window reaches any more."""
    return fold.unpack(fold.pack(state))


def try_log(chance: np.random.Generator, book: Book, tries: int, tally: Tally) -> None:
    """One random log: as of instants, split records, then so many orders of arrival."""
    log = random_log(chance)
    names = sorted({event.client_id for event in log})
    wanted = {name: settled(fold.folded(name, log, book)) for name in names}
    _compare_past(chance, log, book, tally)
    _compare_apart(log, wanted, book, tally)
    for number in range(tries):
        found = _shuffled(chance, log, book, tally)
        tally.different += [
            f"order {number} of {[event.key for event in log]}: {name}"
            for name in names
            if settled(found[name]) != wanted[name]
        ]
        tally.tries += 1


def _shuffled(
    chance: np.random.Generator, log: Sequence[Event], book: Book, tally: Tally
) -> dict[str, fold.State]:
    """Fold the log in a random order, some events twice, states packed between."""
    count = len(log)
    order = [*range(count), *np.flatnonzero(chance.integers(0, 100, count) < REPEATED_PER_CENT)]
    chance.shuffle(order)
    packs = chance.integers(0, 100, len(order)) < PACKED_PER_CENT
    desk = Desk(book)
    for place, packed in zip(order, packs, strict=True):
        event = log[place]
        desk.take(event)
        if packed:
            desk.pack(event.client_id)
    tally.events += len(order)
    tally.repeated += len(order) - count
    tally.links += sum(1 for event in log if event.kind in LINK_KINDS)
    return desk.states


def _compare_past(chance: np.random.Generator, log: Sequence[Event], book: Book, tally: Tally) -> None:
    """While the log comes in order, the state at an instant is what the log tells of that instant."""
    desk, known = Desk(book), sorted(log, key=lambda event: (event.known_at, event.ts, *event.key))
    asked = int(chance.integers(0, len(known)))
    for event in known[:asked]:
        desk.take(event)
    at = known[asked].known_at
    before = [event for event in known[:asked] if seconds(event.known_at) < seconds(at)]
    if len(before) != asked:
        return
    for name in sorted({event.client_id for event in log}):
        tally.past += 1
        past = fold.refold(name, log, as_of=at, book=book)
        if settled(past) != settled(desk.states[name]):
            tally.different.append(f"{name} as of {at.isoformat()} of {[event.key for event in log]}")


def _compare_apart(log: Sequence[Event], wanted: dict[str, fold.State], book: Book, tally: Tally) -> None:
    """A record that stands alone in the end is as if it had never been merged.

    But for the versions that clearances are judged by, and for valuations made while it stood for two.
    """
    for name, state in wanted.items():
        bond = state.bond
        if bond is None or bond.members:
            continue
        own = [
            event
            for event in log
            if event.client_id == name
            and event.kind not in LINK_KINDS
            and not (event.kind == "day_valued" and _within(event.known_at, bond.shared))
        ]
        alone = fold.folded(name, own, book)
        alone.until = state.until  # a merge that the house knows of is news of that day
        tally.apart += 1
        aside = {"bond": None, "consent_version": 0, "grade_version": 0, "distress_version": 0}
        if replace(settled(alone), **aside) != replace(state, **aside):
            tally.different.append(f"{name} apart of {[event.key for event in log]}")


def _within(at: datetime, spans: Sequence[tuple[int, int]]) -> bool:
    return any(since <= seconds(at) < until for since, until in spans)


def tally_of(count: int, *, seed: int = SEED, progress: bool = False) -> Tally:
    """Try so many orders of arrival; says on the error output how far it is."""
    chance = np.random.Generator(np.random.PCG64(seed))
    book, tally = load(sign_names=signs.NAMES), Tally()
    start = said = time.perf_counter()
    while tally.tries < count:
        try_log(chance, book, min(TRIES_A_LOG, count - tally.tries), tally)
        if progress and time.perf_counter() - said > PROGRESS_SECONDS:
            said = time.perf_counter()
            done = timedelta(seconds=int(said - start))
            sys.stderr.write(f"{tally.tries:,} of {count:,} in {done}, {len(tally.different)} different\n")
    return tally


def run(arguments: argparse.Namespace) -> Iterator[Figure]:
    """The figures of one long run."""
    start = time.perf_counter()
    tally = tally_of(arguments.n, progress=True)
    took = time.perf_counter() - start
    for line in tally.different[:SHOWN_MAX]:
        sys.stderr.write(json.dumps({"different": line}) + "\n")
    yield Figure(
        metric="orders of arrival that gave another state",
        value=len(tally.different),
        unit="",
        n=tally.tries,
        note=f"{tally.events:,} events folded, {tally.repeated:,} of them copies, {tally.links:,} merges and "
        f"splits; {tally.past:,} states as of an instant, {tally.apart:,} records merged and split again",
    )
    yield Figure(metric="orders of arrival tried", value=tally.tries / took, unit="1/s", n=tally.tries)
