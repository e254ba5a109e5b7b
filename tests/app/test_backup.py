"""A backup taken at work is whole; a restore proves it and overwrites nothing."""

import shutil
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from postgres_server import Database
from tongxing.adapters.store import StoreError
from tongxing.adapters.vault.key_file import KeyFileError
from tongxing.app import DEFAULT_START, house_for
from tongxing.app.backup import back_up, manifest_path, restore
from tongxing.domain.event import Event, Retention
from tongxing.service.append import append
from tongxing.service.backup import DamagedError, fingerprint
from tongxing.service.house import House
from tongxing.service.work import work


def lived(house: House, clients: int = 6, *, first: int = 0) -> None:
    """Clients open accounts, consent and look for a pension; the house folds, decides and seals."""
    for number in range(first, first + clients):
        name = f"C{number}"
        steps: tuple[tuple[str, dict[str, object]], ...] = (
            ("client_registered", {"name": "张示例", "birth": "1985-03-01", "opened_on": "2020-01-06"}),
            ("consent_given", {"purpose": "personalised_service"}),
            ("searched", {"text": "个人养老金 怎么开户"}),
        )
        append(
            house,
            [
                Event(
                    source="app",
                    source_seq=f"{name}-{place}",
                    client_id=name,
                    ts=DEFAULT_START + timedelta(minutes=place),
                    known_at=DEFAULT_START + timedelta(minutes=place),
                    kind=kind,
                    body=body,
                )
                for place, (kind, body) in enumerate(steps)
            ],
        )
    work(house, now=DEFAULT_START + timedelta(hours=1))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "house.db"
    house = house_for(path)
    lived(house)
    house.store.close()
    return path


