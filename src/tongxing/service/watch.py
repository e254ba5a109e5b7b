"""What the worker tells about its work: figures and one line for each event that led to something.

Nothing here says who a client is. A round collects what passed; only after its transaction is durable is
it told, so a line in the log never speaks of something that was rolled back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from tongxing.domain.event import Event
from tongxing.domain.touch import Answer, Gate
from tongxing.service.watch_trace import cause_of, trace_of

if TYPE_CHECKING:
    from tongxing.service.serve import Served

GUARDING = frozenset({Gate.SWITCH, Gate.CONSENT, Gate.ELIGIBILITY, Gate.SUITABILITY, Gate.CONTACT})
"""Gates that keep a playbook back which would have applied."""


class Stage(StrEnum):
    """The rooms after which something is told."""

    FOLDED = "folded"
    DECIDED = "decided"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One event, decision or card that passed a room."""

    stage: Stage
    cause: str
    """As a decision names it; empty for a card cleared by an older version."""
    at: datetime
    """When it became known, was triggered or was cleared; by the house's clock."""
    what: str
    """Kind of the event, name of the trigger without its subject, or the playbook."""
    decision_id: str = ""
    outcome: str = ""
    """Of a decision: `cleared`, `refused`, `stopped` (a gate kept a playbook back) or `nothing`."""
    rules: tuple[str, ...] = ()
    """Rules that refused a draft, or why a card was withdrawn."""

    @property
    def trace_id(self) -> str:
        """The trace id of the event or timer behind it."""
        return trace_of(self.cause) if self.cause else ""


Told = Callable[[Sequence[Passed]], None]
"""Takes what one durable transaction did."""


def folded(event: Event) -> Passed:
    """An event as it is told."""
    cause = cause_of(event.source, event.source_seq)
    return Passed(stage=Stage.FOLDED, cause=cause, at=event.known_at, what=event.kind)


def decided(served: "Served") -> Passed:
    """A decision as it is told."""
    decision = served.decision
    rules = tuple(reason.rule for verdict in served.verdicts for reason in verdict.reasons)
    return Passed(
        stage=Stage.DECIDED,
        cause=decision.trigger.cause,
        at=decision.trigger.at,
        what=decision.trigger.name,
        decision_id=decision.decision_id,
        outcome=_outcome(served),
        rules=rules,
    )


def _outcome(served: "Served") -> str:
    if served.cleared:
        return "cleared"
    if served.verdicts:
        return "refused"
    stopped = any(
        considered.answer is Answer.STOP and considered.gate in GUARDING
        for considered in served.decision.considered
    )
    return "stopped" if stopped else "nothing"
