"""A named real stretch of the market that clients may live through again to learn from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

FIRST_LOCALE = "zh-CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizQuestion:
    """One question with its choices; `right` counts them from zero."""

    asks: str
    choices: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeWords:
    """What happened, in one language, and what there is to learn."""

    title: str
    story: tuple[str, ...]
    sources: tuple[str, ...]
    quiz: tuple[QuizQuestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketEpisode:
    """When it was, on which products it is shown, and how it is told in each language."""

    name: str
    first: date
    last: date
    sessions_a_step: int
    """1: day by day; 5: week by week."""
    practice_bp: Mapping[str, int]
    """Code -> share of the practice portfolio; the rest is cash."""
    words: Mapping[str, EpisodeWords]
    """Locale -> words; Chinese is always there, and the right choices are the same in each."""

    def told(self, locale: str) -> EpisodeWords:
        """The words of a locale, else the Chinese ones."""
        return self.words.get(locale, self.words[FIRST_LOCALE])

    def right_of(self, given: tuple[str, ...]) -> int:
        """How many questions were answered rightly; each answer is the number of a choice as it was sent."""
        quiz = self.words[FIRST_LOCALE].quiz
        return sum(one == str(question.right) for one, question in zip(given, quiz, strict=True))
