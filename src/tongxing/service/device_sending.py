"""Messages on their way to devices: handed to a carrier cleared, put on record when it answered.

The network is never touched in here: a carrier works between two transactions of the worker. Each try is
preceded by compliance. A push replaces an earlier copy of itself, so a doubtful try is made again (at least
once); of a mail and a text message a doubtful try is the last one (at most once).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from tongxing.delivery.deliver import message
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Cleared
from tongxing.domain.grades import CARRIED_CHANNELS
from tongxing.service.delivered import keep, seal
from tongxing.service.ports import OutboxRow
from tongxing.service.ports_devices import Carriers, Sending, Stage
from tongxing.service.reopening import judged_now
from tongxing.service.round import Round
from tongxing.service.sealing import Groups
from tongxing.service.stored import StoredCleared, decode_cleared, decode_message, encode_message
from tongxing.service.watch import Passed
from tongxing.service.watch import Stage as Told

WORDS_MAX = 200


def begin(this: Round, row: OutboxRow, stored: StoredCleared, cleared: Cleared, at: datetime) -> None:
    """A cleared message goes to its device: a watch and a car come for it, the others have a carrier."""
    sent = message(cleared, slot=stored.slot, client_id=row.client_id, leaf_index=row.leaf_index, sent_at=at)
    carried = sent.channel in CARRIED_CHANNELS
    machine = at if this.house.carriers is None else this.house.carriers.machine()
    sending = Sending(
        sending_id=sent.message_id,
        client_id=row.client_id,
        channel=sent.channel,
        leaf_index=row.leaf_index,
        at=at,
        made_at=machine,
        stage=Stage.CLEARED if carried else Stage.DELIVERED,
        tries=0,
        next_at=machine + _for(this, "device_clearance_seconds", at),
        last="",
        stored=row.payload,
        message=encode_message(sent),
    )
    this.batch.devices.add(sending)
    this.batch.outbox_done(row.outbox_id, "handed" if carried else "sent")
    if not carried:
        _delivered(this, sending, stored, at)


def tend(this: Round, now: datetime | None, *, at_most: int) -> int:
    """Put on record what carriers answered, and have compliance look at what is due; says how many.

    Without carriers, or in a replay (`now` None), nothing is on its way.
    """
    carriers = this.house.carriers
    if carriers is None or now is None or not carriers.by_channel:
        return 0
    machine = carriers.machine()
    due = this.batch.devices.due(machine, at_most)
    if due:
        this.switched_off()
    for sending in due:
        stored = decode_cleared(sending.stored)
        _tend(this, sending, stored, carriers, max(now, stored.draft.at).astimezone(BEIJING))
    return len(due)


def _tend(this: Round, sending: Sending, stored: StoredCleared, carriers: Carriers, at: datetime) -> None:
    machine = carriers.machine()
    if sending.stage is Stage.SENT:
        _delivered(this, sending, stored, at)
        this.batch.devices.change(replace(sending, stage=Stage.DELIVERED))
    elif sending.stage is Stage.REFUSED:
        _ended(this, sending, stored, at, Stage.UNDELIVERED, {"carrier_refused": sending.last})
    elif sending.stage is Stage.LATER:
        _again_later(this, sending, stored, at, machine)
    elif sending.stage is Stage.UNDER_WAY:
        carrier = carriers.by_channel.get(sending.channel)
        doubtful = replace(sending, last="nobody knows how the try ended")
        if carrier is not None and carrier.repeats:
            _again_later(this, doubtful, stored, at, machine)
        else:
            _ended(this, doubtful, stored, at, Stage.UNDELIVERED, {"carrier_unknown": doubtful.last})
    elif machine >= sending.made_at + _for(this, "device_give_up_hours", at):
        _ended(this, sending, stored, at, Stage.UNDELIVERED, {"carrier_gave_up": sending.last})
    else:
        _clear_again(this, sending, stored, at, machine)


def _clear_again(
    this: Round, sending: Sending, stored: StoredCleared, at: datetime, machine: datetime
) -> None:
    """Compliance at the moment of sending: a fresh clearance, or the end."""
    verdict = judged_now(this, stored, sending.client_id, sending.leaf_index, at, sending=True)
    if not isinstance(verdict, Cleared):
        _ended(this, sending, stored, at, Stage.WITHDRAWN, verdict)
        return
    sent = message(
        verdict, slot=stored.slot, client_id=sending.client_id, leaf_index=sending.leaf_index, sent_at=at
    )
    until = machine + _for(this, "device_clearance_seconds", at)
    this.batch.devices.change(
        replace(sending, stage=Stage.CLEARED, next_at=until, message=encode_message(sent))
    )


def _again_later(
    this: Round, sending: Sending, stored: StoredCleared, at: datetime, machine: datetime
) -> None:
    """The next try, each later than the one before; none after the time that the rulebook gives."""
    waits = this.house.book.rules.words("device_retry_seconds", at.date())
    wait = timedelta(seconds=int(waits[min(max(sending.tries, 1), len(waits)) - 1]))
    if machine + wait >= sending.made_at + _for(this, "device_give_up_hours", at):
        _ended(this, sending, stored, at, Stage.UNDELIVERED, {"carrier_gave_up": sending.last})
        return
    this.batch.devices.change(replace(sending, stage=Stage.WAITING, next_at=machine + wait))


def _delivered(this: Round, sending: Sending, stored: StoredCleared, at: datetime) -> None:
    keep(this, decode_message(sending.message), at)
    this.passed.append(_passed(Told.DELIVERED, stored))
    this.report.delivered += 1


def _ended(
    this: Round,
    sending: Sending,
    stored: StoredCleared,
    at: datetime,
    stage: Stage,
    reasons: Mapping[str, str],
) -> None:
    """Seal that the words did not reach the device, and why; the card itself stands where it stood."""
    groups: Groups = {
        "touch": {"touch_id": stored.draft.touch_id},
        "device": {"channel": sending.channel.value, "tries": sending.tries},
        "reasons": reasons,
    }
    seal(this, "withdrawal", sending.client_id, at, groups)
    why = next(iter(reasons), "")
    words = f"{why}: {sending.last}" if sending.last and stage is Stage.UNDELIVERED else why
    this.batch.devices.change(replace(sending, stage=stage, last=words[:WORDS_MAX]))
    this.passed.append(_passed(Told.WITHDRAWN, stored, tuple(reasons)))
    this.report.withdrawn += 1


def _passed(stage: Told, stored: StoredCleared, rules: tuple[str, ...] = ()) -> Passed:
    draft = stored.draft
    return Passed(stage=stage, cause=stored.cause, at=draft.at, what=draft.playbook, rules=rules)


def _for(this: Round, rule_id: str, at: datetime) -> timedelta:
    """A span of the rulebook, by the unit its name ends in."""
    number = this.house.book.rules.number(rule_id, at.astimezone(BEIJING).date())
    return timedelta(hours=number) if rule_id.endswith("_hours") else timedelta(seconds=number)
