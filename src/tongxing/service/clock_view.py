"""The market clock as pages show it, and the jobs they may ask the worker for."""

from collections.abc import Callable
from threading import Lock

from tongxing.service.house import House
from tongxing.service.ports import JobRow
from tongxing.service.views import ClockView

ADVANCE, RESTART = "advance_day", "restart_demo"
CLOCK_JOBS = frozenset({ADVANCE, RESTART})
UNDER_WAY = frozenset({"queued", "running"})
_turn = Lock()


def clock_view(house: House, over: Callable[[House], bool]) -> ClockView:
    """Where the clock stands and how far the job that moves it has come."""
    job = _current(house)
    return ClockView(
        now=house.clock.now(),
        last_session=house.market.last_session,
        over=over(house),
        job_id=None if job is None else job.job_id,
        job_name="" if job is None else job.name,
        job_state="" if job is None else job.state,
        done=0 if job is None else job.done,
        total=0 if job is None else job.total,
        note="" if job is None else job.note,
    )


def ask_for(house: House, name: str) -> bool:
    """Queue a clock job unless one is under way already; says whether it was queued."""
    if name not in CLOCK_JOBS:
        raise ValueError(f"{name!r} is no job of the clock")
    with _turn:
        job = _current(house)
        if job is not None and job.state in UNDER_WAY:
            return False
        house.store.add_job(name, "")
        return True


def _current(house: House) -> JobRow | None:
    """The clock job under way, else the latest one."""
    jobs = [job for job in house.store.jobs() if job.name in CLOCK_JOBS]
    return next((job for job in jobs if job.state in UNDER_WAY), jobs[0] if jobs else None)
