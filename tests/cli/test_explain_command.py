"""`tongxing explain`: a line for each holding, and a clear word on those that have none."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tongxing.cli import app

RUNNER = CliRunner()
GOOD = {
    "id": "H1",
    "question": {"from": "2026-05-06", "to": "2026-05-08", "asked_at": "2026-05-08T20:00:00+08:00"},
    "instrument": {"kind": "stock", "code": "600000", "name": "示例股份", "currency": "CNY"},
    "opening": {"date": "2026-05-06", "quantity": "1000", "shown_price": "20.00", "shown_price_is": "close"},
    "dates": ["2026-05-06", "2026-05-07", "2026-05-08"],
    "closes": ["20.00", "15.00", "14.70"],
    "market_index": ["4000", "4000", "3960"],
    "sector_index": ["900", "900", "873"],
    "corporate_actions": [{"ex_date": "2026-05-07", "cash": "0.50", "bonus": "0.3"}],
    "announcements": [{"effective_date": "2026-05-08"}],
    "display_at_end": {
        "price": "14.70",
        "price_date": "2026-05-08",
        "quantity": "1000",
        "pending_quantity": "300",
    },
}


def written(folder: Path, value: object) -> str:
    file = folder / "holdings.json"
    file.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return str(file)


def test_a_file_gives_a_line_that_adds_up(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["explain", written(tmp_path, {"holdings": [GOOD]}), "--json"])
    assert done.exit_code == 0
    line = json.loads(done.stdout)
    assert line["result_fen"] == -530_000 == sum(line["parts_fen"].values())
    # 300 × 14.70 pending; 500.00 of cash; sector 1300 × 15.00 × −2 %; market × −1 %; news 1300 × 0.15
    nonzero = {cause: amount for cause, amount in line["parts_fen"].items() if amount}
    assert nonzero == {
        "SHARES_PENDING": -441_000,
        "EX_DIVIDEND": -50_000,
        "SECTOR": -39_000,
        "MARKET": -19_500,
        "STOCK_NEWS": 19_500,
    }
    assert line["ranked"] == ["SHARES_PENDING", "EX_DIVIDEND", "SECTOR", "MARKET", "STOCK_NEWS"]
    assert (line["id"], line["hand_over"], line["as_of"]) == ("H1", False, "2026-05-08")
    assert "-4,410.00元" in line["sentences"][1]


def test_the_words_come_in_english_as_well(tmp_path: Path) -> None:
    file = written(tmp_path, {"holdings": [GOOD]})
    done = RUNNER.invoke(app, ["explain", file, "--locale", "en"])
    assert "CNY -4,410.00" in json.loads(done.stdout)["sentences"][1]


def test_one_bad_holding_stops_no_other(tmp_path: Path) -> None:
    bad = GOOD | {"id": "H2", "closes": ["20.00", None, "14.70"]}
    oversold = GOOD | {
        "id": "H3",
        "trades": [{"date": "2026-05-07", "side": "sell", "quantity": "9999", "price": "15"}],
    }
    done = RUNNER.invoke(app, ["explain", written(tmp_path, {"holdings": [bad, GOOD, oversold, GOOD, 7]})])
    assert done.exit_code == 3
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["H1"]
    told = done.stderr
    assert "holdings[0].closes[1]: no price of 2026-05-07" in told
    assert "holdings[2]: on 2026-05-07 more is sold than is held" in told
    assert "holdings[3].id: 'H1' stands in the file twice" in told
    assert "holdings[4]: an object {…} is needed" in told


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"holdings": []}', '{"holdings": {}}', '{"holdings": [{}]}']
)
def test_nothing_usable_ends_with_two(tmp_path: Path, text: str) -> None:
    done = RUNNER.invoke(app, ["explain", written(tmp_path, text)])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("✗ ")


@pytest.mark.parametrize(
    "arguments", [[], ["--client", "C1"], ["--client", "C1", "--from", "May", "--to", "2026-05-06"]]
)
def test_a_question_without_file_or_days_ends_with_two(arguments: list[str]) -> None:
    assert RUNNER.invoke(app, ["explain", *arguments]).exit_code == 2


def test_the_help_names_every_field() -> None:
    shown = " ".join(RUNNER.invoke(app, ["explain", "--help"], env={"COLUMNS": "200"}).stdout.split())
    for name in (*GOOD, "pending_quantity", "published_at", "cost_display", "other_fees", "rates", "forced"):
        assert name in shown
