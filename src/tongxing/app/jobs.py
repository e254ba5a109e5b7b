"""What pages may ask the worker to do: move the market clock, begin again."""

from tongxing.app.house import DEFAULT_START
from tongxing.service.house import House
from tongxing.service.ports import JobRow
from tongxing.simulation.demo import DemoError, demo_day, demo_start

CLOCK = "market_now"


def advance_day(house: House, job: JobRow) -> None:
    """Live the next session of the real history and move the clock to its evening."""
    store = house.store

    def tell(done: int, total: int) -> None:
        store.report(job.job_id, done=done, total=total, note="", state="running")

    try:
        evening = demo_day(house, progress=tell)
    except DemoError as problem:
        store.report(job.job_id, done=0, total=1, note=str(problem), state="failed")
        return
    store.set_setting(CLOCK, evening.isoformat())
    store.report(job.job_id, done=1, total=1, note=evening.date().isoformat(), state="done")


def restart_demo(house: House, job: JobRow) -> None:
    """Empty the demo store and fill it again up to its first morning."""
    house.store.wipe()
    house.store.set_setting("clock", "market")
    house.store.set_setting(CLOCK, DEFAULT_START.isoformat())
    again = house.store.add_job(job.name, job.argument)

    def tell(done: int, total: int) -> None:
        house.store.report(again, done=done, total=total, note="", state="running")

    tell(0, 1)
    morning = demo_start(house, progress=tell)
    house.store.set_setting(CLOCK, morning.isoformat())
    house.store.report(again, done=1, total=1, note=morning.date().isoformat(), state="done")


JOBS = {"advance_day": advance_day, "restart_demo": restart_demo}
