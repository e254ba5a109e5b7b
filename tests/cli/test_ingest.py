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
