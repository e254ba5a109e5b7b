"""Roots change while everybody works; a kill at any step loses nothing and is gone on from."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import rotation_victim
from sqlalchemy import URL
from store_kit import AT, searched

from postgres_server import fresh_database
from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, StoreError, open_store
from tongxing.adapters.store.copying import copy_store
from tongxing.adapters.vault import cipher, key_file
from tongxing.adapters.vault.cipher import check_value
from tongxing.adapters.vault.key_file import KeyFileError
from tongxing.app import keys
from tongxing.domain.event import Event, Retention
from tongxing.service.ports import ErasedError

CLIENTS = 12
STEPS = 14
"""Steps of a rotation of so many clients' keys, three keys a transaction."""


def opened(path: Path) -> SqlStore:
    return open_store(path, entropy=OsEntropy(), synchronous="OFF")


def told(number: int) -> Event:
    return searched(number, client_id=f"C{number:06d}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    store = opened(tmp_path / "house.db")
    store.append([told(number) for number in range(CLIENTS)])
    store.close()
    return tmp_path / "house.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    found = opened(path)
    yield found
    found.close()


def readable(store: SqlStore) -> int:
    return len(store.events(limit=1_000))


def roots_of(path: Path) -> tuple[bytes, ...]:
    return key_file.read_all(path.with_name(path.name + ".key")).roots


def test_every_data_key_is_wrapped_anew_and_everything_still_opens(path: Path) -> None:
    (old,) = roots_of(path)
    steps: list[tuple[int, int]] = []
    assert keys.rotate(path, progress=lambda *step: steps.append(step)) == CLIENTS + 1
    assert steps[-1] == (CLIENTS + 1, CLIENTS + 1)
    new, kept = roots_of(path)
    assert kept == old != new
    found = keys.state(path)
    assert (found.roots[0], found.changing, found.waiting) == (check_value(new), False, 0)
    store = opened(path)
    assert readable(store) == CLIENTS
    store.close()


def test_after_the_old_root_is_dropped_it_opens_nothing(path: Path, tmp_path: Path) -> None:
    (old,) = roots_of(path)
    shutil.copy(path.with_name("house.db.key"), tmp_path / "old.key")
    keys.rotate(path)
    assert (keys.drop_old(path), keys.drop_old(path)) == (1, 0)
    assert old not in roots_of(path)
    store = opened(path)
    assert readable(store) == CLIENTS
    store.close()
    with pytest.raises(KeyFileError, match="another store"):
        open_store(path, entropy=OsEntropy(), key_path=tmp_path / "old.key")
    with pytest.raises(cipher.SealBrokenError):
        cipher.unwrap(old, keys_in(path)[0][5:])


def keys_in(path: Path) -> list[bytes]:
    store = opened(path)
    with store._reader.connect() as connection:
        rows = connection.exec_driver_sql("SELECT wrapped FROM data_key WHERE wrapped IS NOT NULL").all()
    store.close()
    return [row[0] for row in rows]


def test_who_is_at_work_reads_and_writes_on_through_a_rotation(path: Path, store: SqlStore) -> None:
    """A process that opened the store before goes on under the new root, without being started anew."""
    assert readable(store) == CLIENTS
    keys.rotate(path)
    assert readable(store) == CLIENTS
    store.append([told(90), searched(91, client_id="C000001")])
    keys.drop_old(path)
    assert readable(store) == CLIENTS + 2
    assert keys.state(path).waiting == 0, "what came afterwards is under the new root"


def test_a_key_erased_before_stays_erased_and_lookups_are_the_same(path: Path, store: SqlStore) -> None:
    store.erase("C000003", Retention.BEHAVIOUR)
    found = store._ring.blind("rule:quiet_hours")
    keys.rotate(path)
    with pytest.raises(ErasedError):
        list(store.events_of("C000003"))
    again = opened(path)
    assert again._ring.blind("rule:quiet_hours") == found
    again.close()


@pytest.mark.parametrize("step", range(1, STEPS))
def test_killed_at_any_step_nothing_is_lost_and_it_goes_on_with_the_same_root(path: Path, step: int) -> None:
    (old,) = roots_of(path)
    command = [sys.executable, str(Path(rotation_victim.__file__)), str(path), str(step)]
    ended = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own script
    assert ended.returncode == -9, ended.stderr
    begun = roots_of(path)
    assert len(begun) <= 2
    store = opened(path)
    assert readable(store) == CLIENTS, "between both roots everything opens"
    store.append([told(70)])
    store.close()
    keys.rotate(path)
    assert len(roots_of(path)) == 2, "one new root, whatever happened"
    assert len(begun) == 1 or roots_of(path) == begun
    keys.drop_old(path)
    assert old not in roots_of(path)
    store = opened(path)
    assert readable(store) == CLIENTS + 1
    store.close()


def test_the_steps_above_are_all_the_steps_there_are(path: Path) -> None:
    command = [sys.executable, str(Path(rotation_victim.__file__)), str(path)]
    ends = [
        subprocess.run([*command, str(step)], check=False, capture_output=True).returncode  # noqa: S603
        for step in (STEPS,)
    ]
    assert ends == [0]


def test_a_rotation_under_way_keeps_the_old_root(path: Path) -> None:
    key_file.add_root(path.with_name("house.db.key"), bytes(range(32)))
    assert keys.state(path).changing
    with pytest.raises(StoreError, match="under way"):
        keys.drop_old(path)


def test_a_key_file_keeps_lines_about_something_else(tmp_path: Path) -> None:
    file = tmp_path / "house.key"
    first = key_file.create(file, OsEntropy())
    with file.open("a") as more:
        more.write("tongxing-log-1 abc\n")
    key_file.add_root(file, bytes(range(32)))
    found = key_file.read_all(file)
    assert found.roots == (bytes(range(32)), first)
    assert found.others == ("tongxing-log-1 abc",)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_store_of_the_time_before_roots_opens_and_is_rotated(path: Path) -> None:
    (root,) = roots_of(path)
    store = opened(path)
    with store._writer.begin() as connection:
        rows = connection.exec_driver_sql("SELECT client_id, wrapped FROM data_key").all()
        for client, wrapped in rows:
            connection.exec_driver_sql(
                "UPDATE data_key SET wrapped = ? WHERE client_id = ?", (bytes(wrapped)[5:], client)
            )
    assert set(store.keys.by_root()) == {""}
    store.close()
    store = opened(path)
    assert readable(store) == CLIENTS
    store.close()
    assert keys.rotate(path) == CLIENTS + 1
    assert {len(wrapped) for wrapped in keys_in(path)} == {45}
    assert roots_of(path)[1] == root


def test_an_identity_number_finds_its_client_and_stands_nowhere(path: Path, store: SqlStore) -> None:
    number, phone = "999999199001011239", "139 0000 9999"
    event = Event(
        source="core",
        source_seq="r1",
        client_id="C000077",
        ts=AT,
        known_at=AT,
        kind="client_registered",
        body={"name": "甲", "opened_on": "2020-01-01", "id_number": number, "phone": phone},
    )
    store.append([event])
    assert store.blind.find("id_number", number.lower()) == ("C000077",)
    assert store.blind.find("phone", "+86 139-0000-9999") == ("C000077",)
    assert store.blind.find("phone", number) == ()
    with store._reader.connect() as connection:
        kept = [row[0] for row in connection.exec_driver_sql("SELECT blind FROM blind_index").all()]
    assert {len(one) for one in kept} == {16}
    assert len(set(kept)) == 2
    keys.rotate(path)
    assert store.blind.find("id_number", number) == ("C000077",)
    store.erase("C000077", Retention.IDENTITY)
    assert store.blind.find("id_number", number) == ()


def test_roots_change_on_postgresql_as_well(
    postgres: tuple[URL, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, key = postgres
    shutil.copy(key, tmp_path / "pg.key")
    monkeypatch.setenv("TONGXING_KEY", str(tmp_path / "pg.key"))
    with fresh_database(server) as found:
        url = found.set(drivername="postgresql").render_as_string(hide_password=False)
        store = open_store(url, entropy=OsEntropy(), key_path=tmp_path / "pg.key")
        store.append([told(number) for number in range(CLIENTS)])
        assert keys.rotate(url) == CLIENTS + 1
        assert readable(store) == CLIENTS
        store.append([told(90)])
        assert keys.state(url).waiting == 0
        assert [one.alive for one in store.keys.counts() if one.retention] == [CLIENTS + 1]
        assert keys.drop_old(url) == 1
        assert readable(store) == CLIENTS + 1
        store.close()


def test_a_copy_of_before_opens_as_long_as_its_root_is_kept(path: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.db"
    copy_store(path, before)
    keys.rotate(path)
    file = path.with_name("house.db.key")
    store = open_store(before, entropy=OsEntropy(), key_path=file)
    assert readable(store) == CLIENTS
    store.close()
    keys.drop_old(path)
    with pytest.raises(KeyFileError, match="another store"):
        open_store(before, entropy=OsEntropy(), key_path=file)


def test_clients_of_an_earlier_version_are_made_findable_once(path: Path, store: SqlStore) -> None:
    body: dict[str, object] = {"name": "甲", "opened_on": "2020-01-01", "phone": "13900001234"}
    at = dict.fromkeys(("ts", "known_at"), AT)
    event = Event(source="core", source_seq="r1", client_id="C7", kind="client_registered", body=body, **at)
    store.append([event])
    with store._writer.begin() as connection:
        connection.exec_driver_sql("DELETE FROM blind_index")
    assert store.blind.find("phone", "13900001234") == ()
    assert keys.index(path) == keys.index(path) == CLIENTS + 1
    assert store.blind.find("phone", "13900001234") == ("C7",)
