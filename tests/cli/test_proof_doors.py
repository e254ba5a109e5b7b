"""`tongxing ledger open`, `ledger opened` and `keys` from the command line."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tongxing.app import house_for
from tongxing.cli import app
from tongxing.domain.event import Event
from tongxing.domain.person import Person, Role

TRADE = {"code": "600000", "side": "sell", "quantity": "300", "price": "7.10", "gross_fen": 213000}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with one trade and somebody of compliance."""
    path = tmp_path / "house.db"
    house = house_for(path)
    at = house.clock.now() - timedelta(hours=1)
    house.store.append(
        [Event(source="core", source_seq="1", client_id="C1", ts=at, known_at=at, kind="trade", body=TRADE)]
    )
    for name, role in (("compliance-1", Role.COMPLIANCE), ("operations-1", Role.OPERATIONS)):
        house.store.people.add(Person(person_id=name, name=name, role=role))
    house.store.close()
    return path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def opened(store: Path, group: str, by: str = "compliance-1") -> Result:
    return run(
        "ledger", "open", "--leaf", "0", "--group", group, "--by", by, "--to", "court", "--why", "case 17",
        "--store", str(store),
    )  # fmt: skip


def test_an_opened_group_is_checked_without_the_store(store: Path, tmp_path: Path) -> None:
    made = opened(store, "counterparty")
    assert made.exit_code == 0, made.output
    file = tmp_path / "opening.json"
    file.write_text(made.stdout, encoding="utf-8")
    found = run("ledger", "opened", str(file))
    assert found.exit_code == 0
    told = json.loads(found.stdout)
    assert (told["kind"], told["fields"]) == ("trade", {"venue": "XSHG", "clearing": "CSDC"})
    file.write_text(made.stdout.replace("XSHG", "XSHE"), encoding="utf-8")
    assert run("ledger", "opened", str(file)).exit_code == 1


def test_who_may_not_or_asks_for_what_is_not_there_gets_nothing(store: Path) -> None:
    for group, by in (("amount", "operations-1"), ("amount", "nobody"), ("words", "compliance-1")):
        answer = opened(store, group, by)
        assert answer.exit_code == 2
        assert "213000" not in answer.output


def test_keys_are_shown_changed_and_dropped(store: Path) -> None:
    before = json.loads(run("keys", "show", "--store", str(store)).stdout)
    assert (len(before["roots"]), before["changing"], before["waiting"]) == (1, False, 0)
    assert json.loads(run("keys", "rotate", "--store", str(store)).stdout)["wrapped"] >= 2
    between = json.loads(run("keys", "show", "--store", str(store)).stdout)
    assert (len(between["roots"]), between["roots"][1]) == (2, before["roots"][0])
    assert json.loads(run("keys", "drop-old", "--store", str(store)).stdout) == {"dropped": 1}
    assert opened(store, "amount").exit_code == 0
    secret = store.with_name("house.db.key").read_text().split()[1]
    assert secret not in json.dumps(between)
