"""Statements as events: valid by the contracts, exact in cash, the same for the same business."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tongxing.domain.bodies import BODIES
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.pages import StatementWords
from tongxing.intake import events as door
from tongxing.intake.statement import read
from tongxing.intake.statement_events import events

NOW = datetime(2026, 5, 6, 18, tzinfo=BEIJING)
FILES = (
    "delivery_tab_gb18030.xls",
    "delivery_comma_bom.csv",
    "trades_history.csv",
    "cash_ledger.txt",
    "delivery_compact_times.csv",
    "margin_account.csv",
    "fund_confirmations.csv",
    "full_width_dates.csv",
)


def told(fixtures: Path, name: str, words: StatementWords) -> tuple[Event, ...]:
    statement = read((fixtures / "statements" / name).read_bytes(), words=words, now=NOW)
    return events(statement, client_id="C000001", known_at=NOW)


def whole(event: Event, name: str) -> int:
    value = event.body.get(name, 0)
    assert isinstance(value, int)
    return value


def cash(event: Event) -> int:
    """What an event does to cash, as the profile counts it."""
    if event.kind == "cash_moved":
        amount = whole(event, "amount_fen")
        return amount if event.body["direction"] == "in" else -amount
    gross, fees = whole(event, "gross_fen"), whole(event, "fees_fen")
    if event.body.get("side") in {"buy", "subscribe"}:
        return -gross - fees
    return gross - fees if event.body.get("side") in {"sell", "redeem"} else 0


@pytest.mark.parametrize("name", FILES)
def test_the_events_move_exactly_the_cash_of_the_file(
    fixtures: Path, words: StatementWords, name: str
) -> None:
    statement = read((fixtures / "statements" / name).read_bytes(), words=words, now=NOW)
    moved = sum(cash(event) for event in told(fixtures, name, words))
    assert moved == sum(record.net_fen for record in statement.records)


@pytest.mark.parametrize("name", FILES)
def test_every_event_keeps_the_contract(fixtures: Path, words: StatementWords, name: str) -> None:
    found = told(fixtures, name, words)
    assert found
    assert len({event.key for event in found}) == len(found)
    for event in found:
        msgspec.convert(event.body, BODIES[event.kind][0])
        assert event.ts <= event.known_at
        assert door.parse(door.encode(event), line=1, now=NOW) == event


def test_the_opening_stands_the_evening_before(fixtures: Path, words: StatementWords) -> None:
    opening = told(fixtures, "margin_account.csv", words)[0]
    assert opening.kind == "holding_snapshot"
    assert opening.ts == datetime(2025, 2, 4, 23, 59, 59, tzinfo=BEIJING)
    assert opening.body == {"as_of": "2025-02-04", "holdings": [], "cash_fen": 1_000_000}


def test_a_dividend_is_cash_and_a_fact_about_its_code(fixtures: Path, words: StatementWords) -> None:
    found = told(fixtures, "delivery_tab_gb18030.xls", words)
    dividend = [event for event in found if event.ts.date().isoformat() == "2025-04-02"]
    assert [event.kind for event in dividend] == ["cash_moved", "dividend_received"]
    assert dividend[1].body == {"code": "600519", "amount_fen": 275_730, "date": "2025-04-02"}
    tax = next(event for event in found if event.body.get("reason") == "tax")
    assert tax.body["direction"] == "out"


def test_shares_without_cash_are_shares_changed(fixtures: Path, words: StatementWords) -> None:
    found = told(fixtures, "full_width_dates.csv", words)
    changed = [event.body for event in found if event.kind == "shares_changed"]
    assert changed == [
        {"code": "600519", "quantity": "10", "reason": "bonus", "name": "贵州茅台"},
        {"code": "600519", "quantity": "20", "reason": "allotment", "name": "贵州茅台"},
    ]


def test_a_designation_tells_nothing(fixtures: Path, words: StatementWords) -> None:
    found = told(fixtures, "full_width_dates.csv", words)
    assert not [event for event in found if event.ts.date().isoformat() == "2025-03-07"]


def test_a_loan_is_not_money_brought_in(fixtures: Path, words: StatementWords) -> None:
    reasons = [
        event.body["reason"]
        for event in told(fixtures, "margin_account.csv", words)
        if "reason" in event.body
    ]
    assert "margin" in reasons
    assert "bank" not in reasons


def test_a_fund_order_and_its_confirmation_on_two_lines_count_once(words: StatementWords) -> None:
    text = (
        "日期,业务名称,证券代码,成交数量,单位净值,成交金额,手续费,发生金额\n"
        "20250106,基金申购,999001,0,0,1000.00,0,-1000.00\n"
        "20250107,申购确认,999001,985.22,1.0000,1000.00,14.78,0.00\n"
    )
    statement = read(text.encode(), words=words, now=NOW)
    found = events(statement, client_id="C1", known_at=NOW)
    assert statement.rejected == ()
    assert sum(cash(event) for event in found) == -100_000
    assert [event.body["units"] for event in found if event.kind == "fund_confirmed"] == ["985.22"]


def test_bonds_counted_in_lots_become_pieces(words: StatementWords) -> None:
    text = (
        "成交日期,证券代码,业务名称,成交数量,成交均价,成交金额,手续费,发生金额\n"
        "20250303,113050,证券买入,1,118.500,1185.00,0.06,-1185.06\n"
    )
    found = events(read(text.encode(), words=words, now=NOW), client_id="C1", known_at=NOW)
    assert [event.body["quantity"] for event in found] == ["10"]


def test_accrued_interest_is_cash_of_its_own(words: StatementWords) -> None:
    text = (
        "成交日期,证券代码,业务名称,成交数量,成交均价,成交金额,应计利息,手续费,发生金额\n"
        "20250303,019547,国债买入,10,101.200,1012.00,8.76,0.05,-1020.81\n"
    )
    found = events(read(text.encode(), words=words, now=NOW), client_id="C1", known_at=NOW)
    assert [(event.kind, cash(event)) for event in found] == [("trade", -101_205), ("cash_moved", -876)]


def test_a_line_of_later_today_is_known_when_it_happened(words: StatementWords) -> None:
    text = (
        "成交日期,成交时间,证券代码,买卖标志,成交价格,成交数量,成交金额\n"
        "20250303,14:00:00,600519,买入,1497.00,100,149700.00\n"
    )
    early = datetime(2025, 3, 3, 9, tzinfo=BEIJING)
    (event,) = events(read(text.encode(), words=words, now=NOW), client_id="C1", known_at=early)
    assert event.known_at == event.ts == early + timedelta(hours=5)


def test_two_clients_with_the_same_line_have_two_events(words: StatementWords) -> None:
    text = "日期,摘要,发生金额\n20250303,银行转证券,100.00\n"
    statement = read(text.encode(), words=words, now=NOW)
    (one,) = events(statement, client_id="C1", known_at=NOW)
    (other,) = events(statement, client_id="C2", known_at=NOW)
    assert one.key != other.key


def test_records_already_told_may_be_left_out(words: StatementWords) -> None:
    text = "日期,摘要,发生金额\n20250303,银行转证券,100.00\n20250304,银行转证券,200.00\n"
    statement = read(text.encode(), words=words, now=NOW)
    found = events(statement, client_id="C1", known_at=NOW, skip_keys=frozenset({statement.records[0].key}))
    assert [event.body["amount_fen"] for event in found] == [20_000]
