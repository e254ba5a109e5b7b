"""What clients did with what the house sent them, by playbook: counts, not causes.

A share of opened cards is no proof of help: only a hold-out group can show an effect.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tongxing.measurement.rates import Rate, rate


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTouch:
    """A touch that reached a client's channel."""

    touch_id: str
    playbook: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookEffect:
    """How one playbook's touches were received."""

    playbook: str
    sent: int
    opened: Rate
    dismissed: Rate


def by_playbook(
    sent: Sequence[SentTouch], *, opened: Collection[str], dismissed: Collection[str]
) -> tuple[PlaybookEffect, ...]:
    """Opened and dismissed shares of each playbook, by name; each touch counts once."""
    touches: dict[str, set[str]] = {}
    for touch in sent:
        touches.setdefault(touch.playbook, set()).add(touch.touch_id)
    return tuple(_effect(name, ids, opened, dismissed) for name, ids in sorted(touches.items()))


def _effect(
    playbook: str, ids: set[str], opened: Collection[str], dismissed: Collection[str]
) -> PlaybookEffect:
    cohort = f"touches of {playbook} that were sent"
    return PlaybookEffect(
        playbook=playbook,
        sent=len(ids),
        opened=rate(
            "opened",
            part=len(ids.intersection(opened)),
            whole=len(ids),
            formula="touches opened at least once / touches sent",
            cohort=cohort,
        ),
        dismissed=rate(
            "dismissed",
            part=len(ids.intersection(dismissed)),
            whole=len(ids),
            formula="touches sent away / touches sent",
            cohort=cohort,
        ),
    )
