"""Pages of the book: what the business decides, read from data and handed to rooms as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tongxing.domain.grades import Channel, Nature, ProductRisk

RuleValue = int | str | bool | tuple[str, ...]
RuleStatus = Literal["read", "secondary", "unverified", "house"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One dated number (or word list) of law or of the house, with where it comes from."""

    rule_id: str
    value: RuleValue
    unit: str
    valid_from: date
    valid_to: date | None
    """First day it no longer holds; None while it holds."""
    instrument: str
    article: str
    status: RuleStatus
    area: str = ""
    """The page it stands on, e.g. `market` for `rules/market.yaml`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """One capability: who is served, why, with which words (`book/playbooks/<name>.yaml`)."""

    name: str
    title: str
    nature: Nature
    all_of: tuple[str, ...]
    none_of: tuple[str, ...]
    slot: str
    channels: tuple[Channel, ...]
    risk: ProductRisk | None
    """Grade of what it speaks about; None when it speaks about no product."""
    consent: str
    """Purpose that must be consented to; `none` for a duty the law or the contract imposes."""
    cooldown_days: int
    lift_bp: int
    harm_bp: int
    prior_source: str
    text: str
    goal: str
    source: str
    owner: str
    review_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyStep:
    """A day of a journey and the playbook that is considered on it (day 1 is the day it starts)."""

    day: int
    playbook: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A sequence of playbooks by day, started by a sign (`book/journeys/<name>.yaml`)."""

    name: str
    title: str
    starts_with: str
    """The sign that starts it."""
    steps: tuple[JourneyStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextVariant:
    """The words of one text for one channel and one locale, with `{slots}`."""

    title: str
    body: str
    why: str
    risk_note: str
    actions: tuple[tuple[str, str], ...] = ()
    """(label, page) pairs; pages are our own paths."""
    style: Literal["plain", "note"] = "plain"
    """`note`: rendered as a handwritten note; the words are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    """An approved text: channel -> locale -> words, and the type of each slot."""

    name: str
    slots: Mapping[str, str]
    """Slot -> type: text, percent_ppm, percent_bp, money_fen, date, count, list."""
    variants: Mapping[tuple[Channel, str], TextVariant]
    approved_by: str
    approved_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Something a client can hold, with its grade and what is inside it."""

    code: str
    name: str
    kind: str
    """stock, etf, bond_etf, gold_etf, cross_border_etf, money_fund, bond_fund, mixed_fund ..."""
    risk: ProductRisk
    sector: str
    look_through_ppm: Mapping[str, int] = field(default_factory=dict)
    """Sector -> share; empty when the product is its own sector."""
    term: str = "open"
    invented: bool = False
    """True for demo products that do not exist outside this house."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseRule:
    """A forbidden way of speaking: patterns that refuse and patterns that make it innocent."""

    rule_id: str
    locale: str
    patterns: tuple[str, ...]
    unless: tuple[str, ...]
    """Contexts (negation, quotation, near-miss words) in which a match is not a violation."""
    source: str
    beside: tuple[str, ...] = ()
    """What makes a match innocent when it stands in the same sentence."""
    refuses: tuple[str, ...] = ()
    """Examples this entry must object to."""
    passes: tuple[str, ...] = ()
    """Near misses it must let pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedRule:
    """How to tell whether a rule is the one that forbidden words breach; all in tenths of a log chance."""

    before: int
    """How common the rule is."""
    each: int
    """Added for every trait that is known at all."""
    typical: Mapping[str, int]
    """Trait -> added when it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedWords:
    """How much each trait (a pair of characters) speaks for a forbidden draft, in one locale."""

    locale: str
    bar: int
    """In thousandths: a window whose score is above it reads like a forbidden draft."""
    excuse: int
    """In thousandths: a text below it means no harm by what a phrase list found in it."""
    weights: Mapping[str, int]
    """Trait -> weight, in thousandths."""
    rules: Mapping[str, LearnedRule]
    """Rule id -> how it is recognised."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMap:
    """How a broker's own table becomes events of one kind (`book/sources/<name>.yaml`)."""

    name: str
    kind: str
    encoding: str
    source: str
    """The `source` of the events it makes."""
    source_seq: tuple[str, ...]
    """Columns whose values make the idempotency key."""
    client_id: str
    ts: str
    ts_format: str
    columns: Mapping[str, str]
    """Body field -> column."""
    constants: Mapping[str, str]
    """Body field -> fixed value."""
    values: Mapping[str, Mapping[str, str]]
    """Body field -> (their word -> our word)."""
    money: tuple[str, ...] = ()
    """Body fields given in yuan, turned into fen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductMap:
    """How a broker's own product table becomes products (`book/sources/<name>.yaml`, `kind: product`)."""

    name: str
    columns: Mapping[str, str]
    """Field of `Product` -> column."""
    constants: Mapping[str, str]
    """Field of `Product` -> what stands where there is no column or its cell is empty; never the grade."""
    values: Mapping[str, Mapping[str, str]]
    """Field of `Product` -> (their word -> our word)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementWords:
    """Column synonyms and business words of broker statements (`book/sources/statement.yaml`)."""

    columns: Mapping[str, tuple[str, ...]]
    """Our field -> headings brokers print for it."""
    kinds: Mapping[str, str]
    """Business word (exact, after folding spaces and width) -> record kind."""
    totals: tuple[str, ...]
    """Words that begin a totals line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTable:
    """Words by which a client's own text hints at a topic or at distress (`book/words/*.yaml`)."""

    topics: Mapping[str, tuple[str, ...]]
    """Topic -> words."""
    distress: Mapping[str, tuple[str, ...]]
    """Degree (mild, strong, crisis) -> words."""
    distress_unless: tuple[str, ...]
    """Look-alikes of the market's own slang that are no distress."""
    fraud: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """Patterns of a solicitation: parts that must all stand in one sentence, each with its words."""
    fraud_unless: tuple[str, ...] = ()
    """Look-alikes that describe no contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPage:
    """A service tier by mean assets (`book/tiers/tiers.yaml`)."""

    name: str
    title: str
    assets_from_fen: int
