"""`tongxing import --prices --sectors`: what our own history does not have is shown as it was given."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tongxing.cli import app

HEADER = (
    "成交日期,成交时间,证券代码,证券名称,操作,成交数量,"
    "成交均价,成交金额,手续费,发生金额,证券余额,资金余额,成交编号\n"
)
STATEMENT = (
    HEADER
    + "20260304,10:15:22,600519,贵州茅台,证券买入,100,500.00,50000.00,12.50,-50012.50,100,149987.50,A002\n"
    + "20260310,13:05:00,512480,半导体ETF,证券买入,50000,1.700,85000.00,21.25,-85021.25,50000,64966.25,A003\n"
)
UNKNOWN_OPENING = (
    "成交日期,证券代码,买卖标志,成交价格,成交数量,成交金额\n20260304,600519,买入,500.00,100,50000.00\n"
)
PRICES = "证券代码,价格,日期\n600519,1400.50,2026-05-05\n000001,12.00,\n"
SECTORS = "code,sector\n600519,食品饮料\n"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    found = {}
    texts = {"statement": STATEMENT, "unknown": UNKNOWN_OPENING, "prices": PRICES, "sectors": SECTORS}
    for name, text in texts.items():
        found[name] = tmp_path / f"{name}.csv"
        found[name].write_bytes(text.encode("gb18030"))
    return found


def imported(store: Path, files: dict[str, Path], *more: str | Path, name: str = "statement") -> Result:
    given = ("--prices", files["prices"], "--sectors", files["sectors"])
    return run("import", files[name], "--new-client", "林晓", "--store", store, *given, *more)


def sectors_of(store: Path) -> dict[str, int]:
    found: dict[str, int] = json.loads(run("profile", "--client", "C800001", "--store", store).stdout)[
        "sector_ppm"
    ]
    return found


def test_a_holding_is_valued_at_the_given_price_and_sector(store: Path, files: dict[str, Path]) -> None:
    result = imported(store, files)
    assert result.exit_code == 0, result.output
    assert "1,400.50" in result.stdout
    assert "140,050.00" in result.stdout
    shares = sectors_of(store)
    assert set(shares) == {"食品饮料", "电子"}
    assert sum(shares.values()) == 1_000_000
    assert shares["食品饮料"] > 500_000


def test_prices_given_later_at_the_same_market_clock_count(store: Path, files: dict[str, Path]) -> None:
    run("import", files["statement"], "--new-client", "林晓", "--store", store)
    assert set(sectors_of(store)) == {"未知", "电子"}
    assert imported(store, files).exit_code == 0
    assert set(sectors_of(store)) == {"食品饮料", "电子"}


def test_giving_the_same_twice_changes_nothing(store: Path, files: dict[str, Path]) -> None:
    first = json.loads(imported(store, files, "--json").stdout)
    shares = sectors_of(store)
    again = json.loads(imported(store, files, "--json").stdout)
    assert first["stated"] == {"as_of": "2026-03-10", "holdings": 2}
    assert (again["imported"], again["stated"]) == (0, None)
    assert sectors_of(store) == shares


def test_where_the_opening_is_unknown_prices_are_not_applied_and_it_is_said(
    store: Path, files: dict[str, Path]
) -> None:
    result = imported(store, files, name="unknown")
    assert result.exit_code == 3
    assert "prices and sectors were not applied" in result.stderr
    assert "500.00" in result.stdout
    assert set(sectors_of(store)) == {"未知"}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("prices", "code,price\n600519,1400\n000001,-5\n", "prices: line 3: bad_number"),
        ("prices", "code,price,date\n600519,1400,2996-01-01\n", "prices: line 2: invalid_date"),
        ("prices", "600519,1400\n", "prices: unknown heading '600519' (line 1)"),
        ("sectors", "code,sector\n600519,\n", "sectors: line 2: bad_field"),
        ("sectors", "", "sectors: the file is empty"),
    ],
)
def test_with_a_bad_line_nothing_is_imported(
    store: Path, files: dict[str, Path], name: str, text: str, expected: str
) -> None:
    files[name].write_text(text, encoding="utf-8")
    result = imported(store, files)
    assert result.exit_code == 2
    assert expected in result.stderr
    assert not store.exists()


def test_a_missing_list_is_said_before_anything_is_imported(store: Path, files: dict[str, Path]) -> None:
    files["prices"].unlink()
    result = imported(store, files)
    assert result.exit_code == 2
    assert "no such file" in result.stderr
    assert not store.exists()


def test_a_dry_run_with_prices_writes_nothing(store: Path, files: dict[str, Path]) -> None:
    assert imported(store, files, "--dry-run").exit_code == 0
    assert run("profile", "--client", "C800001", "--store", store).exit_code == 2
