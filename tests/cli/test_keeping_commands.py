"""The commands that keep a store: backup, restore, check-store, aside."""

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from postgres_server import Database
from tongxing.app import DEFAULT_START, house_for
from tongxing.cli import app
from tongxing.domain.event import Event
from tongxing.service.append import append
from tongxing.service.ports import SetAside
from tongxing.service.work import work

runner = CliRunner()
ARRIVED = Event(
    source="app",
    source_seq="1",
    client_id="C1",
    ts=DEFAULT_START,
    known_at=DEFAULT_START,
    kind="client_registered",
    body={"name": "张示例", "birth": "1985-03-01", "opened_on": "2020-01-06"},
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "house.db"
    house = house_for(path)
    append(house, [ARRIVED])
    work(house, now=DEFAULT_START)
    with house.store.batch() as batch:
        batch.set_aside(
            SetAside(client_id="C1", seq=1, what="client_registered", why="KeyError at takes.py:1")
        )
    house.store.close()
    return path


def test_a_store_goes_through_backup_and_restore(store: Path, tmp_path: Path) -> None:
    copy, new = tmp_path / "copy.db", tmp_path / "new" / "house.db"
    made = runner.invoke(app, ["backup", "--store", str(store), "--to", str(copy)])
    assert made.exit_code == 0
    assert "the key is not in it" in made.stderr
    key = str(tmp_path / "house.db.key")
    put_back = runner.invoke(app, ["restore", "--from", str(copy), "--to", str(new), "--key", key])
    assert put_back.exit_code == 0
    assert msgspec.json.decode(put_back.stdout) == msgspec.json.decode(made.stdout)
    checked = runner.invoke(
        app, ["check-store", "--store", str(new), "--against", str(tmp_path / "copy.db.manifest.json")]
    )
    assert checked.exit_code == 0
    assert msgspec.json.decode(checked.stdout)["events"] == 1


def test_what_is_set_aside_is_listed_and_released(store: Path) -> None:
    listed = runner.invoke(app, ["aside", "--store", str(store), "--json"])
    assert msgspec.json.decode(listed.stdout) == {
        "seq": 1,
        "client_id": "C1",
        "what": "client_registered",
        "why": "KeyError at takes.py:1",
    }
    released = runner.invoke(app, ["aside", "release", "1", "--store", str(store)])
    assert msgspec.json.decode(released.stdout) == {"client_id": "C1", "released": 1}
    again = runner.invoke(app, ["aside", "release", "1", "--store", str(store)])
    assert again.exit_code == 2
    assert "event 1 is not set aside" in again.stderr
    both = runner.invoke(app, ["aside", "release", "--store", str(store)])
    assert both.exit_code == 2


def test_a_postgres_store_is_checked_against_what_was_written_down(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGXING_KEY", str(database.key))
    house = house_for(database.url)
    append(house, [ARRIVED])
    house.store.close()
    said = tmp_path / "house.manifest.json"
    assert runner.invoke(app, ["check-store", "--store", database.url, "--write", str(said)]).exit_code == 0
    same = runner.invoke(app, ["check-store", "--store", database.url, "--against", str(said)])
    assert same.exit_code == 0
    refused = runner.invoke(app, ["backup", "--store", database.url, "--to", str(tmp_path / "x")])
    assert refused.exit_code == 2
    assert "pg_dump" in refused.stderr


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    missing = runner.invoke(app, ["check-store", "--store", str(tmp_path / "none.db")])
    assert missing.exit_code == 2
    assert list(tmp_path.iterdir()) == []
