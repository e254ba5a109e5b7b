"""The door for dialogues: good lines answered, bad ones named with their line, nothing invented."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tongxing.adapters import corpus_files
from tongxing.book.corpus import HEADER
from tongxing.cli import app, listening

RUN = CliRunner()
EVERY = 14


@pytest.fixture
def small_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some sentences of the real pages, so that learning takes a moment."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for page in (files("tongxing.book") / "corpus").iterdir():
        if page.name.endswith(".tsv"):
            lines = page.read_text(encoding="utf-8").splitlines()[1:]
            (folder / page.name).write_text("\n".join((HEADER, *lines[::EVERY])) + "\n", encoding="utf-8")
    monkeypatch.setattr(listening, "load_corpus", lambda: corpus_files.load_corpus(folder))


def write(folder: Path, *lines: object) -> str:
    file = folder / "dialogues.jsonl"
    file.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines),
        encoding="utf-8",
    )
    return str(file)


@pytest.mark.usefixtures("small_corpus")
def test_good_dialogues_are_answered_beside_bad_ones_which_are_named(tmp_path: Path) -> None:
    facts = {
        "now": "2026-11-20T14:10:00+08:00",
        "holdings": [{"code": "600036", "name": "招商银行", "kind": "stock", "shares": 500, "price": 35.2}],
        "weather": "rain",
    }
    file = write(
        tmp_path,
        {"id": "good", "context": facts, "turns": ["我要销户", "不想活了"]},
        {"id": "bad", "context": {"cash_fen": "much"}, "turns": ["在吗"]},
        "{not json",
    )
    done = RUN.invoke(app, ["converse", file, "--json"])
    good, bad, broken = (json.loads(line) for line in done.stdout.splitlines())
    assert done.exit_code == 3
    assert (good["id"], bad["id"], broken["id"]) == ("good", "bad", None)
    assert "line 2" in bad["error"]
    assert "cash_fen" in bad["error"]
    assert "line 3" in broken["error"]
    assert "context.weather" in done.stderr
    first, second = good["turns"]
    assert set(first) == {
        *("intent", "p", "emotion", "distress", "crisis"),
        *("refers_to", "answer", "facts", "handover", "verdict"),
    }
    assert "人工智能生成" in first["answer"]
    assert second["crisis"] is True
    assert second["handover"] is True
    assert "12356" in second["answer"]


def test_only_bad_lines_end_with_2_and_learn_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "load_corpus", lambda: pytest.fail("nothing is to be learnt"))
    done = RUN.invoke(app, ["converse", write(tmp_path, {"id": 1, "turns": "a"}, "[]"), "--json"])
    assert done.exit_code == 2
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, None]


def test_an_empty_or_missing_file_is_said_to_be_so(tmp_path: Path) -> None:
    assert RUN.invoke(app, ["converse", write(tmp_path, "")]).exit_code == 2
    assert RUN.invoke(app, ["converse", str(tmp_path / "none.jsonl")]).exit_code == 2
