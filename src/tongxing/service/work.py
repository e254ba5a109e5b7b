"""The worker's round: fold new events, notice signs, decide, seal, deliver; one transaction a step.

After a kill at any point the next call finds either all of a step or nothing of it, and goes on.
"""

from dataclasses import dataclass
from datetime import datetime

from tongxing.profile.fold import State
from tongxing.service.deliver import deliver_waiting
from tongxing.service.house import House
from tongxing.service.round import Round, WorkReport, fold_batch, fold_timers

STATES_CACHED_MAX = 20_000
TIMERS_A_STEP_MAX = 500

__all__ = ["WorkReport", "work"]


@dataclass(slots=True)
class Cache:
    """States unpacked by earlier steps; dropped whole when a step fails."""

    states: dict[str, State]


def work(house: House, *, now: datetime, batch_size: int = 500, cache: Cache | None = None) -> WorkReport:
    """Work until the log is drained and no timer is due at `now`; says what was done."""
    cache = cache or Cache(states={})
    report = WorkReport()
    _step_deliver(house, now, cache, report)
    while _step_fold(house, batch_size, cache, report):
        _step_deliver(house, None, cache, report)
    while _step_timers(house, now, cache, report):
        _step_deliver(house, None, cache, report)
        while _step_fold(house, batch_size, cache, report):
            _step_deliver(house, None, cache, report)
    return report


def _step_fold(house: House, batch_size: int, cache: Cache, report: WorkReport) -> bool:
    """Fold one micro-batch and decide what it triggers; False when the log is drained."""
    with house.store.batch() as batch:
        stored = batch.unfolded(batch_size)
        if not stored:
            return False
        this = Round(house=house, batch=batch, states=cache.states)
        fold_batch(this, stored)
        this.save()
    report.add(this.report)
    _bound(cache)
    return True


def _step_timers(house: House, now: datetime, cache: Cache, report: WorkReport) -> bool:
    """Decide for timers that fell due; False when none was."""
    with house.store.batch() as batch:
        due = batch.due_timers(now, TIMERS_A_STEP_MAX)
        if not due:
            return False
        this = Round(house=house, batch=batch, states=cache.states)
        fold_timers(this, due, now)
        this.save()
    report.add(this.report)
    _bound(cache)
    return True


def _step_deliver(house: House, now: datetime | None, cache: Cache, report: WorkReport) -> None:
    """Send what is cleared and sealed; `now` None: at the instant each was decided."""
    if now is None and not report.cleared_waiting:
        return
    report.cleared_waiting = 0
    while True:
        with house.store.batch() as batch:
            this = Round(house=house, batch=batch, states=cache.states)
            sent = deliver_waiting(this, now)
            if not sent:
                return
            this.save()
        report.add(this.report)


def _bound(cache: Cache) -> None:
    """Forget the states that were unpacked first when there are too many."""
    excess = len(cache.states) - STATES_CACHED_MAX
    if excess > 0:
        for client_id in list(cache.states)[:excess]:
            del cache.states[client_id]
