"""`tongxing articles`: what it prints and how it ends."""

import json

from typer.testing import CliRunner

from tongxing.cli import app

run = CliRunner()


def test_the_packaged_articles_are_in_order() -> None:
    answer = run.invoke(app, ["articles", "check", "--json"])
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.exit_code == 0, answer.output
    assert len(lines) >= 80
    assert all(line["problems"] == [] and 150 <= line["characters"] <= 400 for line in lines)


def test_a_question_is_answered_with_articles_best_first() -> None:
    answer = run.invoke(app, ["articles", "find", "有人让我共享屏幕", "--json"])
    assert answer.exit_code == 0
    assert json.loads(answer.stdout.splitlines()[0])["name"] == "screen_sharing"


def test_a_question_without_an_answer_ends_with_2() -> None:
    assert run.invoke(app, ["articles", "find", "zzzz", "--json"]).exit_code == 2
