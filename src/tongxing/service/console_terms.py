"""What a decision can be found by: its outcome, the playbooks it was about, the rules that refused."""

from collections.abc import Mapping

from tongxing.compliance.rule_ids import ids
from tongxing.domain.book import Book
from tongxing.domain.touch import Answer, Considered, Gate
from tongxing.service.stored import DecisionGist, DecisionRecord

SENT, REFUSED, SILENT = "sent", "refused", "silent"
OUTCOMES = (SENT, REFUSED, SILENT)
JUDGING = frozenset({Gate.SWITCH, Gate.CONSENT, Gate.ELIGIBILITY, Gate.SUITABILITY, Gate.CONTACT})
"""Gates whose stop is a refusal; where applicability or arbitration stops, there was nothing to say."""
GATE_RULES = (
    "switched_off",
    "consent",
    "personalisation_off",
    "restricted",
    "eligibility",
    "assessment_expired",
    "suitability_c1l",
    "suitability_level",
    "cooldown",
    "frequency_cap",
    "distress_hold",
    "closing",
    "quiet_hours",
    "channel_refused",
    "unworded",
)
"""Names that reasons of gates begin with; the others are the rules of compliance."""


def rule_names() -> tuple[str, ...]:
    """Every name by which something can be refused, sorted."""
    return tuple(sorted({*GATE_RULES, *ids()}))


def terms_of(book: Book, record: DecisionRecord | DecisionGist) -> tuple[str, ...]:
    """The words of a record, each once: `outcome:`, `playbook:`, `rule:`, `trigger:`."""
    about = {verdict.playbook for verdict in record.verdicts}
    about |= {answer.playbook for answer in _stopped(book, record)}
    rules = {reason.partition(":")[0] for reason in refusals(book, record)}
    return (
        f"outcome:{ended(book, record)}",
        f"trigger:{record.decision.trigger.name}",
        *(f"playbook:{name}" for name in sorted(about)),
        *(f"rule:{name}" for name in sorted(rules)),
    )


def ended(book: Book, record: DecisionRecord | DecisionGist) -> str:
    """`sent`: words were cleared; `refused`: a playbook for this trigger was stopped; else `silent`."""
    if any(verdict.cleared for verdict in record.verdicts):
        return SENT
    return REFUSED if refusals(book, record) else SILENT


def refusals(book: Book, record: DecisionRecord | DecisionGist) -> tuple[str, ...]:
    """Why nothing, or less, was said: gates that stopped what the trigger called for, rules that refused."""
    reasons = [reason for answer in _stopped(book, record) for reason in answer.reasons]
    reasons += [
        f"{reason.rule}: {reason.detail}"
        for verdict in record.verdicts
        if not verdict.cleared
        for reason in verdict.reasons
    ]
    return tuple(dict.fromkeys(reasons))


def called_for(book: Book, playbook: str, trigger: str) -> bool:
    """Whether a trigger is about a playbook: a step of the journey, or waiting for the sign."""
    kind, _, sign = trigger.partition(":")
    if kind != "sign":
        return True
    page = book.playbooks.get(playbook)
    return page is not None and sign in page.all_of


def by_rule(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """(rule, how often) of what was counted by `rule:` words, the most frequent first."""
    found = ((name.removeprefix("rule:"), count) for name, count in counts.items() if count)
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def _stopped(book: Book, record: DecisionRecord | DecisionGist) -> list[Considered]:
    """Answers by which a judging gate stopped what the trigger called for."""
    trigger = record.decision.trigger.name
    return [
        answer
        for answer in record.decision.considered
        if answer.answer is Answer.STOP
        and answer.gate in JUDGING
        and called_for(book, answer.playbook, trigger)
    ]
