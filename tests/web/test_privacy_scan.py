"""The demo's logs, lake, backups, tiles, figures and tables hold nothing that tells who a client is."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from page_house import Browser
from typer.testing import CliRunner

from logged_lines import logged
from tongxing.adapters.personal_files import scan_path, scan_store
from tongxing.adapters.store import SqlStore
from tongxing.app.backup import back_up
from tongxing.cli import app
from tongxing.cli.privacy import names_of
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.ledger.tiles import encode_bundle
from tongxing.service.house import House
from tongxing.service.personal import Names

PHONE, CARD = "13900001234", "6222021234567894"


@pytest.fixture
def names(house: House) -> Names:
    return names_of(house)


def sorts(found: object) -> list[str]:
    return sorted({one.kind for one in found})  # type: ignore[attr-defined]


def registered(house: House) -> Mapping[str, object]:
    """What the first client told of themselves."""
    for client_id in house.store.client_ids():
        for stored in house.store.kept_events_of(client_id):
            if stored.event.kind == "client_registered":
                return stored.event.body
    raise AssertionError("a demo without clients")


def test_the_scan_knows_the_clients_of_the_demo(house: House, names: Names, tmp_path: Path) -> None:
    body = registered(house)
    told = tmp_path / "told.txt"
    told.write_text(f"{body['name']} {body['id_number']} {PHONE}\n", encoding="utf-8")
    assert sorts(scan_path(told, names)) == ["id_number", "name", "phone"]
    assert {one.place for one in scan_path(told)} <= {f"byte {at}" for at in range(80)}


def test_tables_and_backups_of_the_demo_hold_none(house: House, names: Names, tmp_path: Path) -> None:
    assert isinstance(house.store, SqlStore)
    assert sorts(scan_store(house.store, names)) == []
    back_up(house.store.path, tmp_path / "backup.db")
    assert sorts(scan_path(tmp_path, names)) == []


def test_figures_and_log_lines_of_the_demo_hold_none(
    house: House, client: Browser, names: Names, tmp_path: Path
) -> None:
    body = registered(house)
    with logged() as log:
        client.get(f"/desk/clients/{PHONE}?name={body['name']}")
        client.post("/sign-in", data={"person": body["phone"], "password": str(body["id_number"])})
    (tmp_path / "web.log").write_text(log.text(), encoding="utf-8")
    (tmp_path / "metrics.txt").write_text(client.get("/metrics").text, encoding="utf-8")
    assert log.text()
    assert sorts(scan_path(tmp_path, names)) == []


def test_tiles_of_the_demo_hold_none(house: House, names: Names, tmp_path: Path) -> None:
    entries = [sealed.encoded for sealed in house.store.leaves(limit=256)]
    assert entries
    (tmp_path / "000").write_bytes(encode_bundle(entries))
    assert sorts(scan_path(tmp_path, names)) == []


def test_the_lake_of_the_demo_holds_none(house: House, names: Names, tmp_path: Path) -> None:
    lake = pytest.importorskip(
        "tongxing.adapters.lake.lake_store", reason="the analytics extra is not installed"
    )
    folder = lake.FolderLake(tmp_path, key=bytes(32), words=house.book.words)
    with folder.sealing() as sealing:
        for stored in house.store.events(limit=3_000):
            sealing.add(stored)
    assert list(tmp_path.rglob("*.parquet"))
    assert sorts(scan_path(tmp_path, names)) == []


def test_what_should_not_be_there_is_found(house: House, names: Names, tmp_path: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415 - beside what is planted with it
    import pyarrow.parquet as pq  # noqa: PLC0415 - the same

    body = registered(house)
    pq.write_table(pa.table({"client": [6222021234567894], "words": [f"to {PHONE}"]}), tmp_path / "a.parquet")
    (tmp_path / "b.bin").write_bytes(b"\xff\x00" * 600_000 + str(body["name"]).encode() + b"\xfe")
    (tmp_path / "c.log").write_bytes(b"x" * ((1 << 20) - 9) + f" {CARD} ".encode())
    found = {(Path(one.where).name, one.kind) for one in scan_path(tmp_path, names)}
    assert {("a.parquet", "phone"), ("b.bin", "name"), ("c.log", "bank_card")} <= found
    assert ("a.parquet", "bank_card") not in found, "a pseudonym is a number"


def test_the_command_says_where_and_not_what(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text(f"call {PHONE}\n")
    ended = CliRunner().invoke(app, ["privacy", "scan", str(tmp_path)])
    assert ended.exit_code == 1
    assert '"kind":"phone"' in ended.stdout
    assert PHONE not in ended.output
    (tmp_path / "web.log").write_text("call nobody\n")
    assert CliRunner().invoke(app, ["privacy", "scan", str(tmp_path)]).exit_code == 0
    assert CliRunner().invoke(app, ["privacy", "scan", str(tmp_path / "none")]).exit_code == 2
    assert CliRunner().invoke(app, ["privacy", "scan"]).exit_code == 2


def test_a_client_who_is_told_of_in_clear_is_found_in_the_tables(tmp_path: Path) -> None:
    from tongxing.app import house_for  # noqa: PLC0415 - a store of this test's own

    house = house_for(tmp_path / "own.db")
    at = house.clock.now().astimezone(BEIJING)
    event = Event(
        source="core",
        source_seq=f"call-{PHONE}",
        client_id="C1",
        ts=at,
        known_at=at,
        kind="logged_in",
        body={},
    )
    house.store.append([event])
    assert isinstance(house.store, SqlStore)
    assert [(one.where, one.kind) for one in scan_store(house.store)] == [("event.source_seq", "phone")]
    house.store.close()
