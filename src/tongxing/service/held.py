"""Duties held back while a client is in distress: asked for once more when the hold is over.

A notice that is owed is owed the day after as well. Each has one timer of its name; more words of distress
move it on. What was offered, not owed, is not taken up again.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tongxing.decision.applicability import HELD
from tongxing.domain.clock import DAY_SECONDS, instant, seconds
from tongxing.domain.touch import Gate
from tongxing.profile.fold import State
from tongxing.service.cards_resting import is_duty
from tongxing.service.serve import Served

if TYPE_CHECKING:
    from datetime import datetime

    from tongxing.service.round import Round

HOLDS = frozenset({"distress_hold", "crisis_script"})
"""Rules that say not now, where others say no."""


def held_back(served: Served) -> frozenset[str]:
    """Playbooks that distress alone stopped: a gate, or a rule that read the words."""
    gates = {
        answer.playbook
        for answer in served.decision.considered
        if answer.gate is Gate.CONTACT and only_holds(one.partition(":")[0] for one in answer.reasons)
    }
    words = {
        verdict.playbook
        for verdict in served.verdicts
        if not verdict.cleared and only_holds(one.rule for one in verdict.reasons)
    }
    return frozenset(gates | words)


def wait(this: "Round", client_id: str, playbooks: Iterable[str], at: "datetime") -> None:
    """Set the timer of each duty among these for the end of the hold."""
    owed = sorted(name for name in playbooks if is_duty(this.house.book, name))
    ends = _ends(this.state(client_id), seconds(at)) if owed else None
    if ends is not None:
        for name in owed:
            this.batch.move_timer(client_id=client_id, name=f"{HELD}:{name}", due=instant(ends))


def only_holds(rules: Iterable[str]) -> bool:
    """Whether nothing but distress speaks against words."""
    found = set(rules)
    return bool(found) and found <= HOLDS


def _ends(state: State, at: int) -> int | None:
    """When the hold is over: a day after the last words of crisis, or after the last ones of distress."""
    for name in ("crisis", "distress"):
        last = max((one.ts for one in state.recent.get(name, ())), default=0) + DAY_SECONDS
        if last > at:
            return last
    return None
