"""The worker process: folds what arrives, does the jobs that pages ask for, until it is told to stop."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType

import structlog

from tongxing.adapters.book_files import BookError
from tongxing.adapters.clock import WallClock
from tongxing.adapters.store import LeaseLostError, is_postgres
from tongxing.adapters.store.leases import LEASE_SECONDS
from tongxing.adapters.tlog.head import LogError
from tongxing.app.calling import calling_of
from tongxing.app.carrying import Carrying
from tongxing.app.house import CLOCK_SETTING, HouseError, house_for
from tongxing.app.lock import worker_lock
from tongxing.app.part import Part
from tongxing.app.ready import make_ready
from tongxing.app.releasing import RELEASE, release_job
from tongxing.app.sequencing import sequencing_of
from tongxing.app.watching import Watching
from tongxing.service.careful_work import WorkStoppedError, careful_work
from tongxing.service.console_funnels import JOB as COUNT_JOB
from tongxing.service.console_funnels import funnels_job
from tongxing.service.house import House
from tongxing.service.ports import JobRow, StoreError
from tongxing.service.work import Cache

IDLE_SECONDS = 0.05
RETRY_SECONDS = 2.0
"""A store that fails (the disk is full, a lock is held) is asked again so much later."""
STEPS_A_TURN = 20
"""Under load a worker looks up from the log after so many batches: at its lease, and at the jobs."""
SET_BACK = timedelta(seconds=2)
"""A machine's clock that lies so far behind what was written was set back."""
STOPPED, UNUSABLE = 0, 2
log = structlog.get_logger()
Job = Callable[[House, JobRow], None]
HOUSE_JOBS: Mapping[str, Job] = {RELEASE: release_job, COUNT_JOB: funnels_job}
"""Jobs of every house, whatever its pages add."""


def run_worker(
    place: Path | str,
    jobs: Mapping[str, Job],
    *,
    stop: threading.Event | None = None,
    lease_seconds: float = LEASE_SECONDS,
) -> int:
    """Work until stopped, or until the process that started this one is gone.

    A store in a file has one worker; on PostgreSQL every worker folds its share of the partitions.
    2 when it is of no use to start again: another worker owns the store, the store cannot be opened, or
    work cannot go on before somebody has looked.
    """
    stop = stop or _stop_on_signal()
    try:
        with _owned(place) as mine:
            if not mine:
                log.error("another worker folds this store", store=Path(place).name)
                return UNUSABLE
            house = house_for(place)
            try:
                one_by_one = house.store.setting(CLOCK_SETTING) == "market"  # the days of a demo
                make_ready(house)
                part = Part(house, everything=one_by_one, lease_seconds=lease_seconds)
                with calling_of(house), Carrying(house), sequencing_of(house, place):
                    return _run(house, {**HOUSE_JOBS, **jobs}, part, stop)
            finally:
                house.store.close()
    except (StoreError, HouseError, BookError, LogError, OSError) as problem:
        log.error("the worker cannot work", why=str(problem))  # noqa: TRY400 - for a person, not a programmer
        return UNUSABLE


@contextmanager
def _owned(place: Path | str) -> Iterator[bool]:
    """Whether this process may be the worker of a file; a shared store is divided by leases instead."""
    if is_postgres(place):
        yield True
        return
    with worker_lock(Path(place)) as mine:
        yield mine


def _run(house: House, jobs: Mapping[str, Job], part: Part, stop: threading.Event) -> int:
    """Turns of the worker; a store that fails is asked again later, and said to fail once."""
    parent, told, set_back = os.getppid(), "", False
    watching = Watching(house)
    cache = Cache(states={}, told=watching.told)
    while not stop.is_set() and os.getppid() == parent:
        try:
            ready = part.ready()
            if ready:
                watching.beat(part.slot())
            busy = ready and _turn(house, jobs, watching, cache, does_jobs=part.does_jobs(), slot=part.slot())
        except WorkStoppedError:
            part.leave()
            raise
        except StoreError as problem:
            if str(problem) != told:
                told = str(problem)
                log.error("the store fails; trying again", why=told)  # noqa: TRY400 - the same
            part.doubt()
            stop.wait(0 if isinstance(problem, LeaseLostError) else RETRY_SECONDS)
            continue
        told = ""
        if not busy:
            set_back = _clock_set_back(house, told=set_back)
            stop.wait(IDLE_SECONDS)
    part.leave()
    return STOPPED


def _turn(
    house: House, jobs: Mapping[str, Job], watching: Watching, cache: Cache, *, does_jobs: bool, slot: int
) -> bool:
    """Fold what waits and do one job; False when there was nothing to do."""
    started = time.perf_counter()
    report = careful_work(house, now=house.clock.now(), steps=STEPS_A_TURN, cache=cache)
    if report.set_aside:
        for row in house.store.aside()[-report.set_aside :]:
            log.error("set aside: its client hears nothing", seq=row.seq, what=row.what, why=row.why)
    job = house.store.next_job() if does_jobs else None
    busy = report.events + report.timers + report.set_aside > 0
    if busy:
        watching.turned(report, time.perf_counter() - started)
    if job is not None:
        watching.beat(slot, doing=job.name)
        _do(house, job, jobs)
        watching.beat(slot, doing="")
    return busy or job is not None


def _clock_set_back(house: House, *, told: bool) -> bool:
    """Whether the machine's clock was set back, said once: the house's clock stands still meanwhile."""
    behind = house.clock.behind() if isinstance(house.clock, WallClock) else timedelta(0)
    if behind > SET_BACK and not told:
        log.warning("the machine's clock was set back", seconds=int(behind.total_seconds()))
    return behind > SET_BACK


def _do(house: House, job: JobRow, jobs: Mapping[str, Job]) -> None:
    """Do one job; its failure is written into its row and does not stop the worker."""
    doing = jobs.get(job.name)
    if doing is None:
        house.store.report(job.job_id, done=0, total=0, note="unknown job", state="failed")
        return
    try:
        doing(house, job)
    except StoreError as problem:
        log.error("job failed", job=job.name, why=str(problem))  # noqa: TRY400 - for a person
        house.store.report(job.job_id, done=0, total=0, note=str(problem), state="failed")
    except Exception:
        log.exception("job failed", job=job.name)
        house.store.report(job.job_id, done=0, total=0, note="失败，请查看工作进程日志", state="failed")


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop
