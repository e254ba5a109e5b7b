"""The worker process: folds what arrives, does the jobs that pages ask for, until it is told to stop."""

import signal
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

import structlog

from tongxing.app.house import house_for
from tongxing.app.lock import worker_lock
from tongxing.service.house import House
from tongxing.service.ports import JobRow
from tongxing.service.work import work

IDLE_SECONDS = 0.05
log = structlog.get_logger()
Job = Callable[[House, JobRow], None]


def run_worker(path: Path, jobs: Mapping[str, Job], *, stop: threading.Event | None = None) -> int:
    """Work until stopped; 2 when another worker owns the store."""
    stop = stop or _stop_on_signal()
    with worker_lock(path) as mine:
        if not mine:
            log.error("another worker folds this store", store=path.name)
            return 2
        house = house_for(path)
        house.store.requeue_running()
        while not stop.is_set():
            report = work(house, now=house.clock.now())
            job = house.store.next_job()
            if job is not None:
                _do(house, job, jobs)
            elif not report.events:
                stop.wait(IDLE_SECONDS)
    return 0


def _do(house: House, job: JobRow, jobs: Mapping[str, Job]) -> None:
    """Do one job; its failure is written into its row and does not stop the worker."""
    doing = jobs.get(job.name)
    if doing is None:
        house.store.report(job.job_id, done=0, total=0, note="unknown job", state="failed")
        return
    try:
        doing(house, job)
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
