"""Counting what the house did: decisions, words sent, words refused, silence; each by name."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tongxing.domain.touch import Answer
from tongxing.service.house import House
from tongxing.service.stored import DecisionRecord, decode_decision

DECISIONS_READ_MAX = 500


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts over the decision records of a store."""

    decisions: int = 0
    silent: int = 0
    """Decisions after which nothing was to be said."""
    by_trigger: Counter[str] = field(default_factory=Counter)
    cleared_by_playbook: Counter[str] = field(default_factory=Counter)
    refused_by_rule: Counter[str] = field(default_factory=Counter)
    """Drafts that compliance refused, by rule; one draft may fail several."""
    stopped_by_reason: Counter[str] = field(default_factory=Counter)
    """Playbooks that a gate stopped, by gate and reason; inapplicable ones are left out."""

    def take(self, record: DecisionRecord) -> None:
        """Count one decision."""
        self.decisions += 1
        self.by_trigger[record.decision.trigger.name] += 1
        if not record.decision.touches:
            self.silent += 1
        for verdict in record.verdicts:
            if verdict.cleared:
                self.cleared_by_playbook[verdict.playbook] += 1
            for reason in verdict.reasons:
                self.refused_by_rule[reason.rule] += 1
        for considered in record.decision.considered:
            if considered.answer is Answer.STOP and considered.gate != "applicability":
                for words in considered.reasons:
                    self.stopped_by_reason[f"{considered.gate}/{words.partition(':')[0]}"] += 1


def decisions(house: House) -> Iterator[DecisionRecord]:
    """All decision records of a store that can still be read, newest first, in bounded pages."""
    before = ""
    while page := house.store.decisions(before=before, limit=DECISIONS_READ_MAX):
        yield from (decode_decision(row.payload) for row in page if row.payload)
        before = page[-1].decision_id
