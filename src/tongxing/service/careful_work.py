"""The worker's round in a house at work: one event that cannot be taken in does not stop all the others.

It is set aside with its place and kind, the log keeps it, and its client hears nothing from the house
until somebody has looked: what we know of them may be wrong. Many failures are no failure of an event:
then the worker stops and says so.
"""

import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import PurePath

from tongxing.service.house import House
from tongxing.service.ports import Batch, SetAside, StoreError, UnreadableEventError
from tongxing.service.work import (
    EVENTS_A_STEP,
    Cache,
    WorkReport,
    step_deliver,
    step_fold,
    step_timers,
    work,
)

SET_ASIDE_MAX = 50
"""More than so many in one store are a fault of the program, not of events."""
LOOKED_AT_MAX = 4 * EVENTS_A_STEP
CARD = "card"


class WorkStoppedError(StoreError):
    """The worker cannot go on by itself; names the event, timer or card it stands before."""


def careful_work(house: House, *, now: datetime) -> WorkReport:
    """Work as `work` does, by the house's clock; what fails is found one by one and set aside.

    Raises `WorkStoppedError` when too much was set aside, `StoreError` when the store itself fails.
    """
    try:
        return work(house, now=now, sends_by=house.clock)
    except UnreadableEventError:
        return _one_by_one(house, now)
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 - whatever it was, the next look names the event
        return _one_by_one(house, now)


def _one_by_one(house: House, now: datetime) -> WorkReport:
    """Take a bounded number of things in one at a time, setting aside those that fail."""
    report, cache = WorkReport(), Cache(states={})
    steps: tuple[tuple[Callable[[], bool], Callable[[Batch, Exception], None]], ...] = (
        (lambda: step_deliver(house, house.clock.now(), cache, report, at_most=1), _card_aside),
        (lambda: step_fold(house, cache, report, at_most=1), _event_aside),
        (
            lambda: step_timers(house, now, cache, report, at_most=1),
            lambda batch, problem: _timer_aside(batch, problem, now),
        ),
    )
    for _ in range(LOOKED_AT_MAX):
        if not any(_taken(house, step, put_aside, report) for step, put_aside in steps):
            break
    return report


def _taken(
    house: House,
    step: Callable[[], bool],
    put_aside: Callable[[Batch, Exception], None],
    report: WorkReport,
) -> bool:
    """Whether there was something to take: it was taken in, or it failed and was set aside."""
    try:
        return step()
    except Exception as problem:
        if isinstance(problem, StoreError) and not isinstance(problem, UnreadableEventError):
            raise
        with house.store.batch() as batch:
            put_aside(batch, problem)
        report.set_aside += 1
        return True


def _event_aside(batch: Batch, problem: Exception) -> None:
    if isinstance(problem, UnreadableEventError):
        row = SetAside(
            client_id=problem.client_id, seq=problem.seq, what=problem.kind, why="its bytes were changed"
        )
    else:
        (entry,) = batch.unfolded(1)
        row = SetAside(
            client_id=entry.event.client_id, seq=entry.seq, what=entry.event.kind, why=_why(problem)
        )
    _keep(batch, row)
    batch.fold_done(row.seq)


def _timer_aside(batch: Batch, problem: Exception, now: datetime) -> None:
    (timer,) = batch.due_timers(now, 1)
    _keep(batch, SetAside(client_id=timer.client_id, seq=0, what=timer.name, why=_why(problem)))
    batch.timer_done(timer.timer_id)


def _card_aside(batch: Batch, problem: Exception) -> None:
    (card,) = batch.waiting(1)
    _keep(batch, SetAside(client_id=card.client_id, seq=0, what=CARD, why=_why(problem)))
    batch.outbox_done(card.outbox_id, "failed")


def _keep(batch: Batch, row: SetAside) -> None:
    if len(batch.aside()) >= SET_ASIDE_MAX:
        place = f"event {row.seq} ({row.what})" if row.seq else row.what
        raise WorkStoppedError(
            f"{place} cannot be taken in ({row.why}), and {SET_ASIDE_MAX} were set aside before it: "
            "the fault is not theirs; nothing was lost, and work goes on when it is repaired"
        )
    batch.set_aside(row)


def _why(problem: Exception) -> str:
    """The failure's name and place; its text may be personal."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(problem).__name__}{place}"
