from pathlib import Path

import pytest

from tongxing.book import lists, product_maps
from tongxing.book.nodes import tree
from tongxing.book.problem import Problem
from tongxing.book.section import Section
from tongxing.domain.pages import ProductMap, SourceMap, StatementWords

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
        if product_maps.is_one(section):
            continue
        found[path.stem] = lists.source_map(path.stem, section)
        assert problems == []
    return found


@pytest.fixture(scope="session")
def fixtures() -> Path:
    return ROOT / "tests" / "fixtures"


@pytest.fixture(scope="session")
def product_map() -> ProductMap:
    section, problems = page("sources/products.yaml")
    found = product_maps.product_map("products", section)
    assert problems == []
    return found