def changed(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(statement)
        raw.commit()


def test_a_restored_store_holds_what_the_backup_held_and_goes_on(store: Path, tmp_path: Path) -> None:
    made = back_up(store, tmp_path / "backup.db")
    assert (made.fingerprint.clients, made.fingerprint.decisions) == (6, 6)
    assert made.fingerprint.leaves >= 6
    there = tmp_path / "elsewhere" / "house.db"
    assert restore(tmp_path / "backup.db", there, tmp_path / "house.db.key") == made
    house = house_for(there)
    lived(house, 2, first=6)
    assert fingerprint(house.store, like=made.fingerprint) == made.fingerprint, "the old log stands in front"
    assert fingerprint(house.store).clients == 8
    house.store.close()


def test_a_backup_while_the_worker_writes_is_one_moment_of_the_store(store: Path, tmp_path: Path) -> None:
    house = house_for(store)
    stop = threading.Event()

    def go_on() -> None:
        number = 6
        while not stop.is_set():
            lived(house, 1, first=number)
            number += 1

    at_work = threading.Thread(target=go_on)
    at_work.start()
    try:
        made = [back_up(store, tmp_path / f"backup{number}.db") for number in range(3)]
    finally:
        stop.set()
        at_work.join()
    for manifest in made:
        assert fingerprint(house.store, like=manifest.fingerprint) == manifest.fingerprint
    house.store.close()


def test_nothing_is_overwritten(store: Path, tmp_path: Path) -> None:
    back_up(store, tmp_path / "backup.db")
    before = (tmp_path / "backup.db").read_bytes(), store.read_bytes()
    with pytest.raises(StoreError, match="never overwrites"):
        back_up(store, tmp_path / "backup.db")
    with pytest.raises(StoreError, match="never overwrites"):
        restore(tmp_path / "backup.db", store, None)
    assert ((tmp_path / "backup.db").read_bytes(), store.read_bytes()) == before


def test_the_key_is_not_in_the_backup_and_without_it_nothing_is_restored(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(store, folder / "house.db")
    assert sorted(path.name for path in folder.iterdir()) == ["house.db", "house.db.manifest.json"]
    key = bytes.fromhex((tmp_path / "house.db.key").read_text().split()[1])
    assert key not in (folder / "house.db").read_bytes()
    with pytest.raises(KeyFileError, match="missing"):
        restore(folder / "house.db", tmp_path / "new" / "house.db", None)
    assert not (tmp_path / "new" / "house.db").exists()


def test_the_key_of_another_store_restores_nothing(store: Path, tmp_path: Path) -> None:
    back_up(store, tmp_path / "backup.db")
    house_for(tmp_path / "other.db").store.close()
    with pytest.raises(KeyFileError, match="another store"):
        restore(tmp_path / "backup.db", tmp_path / "new" / "house.db", tmp_path / "other.db.key")
    assert not (tmp_path / "new" / "house.db").exists()


def test_a_backup_that_was_changed_is_refused(store: Path, tmp_path: Path) -> None:
    back_up(store, tmp_path / "backup.db")
    changed(tmp_path / "backup.db", "UPDATE decision SET refused = 99")
    with pytest.raises(DamagedError, match="was changed"):
        restore(tmp_path / "backup.db", tmp_path / "new.db", tmp_path / "house.db.key")
    assert not (tmp_path / "new.db").exists()


def test_a_backup_without_its_manifest_is_refused(store: Path, tmp_path: Path) -> None:
    back_up(store, tmp_path / "backup.db")
    manifest_path(tmp_path / "backup.db").unlink()
    with pytest.raises(StoreError, match="manifest"):
        restore(tmp_path / "backup.db", tmp_path / "new.db", tmp_path / "house.db.key")


DAMAGES = {
    "a_body": ("UPDATE event SET body = zeroblob(60) WHERE seq = 3", "event 3"),
    "an_event_is_gone": ("DELETE FROM event WHERE seq = 2", "events"),
    "a_leaf_is_gone": ("PRAGMA foreign_keys=OFF; DELETE FROM leaf WHERE leaf_index = 1", "leaf 1 is missing"),
    "a_leaf": ("UPDATE leaf SET leaf_hash = zeroblob(32) WHERE leaf_index = 2", "leaf 2 was changed"),
    "a_record_key": (
        "UPDATE record_key SET sealed = zeroblob(60) WHERE leaf_index = 0",
        "leaf 0 does not open",
    ),
    "a_state": ("UPDATE client_state SET blob = zeroblob(60) WHERE client_id = 'C3'", "state of C3"),
    "a_decision": ("UPDATE decision SET payload = zeroblob(60) WHERE row = 1", "decision"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_reading_the_whole_store_finds_what_was_changed(store: Path, damage: str) -> None:
    statement, told = DAMAGES[damage]
    house = house_for(store)
    before = fingerprint(house.store)
    house.store.close()
    for part in statement.split(";"):
        changed(store, part)
    house = house_for(store)
    if damage == "an_event_is_gone":
        assert fingerprint(house.store).log != before.log
        assert fingerprint(house.store).events == before.events - 1
    else:
        with pytest.raises(DamagedError, match=told):
            fingerprint(house.store)
    house.store.close()


def test_an_erased_client_is_no_damage(store: Path) -> None:
    house = house_for(store)
    before = fingerprint(house.store)
    house.store.erase("C2", Retention.CONDUCT)
    after = fingerprint(house.store)
    assert (after.leaves, after.ledger, after.clients) == (before.leaves, before.ledger, before.clients)
    assert after.events < before.events
    house.store.close()


def test_a_store_copied_by_the_database_is_checked_against_its_manifest(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGXING_KEY", str(database.key))
    house = house_for(database.url)
    house.store.leases(house.entropy).renew(everything=True)
    lived(house)
    made = fingerprint(house.store)
    lived(house, 1, first=6)
    assert fingerprint(house.store, like=made) == made
    assert fingerprint(house.store).clients == 7
    house.store.close()


def test_a_backup_to_a_missing_folder_says_so(store: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        back_up(store, tmp_path / "no" / "such" / "folder.db")
    with pytest.raises(StoreError, match="no such store"):
        back_up(tmp_path / "nothing.db", tmp_path / "backup.db")
    assert shutil.disk_usage(tmp_path).free > 0
