"""Several workers on one PostgreSQL, killed again and again: each client is served once, by somebody."""

import os
import subprocess
import sys
import time
from pathlib import Path

import house_victim
import pytest
import shared_victim
from test_kill_worker import assert_sealed, effects

from postgres_server import Database
from tongxing.app.house import house_for
from tongxing.service.append import append

WORKERS = 3
KILLS = 3
WAIT_SECONDS_MAX = 120.0


def begin(database: Database) -> subprocess.Popen[str]:
    """One worker more."""
    command = [sys.executable, str(Path(shared_victim.__file__)), database.url]
    environment = {**os.environ, "TONGXING_KEY": str(database.key)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)  # noqa: S603 - our own


def kill_while_folding(worker: subprocess.Popen[str]) -> bool:
    """SIGKILL a worker just after it folded something; whether it folded at all."""
    assert worker.stdout is not None
    folded = any(line.startswith("folded") for line in iter(worker.stdout.readline, ""))
    worker.kill()
    worker.communicate()
    return folded


@pytest.mark.slow
def test_workers_killed_one_after_another_leave_nothing_undone_and_nothing_twice(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGXING_KEY", str(database.key))
    undisturbed = house_victim.prepare(tmp_path / "whole.db")
    house_victim.work_through(undisturbed)
    expected = {**effects(undisturbed), "count": undisturbed.store.count_events()}
    undisturbed.store.close()
    house = house_for(database.url)
    everything = tuple(house_victim.events())
    append(house, everything)
    workers = [begin(database) for _ in range(WORKERS)]
    try:
        for _ in range(KILLS):
            assert kill_while_folding(workers.pop(0))
            assert house.store.lag(), "it was killed in the middle"
            workers.append(begin(database))
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while house.store.lag() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert house.store.lag() == 0
        while len(house.store.events(limit=100_000)) < expected["count"] and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    assert_sealed(house)
    assert len(house.store.client_ids()) == house_victim.CLIENTS
    assert {**effects(house), "count": house.store.count_events()} == expected
    house.store.close()
