"""What pages may ask the worker to do: move the market clock, begin again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tongxing.app.house import DEFAULT_START
from tongxing.service.console_funnels import refresh
from tongxing.service.house import House
from tongxing.service.ports import JobRow
from tongxing.service.versions import seal_versions
from tongxing.simulation.demo import CLIENTS, DemoError, demo_day, demo_start
from tongxing.simulation.staff import hire

CLOCK = "market_now"
FILLED, YES = "filled", "yes"
CLIENTS_WANTED = "demo_clients"
RESTART = "restart_demo"


def advance_day(house: House, job: JobRow) -> None:
    """Live the next session of the real history and move the clock to its evening.

    A day that was broken off (the worker died) is finished, and no second one lived.
    """
    store = house.store

    def tell(done: int, total: int) -> None:
        store.report(job.job_id, done=done, total=total, note="", state="running")

    try:
        lived = demo_start(house) if job.done else house.clock.now()
        evening = lived if lived > house.clock.now() else demo_day(house, progress=tell)
    except DemoError as problem:
        store.report(job.job_id, done=0, total=1, note=str(problem), state="failed")
        return
    store.set_setting(CLOCK, evening.isoformat())
    refresh(house)
    store.report(job.job_id, done=1, total=1, note=evening.date().isoformat(), state="done")


def restart_demo(house: House, job: JobRow) -> None:
    """Empty the demo store and fill it again, with as many people, up to its first morning.

    Broken off while it filled (the worker died), it goes on filling instead of beginning once more.
    """
    store, job_id = house.store, job.job_id
    if store.setting(FILLED) == YES:
        clients = store.setting(CLIENTS_WANTED)
        store.wipe()
        store.set_setting("clock", "market")
        store.set_setting(CLOCK, DEFAULT_START.isoformat())
        seal_versions(house)
        if clients is not None:
            store.set_setting(CLIENTS_WANTED, clients)
        job_id = store.add_job(job.name, job.argument)

    def tell(done: int, total: int) -> None:
        store.report(job_id, done=done, total=total, note="", state="running")

    tell(0, 1)
    morning = fill(house, progress=tell)
    store.report(job_id, done=1, total=1, note=morning.date().isoformat(), state="done")


def fill(
    house: House, *, clients: int = CLIENTS, progress: Callable[[int, int], None] | None = None
) -> datetime:
    """Bring a demo store up to its first morning and set its clock; a broken filling is taken up again.

    `clients` counts only the first time: a filling goes on with as many people as it began with.
    """
    store = house.store
    wanted = store.setting(CLIENTS_WANTED)
    if wanted is None:
        store.set_setting(CLIENTS_WANTED, str(clients))
    past = replace(house, witnesses=None)  # days that are played, not lived: nobody was there to witness them
    morning = demo_start(past, count=int(wanted or clients), progress=progress)
    hire(house)
    store.set_setting(CLOCK, morning.isoformat())
    refresh(house)
    store.set_setting(FILLED, YES)
    return morning


def filled(house: House) -> bool:
    """Whether a demo store was brought up to its first morning."""
    return house.store.setting(FILLED) == YES


def forget_restarts(house: House) -> None:
    """A restart that was broken off and finished by a filling is not done once more."""
    for row in house.store.jobs():
        if row.name == RESTART and row.state == "running":
            house.store.report(row.job_id, done=1, total=1, note="", state="done")


JOBS = {"advance_day": advance_day, RESTART: restart_demo}
