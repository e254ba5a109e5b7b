"""`tongxing understand`: a line for each message; a faulty line is named and the others are answered."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tongxing.cli import app

RUNNER = CliRunner()
LINES = [
    '{"text":"请转接人工服务","history":[]}',
    '{"text":5}',
    '{"text":"我不想活了","facts":{"loss_today_bp":900}}',
    '{"text":"转人工","facts":{"loss_today_bp":"much"}}',
    "[1",
    '{"text":""}',
]


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, list[dict[str, object]], str]:
    file = tmp_path_factory.mktemp("said") / "said.jsonl"
    file.write_text("\n".join(LINES), encoding="utf-8")
    done = RUNNER.invoke(app, ["understand", str(file), "--at", "2026-05-06", "--json"])
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_good_lines_are_answered_and_the_exit_code_says_partly(
    answered: tuple[int, list[dict[str, object]], str],
) -> None:
    code, lines, errors = answered
    assert code == 3
    assert [(one["intent"], one["crisis"]) for one in lines[:2]] == [("human", False), ("distress", True)]
    assert all(f"line {number}" in errors for number in (2, 4, 5))


def test_an_answer_has_the_fields_of_the_contract(
    answered: tuple[int, list[dict[str, object]], str],
) -> None:
    wanted = {"intent", "p", "abstained", "slots", "emotion", "distress", "distress_p", "crisis"}
    assert all(wanted <= set(one) for one in answered[1])


def test_an_empty_message_is_asked_back(answered: tuple[int, list[dict[str, object]], str]) -> None:
    last = answered[1][-1]
    assert (last["abstained"], last["distress"], last["p"]) == (True, False, 0.0)


def test_an_empty_file_is_nothing_done(tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("", encoding="utf-8")
    assert RUNNER.invoke(app, ["understand", str(tmp_path / "none.jsonl")]).exit_code == 2


def test_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text('{"text":"转人工"}', encoding="utf-8")
    done = RUNNER.invoke(app, ["understand", str(tmp_path / "one.jsonl"), "--at", "yesterday"])
    assert done.exit_code == 2
