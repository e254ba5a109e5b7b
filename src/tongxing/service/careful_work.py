"""The worker's round in a house at work: one event that cannot be taken in does not stop all the others.

It is set aside with its place and kind, the log keeps it, and its client hears nothing from the house
until somebody has looked: what we know of them may be wrong. Many failures are no failure of an event:
then the worker stops and says so.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from tongxing.service.aside import fault
from tongxing.service.house import House
from tongxing.service.ports import Batch, SetAside, StoreError, UnreadableEventError
from tongxing.service.ports_devices import Stage
from tongxing.service.round import RECORD_KEY_BYTES
from tongxing.service.silence import seal_silence
from tongxing.service.watch import Told
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
PutAside = Callable[[Batch, Exception], SetAside]


class WorkStoppedError(StoreError):
    """The worker cannot go on by itself; names the event, timer or card it stands before."""


def careful_work(
    house: House, *, now: datetime, steps: int | None = None, cache: Cache | None = None
) -> WorkReport:
    """Work as `work` does, by the house's clock; what fails is found one by one and set aside.

    Of a `cache` from an earlier call the states are read anew.
    Raises `WorkStoppedError` when too much was set aside, `StoreError` when the store itself fails.
    """
    cache = cache or Cache(states={})
    cache.states.clear()
    try:
        return work(house, now=now, cache=cache, sends_by=house.clock, steps=steps)
    except UnreadableEventError:
        return _one_by_one(house, now, cache.told)
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 - whatever it was, the next look names the event
        return _one_by_one(house, now, cache.told)


def _one_by_one(house: House, now: datetime, told: Told | None) -> WorkReport:
    """Take a bounded number of things in one at a time, setting aside those that fail."""
    report, cache = WorkReport(), Cache(states={}, told=told)
    steps: tuple[tuple[Callable[[], bool], PutAside], ...] = (
        (
            lambda: step_deliver(house, house.clock.now(), cache, report, at_most=1),
            partial(_card_aside, house),
        ),
        (lambda: step_fold(house, cache, report, at_most=1), _event_aside),
        (
            lambda: step_timers(house, now, cache, report, at_most=1),
            lambda batch, problem: _timer_aside(batch, problem, now),
        ),
    )
    for _ in range(LOOKED_AT_MAX):
        if not any(_taken(house, step, put_aside, report, now) for step, put_aside in steps):
            break
    return report


def _taken(
    house: House,
    step: Callable[[], bool],
    put_aside: PutAside,
    report: WorkReport,
    now: datetime,
) -> bool:
    """Whether there was something to take: it was taken in, or set aside with its silence sealed."""
    try:
        return step()
    except Exception as problem:
        if isinstance(problem, StoreError) and not isinstance(problem, UnreadableEventError):
            raise
        with house.store.batch() as batch:
            row = put_aside(batch, problem)
            seal_silence(
                batch,
                house.entropy.token(RECORD_KEY_BYTES),
                client_id=row.client_id,
                at=now,
                about={"seq": row.seq, "what": row.what},
                why=row.why,
            )
        report.set_aside += 1
        return True


def _event_aside(batch: Batch, problem: Exception) -> SetAside:
    if isinstance(problem, UnreadableEventError):
        row = SetAside(
            client_id=problem.client_id, seq=problem.seq, what=problem.kind, why="its bytes were changed"
        )
    else:
        (entry,) = batch.unfolded(1)
        row = SetAside(
            client_id=entry.event.client_id, seq=entry.seq, what=entry.event.kind, why=fault(problem)
        )
    _keep(batch, row)
    batch.fold_done(row.seq)
    return row


def _timer_aside(batch: Batch, problem: Exception, now: datetime) -> SetAside:
    (timer,) = batch.due_timers(now, 1)
    row = SetAside(client_id=timer.client_id, seq=0, what=timer.name, why=fault(problem))
    _keep(batch, row)
    batch.timer_done(timer.timer_id)
    return row


def _card_aside(house: House, batch: Batch, problem: Exception) -> SetAside:
    cards = batch.waiting(1)
    if not cards:
        return _sending_aside(house, batch, problem)
    (card,) = cards
    row = SetAside(client_id=card.client_id, seq=0, what=CARD, why=fault(problem))
    _keep(batch, row)
    batch.outbox_done(card.outbox_id, "failed")
    return row


def _sending_aside(house: House, batch: Batch, problem: Exception) -> SetAside:
    """A message on its way to a device goes no further: its card stands on the home page."""
    if house.carriers is None:
        raise problem
    (sending,) = batch.devices.due(house.carriers.machine(), 1)
    row = SetAside(client_id=sending.client_id, seq=0, what=CARD, why=fault(problem))
    _keep(batch, row)
    batch.devices.change(replace(sending, stage=Stage.WITHDRAWN, last="set_aside"))
    return row


def _keep(batch: Batch, row: SetAside) -> None:
    if len(batch.aside()) >= SET_ASIDE_MAX:
        place = f"event {row.seq} ({row.what})" if row.seq else row.what
        raise WorkStoppedError(
            f"{place} cannot be taken in ({row.why}), and {SET_ASIDE_MAX} were set aside before it: "
            "the fault is not theirs; nothing was lost, and work goes on when it is repaired"
        )
    batch.set_aside(row)
