"""Release what was set aside: here where nobody folds the store, else by its worker."""

import time

from tongxing.app.lock import folding
from tongxing.service.aside import StillAsideError, release
from tongxing.service.house import House
from tongxing.service.ports import JobRow

RELEASE = "release_aside"
WAIT_SECONDS_MAX = 60.0
POLL_SECONDS = 0.05


def release_job(house: House, job: JobRow) -> None:
    """What a running worker does for the command: it forgets nothing that the release wrote."""
    rows = release(house, job.argument)
    house.store.report(job.job_id, done=rows, total=rows, note="", state="done")


def release_client(house: House, client_id: str) -> int:
    """Release a client, and say how many rows; raises `StillAsideError` when it cannot be taken in yet.

    On PostgreSQL the worker of the client's partition begins anew by itself, so nobody is asked.
    """
    if getattr(house.store, "shared", False):
        return release(house, client_id)
    with folding(house) as mine:
        if mine:
            return release(house, client_id)
    job_id = house.store.add_job(RELEASE, client_id)
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < deadline:
        job = house.store.job(job_id)
        if job is not None and job.state == "done":
            return job.done
        if job is not None and job.state == "failed":
            raise StillAsideError(job.note)
        time.sleep(POLL_SECONDS)
    raise StillAsideError(
        f"the worker did not answer within {WAIT_SECONDS_MAX:.0f} s; the release stays queued"
    )
