"""The worker process: folds what arrives, does the jobs that pages ask for, until it is told to stop."""

import os
import signal
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

import structlog

from tongxing.adapters.book_files import BookError
from tongxing.app.house import HouseError, house_for
from tongxing.app.lock import worker_lock
from tongxing.service.careful_work import WorkStoppedError, careful_work
from tongxing.service.house import House
from tongxing.service.ports import JobRow, StoreError

IDLE_SECONDS = 0.05
RETRY_SECONDS = 2.0
"""A store that fails (the disk is full, a lock is held) is asked again so much later."""
STOPPED, UNUSABLE = 0, 2
log = structlog.get_logger()
Job = Callable[[House, JobRow], None]


def run_worker(path: Path, jobs: Mapping[str, Job], *, stop: threading.Event | None = None) -> int:
    """Work until stopped, or until the process that started this one is gone.

    2 when it is of no use to start again: another worker owns the store, the store cannot be opened, or
    work cannot go on before somebody has looked.
    """
    stop = stop or _stop_on_signal()
    try:
        with worker_lock(path) as mine:
            if not mine:
                log.error("another worker folds this store", store=path.name)
                return UNUSABLE
            house = house_for(path)
            try:
                return _run(house, jobs, stop)
            finally:
                house.store.close()
    except (StoreError, HouseError, BookError, OSError) as problem:
        log.error("the worker cannot work", why=str(problem))  # noqa: TRY400 - for a person, not a programmer
        return UNUSABLE


def _run(house: House, jobs: Mapping[str, Job], stop: threading.Event) -> int:
    """Turns of the worker; a store that fails is asked again later, and said to fail once."""
    parent, told, requeued = os.getppid(), "", False
    while not stop.is_set() and os.getppid() == parent:
        try:
            if not requeued:
                house.store.requeue_running()
                requeued = True
            busy = _turn(house, jobs)
        except WorkStoppedError:
            raise
        except StoreError as problem:
            if str(problem) != told:
                told = str(problem)
                log.error("the store fails; trying again", why=told)  # noqa: TRY400 - the same
            stop.wait(RETRY_SECONDS)
            requeued = False
            continue
        told = ""
        if not busy:
            stop.wait(IDLE_SECONDS)
    return STOPPED


def _turn(house: House, jobs: Mapping[str, Job]) -> bool:
    """Fold what waits and do one job; False when there was nothing to do."""
    report = careful_work(house, now=house.clock.now())
    if report.set_aside:
        for row in house.store.aside()[-report.set_aside :]:
            log.error("set aside: its client hears nothing", seq=row.seq, what=row.what, why=row.why)
    job = house.store.next_job()
    if job is not None:
        _do(house, job, jobs)
    return job is not None or report.events > 0 or report.set_aside > 0


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
