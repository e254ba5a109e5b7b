"""Rules about marks that words carry."""

from tongxing.compliance.question import Question
from tongxing.domain.grades import AuthorKind

AI_LABEL = "ai"


def ai_label(question: Question) -> str | None:
    """What a machine wrote says so, in the words or as a label (标识办法, art. 4)."""
    draft = question.draft
    marks = question.words("ai_marks")
    if draft.author.kind is not AuthorKind.AI or AI_LABEL in (label.lower() for label in draft.labels):
        return None
    if any(mark in question.text for mark in marks):
        return None
    return "written by AI without its mark"
