"""The rulebook as a compliance officer prints it."""

import json

from typer.testing import CliRunner

from tongxing.cli import app
from tongxing.compliance.rule_ids import ids


def rows(*arguments: str) -> dict[str, dict[str, object]]:
    result = CliRunner().invoke(app, ["rules", "--json", *arguments])
    assert result.exit_code == 0
    return {row["id"]: row for row in map(json.loads, result.stdout.splitlines())}


def test_a_2025_act_is_judged_by_2025_rows() -> None:
    before, after = rows("--at", "2025-03-03"), rows("--at", "2026-08-03")
    assert before["limit_bp_st"]["value"] == 500
    assert after["limit_bp_st"]["value"] == 1000


def test_every_row_has_a_source_a_unit_and_a_status() -> None:
    for row in rows("--at", "2026-08-03").values():
        assert row["unit"], row["id"]
        assert row["instrument"], row["id"]
        assert row["status"] in {"read", "secondary", "unverified", "house"}, row["id"]


def test_the_ids_are_those_compliance_asks() -> None:
    result = CliRunner().invoke(app, ["rules", "--ids"])
    assert set(result.stdout.split()) == set(ids())


def test_a_day_that_is_none_is_said_plainly() -> None:
    result = CliRunner().invoke(app, ["rules", "--at", "yesterday"])
    assert (result.exit_code, "not a day" in result.stderr) == (2, True)
