"""Killed while it appends, a house has the leaf of every trade it has, and of no other."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sealing_victim
from sealing_victim import BATCH

from tongxing.app import house_for
from tongxing.service.leaf_record import kept_groups


@pytest.mark.parametrize("acknowledged", [1, 4, 9])
def test_an_event_and_its_leaf_are_both_there_or_neither(tmp_path: Path, acknowledged: int) -> None:
    path = tmp_path / "house.db"
    command = [sys.executable, str(Path(sealing_victim.__file__)), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as victim:  # noqa: S603 - our own script
        assert victim.stdout is not None
        while int(victim.stdout.readline()) < acknowledged:
            pass
        victim.send_signal(signal.SIGKILL)
    house = house_for(path)
    events = house.store.events(limit=100_000)
    assert len(events) % BATCH == 0
    assert len(events) >= acknowledged * BATCH
    found = {stored.seq: house.store.proofs.leaf_of_event(stored.seq) for stored in events}
    trades = [stored for stored in events if stored.event.kind == "trade"]
    assert [stored.seq for stored in events if found[stored.seq] is not None] == [one.seq for one in trades]
    assert house.store.count_leaves() == len(trades)
    last = trades[-1]
    told = kept_groups(house, found[last.seq] or 0)
    assert told["client"]["source_seq"] == last.event.source_seq
    house.store.close()
