"""The `advise` door: the report's client, sentences whose numbers are in the data, and bad lines."""

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tongxing.adapters.book_files import load
from tongxing.advice.verify import strays
from tongxing.cli import app
from tongxing.profile.signs import NAMES
from tongxing.service.advise_ask import AdviseError, ask_from
from tongxing.service.advise_lines import Desk, advise_line, desk_for

BOOK = load(sign_names=NAMES)
ON = date(2026, 5, 6)
ASK: dict[str, Any] = {
    "client_id": "C1",
    "as_of": "2026-05-06",
    "grade": "C4",
    "age": 30,
    "income_month_fen": 1_500_000,
    "repayment_month_fen": 500_000,
    "turnover_annual_bp": 20_000,
    "horizon_months": 60,
    "reserve_months": 6,
    "goals": [],
    "holdings": [
        {"code": "510300", "value_fen": 3_000_000, "lots": [{"units": "7000", "bought": "2024-01-02"}]}
    ],
    "cash_fen": 20_000_000,
    "anxiety_bp": 0,
    "exclude": [],
    "initiative": "client",
}


@pytest.fixture(scope="module")
def desk() -> Desk:
    return desk_for(BOOK, ON)


def answer(desk: Desk, **facts: Any) -> dict[str, Any]:
    return dict(advise_line(desk, ask_from(msgspec.json.encode(ASK | facts))))


def test_the_reports_client_is_told_sixty_thirty_ten_and_why(desk: Desk) -> None:
    found = answer(desk)
    assert found["classes_pct"] == {"bond_money": 60, "equity": 30, "gold": 10}
    assert found["rounded_pct"] == {"F00002": 60, "510300": 30, "518880": 10}
    assert [one["limit"] for one in found["binding"]][:1] == ["stress:crash_2015"]
    assert found["worst"][0] == {"episode": "crash_2015", "loss_bp": 1_200}
    assert "债券和货币基金 60%，股票基金 30%，黄金 10%" in found["sentences"][0]
    assert any("2015年股灾" in one and "12%" in one for one in found["sentences"])
    assert found["label"] == "ai_generated"
    assert (found["policy"], len(found["digest"])) == ("2026-05", 64)


