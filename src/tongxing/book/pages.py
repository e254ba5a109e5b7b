"""What was read of a book so far, each page with the place it came from, before links are checked."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tongxing.book.problem import Problem
from tongxing.book.section import Section
from tongxing.domain.articles import Article
from tongxing.domain.episodes import MarketEpisode
from tongxing.domain.pages import (
    Journey,
    LearnedWords,
    PhraseRule,
    Playbook,
    Product,
    ProductMap,
    RuleRow,
    SourceMap,
    TextPage,
)
from tongxing.domain.policy import Policy, PolicyKey

Page = TypeVar("Page")


@dataclass(frozen=True, slots=True)
class Found(Generic[Page]):
    """A value read from a page, and the section it was read from."""

    value: Page
    section: Section

    def problem(self, key: str, what: str) -> Problem:
        """A problem at one of the page's keys."""
        return Problem(path=self.section.path, line=self.section.line_of(key), what=what)


@dataclass(slots=True)
class Pages:
    """All pages by kind, while the book is read."""

    problems: list[Problem] = field(default_factory=list)
    playbooks: dict[str, Found[Playbook]] = field(default_factory=dict)
    journeys: dict[str, Found[Journey]] = field(default_factory=dict)
    texts: dict[str, Found[TextPage]] = field(default_factory=dict)
    sources: dict[str, Found[SourceMap]] = field(default_factory=dict)
    product_maps: dict[str, Found[ProductMap]] = field(default_factory=dict)
    rules: dict[str, tuple[RuleRow, ...]] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    phrases: list[PhraseRule] = field(default_factory=list)
    learned: dict[str, LearnedWords] = field(default_factory=dict)
    policies: dict[str, Found[Policy]] = field(default_factory=dict)
    policy_keys: list[PolicyKey] = field(default_factory=list)
    episodes: dict[str, Found[MarketEpisode]] = field(default_factory=dict)
    articles: dict[str, Found[Article]] = field(default_factory=dict)
    single: dict[str, Section] = field(default_factory=dict)
    """Pages of which there is one, by path."""
    given: set[tuple[str, str]] = field(default_factory=set)
    """(folder, page name) of all files, readable or not: a faulty page is not missing as well."""
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    """(kind, name) -> where it stands first."""

    def named(self, kind: str, name: str, section: Section, line: int) -> bool:
        """Take a name for a kind of page; a second one of that name is a problem."""
        place = f"{section.path}:{line}" if line else section.path
        first = self.places.setdefault((kind, name), place)
        if first == place:
            return True
        section.note(line, f"a second {kind} named {name!r}: the first stands in {first}")
        return False
