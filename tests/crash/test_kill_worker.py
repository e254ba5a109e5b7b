"""The worker killed in the middle of a batch decides, seals and sends as if nothing had happened."""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import house_victim

from tongxing.app.house import house_for
from tongxing.ledger.leaves import leaf_hash, opens
from tongxing.service.house import House
from tongxing.service.sealing import record_groups
from tongxing.service.stored import decode_decision, decode_message

ALL = 100_000
KILLS_SECONDS = (0.05, 0.4, 0.4)


def copied(whole: Path, folder: Path) -> Path:
    """The prepared store once more, with its key."""
    folder.mkdir()
    for file in whole.parent.iterdir():
        if file.name.startswith(whole.name):
            shutil.copy(file, folder / file.name)
    return folder / whole.name


def kill_worker(path: Path, seconds: float) -> bool:
    """Let the worker work so long, then SIGKILL it; whether it was killed before it was done."""
    command = [sys.executable, str(Path(house_victim.__file__)), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own script
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.kill()
        return "done" not in process.stdout.read()


def effects(house: House) -> dict[str, Any]:
    """What clients and officers would see, without leaf numbers and sending times."""
    store = house.store
    rows = store.decisions(limit=ALL)
    messages = [row for name in store.client_ids() for row in store.messages(name, now=house_victim.START)]
    return {
        "decisions": sorted((row.decision_id, row.chosen, row.refused, row.at) for row in rows),
        "drafts": {row.decision_id: decode_decision(row.payload).drafts for row in rows},
        "messages": {row.message_id: decode_message(row.payload).parts for row in messages},
        "signs": sorted(
            (entry.event.source_seq, entry.event.ts)
            for entry in store.events(limit=ALL)
            if entry.event.source == "house.sign"
        ),
        "touches": sorted(
            entry.event.source_seq for entry in store.events(limit=ALL) if entry.event.source == "house.touch"
        ),
        "leaves": sorted((sealed.leaf.kind, sealed.leaf.groups) for sealed in store.leaves(limit=ALL)),
    }


def assert_sealed(house: House) -> None:
    """Every decision stands in its leaf, word for word, and leaves are numbered without gaps."""
    leaves = house.store.leaves(limit=ALL)
    assert [sealed.index for sealed in leaves] == list(range(len(leaves)))
    assert all(leaf_hash(sealed.encoded) == sealed.leaf_hash for sealed in leaves)
    for row in house.store.decisions(limit=ALL):
        found = house.store.leaf(row.leaf_index)
        assert found is not None
        sealed, client_id, record_key = found
        assert client_id == row.client_id
        groups = record_groups(decode_decision(row.payload))
        assert all(opens(sealed.leaf, group, fields, record_key) for group, fields in groups.items())


def test_a_worker_killed_in_the_middle_sends_the_same_messages_once(tmp_path: Path) -> None:
    whole = tmp_path / "whole" / "house.db"
    house_victim.prepare(whole).store.close()
    killed = copied(whole, tmp_path / "killed")
    undisturbed = house_for(whole)
    house_victim.work_through(undisturbed)
    expected = effects(undisturbed)
    assert len(expected["messages"]) >= house_victim.CLIENTS // 4, "the test has something to lose"
    interrupted = 0
    for seconds in KILLS_SECONDS:
        if not kill_worker(killed, seconds):
            break
        house = house_for(killed)
        interrupted += house.store.lag() > 0
        assert_sealed(house)
        house.store.close()
    assert interrupted, "at least one kill came in the middle of the log"
    recovered = house_for(killed)
    house_victim.work_through(recovered)
    assert recovered.store.lag() == 0
    assert_sealed(recovered)
    assert effects(recovered) == expected
    with recovered.store.batch() as batch:
        assert not batch.waiting(1)
    recovered.store.close()
    undisturbed.store.close()
