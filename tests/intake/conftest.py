from pathlib import Path

import pytest

from tongxing.book import lists
from tongxing.book.nodes import tree
from tongxing.book.problem import Problem
from tongxing.book.section import Section
from tongxing.domain.pages import SourceMap, StatementWords

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "src" / "tongxing" / "book"


def page(path: str) -> tuple[Section, list[Problem]]:
    problems: list[Problem] = []
    root = tree(path, (BOOK / path).read_text("utf-8"), problems)
    assert root is not None, problems
    return Section(path, root, problems), problems


@pytest.fixture(scope="session")
def words() -> StatementWords:
    section, problems = page("statements/words.yaml")
    found = lists.statement_words(section)
    assert problems == []
    return found


@pytest.fixture(scope="session")
def sources() -> dict[str, SourceMap]:
    found = {}
    for path in sorted((BOOK / "sources").glob("*.yaml")):
        section, problems = page(f"sources/{path.name}")
        found[path.stem] = lists.source_map(path.stem, section)
        assert problems == []
    return found


@pytest.fixture(scope="session")
def fixtures() -> Path:
    return ROOT / "tests" / "fixtures"
