"""`ingest` and `import` end with 2 where nothing was done, and say why."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tongxing.cli import app

REGISTERED = (
    '{"source":"core","source_seq":"1","client_id":"C1","ts":"2026-05-06T08:00:00+08:00",'
    '"kind":"client_registered","body":{"name":"林晓","opened_on":"2026-05-06"}}\n'
)
HEADER = "成交日期,证券代码,业务名称,成交数量,成交均价,成交金额,发生金额\n"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_a_file_with_the_mark_of_utf_8_is_read_from_its_first_line(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + REGISTERED.encode())
    result = run("ingest", file, "--store", store, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["accepted"] == 1


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_a_file_without_lines_ends_with_2(store: Path, tmp_path: Path, content: str) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(content, "utf-8")
    result = run("ingest", file, "--store", store, "--json")
    assert result.exit_code == 2
    assert "no lines" in result.stderr


def test_good_and_bad_lines_end_with_3_and_a_bad_one_alone_with_2(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(REGISTERED + "{\n", "utf-8")
    assert run("ingest", file, "--store", store, "--json").exit_code == 3
    file.write_text("{\n", "utf-8")
    assert run("ingest", file, "--store", store, "--json").exit_code == 2


def test_a_line_longer_than_an_event_may_be_is_told_by_its_size(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(REGISTERED + "x" * 3_000_000 + "\n" + REGISTERED.replace('"1"', '"2"'), "utf-8")
    told = json.loads(run("ingest", file, "--store", store, "--json").stdout)
    assert (told["lines"], told["accepted"]) == (3, 2)
    assert [(entry["line"], entry["reason"]) for entry in told["rejected"]] == [(2, "bad_json")]
    assert "bytes in one line" in told["rejected"][0]["detail"]


@pytest.mark.parametrize("below", ["", "合计,,,,,,\n"])
def test_a_statement_without_a_record_ends_with_2(store: Path, tmp_path: Path, below: str) -> None:
    file = tmp_path / "交割单.csv"
    file.write_text(HEADER + below, "utf-8")
    result = run("import", file, "--new-client", "林晓", "--store", store, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["records"] == []


def test_a_large_statement_goes_in_part_by_part_with_the_same_result(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"2025030{1 + number % 9},,银行转存,0,0,0,{number + 1}.00\n" for number in range(60)]
    file = tmp_path / "交割单.csv"
    file.write_text(HEADER + "".join(rows) + "合计,,,,,,\n20250230,,银行转存,0,0,0,1.00\n", "utf-8")
    monkeypatch.setattr("tongxing.cli.import_.WHOLE_BYTES_MAX", 100)
    monkeypatch.setattr("tongxing.service.import_statement.PART_LINES", 25)
    result = run("import", file, "--new-client", "林晓", "--store", store, "--json")
    assert result.exit_code == 3, result.output
    told = json.loads(result.stdout)
    assert (told["records_count"], told["imported"], told["rejected_count"]) == (60, 60, 2)
    assert len(told["records"]) == 60
    again = json.loads(run("import", file, "--client", told["client_id"], "--store", store, "--json").stdout)
    assert (again["imported"], again["duplicates"]) == (0, 60)


def test_what_another_statement_told_is_said_to_a_person(store: Path, tmp_path: Path) -> None:
    delivery, ledger = tmp_path / "交割单.csv", tmp_path / "资金流水.csv"
    delivery.write_text(HEADER + "20250303,600519,证券买入,100,10.00,1000.00,-1000.00\n", "utf-8")
    ledger.write_text("流水日期,摘要,发生金额\n20250303,证券买入,-1000.00\n20250304,银行转存,5.00\n", "utf-8")
    assert run("import", delivery, "--new-client", "林晓", "--store", store).exit_code == 0
    result = run("import", ledger, "--client", "C800001", "--store", store)
    assert result.exit_code == 0, result.output
    assert "recognised 1 line" in result.stdout
