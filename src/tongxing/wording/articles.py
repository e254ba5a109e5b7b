"""An article as it is read on a day: its slots filled with the numbers of the rulebook in force."""

import re
from dataclasses import dataclass
from datetime import date, time

from tongxing.domain.articles import SLOT, Article
from tongxing.domain.book import Rulebook, RuleMissingError
from tongxing.domain.pages import RuleValue
from tongxing.wording.values import written

TEN_THOUSAND_YUAN_FEN = 1_000_000
FEN_A_YUAN = 100
PPM_A_BP = 100
HOURS = r"(\d\d:\d\d)-(\d\d:\d\d)"
SENTENCE_ENDS = r"[。！？；]"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenArticle:
    """The words of an article as of a day."""

    article: Article
    title: str
    body: tuple[str, ...]

    @property
    def text(self) -> str:
        """Title and paragraphs as one text."""
        return "\n".join((self.title, *self.body))

    @property
    def characters(self) -> int:
        """Length of the body."""
        return sum(map(len, self.body))

    @property
    def sentences(self) -> tuple[int, ...]:
        """Length of each sentence of the body, in characters: how hard it is to read."""
        parts = (part.strip() for paragraph in self.body for part in re.split(SENTENCE_ENDS, paragraph))
        return tuple(len(part) for part in parts if part)


def written_article(article: Article, rules: Rulebook, on: date) -> WrittenArticle:
    """The article as of a day; raises `RuleMissingError` where a rule has no number on that day."""

    def filled(words: str) -> str:
        return re.sub(SLOT, lambda found: _number(rules, found[1], found[2], on), words)

    return WrittenArticle(
        article=article, title=filled(article.title), body=tuple(filled(part) for part in article.body)
    )


def _number(rules: Rulebook, rule_id: str, place: str | None, on: date) -> str:
    value = rules.row(rule_id, on).value
    if isinstance(value, tuple) != (place is not None):
        raise RuleMissingError(f"rule {rule_id!r} is a list where one number is told, or one where a list is")
    if isinstance(value, tuple):
        if int(place or 0) >= len(value):
            raise RuleMissingError(f"rule {rule_id!r} has no place {place}")
        value = value[int(place or 0)]
    return _told(value, rule_id)


def _told(value: RuleValue, rule_id: str) -> str:
    """A number in words, by the unit that stands in its rule's name."""
    if isinstance(value, str):
        hours = re.fullmatch(HOURS, value)
        return f"{_hour(hours[1])}至{_hour(hours[2])}" if hours else _hour(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise RuleMissingError(f"rule {rule_id!r} is no number that can be told")
    units = rule_id.split("_")
    if "ppm" in units:
        return _percent(value)
    if "bp" in units:
        return _percent(value * PPM_A_BP)
    return _money(value) if "fen" in units else written(value, "count", locale="zh-CN")


def _hour(words: str) -> str:
    """A clock time without its idle zero; other words as they are."""
    try:
        return f"{time.fromisoformat(words):%H:%M}".removeprefix("0") if ":" in words else words
    except ValueError:
        return words


def _percent(ppm: int) -> str:
    """Exact, without idle zeros: 10 ppm is 0.001%."""
    whole, rest = divmod(ppm, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") + "%"


def _money(fen: int) -> str:
    if fen % TEN_THOUSAND_YUAN_FEN == 0 and fen:
        return f"{fen // TEN_THOUSAND_YUAN_FEN:,}万元"
    yuan, rest = divmod(fen, FEN_A_YUAN)
    return f"{yuan:,}{f'.{rest:02d}' if rest else ''}元"
