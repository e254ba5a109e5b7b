"""`tongxing nightly` and `tongxing stream` from the keyboard: what they print and how they end."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

pytest.importorskip("ibis", reason="the analytics extra is not installed")

from tongxing.adapters.entropy import SeededEntropy
from tongxing.app.house import house_for
from tongxing.cli import app
from tongxing.simulation.run import simulate


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    house = house_for(path, entropy=SeededEntropy(3))
    simulate(house, clients=12, days=3, seed=3, start=date(2026, 4, 20))
    house.store.close()
    return path


def test_a_night_says_what_it_did_and_that_nothing_differs(store: Path) -> None:
    result = run("nightly", "--store", store, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["clients"] == 12
    assert found["compared"] > 0
    assert found["differences"] == []
    assert (store.parent / "store.lake" / "manifest.json").exists()
    again = run("nightly", "--store", store)
    assert "0 events sealed" in again.stdout
    assert "0 figures differ" in again.stdout


def test_a_night_of_the_past_is_refused(store: Path) -> None:
    result = run("nightly", "--store", store, "--at", "2020-01-01T00:00:00+08:00")
    assert result.exit_code == 2
    assert "in the past" in result.stderr


def test_a_folder_that_is_no_lake_ends_with_two(store: Path, tmp_path: Path) -> None:
    lake = tmp_path / "other"
    lake.mkdir()
    (lake / "manifest.json").write_text("[]")
    result = run("nightly", "--store", store, "--lake", lake)
    assert result.exit_code == 2
    assert "manifest.json" in result.stderr


@pytest.mark.parametrize("partitions", ["64", "5-4", "a", "-1", "0-99"])
def test_partitions_that_are_none_are_named(store: Path, partitions: str) -> None:
    pytest.importorskip("nats", reason="the nats extra is not installed")
    result = run("stream", "pump", "--store", store, f"--partitions={partitions}")
    assert result.exit_code == 2
    assert "--partitions" in result.stderr


def test_a_stream_without_a_server_says_which_one_does_not_answer(store: Path, tmp_path: Path) -> None:
    pytest.importorskip("nats", reason="the nats extra is not installed")
    line = {
        "source": "app",
        "source_seq": "1",
        "client_id": "C1",
        "ts": "2026-04-20T10:00:00+08:00",
        "kind": "logged_in",
        "body": {"device": "phone"},
    }
    file = tmp_path / "events.jsonl"
    file.write_text(json.dumps(line))
    result = run("stream", "publish", file, "--url", "nats://127.0.0.1:1", "--store", store)
    assert result.exit_code == 2
    assert "nats://127.0.0.1:1" in result.stderr


def test_a_file_without_an_event_is_not_sent(store: Path, tmp_path: Path) -> None:
    pytest.importorskip("nats", reason="the nats extra is not installed")
    file = tmp_path / "events.jsonl"
    file.write_text("{}\n")
    result = run("stream", "publish", file, "--store", store)
    assert result.exit_code == 2
    assert "no event" in result.stderr
