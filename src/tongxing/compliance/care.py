"""Rules for people in distress: no sale now, and in a crisis a human."""

from tongxing.compliance.question import Question
from tongxing.domain.grades import Nature

CALM_NATURES = frozenset({Nature.SERVICE, Nature.EDUCATION})


def distress_hold(question: Question) -> str | None:
    """For 24 hours after distress: care, education and answers; no product, no advice, no marketing."""
    draft = question.draft
    order_pages = question.words("order_pages")
    if not (question.standing.distressed_24h or question.standing.crisis_24h):
        return None
    if question.selling:
        return f"{draft.nature.value} within 24 hours of distress"
    if any(part.page.startswith(order_pages) for part in draft.parts if part.page):
        return "leads to an order within 24 hours of distress"
    if question.by_firm and draft.product is not None:
        return "names a product within 24 hours of distress"
    if question.by_firm and draft.nature not in CALM_NATURES:
        return f"{draft.nature.value} nobody asked for, within 24 hours of distress"
    return None


def crisis_script(question: Question) -> str | None:
    """In a crisis only the crisis script is said: the national line and a human, nothing else."""
    needed, people = question.words("crisis_must_say"), question.words("crisis_human_words")
    if not question.standing.crisis_24h:
        return None
    if question.draft.nature is not Nature.SERVICE or question.draft.product is not None:
        return "only the crisis script may be said"
    missing = [word for word in needed if word not in question.text]
    if missing:
        return f"does not name {', '.join(missing)}"
    return None if any(word in question.text for word in people) else "offers no human"
