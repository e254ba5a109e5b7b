import re

import pytest

from tongxing.book.nodes import tree
from tongxing.book.phrase_pages import FrameError, expanded, learned, phrases
from tongxing.book.problem import Problem
from tongxing.book.section import Section
from tongxing.domain.pages import LearnedRule, LearnedWords, PhraseRule

CLASSES = {"certain": "一定|肯定", "gain": "赚|回本"}
PAGE = """
classes:
  certain: [一定, 肯定]
  gain: [赚, '回本(?!率)']
  both: ['{certain}能{gain}']
frames:
  - rule: promise
    says: ['{certain} <4> {gain}', '{both}']
    unless: [不一定赚]
    beside: ['{certain}亏']
    refuses: [一定能赚。]
    passes: [不一定赚。]
    source: house
"""


def read(page: str) -> tuple[list[PhraseRule], list[Problem]]:
    problems: list[Problem] = []
    root = tree("phrases/zh-CN.test.yaml", page, problems)
    assert root is not None
    return phrases("zh-CN", Section("phrases/zh-CN.test.yaml", root, problems)), problems


def read_learned(page: str) -> tuple[LearnedWords, list[Problem]]:
    problems: list[Problem] = []
    root = tree("phrases/zh-CN.learned.yaml", page, problems)
    assert root is not None
    return learned("zh-CN", Section("phrases/zh-CN.learned.yaml", root, problems)), problems


def test_a_frame_becomes_patterns_with_its_classes_written_out() -> None:
    (rule,), problems = read(PAGE)
    assert problems == []
    assert rule.rule_id == "promise"
    assert re.search(rule.patterns[0], "肯定可以赚") is not None
    assert re.search(rule.patterns[0], "赚是一定的") is not None
    assert re.search(rule.patterns[0], "一定会,再赚") is None
    assert re.search(rule.patterns[1], "一定能回本") is not None
    assert re.search(rule.patterns[1], "一定能回本率") is None
    assert rule.beside[0] in {"(?:肯定|一定)亏", "(?:一定|肯定)亏"}
    assert (rule.refuses, rule.passes) == (("一定能赚。",), ("不一定赚。",))


@pytest.mark.parametrize(
    ("frame", "said", "found"),
    [
        ("{certain} 3 {gain}", "一定能赚", True),
        ("{certain} 3 {gain}", "赚是一定", False),
        ("{certain} 3 {gain}", "一定可以让您赚", False),
        ("{certain} 3 {gain}", "一定,赚", False),
        ("{certain} ~3 {gain}", "一定,赚", True),
        ("{certain} ~3 {gain}", "一定。赚", False),
        ("{certain} <~3> {gain}", "赚,一定", True),
        ("{certain} 2 能 2 {gain}", "一定会能够赚", True),
    ],
)
def test_gaps_reach_within_the_clause_or_the_sentence(frame: str, said: str, found: bool) -> None:  # noqa: FBT001
    assert (re.search(expanded(frame, CLASSES), said) is not None) is found


def test_in_spaced_scripts_pieces_are_whole_words() -> None:
    frame = expanded("{sure} 9 {win}", {"sure": "sure", "win": "win"}, spaced=True)
    assert re.search(frame, "sure to win") is not None
    assert re.search(frame, "sure of the window") is None


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{certain} {gain}",
        "{certain} 3",
        "{certain} 99 {gain}",
        "{certain} <3 {gain}",
        "{certain} x {gain}",
        "{nobody} 3 {gain}",
        "{certain} <3> {gain} 3 {gain}",
    ],
)
def test_a_frame_that_is_not_written_as_frames_are_is_refused(frame: str) -> None:
    with pytest.raises(FrameError):
        expanded(frame, CLASSES)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("[一定, 肯定]", "['一定(']", "does not compile"),
        ("'{certain}能{gain}'", "'{nobody}能'", "no class 'nobody'"),
        ("<4>", "<4", "is not a gap"),
        ("    refuses: [一定能赚。]\n", "", "refuses"),
        ("    passes: [不一定赚。]\n", "", "passes"),
        ("    source: house", "    near: 3\n    source: house", "unknown key 'near'"),
        ("[不一定赚]", "['(不+)+']", "repeats a repetition"),
    ],
)
def test_a_faulty_page_is_told_with_its_line(old: str, new: str, what: str) -> None:
    assert old in PAGE
    _, problems = read(PAGE.replace(old, new))
    assert any(what in problem.what for problem in problems)
    assert all(problem.line > 0 for problem in problems)


def test_learned_words_are_read_with_how_rules_are_told_apart() -> None:
    page = (
        "learned: {bar: 120, excuse: -90, source: ours, weights: ['保本 900|稳 30', '您好 -400'],\n"
        " rules: {promise: {before: -10, each: -2, typical: ['保本 20']}}}"
    )
    found, problems = read_learned(page)
    assert problems == []
    assert (found.bar, found.excuse, found.locale) == (120, -90, "zh-CN")
    assert found.weights == {"保本": 900, "稳": 30, "您好": -400}
    assert found.rules == {"promise": LearnedRule(before=-10, each=-2, typical={"保本": 20})}


@pytest.mark.parametrize("entry", ["保本", "保本 理 9", "保本 x", "保本 1.5", "保本 9 1", ""])
def test_a_learned_word_that_is_not_one_is_a_problem(entry: str) -> None:
    _, problems = read_learned(
        f"learned: {{bar: 0, excuse: 0, source: ours, rules: {{}}, weights: ['稳 1|{entry}']}}"
    )
    assert [problem.what for problem in problems if "trait" in problem.what]
