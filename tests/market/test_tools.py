"""The scripts that made the shipped history, run on a small folder of the same shape."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tongxing.adapters import market_files
from tongxing.domain.book import Rulebook
from tongxing.market.history import Market

TOOLS = Path(__file__).parents[2] / "tools"
DAYS = ("2026-04-27", "2026-04-28", "2026-04-29", "2026-04-30")
SHIPPED_BYTES_MAX = 2_000_000


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "raw"
    source.mkdir()
    closes = ("4.000", "4.010", "2.006", "2.010")
    rows = [
        f"{day},{close},{close},{close},{close},1200.4,48000.6,1.0"
        for day, close in zip(DAYS, closes, strict=True)
    ]
    head = "trade_date,open,high,low,close,volume,amount,adjust_factor"
    (source / "510300.csv").write_text("\n".join((head, *reversed(rows))) + "\n")
    for index in ("000300", "000015"):
        lines = [f"{day},{4000 + place}.125" for place, day in enumerate(DAYS)]
        (source / f"index_{index}.csv").write_text("\n".join(("trade_date,close", *lines)) + "\n")
    yields = [f"{day},2.1886,1.7143" for day in DAYS]
    (source / "china_bond_yields_daily_pit.csv").write_text(
        "\n".join(("date,bond_ytm_30y,bond_ytm_10y", *yields)) + "\n"
    )
    (source / "platform_splits.csv").write_text(
        "code,split_date,split_ratio\n510300,2026-04-28,2.0\n515000,2025-09-05,2.0\n"
    )
    (source / "platform_dividends.csv").write_text(
        "code,ex_date,dividend_per_share,payment_date\n510300,2026-04-30,0.05,2026-05-08\n"
        "510300,2026-04-28,0.0,2026-05-08\n"
    )
    return source


def test_the_scripts_make_a_market_from_a_folder_of_prices(
    folder: Path, tmp_path: Path, rules: Rulebook
) -> None:
    target = tmp_path / "history"
    assert script("make_history").main([str(folder), str(target)]) == 0
    assert script("make_fund_navs").main([str(target)]) == 0
    market = market_files.load(target, rules=rules)
    days = market.sessions(market.first_session, market.last_session)
    bar = market.bar("510300", days[0])
    assert bar is not None
    assert (bar.close_mil, bar.volume_lots, bar.amount_fen) == (4_000, 1_200, 4_800_100)
    assert [market.split_on("510300", day) is not None for day in days] == [False, False, True, False]
    assert [market.dividend_on("510300", day) is not None for day in days] == [False, False, False, True]
    assert market.fund_codes() == ("F00001", "F00002", "F00003", "F00004")
    assert market.fund_nav("F00003", days[0]) == 1


def test_the_same_folder_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        script("make_history").main([str(folder), str(tmp_path / name)])
        script("make_fund_navs").main([str(tmp_path / name)])
        made.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert made[0] == made[1]
    assert len(made[0]) == 11


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("4.010,4.010", "4.0105,4.010", "510300.csv, 2026-04-28, open: '4.0105' is below zero or has more"),
        ("4.010,4.010", "x,4.010", "510300.csv, 2026-04-28, open: 'x' is not a number"),
        ("2026-04-28", "2026-04-29", "a date stands twice"),
        ("2026-04-28", "2026-04-31", "'2026-04-31' is not a date"),
        (
            "2.006,2.006,2.006,2.006",
            "2.006,2.005,2.006,2.006",
            "510300.csv, 2026-04-29: open and close must lie",
        ),
    ],
)
def test_an_unusable_price_stops_the_script_and_is_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    path = folder / "510300.csv"
    path.write_text(path.read_text().replace(old, new))
    assert script("make_history").main([str(folder), str(tmp_path / "history")]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "history").exists()


def test_a_folder_without_prices_is_unusable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert script("make_history").main([str(tmp_path)]) == 2
    assert "no price file" in capsys.readouterr().err


def test_the_shipped_funds_are_what_the_script_makes_from_the_shipped_history(market: Market) -> None:
    texts = dict(market._texts)
    for name, text in script("make_fund_navs").fund_texts(texts).items():
        assert texts[name] == text


def test_the_shipped_history_stays_small(market: Market) -> None:
    assert sum(len(text.encode()) for text in market._texts.values()) < SHIPPED_BYTES_MAX