def test_trades_lead_from_what_is_held_to_what_is_told(desk: Desk) -> None:
    found = answer(desk, reserve_months=0)
    whole = 23_000_000
    lying = {"510300": 3_000_000}
    for trade in found["trades"]:
        sign = 1 if trade["side"] == "buy" else -1
        lying[trade["code"]] = lying.get(trade["code"], 0) + sign * trade["amount_fen"]
    assert lying == {code: whole * pct // 100 for code, pct in found["rounded_pct"].items() if code}
    assert found["cost_fen"] == sum(trade["cost_fen"] for trade in found["trades"])


def test_the_reserve_lies_apart_in_the_money_fund(desk: Desk) -> None:
    found = answer(desk, holdings=[], cash_fen=10_000_000, reserve_months=6)
    assert found["reserve_fen"] == 4_500_000
    money = next(one for one in found["trades"] if one["code"] == "F00001")
    assert money["amount_fen"] == 4_500_000
    poor = answer(desk, holdings=[], cash_fen=100_000, reserve_months=6)
    assert poor["reserve_fen"] == 100_000


def test_goals_have_pockets_of_their_own_and_a_near_one_no_equity(desk: Desk) -> None:
    goals = [{"kind": "wedding", "amount_fen": 5_000_000, "date": "2027-01-01", "priority": 1}]
    found = answer(desk, goals=goals, reserve_months=0)
    assert [one["name"] for one in found["pockets"]] == ["wedding-1", "growth"]
    assert sum(one["value_fen"] for one in found["pockets"]) == 23_000_000
    assert sum(found["weights_bp"].values()) == 10_000
    assert found["weights_bp"]["510300"] < answer(desk, reserve_months=0)["weights_bp"]["510300"]


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({"grade": None}, ["assessment_missing"]),
        ({"cash_fen": -1}, ["cash_negative"]),
        ({"goals": [{"kind": "house", "amount_fen": 1, "date": "2026-05-06"}]}, ["goal_past"]),
        ({"holdings": [{"code": "510300", "value_fen": 1}] * 2}, ["holding_twice"]),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(desk: Desk, facts: dict[str, Any], rules: list[str]) -> None:
    found = answer(desk, **facts)
    assert found["refused"] == rules
    assert "weights_bp" not in found


def test_what_has_no_price_or_is_not_known_is_left_alone_and_named(desk: Desk) -> None:
    found = answer(desk, holdings=[{"code": "510300"}, {"code": "600519", "value_fen": 900_000}])
    assert found["relaxed"] == ["unpriced:510300", "unknown_product:600519"]
    assert all(one["code"] != "600519" for one in found["trades"])


def test_without_income_a_debt_takes_all_that_could_be_borne(desk: Desk) -> None:
    found = answer(desk, income_month_fen=0)
    assert found["classes_pct"]["equity"] == 0
    assert answer(desk, income_month_fen=0, repayment_month_fen=0)["classes_pct"]["equity"] > 0


def test_everything_excluded_leaves_cash(desk: Desk) -> None:
    assert answer(desk, exclude=["money", "bond", "equity", "commodity"])["rounded_pct"] == {"": 100}


@given(
    facts=st.fixed_dictionaries(
        {
            "grade": st.sampled_from(["C1L", "C1", "C2", "C3", "C4", "C5"]),
            "income_month_fen": st.one_of(st.none(), st.integers(0, 10**8)),
            "repayment_month_fen": st.integers(0, 10**8),
            "turnover_annual_bp": st.integers(0, 90_000),
            "horizon_months": st.integers(0, 600),
            "anxiety_bp": st.integers(0, 9_000),
            "cash_fen": st.integers(0, 10**11),
            "reserve_months": st.integers(0, 24),
        }
    )
)
def test_every_number_of_a_sentence_is_in_the_data_in_both_languages(facts: dict[str, Any]) -> None:
    for locale in ("zh-CN", "en"):
        desk = Desk(BOOK, BOOK.policies["2026-05"], locale)
        found = answer(desk, **facts)
        assert found["sentences"]
        assert sum(found["rounded_pct"].values()) == 100
        assert found == answer(desk, **facts)


def test_a_number_that_is_not_in_the_data_is_found() -> None:
    assert strays("最多跌 12%，约 0.06%", ["12%", "0.06%"]) == ()
    assert strays("最多跌 13%，约 0.06%", ["12%", "0.06%"]) == ("13%",)
    assert strays("2015年股灾跌去 1,200 元", ["2015年股灾"]) == ("1,200",)


@pytest.mark.parametrize(
    ("line", "where"),
    [
        (b"", "truncated"),
        (b"[]", "object"),
        (b'{"client_id":"C1"}', "as_of"),
        (msgspec.json.encode(ASK | {"grade": "C9"}), "grade"),
        (msgspec.json.encode(ASK | {"cash_fen": "1"}), "cash_fen"),
        (msgspec.json.encode(ASK | {"surprise": 1}), "surprise"),
        (msgspec.json.encode(ASK | {"horizon_months": 10**9}), "horizon_months"),
        (b"\xff\xfe", "malformed|utf"),
    ],
)
def test_a_line_that_is_no_question_is_refused_with_its_place(line: bytes, where: str) -> None:
    with pytest.raises(AdviseError, match=where):
        ask_from(line)


def test_a_policy_that_was_not_signed_like_this_is_not_used() -> None:
    forged = replace(BOOK.policies["2026-05"], abroad_bp=9_000)
    with pytest.raises(AdviseError, match="policy_signature_wrong"):
        desk_for(replace(BOOK, policies={"2026-05": forged}), ON)
    with pytest.raises(AdviseError, match="policy_missing"):
        desk_for(BOOK, date(2020, 1, 1))


def test_the_command_goes_on_after_a_bad_line_and_ends_with_three(tmp_path: Path) -> None:
    file = tmp_path / "asks.jsonl"
    file.write_bytes(b"\n".join([msgspec.json.encode(ASK), b"{", msgspec.json.encode(ASK | {"grade": None})]))
    done = CliRunner().invoke(app, ["advise", str(file), "--json"])
    assert done.exit_code == 3
    told = [msgspec.json.decode(line) for line in done.stdout.splitlines()]
    assert [sorted({"refused", "weights_bp"} & one.keys()) for one in told] == [["weights_bp"], ["refused"]]
    assert "line 2" in done.stderr
    assert CliRunner().invoke(app, ["advise", str(tmp_path / "none.jsonl")]).exit_code == 2


def test_a_policy_is_signed_and_checked_by_command(tmp_path: Path) -> None:
    run = CliRunner()
    assert run.invoke(app, ["policy", "check"]).exit_code == 0
    key = tmp_path / "policy.key"
    made = run.invoke(app, ["policy", "key", str(key)])
    assert made.exit_code == 0
    assert "public" in made.stdout
    assert key.stat().st_mode & 0o077 == 0 or sys.platform == "win32"
    assert run.invoke(app, ["policy", "key", str(key)]).exit_code == 2
    signed = run.invoke(app, ["policy", "sign", "2026-05", "--key", str(key)])
    assert "signature" in signed.stdout
    assert run.invoke(app, ["policy", "sign", "1999-01", "--key", str(key)]).exit_code == 2


def test_a_whole_book_of_clients_comes_as_parquet(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    lines, file = tmp_path / "asks.jsonl", tmp_path / "asks.parquet"
    asks = [ASK | {"client_id": f"C{number}", "cash_fen": number * 1_000_000} for number in range(20)]
    lines.write_bytes(b"\n".join(msgspec.json.encode(one) for one in asks))
    duckdb.sql(f"COPY (SELECT * FROM read_json('{lines}')) TO '{file}' (FORMAT parquet)")  # noqa: S608 - our own path
    done = CliRunner().invoke(app, ["advise", str(file)])
    assert done.exit_code == 0, done.stderr
    assert done.stdout == CliRunner().invoke(app, ["advise", str(lines)]).stdout
    (tmp_path / "no.parquet").write_bytes(b"PAR?")
    assert CliRunner().invoke(app, ["advise", str(tmp_path / "no.parquet")]).exit_code == 2
