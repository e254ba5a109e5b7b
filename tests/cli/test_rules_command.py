"""The rulebook as a compliance officer prints it."""

import json

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tongxing.cli import app
from tongxing.compliance.rule_ids import ids


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["rules", *arguments])


def rows(*arguments: str) -> dict[str, dict[str, object]]:
    result = run("--json", *arguments)
    assert result.exit_code == 0
    return {row["id"]: row for row in map(json.loads, result.stdout.splitlines())}


def test_a_2025_act_is_judged_by_2025_rows() -> None:
    before, after = rows("--at", "2025-03-03"), rows("--at", "2026-08-03")
    assert before["limit_bp_st"]["value"] == 500
    assert before["limit_bp_st"]["effective_to"] == "2026-07-06"
    assert after["limit_bp_st"]["value"] == 1000
    assert after["limit_bp_st"]["effective_from"] == "2026-07-06"


def test_a_rule_is_not_printed_before_its_first_day() -> None:
    assert "fund_redemption_ppm_under_7_days" not in rows("--at", "2025-12-31")
    assert "fund_redemption_ppm_under_7_days" in rows("--at", "2026-01-01")


def test_every_row_has_a_source_a_unit_and_a_status() -> None:
    found = rows("--at", "2026-08-03")
    assert len(found) >= 480
    for row in found.values():
        assert row["unit"], row["id"]
        assert row["instrument"], row["id"]
        assert row["article"], row["id"]
        assert row["area"], row["id"]
        assert row["status"] in {"read", "secondary", "unverified", "house"}, row["id"]


def test_one_area_is_one_page() -> None:
    found = rows("--at", "2026-08-03", "--area", "pension")
    assert {row["area"] for row in found.values()} == {"pension"}
    assert found["pension_year_fen_max"]["value"] == 1_200_000


def test_what_was_not_verified_says_so_beside_its_number() -> None:
    said = run("--at", "2026-08-03", "--area", "advisory").stdout.splitlines()
    number = next(place for place, line in enumerate(said) if "fund_advice_fee_bp_max = 500" in line)
    assert "? unverified · from 2019-10-24" in said[number + 1]
    legal = run("--at", "2026-08-03", "--area", "retention").stdout
    assert "✓ read · from 2025-01-01 · 反洗钱法（2024年修订）: art. 34" in legal


def test_an_ended_row_shows_both_ends() -> None:
    assert "from 2008-09-19 to 2023-08-28" in run("--at", "2020-01-06", "--area", "market").stdout


def test_the_software_says_that_it_is_no_legal_advice() -> None:
    for asked in ((), ("--json",)):
        result = run("--at", "2026-08-03", "--area", "pension", *asked)
        assert "not legal advice" in result.output
        assert "不是法律意见" in result.output
    assert "not legal advice" not in run("--at", "2026-08-03", "--json").stdout


def test_the_ids_are_those_compliance_asks() -> None:
    assert set(run("--ids").stdout.split()) == set(ids())
    lines = run("--ids", "--json").stdout.splitlines()
    assert {json.loads(line)["id"] for line in lines} == set(ids())


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--at", "yesterday"), "--at 'yesterday' is not a day like 2025-03-03"),
        (("--at", "2025-02-30"), "not a day"),
        (("--at", "2025-03-03T10:00"), "not a day"),
        (("--at", ""), "not a day"),
        (("--area", "moon", "--at", "2025-03-03"), "--area 'moon' is none of advisory, "),
        (("--at", "1900-01-01"), "no rule holds on 1900-01-01"),
    ],
)
def test_what_cannot_be_answered_ends_with_2_and_prints_nothing(
    arguments: tuple[str, ...], complaint: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr


def test_before_the_law_only_the_house_has_a_row() -> None:
    assert set(rows("--at", "2015-01-05", "--area", "advisory")) == {"fund_advice_turnover_alarm_bp"}
