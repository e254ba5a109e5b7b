"""Pages under `episodes/`: real stretches of the market for the scenario lab."""

from tongxing.book.section import Section
from tongxing.domain.episodes import EpisodeWords, MarketEpisode, QuizQuestion

BP = 10_000
CODE = r"[0-9]{6}|[A-Z0-9]{3,16}"
STEP_SESSIONS_MAX = 5
QUESTIONS = (3, 5)
LOCALES = ("zh-CN", "en")


def episode(name: str, section: Section) -> MarketEpisode:
    """One episode, strictly read."""
    shares = section.section("practice_bp")
    practice = {
        code: shares.integer_of(node, code, low=1, high=BP)
        for code, _line, node in shares.entries(pattern=CODE)
    }
    if not practice or sum(practice.values()) > BP:
        section.note(section.line_of("practice_bp"), f"practice_bp: some products, {BP} bp in all at most")
    told = section.section("words")
    found = MarketEpisode(
        name=name,
        first=section.day("first"),
        last=section.day("last"),
        sessions_a_step=section.integer("sessions_a_step", low=1, high=STEP_SESSIONS_MAX),
        practice_bp=practice,
        words={locale: _words(told.section(locale)) for locale in LOCALES},
    )
    told.end()
    if found.last <= found.first:
        section.note(section.line_of("last"), "the episode ends before it begins")
    if len({_right(words) for words in found.words.values()}) > 1:
        section.note(section.line_of("words"), "words: each language asks the same questions")
    section.end()
    return found


def _words(section: Section) -> EpisodeWords:
    found = EpisodeWords(
        title=section.text("title"),
        story=section.texts("story", least=1),
        sources=section.texts("sources", least=1),
        quiz=tuple(_question(entry) for entry in section.sections("quiz", least=QUESTIONS[0])),
    )
    if len(found.quiz) > QUESTIONS[1]:
        section.note(section.line_of("quiz"), f"quiz: {QUESTIONS[1]} questions at most")
    section.end()
    return found


def _right(words: EpisodeWords) -> tuple[tuple[int, int], ...]:
    return tuple((one.right, len(one.choices)) for one in words.quiz)


def _question(entry: Section) -> QuizQuestion:
    choices = entry.texts("choices", least=2)
    found = QuizQuestion(
        asks=entry.text("asks"),
        choices=choices,
        right=entry.integer("right", high=max(0, len(choices) - 1)),
        why=entry.text("why"),
    )
    entry.end()
    return found
