"""Rules about the witnesses of our log: while they do not agree, we do not turn up by ourselves.

Words that nobody asked for can wait until independent eyes see what we put on record; answers, what is owed
and help cannot.
"""

from datetime import datetime, timedelta

from tongxing.compliance.question import Question
from tongxing.domain.book import Rulebook
from tongxing.domain.clock import BEIJING

NEVER = "never"
"""No quorum was ever reached, or what the witnesses said cannot be read."""


def without_since(quorum_at: datetime | None, now: datetime, rules: Rulebook) -> str:
    """Since when there is no quorum, in ISO 8601, once that is longer than the house bears; else empty.

    `quorum_at` is when a quorum of witnesses last cosigned; None: never, or not known.
    """
    if quorum_at is None:
        return NEVER
    minutes = rules.number("log_quorum_minutes_max", now.astimezone(BEIJING).date())
    late = now - quorum_at > timedelta(minutes=minutes)
    return quorum_at.astimezone(BEIJING).isoformat(timespec="seconds") if late else ""


def quorum_lost(question: Question) -> str | None:
    """No marketing and nothing proactive; answers, duties and care after words of distress go on."""
    draft = question.draft
    if not draft.without_quorum or not question.by_firm or question.duty:
        return None
    if draft.playbook in question.words("distress_playbooks"):
        return None
    return f"witnesses of the log: no quorum since {draft.without_quorum}"
