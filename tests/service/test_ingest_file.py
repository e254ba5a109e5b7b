"""Files of events into the log, against the real store."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from intake_house import FIXTURES, NOW, house_on, source_map

from tongxing.adapters.parquet_file import ParquetError, rows
from tongxing.domain.clock import BEIJING
from tongxing.service import ingest_file
from tongxing.service.house import House
from tongxing.service.ingest_file import ingest_lines, ingest_rows


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = house_on(tmp_path / "house.db")
    yield opened
    opened.store.close()


def line(
    seq: str, client: str = "C1", kind: str = "logged_in", ts: str = "2026-05-06T10:00:00+08:00"
) -> bytes:
    body = {"name": "林晓", "opened_on": "2026-05-06"} if kind == "client_registered" else {"device": "ios"}
    return json.dumps(
        {"source": "app", "source_seq": seq, "client_id": client, "ts": ts, "kind": kind, "body": body}
    ).encode()


def test_good_lines_go_in_and_each_bad_one_is_named(house: House) -> None:
    lines = [
        line("1", kind="client_registered"),
        line("2"),
        b"",
        line("2"),
        line("3", client="C2"),
        b"{",
        line("1"),
        line("4", ts="2027-01-01T00:00:00+08:00"),
        line("5", ts="2026-05-06T10:00:00"),
    ]
    report = ingest_lines(house, lines, now=NOW)
    assert (report.lines, report.accepted, report.duplicates, report.rejected_count) == (8, 2, 1, 5)
    assert [
        (entry.line, entry.reason) for entry in sorted(report.rejected, key=lambda entry: entry.line)
    ] == [
        (5, "unknown_client"),
        (6, "bad_json"),
        (7, "conflict"),
        (8, "future"),
        (9, "no_zone"),
    ]
    assert house.store.count_events() == 2


def test_a_second_time_everything_is_a_duplicate(house: House) -> None:
    lines = [line("0", kind="client_registered"), *(line(str(number)) for number in range(1, 50))]
    assert ingest_lines(house, lines, now=NOW).accepted == 50
    again = ingest_lines(house, lines, now=NOW + timedelta(hours=1))
    assert (again.accepted, again.duplicates, again.rejected) == (0, 50, [])


def test_chunks_are_bounded_and_progress_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_file, "CHUNK_EVENTS", 10)
    told: list[tuple[int, int]] = []
    lines = [line("0", kind="client_registered"), *(line(str(number)) for number in range(1, 25))]
    ingest_lines(house, lines, now=NOW, progress=lambda done, good: told.append((done, good)))
    assert told == [(10, 10), (20, 20), (25, 25)]


def test_rejects_beyond_the_list_are_counted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_file, "REJECTED_LISTED_MAX", 3)
    report = ingest_lines(house, [b"{"] * 5, now=NOW)
    assert (report.rejected_count, len(report.rejected)) == (5, 3)


def test_with_a_wall_clock_the_past_may_lie_ahead_of_the_market_clock(house: House) -> None:
    later = line("1", kind="client_registered", ts="2026-05-20T10:00:00+08:00")
    earlier = line("2")
    report = ingest_lines(house, [later, earlier], now=NOW, wall=NOW + timedelta(days=30))
    assert report.accepted == 2
    known = [stored.event.known_at for stored in house.store.events_of("C1")]
    assert known == [datetime(2026, 5, 20, 10, tzinfo=BEIJING), NOW]


def test_a_brokers_own_tables_are_loaded(house: House) -> None:
    clients = (FIXTURES / "sources" / "client_master.csv").read_bytes().split(b"\n")
    report = ingest_lines(house, clients, source_map=source_map("client_master"), now=NOW)
    assert (report.accepted, [entry.line for entry in report.rejected]) == (2, [4, 5, 6])
    trades = (FIXTURES / "sources" / "trades.csv").read_bytes().split(b"\n")
    report = ingest_lines(house, trades, source_map=source_map("trades"), now=NOW)
    assert (report.accepted, report.duplicates) == (2, 1)
    found = sorted((entry.line, entry.reason) for entry in report.rejected)
    assert found == [(5, "unknown_client"), (6, "bad_field"), (7, "bad_field"), (8, "bad_field")]


def test_a_line_in_another_encoding_is_named(house: House) -> None:
    lines = ["客户号,客户姓名".encode("gb18030"), b"C1,\xff\xff"]
    report = ingest_lines(house, lines, source_map=source_map("client_master"), now=NOW)
    assert [(entry.line, entry.reason) for entry in report.rejected] == [(2, "bad_field")]


def test_parquet_rows_are_events(house: House, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="reading Parquet needs the extra `analytics`")
    path = tmp_path / "events.parquet"
    duckdb.sql(
        f"""
        COPY (
            SELECT 'app' AS source, '1' AS source_seq, 'C1' AS client_id,
                   TIMESTAMPTZ '2026-05-06 10:00:00+08' AS ts, 'client_registered' AS kind,
                   {{'name': '林晓', 'opened_on': DATE '2026-05-06', 'birth': NULL::DATE}} AS body
        ) TO '{path}' (FORMAT parquet)
        """
    )
    report = ingest_rows(house, rows(path), now=NOW)
    assert (report.accepted, report.rejected) == (1, [])
    event = next(iter(house.store.events_of("C1"))).event
    assert event.ts == datetime(2026, 5, 6, 10, tzinfo=BEIJING)
    assert event.body == {"name": "林晓", "opened_on": "2026-05-06"}


def test_what_is_no_parquet_is_said_to_be_none(tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="reading Parquet needs the extra `analytics`")
    path = tmp_path / "events.parquet"
    with pytest.raises(ParquetError, match="no such file"):
        list(rows(path))
    path.write_bytes(b"no parquet at all")
    with pytest.raises(ParquetError, match=r"events\.parquet"):
        list(rows(path))


def test_a_chunk_of_huge_events_ends_before_it_fills_memory(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_file, "CHUNK_BYTES", 1_000)
    told: list[int] = []
    lines = [line("0", kind="client_registered"), *(line(str(number)) for number in range(1, 30))]
    report = ingest_lines(house, lines, now=NOW, progress=lambda done, _good: told.append(done))
    assert report.accepted == 30
    assert all(0 < later - earlier <= 8 for earlier, later in pairwise([0, *told[:-1]]))


def test_a_file_of_rejected_lines_tells_how_far_it_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_file, "PROGRESS_LINES", 10)
    told: list[int] = []
    ingest_lines(house, [b"{"] * 25, now=NOW, progress=lambda done, _good: told.append(done))
    assert told == [10, 20, 25]


def test_lines_are_taken_as_they_come(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_file, "CHUNK_EVENTS", 5)
    durable: list[int] = []

    def lines() -> Iterator[bytes]:
        yield line("0", kind="client_registered")
        for number in range(1, 20):
            durable.append(house.store.count_events())
            yield line(str(number))

    ingest_lines(house, lines(), now=NOW)
    assert durable == [5 * (number // 5) for number in range(1, 20)]
