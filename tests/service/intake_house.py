"""A house with a real store and the real words of statements, and nothing else."""

from datetime import datetime
from pathlib import Path
from typing import cast

from tongxing.adapters.entropy import SeededEntropy
from tongxing.adapters.store import open_store
from tongxing.book import lists
from tongxing.book.nodes import tree
from tongxing.book.problem import Problem
from tongxing.book.section import Section
from tongxing.domain.book import Book, Rulebook
from tongxing.domain.clock import BEIJING
from tongxing.domain.pages import SourceMap, WordTable
from tongxing.service.house import House
from tongxing.service.ports import Market

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
PAGES = ROOT / "src" / "tongxing" / "book"
NOW = datetime(2026, 5, 6, 12, tzinfo=BEIJING)


class FixedClock:
    def now(self) -> datetime:
        return NOW


def section(path: str) -> Section:
    problems: list[Problem] = []
    root = tree(path, (PAGES / path).read_text("utf-8"), problems)
    assert root is not None, problems
    return Section(path, root, problems)


def source_map(name: str) -> SourceMap:
    return lists.source_map(name, section(f"sources/{name}.yaml"))


def book() -> Book:
    return Book(
        playbooks={},
        journeys={},
        texts={},
        rules=Rulebook(rows={}),
        products={},
        phrases=(),
        words=WordTable(topics={}, distress={}, distress_unless=()),
        statement_words=lists.statement_words(section("statements/words.yaml")),
        sources={},
        tiers=(),
        labels={},
        digest="",
    )


def house_on(path: Path) -> House:
    entropy = SeededEntropy(1)
    return House(
        store=open_store(path, entropy=entropy, synchronous="OFF"),
        market=cast("Market", None),
        book=book(),
        clock=FixedClock(),
        entropy=entropy,
        code_version="test",
    )
