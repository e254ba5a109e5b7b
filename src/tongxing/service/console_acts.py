"""What the console asks the worker to do: release a client that was set aside, count the funnels anew."""

from tongxing.service.console_funnels import JOB as COUNT_JOB
from tongxing.service.house import House
from tongxing.service.ports import JobRow

RELEASE_JOB = "release_aside"
"""As the worker knows it; it alone may fold a client anew."""
JOBS_LOOKED_AT = 50
UNDER_WAY = frozenset({"queued", "running"})


def ask_release(house: House, client_id: str) -> int | None:
    """Queue the release of a client; the job's id, or None where nothing of the client is set aside.

    A wish that is already queued is not queued again.
    """
    if all(row.client_id != client_id for row in house.store.aside()):
        return None
    return _once(house, RELEASE_JOB, client_id)


def ask_count(house: House) -> int:
    """Queue a count of the funnels, unless one is under way."""
    return _once(house, COUNT_JOB, "")


def _once(house: House, name: str, argument: str) -> int:
    same: list[JobRow] = [
        job
        for job in house.store.jobs(JOBS_LOOKED_AT)
        if (job.name, job.argument) == (name, argument) and job.state in UNDER_WAY
    ]
    return same[0].job_id if same else house.store.add_job(name, argument)
