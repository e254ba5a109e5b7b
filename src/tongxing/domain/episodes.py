"""A named real stretch of the market that clients may live through again to learn from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizQuestion:
    """One question with its choices; `right` counts them from zero."""

    asks: str
    choices: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketEpisode:
    """What happened, when, on which products it is shown, and what there is to learn."""

    name: str
    title: str
    title_en: str
    first: date
    last: date
    sessions_a_step: int
    """1: day by day; 5: week by week."""
    practice_bp: Mapping[str, int]
    """Code -> share of the practice portfolio; the rest is cash."""
    story: tuple[str, ...]
    sources: tuple[str, ...]
    quiz: tuple[QuizQuestion, ...]
