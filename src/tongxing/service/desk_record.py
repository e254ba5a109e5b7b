"""The words of a person on record, in the form of every other decision."""

from datetime import datetime

from tongxing.domain.draft import Cleared, Draft, Reason
from tongxing.domain.grades import Channel, Nature
from tongxing.domain.profile import Profile
from tongxing.domain.task import Task
from tongxing.domain.touch import Decision, Touch, Trigger
from tongxing.service.desk_making import task_id_of
from tongxing.service.house import House
from tongxing.service.serve import Served
from tongxing.service.stored import StoredVerdict

SLOT = "adviser"
"""Where words of a person stand; nothing of a playbook stands there."""


def touch_for(task: Task, what: str, nature: Nature, at: datetime, *, touch_id: str) -> Touch:
    """A contact that a person makes for a task."""
    return Touch(
        touch_id=touch_id,
        client_id=task.client_id,
        playbook="",
        nature=nature,
        channel=Channel.HOME,
        slot=SLOT,
        trigger=Trigger(name=f"{SLOT}:{what}", cause=f"task:{task.task_id}", at=at),
        signs=(),
        net_bp=task.good_bp,
    )


def served_by_person(
    house: House,
    profile: Profile,
    touch: Touch,
    draft: Draft,
    cleared: tuple[tuple[Touch, Cleared], ...],
    reasons: tuple[Reason, ...],
) -> Served:
    """The record of a person's words in the form of every other decision."""
    decision = Decision(
        decision_id=task_id_of("decision", touch.touch_id),
        client_id=touch.client_id,
        trigger=touch.trigger,
        considered=(),
        touches=(touch,),
        features=profile.features,
        book_digest=house.book.digest,
        code_version=house.code_version,
    )
    verdict = StoredVerdict(playbook="", touch_id=touch.touch_id, cleared=not reasons, reasons=reasons)
    return Served(
        decision=decision,
        drafts=(draft,),
        verdicts=(verdict,),
        cleared=cleared,
        without_quorum=draft.without_quorum,
    )
