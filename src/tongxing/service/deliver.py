"""Seal the verdict, then send, then seal the receipt: drains the outbox one bounded step at a time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from tongxing.compliance.review import reopen
from tongxing.delivery.deliver import message
from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.draft import Cleared, Reason
from tongxing.domain.event import Event, Retention
from tongxing.domain.message import Message
from tongxing.ledger.leaves import leaf, opens
from tongxing.profile.restriction import RESTRICTED
from tongxing.service import desk_opening, held
from tongxing.service.cards_resting import WHY, decided, is_duty, rests
from tongxing.service.ports import MessageRow, OutboxRow
from tongxing.service.round import RECORD_KEY_BYTES, Round
from tongxing.service.sealing import Groups, receipt_groups, words_fields
from tongxing.service.serve import proactive_this_week
from tongxing.service.states import TOUCH_SOURCE
from tongxing.service.stored import StoredCleared, decode_cleared, encode_message
from tongxing.service.watch import Passed, Stage

DELIVERIES_A_STEP_MAX = 200
PERSON_WORDS = "adviser_words"
"""What the log calls words that a person wrote and no page of the book holds."""


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
    return len(rows)


def _deliver(this: Round, row: OutboxRow, stored: StoredCleared, at: datetime) -> None:
    barred = _barred(this, row, stored, at)
    if barred is not None:
        _withdraw(this, row, stored, at, {barred.rule: barred.detail})
        return
    current = this.standing(row.client_id, at)
    playbook = this.house.book.playbooks.get(stored.draft.playbook)
    if playbook is not None and not current.hushed.isdisjoint(playbook.all_of):
        _withdraw(this, row, stored, at, {"label_removed": "it rests on a label the client removed"})
        return
    if playbook is not None and _rests_on_erased(this, row, stored):
        _withdraw(this, row, stored, at, {"erased": WHY})
        return
    this_week = max(stored.draft.touches_this_week, proactive_this_week(current, seconds(at)))
    verdict = reopen(
        replace(stored.draft, touches_this_week=this_week, without_quorum=this.without_quorum()),
        valid_until=stored.valid_until,
        versions=(stored.consent_version, stored.grade_version, stored.distress_version),
        current=current,
        now=at,
        words_intact=_words_intact(this, row, stored),
        book=this.house.book,
    )
    if not isinstance(verdict, Cleared):
        _withdraw(this, row, stored, at, {reason.rule: reason.detail for reason in verdict.reasons})
        if held.only_holds(reason.rule for reason in verdict.reasons):
            held.wait(this, row.client_id, (stored.draft.playbook,), at)
        return
    sent = message(verdict, slot=stored.slot, client_id=row.client_id, leaf_index=row.leaf_index, sent_at=at)
    receipt = _seal(this, "receipt", row.client_id, at, receipt_groups(sent))
    this.batch.add_message(_row(sent, receipt))
    this.batch.outbox_done(row.outbox_id, "sent")
    this.fold_own(_touch_sent(sent))
    desk_opening.from_touch(this, sent)
    this.passed.append(_passed(Stage.DELIVERED, stored))
    this.report.delivered += 1


def _rests_on_erased(this: Round, row: OutboxRow, stored: StoredCleared) -> bool:
    """Whether the client had erased, or restricted to what the law keeps, what these words rest on."""
    state = this.state(row.client_id)
    asked = {
        **state.erased,
        **{
            name.partition(":")[2]: entry.ts
            for name, entry in state.last.items()
            if name.startswith(f"{RESTRICTED}:")
        },
    }
    since = frozenset(Retention(name) for name, at in asked.items() if at >= seconds(stored.draft.at))
    if not since or is_duty(this.house.book, stored.draft.playbook):
        return False
    return rests(decided(this.house, row.client_id, row.leaf_index), row.idem, since)


def _barred(this: Round, row: OutboxRow, stored: StoredCleared, at: datetime) -> Reason | None:
    """What no new review could mend: words that waited too long, a client we may not know right."""
    if at >= stored.valid_until:
        return Reason(
            rule="expired", detail=f"held until {stored.valid_until.astimezone(BEIJING).isoformat()}"
        )
    if stored.draft.playbook in this.switched_off():
        return Reason(rule="switched_off", detail="the house does not use this playbook now")
    if this.state(row.client_id).merged_into:
        return Reason(rule="merged_away", detail="this record is part of another one")
    helps = this.house.book.rules.words("crisis_playbooks", at.astimezone(BEIJING).date())
    if this.held(row.client_id) and stored.draft.playbook not in helps:
        return Reason(rule="set_aside", detail="something of this client could not be taken in")
    return None


def _withdraw(
    this: Round, row: OutboxRow, stored: StoredCleared, at: datetime, reasons: Mapping[str, str]
) -> None:
    """Seal that the words were not sent, and why."""
    _seal(this, "withdrawal", row.client_id, at, {"touch": {"touch_id": row.idem}, "reasons": reasons})
    this.batch.outbox_done(row.outbox_id, "withdrawn")
    this.passed.append(_passed(Stage.WITHDRAWN, stored, tuple(reasons)))
    this.report.withdrawn += 1


def _passed(stage: Stage, stored: StoredCleared, rules: tuple[str, ...] = ()) -> Passed:
    """A card as it is told: when it was cleared, and what led to it."""
    draft = stored.draft
    return Passed(stage=stage, cause=stored.cause, at=draft.at, what=draft.playbook, rules=rules)


def _words_intact(this: Round, row: OutboxRow, stored: StoredCleared) -> bool:
    """Whether the stored words are the ones the leaf committed to."""
    found = this.batch.leaf(row.leaf_index)
    if found is None:
        return False
    sealed, _client, record_key = found
    return opens(sealed.leaf, stored.group, words_fields(stored.draft), record_key)


def _seal(this: Round, kind: str, client_id: str, at: datetime, groups: Groups) -> int:
    record_key = this.house.entropy.token(RECORD_KEY_BYTES)
    sealed = leaf(kind, at=at, groups=groups, record_key=record_key)
    return this.batch.add_leaf(sealed, client_id, record_key).index


def _row(sent: Message, receipt_index: int) -> MessageRow:
    return MessageRow(
        message_id=sent.message_id,
        touch_id=sent.touch_id,
        client_id=sent.client_id,
        playbook=sent.playbook,
        channel=sent.channel.value,
        slot=sent.slot,
        sent_at=sent.sent_at,
        valid_until=sent.valid_until,
        leaf_index=sent.leaf_index,
        receipt_index=receipt_index,
        dismissed=False,
        payload=encode_message(sent),
    )


def _touch_sent(sent: Message) -> Event:
    return Event(
        source=TOUCH_SOURCE,
        source_seq=sent.touch_id,
        client_id=sent.client_id,
        ts=sent.sent_at,
        known_at=sent.sent_at,
        kind="touch_sent",
        body={
            "touch_id": sent.touch_id,
            "playbook": sent.playbook or PERSON_WORDS,
            "channel": sent.channel.value,
            "nature": sent.nature.value,
        },
    )
