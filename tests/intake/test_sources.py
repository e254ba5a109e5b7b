"""A broker's own tables, mapped by pages of the book."""

import csv
import io
from datetime import date, datetime
from pathlib import Path

import pytest

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event, Rejected
from tongxing.domain.pages import SourceMap
from tongxing.intake.sources import row_event

NOW = datetime(2026, 5, 6, 12, tzinfo=BEIJING)


def mapped(fixtures: Path, source: SourceMap, name: str) -> list[Event | Rejected]:
    text = (fixtures / "sources" / name).read_bytes().decode(source.encoding)
    rows = csv.DictReader(io.StringIO(text))
    return [row_event(row, source, line=line, now=NOW) for line, row in enumerate(rows, start=2)]


def test_a_client_master_becomes_registrations(fixtures: Path, sources: dict[str, SourceMap]) -> None:
    first, second, *others = mapped(fixtures, sources["client_master"], "client_master.csv")
    assert isinstance(first, Event)
    assert first.kind == "client_registered"
    assert first.client_id == "C000101"
    assert first.ts == datetime(2015, 6, 8, tzinfo=BEIJING)
    assert first.body == {
        "name": "林晓",
        "birth": date(1988, 5, 12).isoformat(),
        "sex": "female",
        "opened_on": "2015-06-08",
        "branch": "上海示例营业部",
        "id_number": "999999198805120000",
    }
    assert isinstance(second, Event)
    assert second.body["phone"] == "13900000000"
    assert [(other.line, other.reason) for other in others if isinstance(other, Rejected)] == [
        (4, "missing_field"),
        (5, "bad_field"),
        (6, "bad_field"),
    ]


def test_a_table_of_deals_becomes_trades(fixtures: Path, sources: dict[str, SourceMap]) -> None:
    found = mapped(fixtures, sources["trades"], "trades.csv")
    buy, again, sale = found[:3]
    assert isinstance(buy, Event)
    assert isinstance(sale, Event)
    assert buy == again
    assert buy.key == ("core.trade", "20260505-A1")
    assert buy.body["gross_fen"] == 401_200
    assert sale.body["side"] == "sell"
    assert sale.body["quantity"] == "100"
    assert [(entry.line, entry.reason) for entry in found if isinstance(entry, Rejected)] == [
        (6, "bad_field"),
        (7, "bad_field"),
        (8, "bad_field"),
    ]


@pytest.mark.parametrize(("theirs", "ours"), [("保守型（最低类别）", "C1L"), ("稳健型", "C3"), ("C5", "C5")])
def test_their_words_become_ours(sources: dict[str, SourceMap], theirs: str, ours: str) -> None:
    row = {"客户号": "C1", "测评日期": "20250601", "风险等级": theirs, "得分": "61", "有效期至": "2026/6/1"}
    found = row_event(row, sources["assessments"], line=2, now=NOW)
    assert isinstance(found, Event)
    assert found.body == {"grade": ours, "score": 61, "valid_to": "2026-06-01"}


def test_a_word_nobody_explained_is_not_guessed(sources: dict[str, SourceMap]) -> None:
    row = {"客户号": "C1", "测评日期": "20250601", "风险等级": "很激进", "得分": "", "有效期至": "2026/6/1"}
    found = row_event(row, sources["assessments"], line=2, now=NOW)
    assert isinstance(found, Rejected)
    assert (found.reason, found.detail) == ("bad_field", "风险等级: no word of ours for this value")


def test_a_missing_column_is_named(sources: dict[str, SourceMap]) -> None:
    found = row_event({"客户号": "C1"}, sources["trades"], line=2, now=NOW)
    assert isinstance(found, Rejected)
    assert (found.reason, found.detail) == ("missing_field", "no column 成交日期")
