"""The worker's round: fold new events, notice signs, decide, seal, deliver; one transaction a step.

After a kill at any point the next call finds either all of a step or nothing of it, and goes on.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from tongxing.domain.clock import Clock
from tongxing.profile.fold import State
from tongxing.service.deliver import DELIVERIES_A_STEP_MAX, deliver_waiting
from tongxing.service.house import House
from tongxing.service.round import Round, fold_batch, fold_timers
from tongxing.service.watch import Told
from tongxing.service.work_report import WorkReport

STATES_CACHED_MAX = 20_000
TIMERS_A_STEP_MAX = 500
EVENTS_A_STEP = 500
PRESSED_AT_MOST = 16
"""A step takes no more while somebody waits to write: a page waits for some 20 ms of work, not for 500."""
PRESSED_STEPS = 100
"""So many steps stay small after somebody was seen waiting: who writes once mostly writes again."""

__all__ = ["Cache", "WorkReport", "step_deliver", "step_fold", "step_timers", "work"]


@dataclass(slots=True)
class Cache:
    """States unpacked by earlier steps; dropped whole when a step fails."""

    states: dict[str, State]
    told: Told | None = None
    """Hears what each step did, once it is durable."""
    pressed: int = 0
    """How many of the next steps are small."""

    def at_most(self, usual: int) -> int:
        """How much the next step takes, of usually so much."""
        return min(usual, PRESSED_AT_MOST) if self.pressed else usual

    def felt(self, *, pressed: bool) -> None:
        """After a step: whether somebody waited to write meanwhile."""
        self.pressed = PRESSED_STEPS if pressed else max(0, self.pressed - 1)


def work(
    house: House,
    *,
    now: datetime,
    batch_size: int = EVENTS_A_STEP,
    cache: Cache | None = None,
    sends_by: Clock | None = None,
    steps: int | None = None,
) -> WorkReport:
    """Work until the log is drained and no timer is due at `now`, or for so many steps; says what was done.

    `sends_by` is the clock that dates what is sent, as a house at work does; without one each card is sent
    at the instant it was decided, as a replay or a simulation does.
    """
    cache = cache or Cache(states={})
    report = WorkReport()
    _drain(house, now, cache, report)
    for _ in itertools.count() if steps is None else range(steps):
        if not step_fold(house, cache, report, at_most=batch_size) and not step_timers(
            house, now, cache, report
        ):
            break
        _send(house, sends_by, cache, report)
    return report


def step_fold(house: House, cache: Cache, report: WorkReport, *, at_most: int) -> bool:
    """Fold one micro-batch and decide what it triggers; False when the log is drained."""
    with _step(house, cache, report) as this:
        stored = this.batch.unfolded(cache.at_most(at_most))
        if stored:
            fold_batch(this, stored)
        return bool(stored)


def step_timers(
    house: House, now: datetime, cache: Cache, report: WorkReport, *, at_most: int = TIMERS_A_STEP_MAX
) -> bool:
    """Decide for timers that fell due; False when none was."""
    with _step(house, cache, report) as this:
        due = this.batch.due_timers(now, cache.at_most(at_most))
        fold_timers(this, due, now)
        return bool(due)


def step_deliver(
    house: House,
    now: datetime | None,
    cache: Cache,
    report: WorkReport,
    *,
    at_most: int = DELIVERIES_A_STEP_MAX,
) -> bool:
    """Send what is cleared and sealed (`now` None: at the instant each was decided); False when none was."""
    with _step(house, cache, report) as this:
        return bool(deliver_waiting(this, now, at_most=cache.at_most(at_most)))


def _send(house: House, sends_by: Clock | None, cache: Cache, report: WorkReport) -> None:
    """Send what this call cleared."""
    if report.cleared_waiting:
        report.cleared_waiting = 0
        _drain(house, None if sends_by is None else sends_by.now(), cache, report)


def _drain(house: House, now: datetime | None, cache: Cache, report: WorkReport) -> None:
    while step_deliver(house, now, cache, report):
        pass


@contextmanager
def _step(house: House, cache: Cache, report: WorkReport) -> Iterator[Round]:
    """One transaction with the states at hand; what fails leaves neither rows nor half-folded states."""
    try:
        with house.store.batch() as batch:
            this = Round(house=house, batch=batch, states=cache.states)
            yield this
            this.save()
            cache.felt(pressed=house.store.pressed())
    except BaseException:
        cache.states.clear()
        raise
    report.add(this.report)
    if cache.told is not None and this.passed:
        cache.told(this.passed)
    _bound(cache)


def _bound(cache: Cache) -> None:
    """Forget the states that were unpacked first when there are too many."""
    excess = len(cache.states) - STATES_CACHED_MAX
    if excess > 0:
        for client_id in list(itertools.islice(cache.states, excess)):
            del cache.states[client_id]
