"""Commands on a store: a statement comes in once, with holdings, profile and cards behind it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tongxing.cli import app

STATEMENT = """东方示例证券 客户交割单
客户:林晓

成交日期,成交时间,证券代码,证券名称,操作,成交数量,成交均价,成交金额,手续费,印花税,过户费,发生金额,证券余额,资金余额,成交编号
20260303,09:31:05,="510300",沪深300ETF,证券买入,10000,4.600,"46,000.00",11.50,0.00,0.00,"-46,011.50",10000,"53,988.50",A001
20260304,10:15:22,="600519",贵州茅台,证券买入,100,500.00,50000.00,12.50,0.00,0.50,-50013.00,100,3975.50,A002
20260305,,,,银行转证券,0,0,0,0,0,0,200000.00,,203975.50,
20260310,13:05:00,="512480",半导体ETF,证券买入,100000,1.700,170000.00,42.50,0,0,-170042.50,100000,33933.00,A003
合计,,,,,,,,,,,,,,
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    file = tmp_path / "交割单.csv"
    file.write_bytes(STATEMENT.encode("gb18030"))
    return file


def test_a_statement_becomes_holdings_a_profile_and_a_card(store: Path, statement: Path) -> None:
    result = run(
        "import", statement, "--new-client", "林晓", "--store", store, "--consent", "personalised_service"
    )
    assert result.exit_code == 0, result.output
    assert "半导体ETF" in result.stdout
    assert "卡片" in result.stdout
    profile = json.loads(run("profile", "--client", "C800001", "--store", store).stdout)
    assert "行业集中" in [label["name"] for label in profile["labels"]]
    assert max(profile["sector_ppm"], key=profile["sector_ppm"].get) == "电子"


def test_without_consent_the_house_stays_silent_and_says_how_to_record_it(
    store: Path, statement: Path
) -> None:
    result = run("import", statement, "--new-client", "林晓", "--store", store)
    assert result.exit_code == 0
    assert "--consent personalised_service" in result.stdout


def test_importing_twice_changes_nothing(store: Path, statement: Path) -> None:
    first = json.loads(run("import", statement, "--new-client", "林晓", "--store", store, "--json").stdout)
    second = json.loads(run("import", statement, "--client", "C800001", "--store", store, "--json").stdout)
    assert (first["imported"], first["duplicates"]) == (4, 0)
    assert (second["imported"], second["duplicates"]) == (0, 4)
    assert first["encoding"] == "gb18030"
    assert first["opening"] == "from_balance"


def test_a_dry_run_writes_nothing(store: Path, statement: Path) -> None:
    assert run("import", statement, "--new-client", "林晓", "--store", store, "--dry-run").exit_code == 0
    unknown = run("import", statement, "--client", "C800001", "--store", store)
    assert unknown.exit_code == 2
    assert "C800001" in unknown.stderr


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100,
        b"PK\x03\x04zip",
        b"\xff\xfe\x00\xd8",
        b"a,b\n1,2\n",
    ],
)
def test_an_unusable_file_is_refused_whole(store: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    result = run("import", file, "--new-client", "林晓", "--store", store)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_whose_statement_must_be_said(store: Path, statement: Path) -> None:
    assert run("import", statement, "--store", store).exit_code == 2
    both = run("import", statement, "--client", "C1", "--new-client", "林晓", "--store", store)
    assert both.exit_code == 2


def test_a_file_that_is_no_store_is_said_plainly(tmp_path: Path, statement: Path) -> None:
    bad = tmp_path / "notes.db"
    bad.write_text("this is a text, not a store" * 100, encoding="utf-8")
    result = run("import", statement, "--new-client", "林晓", "--store", bad)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_events_are_ingested_and_rejects_listed(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    registered = {"name": "陈立", "birth": "2003-02-01", "opened_on": "2026-05-05"}
    envelope = {"source": "core", "client_id": "C000009", "ts": "2026-05-05T17:00:00+08:00"}
    good = envelope | {"source_seq": "1", "kind": "client_registered", "body": registered}
    future = envelope | {
        "source_seq": "2",
        "ts": "2996-05-05T17:00:00+08:00",
        "kind": "logged_in",
        "body": {},
    }
    naive = envelope | {"source_seq": "3", "ts": "2026-05-05T17:00:00", "kind": "logged_in", "body": {}}
    foreign = envelope | {"source_seq": "4", "client_id": "C9", "kind": "logged_in", "body": {}}
    negative = envelope | {
        "source_seq": "5",
        "kind": "trade",
        "body": {"code": "510300", "side": "buy", "quantity": "-1", "price": "1", "gross_fen": 1},
    }
    entries = (good, future, naive, foreign, negative)
    file.write_text("\n".join(json.dumps(entry) for entry in entries), encoding="utf-8")
    result = run("ingest", file, "--store", store, "--json")
    assert result.exit_code == 3
    answer = json.loads(result.stdout)
    assert answer["accepted"] == 1
    assert {entry["line"]: entry["reason"] for entry in answer["rejected"]} == {
        2: "future",
        3: "no_zone",
        4: "unknown_client",
        5: "bad_field",
    }
    again = json.loads(run("ingest", file, "--store", store, "--json").stdout)
    assert (again["accepted"], again["duplicates"]) == (0, 1)


def test_a_live_store_and_a_demo_store_are_never_mixed(store: Path, statement: Path) -> None:
    assert run("import", statement, "--new-client", "林晓", "--store", store).exit_code == 0
    result = run("import", statement, "--client", "C800001", "--store", store, "--live")
    assert result.exit_code == 2
    assert "demo store" in result.stderr
