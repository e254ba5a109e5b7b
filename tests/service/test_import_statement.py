"""A statement into the log, against the real store."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from intake_house import FIXTURES, NOW, house_on

from tongxing.domain.clock import BEIJING
from tongxing.service.house import House
from tongxing.service.import_statement import ImportRefusedError, ImportReport, import_statement

WALL = NOW + timedelta(days=30)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = house_on(tmp_path / "house.db")
    yield opened
    opened.store.close()


def statement(name: str) -> bytes:
    return (FIXTURES / "statements" / name).read_bytes()


def imported(
    house: House,
    data: bytes,
    *,
    client: str | None = None,
    new: str | None = None,
    dry_run: bool = False,
    birth: date | None = None,
) -> ImportReport:
    return import_statement(
        house, data, client_id=client, new_client=new, now=NOW, wall=WALL, dry_run=dry_run, birth=birth
    )


def kinds(house: House, client_id: str) -> list[str]:
    return [stored.event.kind for stored in house.store.events_of(client_id)]


def test_a_new_client_begins_with_registration_and_opening(house: House) -> None:
    report = imported(house, statement("margin_account.csv"), new="林晓", birth=date(1988, 5, 12))
    assert report.client_id == "C800001"
    assert (report.imported, report.duplicates) == (7, 0)
    assert kinds(house, "C800001")[:3] == ["client_registered", "holding_snapshot", "shares_changed"]
    first = next(iter(house.store.events_of("C800001"))).event
    assert first.body == {"name": "林晓", "opened_on": "2025-02-05", "birth": "1988-05-12"}


@pytest.mark.parametrize(
    "name",
    ["delivery_tab_gb18030.xls", "trades_history.csv", "fund_confirmations.csv", "full_width_dates.csv"],
)
def test_importing_a_file_twice_changes_nothing(house: House, name: str) -> None:
    first = imported(house, statement(name), new="林晓")
    count = house.store.count_events()
    for again in (
        imported(house, statement(name), client=first.client_id),
        imported(house, statement(name), new="林晓"),
    ):
        assert again.client_id == first.client_id
        assert (again.imported, again.duplicates) == (0, len(first.statement.records))
    assert house.store.count_events() == count
    assert list(house.store.client_ids()) == ["C800001"]


def test_an_overlapping_file_adds_only_what_is_new(house: House) -> None:
    header, *rows = statement("delivery_comma_bom.csv").decode("utf-8-sig").splitlines(keepends=True)
    imported(house, (header + "".join(rows[:3])).encode(), new="林晓")
    report = imported(house, (header + "".join(rows[1:])).encode(), client="C800001")
    assert (report.imported, report.duplicates) == (2, 2)
    assert kinds(house, "C800001").count("trade") == 4
    assert kinds(house, "C800001").count("holding_snapshot") == 1


def test_one_statement_belongs_to_one_client(house: House) -> None:
    imported(house, statement("trades_history.csv"), new="林晓")
    with pytest.raises(ImportRefusedError, match="C800001"):
        imported(house, statement("trades_history.csv"), new="周明远")
    assert list(house.store.client_ids()) == ["C800001"]


def test_an_unknown_client_is_refused(house: House) -> None:
    with pytest.raises(ImportRefusedError, match="C000099"):
        imported(house, statement("trades_history.csv"), client="C000099")
    assert house.store.count_events() == 0


@pytest.mark.parametrize(
    ("client", "new"), [(None, None), ("C800001", "林晓"), (None, " "), (None, "x" * 201)]
)
def test_it_must_be_said_whose_statement_it_is(house: House, client: str | None, new: str | None) -> None:
    with pytest.raises(ImportRefusedError):
        imported(house, statement("trades_history.csv"), client=client, new=new)
    assert house.store.count_events() == 0


def test_a_dry_run_writes_nothing(house: House) -> None:
    report = imported(house, statement("trades_history.csv"), new="林晓", dry_run=True)
    assert (report.imported, report.duplicates, report.client_id) == (3, 0, "C800001")
    assert house.store.count_events() == 0
    imported(house, statement("trades_history.csv"), new="林晓")
    again = imported(house, statement("trades_history.csv"), client="C800001", dry_run=True)
    assert (again.imported, again.duplicates) == (0, 3)


def test_an_unusable_file_changes_nothing(house: House) -> None:
    with pytest.raises(ImportRefusedError, match="Excel"):
        imported(house, b"\xd0\xcf\x11\xe0" + bytes(100), new="林晓")
    report = imported(house, "甲,乙\n1,2\n".encode(), new="林晓")
    assert [entry.reason for entry in report.hard_rejects] == ["unknown_layout"]
    assert house.store.count_events() == 0


def test_good_lines_go_in_and_bad_ones_are_listed(house: House) -> None:
    report = imported(house, statement("every_mistake.csv"), new="林晓")
    assert report.imported == 1
    assert {entry.reason for entry in report.hard_rejects} == {
        "missing_code",
        "invalid_date",
        "bad_number",
        "amount_mismatch",
        "unknown_kind",
        "unknown_layout",
    }


def test_a_line_after_the_market_clock_is_known_when_it_happened(house: House) -> None:
    text = (
        "成交日期,证券代码,买卖标志,成交价格,成交数量,成交金额\n20260520,600519,买入,1400.00,100,140000.00\n"
    )
    imported(house, text.encode(), new="林晓")
    trade = list(house.store.events_of("C800001"))[-1].event
    assert trade.known_at == trade.ts == datetime(2026, 5, 20, 15, tzinfo=BEIJING)


def test_a_line_after_the_wall_clock_is_refused(house: House) -> None:
    text = (
        "成交日期,证券代码,买卖标志,成交价格,成交数量,成交金额\n20260720,600519,买入,1400.00,100,140000.00\n"
    )
    report = imported(house, text.encode(), new="林晓")
    assert [(entry.line, entry.reason) for entry in report.rejected] == [(2, "invalid_date")]
    assert house.store.count_events() == 0


def test_the_report_is_the_object_of_the_door(house: House) -> None:
    report = imported(house, statement("delivery_tab_gb18030.xls"), new="林晓")
    told = json.loads(msgspec.json.encode(report.as_json()))
    assert {
        name: told[name] for name in ("encoding", "delimiter", "layout", "imported", "duplicates", "opening")
    } == {
        "encoding": "gb18030",
        "delimiter": "\t",
        "layout": "delivery",
        "imported": 7,
        "duplicates": 0,
        "opening": "from_balance",
    }
    assert told["records"][1] == {
        "line": 10,
        "date": "2025-03-03",
        "time": None,
        "code": "600519",
        "name": "贵州茅台",
        "kind": "trade",
        "side": "buy",
        "quantity": "100",
        "price": "1497",
        "gross_fen": 14_970_000,
        "fees": {"commission_fen": 3_743, "stamp_fen": 0, "transfer_fen": 150, "other_fen": 0},
        "net_fen": -14_973_893,
        "currency": "CNY",
        "key": report.statement.records[1].key,
    }
    assert [(entry["line"], entry["reason"], entry["of"]) for entry in told["rejected"]] == [
        (12, "totals_line", None)
    ]


def test_a_ledger_of_cash_with_trades_comes_in_once(house: House) -> None:
    text = (
        "流水日期,业务类型,发生金额,资金余额\n"
        "20260303,银行转证券,1500.00,1500.00\n"
        "20260304,证券买入,-1000.00,500.00\n"
    )
    first = imported(house, text.encode("gb18030"), new="林晓")
    assert (first.imported, first.duplicates, first.hard_rejects) == (2, 0, ())
    again = imported(house, text.encode(), client=first.client_id)
    assert (again.imported, again.duplicates) == (0, 2)
    assert kinds(house, first.client_id) == [
        "client_registered",
        "holding_snapshot",
        "cash_moved",
        "cash_moved",
    ]
