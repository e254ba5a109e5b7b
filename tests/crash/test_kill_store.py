"""Killed at any point, the store loses nothing it promised and does nothing twice."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import victim

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, open_store
from tongxing.ledger.leaves import decode, leaf_hash

EVENTS = 5_000
KILLS = ((3, 0.0007), (4, 0.0002), (12, 0.0011), (31, 0.0035), (60, 0.0005))
"""(lines to wait for, seconds more): early, between and inside appends and folds."""


def kill_after(path: Path, lines: int, seconds: float) -> int:
    """Run the victim on the store and SIGKILL it; how many events it had been told are durable."""
    command = [sys.executable, str(Path(victim.__file__)), str(path), str(EVENTS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own script
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(lines)]
        time.sleep(seconds)
        process.kill()
        said.extend(process.stdout)
    assert process.returncode != 0, "it was killed before it was done"
    return max((int(line.split()[1]) for line in said if line.startswith("appended")), default=0)


def everything(store: SqlStore) -> dict[str, Any]:
    """What the store holds, without what chance decides (keys, nonces, commitment salts)."""
    with store.batch() as batch:
        waiting = [
            (row.idem, row.client_id, row.payload, row.leaf_index) for row in batch.waiting(10 * EVENTS)
        ]
        timers = [(row.idem, row.due) for row in batch.due_timers(victim.AT, 10 * EVENTS)]
    return {
        "events": [(entry.seq, entry.event) for entry in store.events(limit=10 * EVENTS)],
        "states": {name: store.state(name) for name in store.client_ids()},
        "decisions": [
            (row.decision_id, row.leaf_index, row.payload) for row in store.decisions(limit=10 * EVENTS)
        ],
        "leaves": [(sealed.index, sealed.leaf_hash) for sealed in store.leaves(limit=10 * EVENTS)],
        "waiting": waiting,
        "timers": timers,
        "lag": store.lag(),
    }


def assert_consistent(store: SqlStore) -> None:
    """States, records and leaves are those of exactly the events up to the offset."""
    folded = store.count_events() - store.lag()
    found = everything(store)
    counts = dict.fromkeys(found["states"], 0)
    for _seq, event in found["events"][:folded]:
        counts[event.client_id] += 1
    assert {name: int(state or b"0") for name, state in found["states"].items()} == counts
    assert [index for index, _hash in found["leaves"]] == list(range(folded))
    assert [row[0] for row in found["waiting"]] == [f"t{number:06d}" for number in range(folded)]
    assert len(found["decisions"]) == len(found["timers"]) == folded
    for sealed in store.leaves(limit=10 * EVENTS):
        assert leaf_hash(sealed.encoded) == sealed.leaf_hash
        assert decode(sealed.encoded) == sealed.leaf


def undisturbed(path: Path, events: int) -> dict[str, Any]:
    """What a store holds that nobody killed."""
    store = open_store(path, entropy=OsEntropy())
    victim.run(store, events)
    found = everything(store)
    store.close()
    return found


def test_a_store_killed_again_and_again_keeps_its_promises(tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    stopped_between = 0
    for lines, seconds in KILLS:
        acknowledged = kill_after(path, lines, seconds)
        store = open_store(path, entropy=OsEntropy())
        assert store.count_events() >= acknowledged
        assert_consistent(store)
        stopped_between += store.lag() > 0
        store.close()
    assert stopped_between, "at least one kill left events that were durable and not folded"
    store = open_store(path, entropy=OsEntropy())
    while victim.fold(store):
        pass
    assert everything(store) == undisturbed(tmp_path / "whole.db", store.count_events())
    store.close()
