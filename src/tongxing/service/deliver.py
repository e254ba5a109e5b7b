"""Seal the verdict, then send, then seal the receipt: drains the outbox one bounded step at a time."""

from collections.abc import Mapping
from datetime import datetime

from tongxing.delivery.deliver import message
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Cleared
from tongxing.domain.grades import DEVICE_CHANNELS
from tongxing.service import desk_opening, device_sending, held
from tongxing.service.delivered import keep, seal
from tongxing.service.ports import OutboxRow
from tongxing.service.reopening import judged_now
from tongxing.service.round import Round
from tongxing.service.stored import StoredCleared, decode_cleared
from tongxing.service.watch import Passed, Stage

DELIVERIES_A_STEP_MAX = 200


def deliver_waiting(this: Round, now: datetime | None, *, at_most: int = DELIVERIES_A_STEP_MAX) -> int:
    """Send waiting clearances after asking compliance once more; returns how many left the queue.

    After an outage a card is sent `now` and says so; one whose time has passed is withdrawn.
    """
    rows = this.batch.waiting(min(at_most, DELIVERIES_A_STEP_MAX))
    if rows:
        this.switched_off()
    for row in rows:
        stored = decode_cleared(row.payload)
        at = stored.draft.at if now is None else max(now, stored.draft.at)
        _deliver(this, row, stored, at.astimezone(BEIJING))
    return len(rows) or device_sending.tend(this, now, at_most=min(at_most, DELIVERIES_A_STEP_MAX))


def _deliver(this: Round, row: OutboxRow, stored: StoredCleared, at: datetime) -> None:
    device = stored.draft.channel in DEVICE_CHANNELS
    verdict = judged_now(this, stored, row.client_id, row.leaf_index, at)
    if not isinstance(verdict, Cleared):
        _withdraw(this, row, stored, at, verdict)
        if not device and held.only_holds(verdict):
            held.wait(this, row.client_id, (stored.draft.playbook,), at)
        return
    if device:
        device_sending.begin(this, row, stored, verdict, at)
        return
    sent = message(verdict, slot=stored.slot, client_id=row.client_id, leaf_index=row.leaf_index, sent_at=at)
    keep(this, sent, at)
    this.batch.outbox_done(row.outbox_id, "sent")
    desk_opening.from_touch(this, sent)
    this.passed.append(_passed(Stage.DELIVERED, stored))
    this.report.delivered += 1


def _withdraw(
    this: Round, row: OutboxRow, stored: StoredCleared, at: datetime, reasons: Mapping[str, str]
) -> None:
    """Seal that the words were not sent, and why."""
    groups = {"touch": {"touch_id": stored.draft.touch_id}, "reasons": reasons}
    seal(this, "withdrawal", row.client_id, at, groups)
    this.batch.outbox_done(row.outbox_id, "withdrawn")
    this.passed.append(_passed(Stage.WITHDRAWN, stored, tuple(reasons)))
    this.report.withdrawn += 1


def _passed(stage: Stage, stored: StoredCleared, rules: tuple[str, ...] = ()) -> Passed:
    """A card as it is told: when it was cleared, and what led to it."""
    draft = stored.draft
    return Passed(stage=stage, cause=stored.cause, at=draft.at, what=draft.playbook, rules=rules)
