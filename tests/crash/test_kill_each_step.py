"""Killed before each single statement and each commit, in turn, nothing acknowledged is lost or done twice.

One store goes through all of it: for each k a new client's events are appended and worked on by a child
process that dies at its k-th statement. Then this process offers the events again if they were not
acknowledged, works on, and compares what became of the client with what becomes of one nobody disturbed.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from postgres_server import Database
from tongxing.adapters.store import SqlStore
from tongxing.adapters.store.instants import PARTITIONS
from tongxing.app import house_for
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.ledger.leaves import leaf_hash, opens
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.ports import StoredEvent
from tongxing.service.sealing import record_groups
from tongxing.service.states import TOUCH_SOURCE
from tongxing.service.stored import decode_decision, decode_message
from tongxing.service.work import work

START = datetime(2026, 5, 6, 9, 0, tzinfo=BEIJING)
NOW = START + timedelta(minutes=9)
ALL = 10_000
STATEMENTS_MAX = 150
LEASE_SECONDS = 0.05
UNDISTURBED = "C000000"
Open = Callable[[], House]


def life(client_id: str) -> tuple[Event, ...]:
    """A newcomer is registered, assessed, consents, and looks for a pension: a card, timers, signs."""
    steps: tuple[tuple[str, dict[str, object]], ...] = (
        ("client_registered", {"name": "张示例", "birth": "1985-03-01", "opened_on": "2026-05-06"}),
        ("assessment_taken", {"grade": "C3", "valid_to": "2027-05-06"}),
        ("consent_given", {"purpose": "personalised_service"}),
        ("searched", {"text": "个人养老金 怎么开户"}),
    )
    return tuple(
        Event(
            source="app",
            source_seq=f"{client_id}-{number}",
            client_id=client_id,
            ts=START + timedelta(minutes=number),
            known_at=START + timedelta(minutes=number),
            kind=kind,
            body=body,
        )
        for number, (kind, body) in enumerate(steps)
    )


@contextmanager
def dying_at(step: int) -> Iterator[list[int]]:
    """Count statements and commits of this process; the one of that number is not reached alive."""
    reached = [0]

    def count(*_arguments: object) -> None:
        reached[0] += 1
        if reached[0] == step:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    try:
        yield reached
    finally:
        event.remove(Engine, "before_cursor_execute", count)
        event.remove(Engine, "commit", count)


def live_once(house: House, client_id: str, acknowledge: Callable[[], None]) -> None:
    """Append a client's events, say so when they are durable, then work."""
    append(house, life(client_id))
    acknowledge()
    hold(house)
    work(house, now=NOW)


def hold(house: House) -> None:
    """Be the worker of everything; where another's lease must run out first, wait for it."""
    assert isinstance(house.store, SqlStore)
    if house.store.shared:
        leases = house.store.leases(house.entropy, seconds=LEASE_SECONDS)
        while len(leases.renew(everything=True)) < PARTITIONS:
            time.sleep(LEASE_SECONDS / 5)


def killed_at(step: int, open_house: Open, client_id: str) -> tuple[bool, bool]:
    """Let a child live the client's life and die at that statement: (events acknowledged, it was killed)."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            house = open_house()
            with dying_at(step):
                live_once(house, client_id, lambda: os.write(told, b"a") and None)
        finally:
            os._exit(0)
    os.close(told)
    _pid, status = os.waitpid(child, 0)
    acknowledged = os.read(heard, 1) == b"a"
    os.close(heard)
    return acknowledged, os.WIFSIGNALED(status)


def effects(house: House, client_id: str) -> dict[str, Any]:
    """What became of a client, without names, places and leaf numbers; each leaf opens."""
    store = house.store
    decisions = sorted(store.decisions(client_id=client_id, limit=ALL), key=lambda row: (row.at, row.trigger))
    for row in decisions:
        found = store.leaf(row.leaf_index)
        assert found is not None
        sealed, owner, record_key = found
        assert owner == client_id
        groups = record_groups(decode_decision(row.payload))
        assert all(opens(sealed.leaf, group, fields, record_key) for group, fields in groups.items())
    messages = store.messages(client_id, now=START, limit=ALL)
    state = store.state(client_id)
    assert state is not None
    return {
        "decided": [(row.trigger, row.at, row.chosen, row.refused) for row in decisions],
        "said": sorted((row.playbook, decode_message(row.payload).parts[0].text) for row in messages),
        "events": sorted(map(_without_sending_time, store.events_of(client_id))),
        "state bytes": len(state),
    }


def _without_sending_time(stored: StoredEvent) -> tuple[str, str, str, str]:
    """A card that waited through a kill is sent later, and says so."""
    event = stored.event
    at = "" if event.source == TOUCH_SOURCE else event.ts.isoformat()
    return event.source, event.kind, at, str(event.body.get("sign"))


def timers_of(house: House) -> dict[str, list[tuple[str, datetime]]]:
    """Client -> timers still set, read without firing them."""
    found: dict[str, list[tuple[str, datetime]]] = {}
    with house.store.batch() as batch:
        for row in batch.due_timers(NOW + timedelta(days=900), ALL):
            found.setdefault(row.client_id, []).append((row.name, row.due))
    return found


def everything_survives(open_house: Open) -> int:
    """Kill at every statement in turn; how many there were."""
    house = open_house()
    with dying_at(0) as counted:
        live_once(house, UNDISTURBED, lambda: None)
    expected, timers = effects(house, UNDISTURBED), timers_of(house)[UNDISTURBED]
    sealed = house.store.count_leaves()
    assert expected["said"]
    assert timers
    assert 20 <= counted[0] <= STATEMENTS_MAX
    unacknowledged = 0
    for step in range(1, counted[0] + 1):
        client_id = f"C{step:06d}"
        acknowledged, killed = killed_at(step, open_house, client_id)
        assert killed, f"statement {step} was never reached"
        if acknowledged:
            assert len(list(house.store.events_of(client_id))) >= len(life(client_id)), step
        unacknowledged += not acknowledged
        answer = append(house, life(client_id))
        assert not answer.conflicts
        assert not (acknowledged and answer.accepted), f"acknowledged and lost at {step}"
        hold(house)
        work(house, now=NOW)
        assert effects(house, client_id) == expected, f"killed at statement {step}"
        assert timers_of(house)[client_id] == timers, f"killed at statement {step}"
        assert house.store.count_leaves() == (step + 1) * sealed, f"killed at statement {step}"
    assert unacknowledged
    leaves = house.store.leaves(limit=ALL)
    assert [sealed.index for sealed in leaves] == list(range(len(leaves)))
    assert all(leaf_hash(sealed.encoded) == sealed.leaf_hash for sealed in leaves)
    assert house.store.lag() == 0
    house.store.close()
    return counted[0]


@pytest.mark.slow
def test_sqlite_survives_a_kill_before_every_statement(tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    assert everything_survives(lambda: house_for(path)) > 20


@pytest.mark.slow
def test_postgres_survives_a_kill_before_every_statement(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGXING_KEY", str(database.key))
    assert everything_survives(lambda: house_for(database.url)) > 20
