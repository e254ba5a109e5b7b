"""File doors as their users meet them: JSON lines in and out, exit codes 0, 2 and 3."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tongxing.cli import app, main

FIXTURES = Path(__file__).parents[1] / "fixtures" / "statements"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def event(number: int, kind: str, body: dict[str, object], ts: str = "2026-04-01T10:00:00+08:00") -> str:
    envelope = {"source": "core", "source_seq": str(number), "client_id": "C1", "ts": ts, "kind": kind}
    return json.dumps(envelope | {"body": body}, ensure_ascii=False)


WORKED = [
    event(1, "client_registered", {"name": "林晓", "birth": "1996-02-01", "opened_on": "2024-01-05"}),
    event(2, "assessment_taken", {"grade": "C4", "score": 62, "valid_to": "2028-01-05"}),
    event(3, "income_stated", {"month_fen": 1_500_000}),
    event(4, "debt_stated", {"kind": "mortgage", "repayment_month_fen": 500_000}),
    event(5, "account_facts", {"as_of": "2026-04-01", "turnover_annual_bp": 20_000}),
]
COURSES = [
    event(10 + day, "course_done", {"course": f"c{day}", "score": 90}, f"2026-04-1{day}T20:00:00+08:00")
    for day in range(3)
]
CONSENT = event(20, "consent_given", {"purpose": "personalised_service", "source": "*"})
SEARCH = event(21, "searched", {"text": "个人养老金怎么开户"}, "2026-05-06T10:00:00+08:00")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def write(file: Path, *events: str) -> Path:
    file.write_text("\n".join(events) + "\n", encoding="utf-8")
    return file


def names(result: Result) -> list[str]:
    return [label["name"] for label in lines(result)[0]["labels"]]  # type: ignore[attr-defined, index]


def test_the_report_s_client_has_the_report_s_labels(file: Path) -> None:
    result = run("profile", write(file, *WORKED, *COURSES), "--as-of", "2026-05-06T09:00:00+08:00", "--json")
    assert result.exit_code == 0
    assert names(result) == ["风险偏好中高", "短期交易型", "有稳定负债", "学习能力强"]


def test_without_the_courses_the_last_label_is_absent(file: Path) -> None:
    result = run("profile", write(file, *WORKED), "--json")
    assert names(result) == ["风险偏好中高", "短期交易型", "有稳定负债"]


def test_every_label_names_its_evidence(file: Path) -> None:
    line = lines(run("profile", write(file, *WORKED, *COURSES), "--json"))[0]
    labels = line["labels"]
    assert isinstance(labels, list)
    assert all(label["evidence"] for label in labels)


def test_decide_tells_what_was_considered_said_and_judged(file: Path) -> None:
    result = run("decide", write(file, *WORKED, CONSENT, SEARCH), "--json")
    assert result.exit_code == 0
    found = next(line for line in lines(result) if line["trigger"] == "sign:pension_searched")
    assert found["chosen"] == ["pension_guide"]
    assert found["verdicts"] == [{"cleared": True, "reasons": []}]
    drafts = found["drafts"]
    assert isinstance(drafts, list)
    assert "3%" in drafts[0]["text"]


def test_decide_as_of_an_earlier_instant_knows_nothing_later(file: Path) -> None:
    result = run("decide", write(file, *WORKED, CONSENT, SEARCH), "--at", "2026-05-01T00:00:00+08:00")
    assert all(line["trigger"] != "sign:pension_searched" for line in lines(result))


def test_good_lines_count_and_bad_ones_are_listed_with_their_line(file: Path) -> None:
    result = run("profile", write(file, WORKED[0], "{broken", event(7, "dreamt", {}), ""), "--json")
    assert result.exit_code == 3
    assert len(lines(result)) == 1
    assert "line 2" in result.stderr
    assert "line 3" in result.stderr
    assert "unknown_kind" in result.stderr


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02binary", "乱码".encode("gb18030"), b'{"a":1}\n', b"[1,2]\n"]
)
def test_an_unusable_file_does_nothing(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    result = run("profile", file)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.output


def test_a_missing_file_and_a_zoneless_instant_are_said_plainly(file: Path) -> None:
    missing = run("profile", file)
    assert (missing.exit_code, "no such file" in missing.stderr) == (2, True)
    write(file, *WORKED)
    zoneless = run("profile", file, "--as-of", "2026-05-06T09:00:00")
    assert (zoneless.exit_code, "no zone" in zoneless.stderr) == (2, True)


DRAFT = {
    "text": "个人养老金可以少存，也可以不存。本内容由人工智能生成。",
    "locale": "zh-CN",
    "channel": "home",
    "nature": "education",
    "author": {"kind": "ai", "licence": None},
    "client": {"grade": "C3", "assessment_valid": True, "age": 38},
    "product": None,
    "initiative": "firm",
    "warning_chain": [],
    "labels": ["ai"],
    "at": "2026-05-06T10:30:00+08:00",
}


def test_review_answers_a_line_for_a_line(file: Path) -> None:
    promise = DRAFT | {"text": "这只基金稳赚不赔。本内容由人工智能生成。"}
    file.write_text("\n".join(json.dumps(draft) for draft in (DRAFT, promise)), encoding="utf-8")
    result = run("review", file, "--json")
    assert result.exit_code == 0
    first, second = lines(result)
    assert first == {"cleared": True, "reasons": []}
    assert second["cleared"] is False
    assert "promise" in [reason["rule"] for reason in second["reasons"]]  # type: ignore[attr-defined]


def test_review_names_an_unknown_field_and_goes_on(file: Path) -> None:
    odd = DRAFT | {"mood": "happy"}
    file.write_text("\n".join(json.dumps(draft) for draft in (odd, DRAFT)), encoding="utf-8")
    result = run("review", file)
    assert result.exit_code == 3
    assert "mood" in result.stderr
    assert len(lines(result)) == 1


def test_the_packaged_book_is_in_order() -> None:
    assert run("book", "check").exit_code == 0


def test_a_wrong_book_is_told_with_file_and_line_all_at_once(tmp_path: Path) -> None:
    pages = tmp_path / "playbooks"
    pages.mkdir()
    (pages / "a.yaml").write_text("title: A\ncolour: red\n", encoding="utf-8")
    (pages / "b.yaml").write_text("title: A\nnature: gift\n", encoding="utf-8")
    result = run("book", "check", tmp_path)
    assert result.exit_code == 2
    assert "a.yaml:2" in result.stderr
    assert "b.yaml:2" in result.stderr


def test_simulate_twice_with_one_seed_is_the_same() -> None:
    first, second, other = (
        run("simulate", "--clients", "8", "--days", "3", "--seed", seed, "--json") for seed in ("5", "5", "6")
    )
    assert first.exit_code == 0
    assert first.stdout == second.stdout
    assert lines(other)[0]["log_digest"] != lines(first)[0]["log_digest"]


@pytest.mark.parametrize("start", ["2099-01-01", "1990-01-01", "2026-12-30", "soon"])
def test_a_run_the_history_cannot_hold_is_refused_plainly(start: str) -> None:
    result = run("simulate", "--clients", "3", "--days", "2", "--start", start)
    assert result.exit_code == 2
    assert result.stderr.strip().startswith("✗") or "✗" in result.stderr


def test_a_mistake_of_ours_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError("the roof fell in")

    monkeypatch.setattr("tongxing.cli.app", broken)
    monkeypatch.delenv("TONGXING_DEBUG", raising=False)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "the roof fell in" in told
    assert "Traceback" not in told
