"""The loaded book: every page as one frozen value, with the hash that names it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

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
    StatementWords,
    TextPage,
    TierPage,
    WordTable,
)
from tongxing.domain.policy import Policy, PolicyKey


class RuleMissingError(LookupError):
    """No row of that rule holds on that day: the house does not guess a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Dated rows by rule id; an act is judged by the row of its own day."""

    rows: Mapping[str, tuple[RuleRow, ...]]

    def row(self, rule_id: str, on: date) -> RuleRow:
        """The row in force on a day; raises `RuleMissingError` where there is none."""
        for row in self.rows.get(rule_id, ()):
            if row.valid_from <= on and (row.valid_to is None or on < row.valid_to):
                return row
        raise RuleMissingError(f"rule {rule_id!r} has no value on {on.isoformat()}")

    def number(self, rule_id: str, on: date) -> int:
        """The value of a numeric rule on a day."""
        value = self.row(rule_id, on).value
        if isinstance(value, bool) or not isinstance(value, int):
            raise RuleMissingError(f"rule {rule_id!r} is not a whole number")
        return value

    def words(self, rule_id: str, on: date) -> tuple[str, ...]:
        """The value of a word-list rule on a day."""
        value = self.row(rule_id, on).value
        if not isinstance(value, tuple):
            raise RuleMissingError(f"rule {rule_id!r} is not a list of words")
        return value

    def text(self, rule_id: str, on: date) -> str:
        """The value of a rule that is one word."""
        value = self.row(rule_id, on).value
        if not isinstance(value, str):
            raise RuleMissingError(f"rule {rule_id!r} is not a word")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What the business decided, as of one set of files."""

    playbooks: Mapping[str, Playbook]
    journeys: Mapping[str, Journey]
    texts: Mapping[str, TextPage]
    rules: Rulebook
    products: Mapping[str, Product]
    phrases: tuple[PhraseRule, ...]
    words: WordTable
    statement_words: StatementWords
    sources: Mapping[str, SourceMap]
    tiers: tuple[TierPage, ...]
    """Lowest first."""
    labels: Mapping[str, str]
    """Name of a fixed phrase every card may need (ai_mark, human_exit, ...) -> Chinese words."""
    digest: str
    """sha256 over all pages, hex: the name of this book in decision records."""
    product_maps: Mapping[str, ProductMap] = field(default_factory=dict)
    """How product tables of brokers are read; kept under `sources/` beside the maps of events."""
    learned: Mapping[str, LearnedWords] = field(default_factory=dict)
    """Locale -> what was learned of forbidden drafts."""
    policies: Mapping[str, Policy] = field(default_factory=dict)
    """Versions of the policy of allocation."""
    policy_keys: tuple[PolicyKey, ...] = ()
    """Who may sign them."""
    episodes: Mapping[str, MarketEpisode] = field(default_factory=dict)
    """Name -> a real stretch of the market for the scenario lab."""
    articles: Mapping[str, Article] = field(default_factory=dict)
    """Name -> article of investor education."""
    access: str = ""
    """Policies of access in Cedar; empty: nobody may anything."""
    access_schema: str = ""
