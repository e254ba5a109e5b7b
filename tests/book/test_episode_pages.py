"""Pages of episodes are read strictly: same questions in each language, days in order, shares that fit."""

from pathlib import Path

import pytest

from tongxing.book.episode_pages import episode
from tongxing.book.nodes import tree
from tongxing.book.problem import Problem
from tongxing.book.section import Section

PAGE = Path(__file__).parents[2] / "src" / "tongxing" / "book" / "episodes" / "slow_2018.yaml"
TEXT = PAGE.read_text(encoding="utf-8")


def said(text: str) -> list[str]:
    problems: list[Problem] = []
    root = tree("episodes/slow_2018.yaml", text, problems)
    assert root is not None
    episode("slow_2018", Section("episodes/slow_2018.yaml", root, problems))
    return [str(problem) for problem in problems]


def test_a_page_in_order_says_nothing() -> None:
    assert said(TEXT) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  en:\n", "  fr:\n", "fr"),
        ("last: 2018-12-28", "last: 2018-01-24", "ends before it begins"),
        ('"510300": 4000', '"510300": 9000', "10000 bp in all at most"),
        ("        right: 1\n", "        right: 7\n", "right"),
        ("        right: 1\n", "        right: 0\n", "each language asks the same questions"),
        ("sessions_a_step: 5", "sessions_a_step: 0", "sessions_a_step"),
    ],
)
def test_a_page_that_is_wrong_says_where(old: str, new: str, words: str) -> None:
    assert old in TEXT
    assert any(words in line for line in said(TEXT.replace(old, new, 1)))
