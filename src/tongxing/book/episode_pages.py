"""Pages under `episodes/`: real stretches of the market for the scenario lab."""

from tongxing.book.section import Section
from tongxing.domain.episodes import MarketEpisode, QuizQuestion

BP = 10_000
CODE = r"[0-9]{6}|[A-Z0-9]{3,16}"
STEP_SESSIONS_MAX = 5
QUESTIONS = (3, 5)


def episode(name: str, section: Section) -> MarketEpisode:
    """One episode, strictly read."""
    shares = section.section("practice_bp")
    practice = {
        code: shares.integer_of(node, code, low=1, high=BP)
        for code, _line, node in shares.entries(pattern=CODE)
    }
    if not practice or sum(practice.values()) > BP:
        section.note(section.line_of("practice_bp"), f"practice_bp: some products, {BP} bp in all at most")
    found = MarketEpisode(
        name=name,
        title=section.text("title"),
        title_en=section.text("title_en"),
        first=section.day("first"),
        last=section.day("last"),
        sessions_a_step=section.integer("sessions_a_step", low=1, high=STEP_SESSIONS_MAX),
        practice_bp=practice,
        story=section.texts("story", least=1),
        sources=section.texts("sources", least=1),
        quiz=tuple(_question(entry) for entry in section.sections("quiz", least=QUESTIONS[0])),
    )
    if found.last <= found.first:
        section.note(section.line_of("last"), "the episode ends before it begins")
    if len(found.quiz) > QUESTIONS[1]:
        section.note(section.line_of("quiz"), f"quiz: {QUESTIONS[1]} questions at most")
    section.end()
    return found


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
