"""A seeded year of 300 clients: every limit kept, every playbook met, and the same end after kills.

The year is lived once in this process. In the middle its store is copied, and the rest of the year is lived a
second time from the copy by processes that are killed at arbitrary instants.
"""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from shutil import copy as copy_file
from typing import Any

import pytest
from lived_year import START

import tongxing
from tongxing.adapters.entropy import SeededEntropy
from tongxing.app.house import house_for
from tongxing.service.house import House
from tongxing.simulation.limits import KINDS, by_kind
from tongxing.simulation.run import Result, simulate

pytestmark = pytest.mark.slow
CLIENTS, DAYS, SEED = 300, 250, 7
MIDDLE = 140
KILLS = ((142, 0.05), (147, 0.31), (153, 0.77))
"""After which session, and how many seconds into what follows, a process is killed."""
OF_THE_PROCESS = {"ledger_root", "timing"}
"""Salts come from the entropy of the process: leaves of two processes differ, what they seal does not."""


@dataclass
class Year:
    """The year as one process lived it, and as several killed ones did."""

    house: House
    result: Result
    killed: House
    killed_result: dict[str, Any]
    kills: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder = tmp_path_factory.mktemp("year")
    whole, copy = folder / "whole.db", folder / "copy.db"
    house = house_for(whole, entropy=SeededEntropy(1))
    rest = _Rest(copy)

    def copied(done: int, _total: int) -> None:
        if done == MIDDLE and not copy.exists():
            _copy(whole, copy)
            rest.start()

    result = simulate(house, clients=CLIENTS, days=DAYS, seed=SEED, start=START, progress=copied)
    rest.join(timeout=600)
    assert not rest.is_alive()
    assert rest.problem == ""
    killed = house_for(copy, entropy=SeededEntropy(9))
    yield Year(house=house, result=result, killed=killed, killed_result=rest.result, kills=rest.kills)
    house.store.close()
    killed.store.close()


class _Rest(threading.Thread):
    """Lives the rest of the year in processes that it kills, and lets the last one come to the end."""

    def __init__(self, store: Path) -> None:
        super().__init__(daemon=True)
        self.store = store
        self.kills: list[int] = []
        self.result: dict[str, Any] = {}
        self.problem = ""

    def run(self) -> None:
        for number, (session, seconds) in enumerate(KILLS, start=2):
            with self._process(number) as process:
                for line in process.stdout or ():
                    if line.strip().isdigit() and int(line) >= session:
                        time.sleep(seconds)
                        break
                process.kill()
                self.kills.append(process.wait())
        with self._process(len(KILLS) + 2) as process:
            told, errors = process.communicate()
        if process.returncode:
            self.problem = errors
        else:
            self.result = json.loads(told.splitlines()[-1])

    def _process(self, entropy: int) -> subprocess.Popen[str]:
        script = Path(__file__).with_name("lived_year.py")
        words = [str(self.store), str(CLIENTS), str(DAYS), str(SEED), str(entropy)]
        return subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, str(script), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(tongxing.__file__).parents[1])},
        )


def _copy(whole: Path, copy: Path) -> None:
    copy_file(f"{whole}.key", f"{copy}.key")
    with sqlite3.connect(whole) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()


def _decisions(house: House) -> str:
    """Every decision with its drafts and verdicts, in order."""
    whole, before = sha256(), ""
    while page := house.store.decisions(before=before, limit=500):
        for row in page:
            whole.update(row.payload)
        before = page[-1].decision_id
    return whole.hexdigest()


def _states(house: House) -> dict[str, str]:
    return {who: sha256(house.store.state(who) or b"").hexdigest() for who in house.store.client_ids()}


def _leaves(house: House) -> list[tuple[int, str, Any, tuple[str, ...]]]:
    found, after = [], 0
    while page := house.store.leaves(after=after, limit=2_000):
        found += [(one.index, one.leaf.kind, one.leaf.at, one.leaf.groups) for one in page]
        after = page[-1].index + 1
    return found


def _cards(house: House, who: str) -> list[tuple[Any, ...]]:
    cards = house.store.messages(who, now=house.clock.now().replace(year=2025), limit=1_000)
    return [(one.message_id, one.sent_at, one.leaf_index, one.receipt_index, one.payload) for one in cards]


def test_a_year_is_lived_by_everybody(year: Year) -> None:
    result = year.result
    assert (result.clients, result.sessions) == (CLIENTS, DAYS)
    assert result.joined == CLIENTS
    assert sum(result.sent_by_playbook.values()) > 1_000
    assert result.left > 50
    assert result.leaves >= result.decisions + sum(result.sent_by_playbook.values())


def test_no_limit_is_broken_in_a_year(year: Year) -> None:
    assert year.result.violations == []
    assert by_kind(year.result.violations) == dict.fromkeys(KINDS, 0)


def test_every_playbook_is_met_in_a_year(year: Year) -> None:
    playbooks = set(year.house.book.playbooks)
    assert playbooks == year.result.sent_by_playbook.keys()


def test_the_year_puts_the_gates_to_the_test(year: Year) -> None:
    """Nothing broken means little where nothing was asked for: the gates had to stop many playbooks."""
    stopped = year.result.stopped_by_reason
    asked = {"consent/consent", "consent/personalisation_off", "contact/cooldown"}
    assert asked <= stopped.keys()
    kinds = year.result.events_by_kind
    assert min(kinds[kind] for kind in ("consent_withdrawn", "personalisation_set", "closing_requested")) > 0
    assert kinds["touch_sent"] == sum(year.result.sent_by_playbook.values())


def test_after_kills_in_the_middle_the_year_ends_as_if_nothing_had_happened(year: Year) -> None:
    assert year.kills == [-9] * len(KILLS)
    told = json.loads(json.dumps(year.killed_result))
    whole = json.loads(json.dumps(year.result.as_json(), default=str))
    assert {key for key in whole if whole[key] != told[key]} <= OF_THE_PROCESS
    assert told["log_digest"] == year.result.log_digest
    assert told["violations"] == []


def test_after_kills_decisions_states_cards_and_leaves_are_the_same(year: Year) -> None:
    assert _decisions(year.killed) == _decisions(year.house)
    assert _states(year.killed) == _states(year.house)
    assert _leaves(year.killed) == _leaves(year.house)
    for who in year.house.store.client_ids():
        assert _cards(year.killed, who) == _cards(year.house, who)
    assert year.killed.store.lag() == 0
