"""Whether stored words may be said now: client, switches, law and compliance are asked once more."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from tongxing.compliance.review import reopen
from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.draft import Cleared, Reason
from tongxing.domain.event import Retention
from tongxing.domain.grades import DEVICE_CHANNELS
from tongxing.ledger.leaves import opens
from tongxing.profile.restriction import RESTRICTED
from tongxing.service import device_gate
from tongxing.service.cards_resting import WHY, decided, is_duty, rests
from tongxing.service.round import Round
from tongxing.service.sealing import words_fields
from tongxing.service.serve import proactive_this_week
from tongxing.service.stored import StoredCleared


def judged_now(
    this: Round,
    stored: StoredCleared,
    client_id: str,
    leaf_index: int,
    at: datetime,
    *,
    sending: bool = False,
) -> Cleared | Mapping[str, str]:
    """A clearance for this moment, or what stands against it: rule -> detail.

    `sending`: it is on its way already and counted against the cap of its channel.
    """
    barred = _barred(this, stored, client_id, at)
    if barred is not None:
        return {barred.rule: barred.detail}
    current = this.standing(client_id, at)
    playbook = this.house.book.playbooks.get(stored.draft.playbook)
    if playbook is not None and not current.hushed.isdisjoint(playbook.all_of):
        return {"label_removed": "it rests on a label the client removed"}
    if playbook is not None and _rests_on_erased(this, stored, client_id, leaf_index):
        return {"erased": WHY}
    if stored.draft.channel in DEVICE_CHANNELS:
        shut = device_gate.shut(this, stored.draft, current, at, counted=sending)
        if shut is not None:
            return {shut.rule: shut.detail}
    same = stored.draft.touch_id
    this_week = max(stored.draft.touches_this_week, proactive_this_week(current, seconds(at), besides=same))
    verdict = reopen(
        replace(stored.draft, touches_this_week=this_week, without_quorum=this.without_quorum()),
        valid_until=stored.valid_until,
        versions=(stored.consent_version, stored.grade_version, stored.distress_version),
        current=current,
        now=at,
        words_intact=_words_intact(this, stored, leaf_index),
        book=this.house.book,
    )
    if isinstance(verdict, Cleared):
        return verdict
    return {reason.rule: reason.detail for reason in verdict.reasons}


def _rests_on_erased(this: Round, stored: StoredCleared, client_id: str, leaf_index: int) -> bool:
    """Whether the client had erased, or restricted to what the law keeps, what these words rest on."""
    state = this.state(client_id)
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
    return rests(decided(this.house, client_id, leaf_index), stored.draft.touch_id, since)


def _barred(this: Round, stored: StoredCleared, client_id: str, at: datetime) -> Reason | None:
    """What no new review could mend: words that waited too long, a client we may not know right."""
    if at >= stored.valid_until:
        return Reason(
            rule="expired", detail=f"held until {stored.valid_until.astimezone(BEIJING).isoformat()}"
        )
    if stored.draft.playbook in this.switched_off():
        return Reason(rule="switched_off", detail="the house does not use this playbook now")
    if this.state(client_id).merged_into:
        return Reason(rule="merged_away", detail="this record is part of another one")
    helps = this.house.book.rules.words("crisis_playbooks", at.astimezone(BEIJING).date())
    if this.held(client_id) and stored.draft.playbook not in helps:
        return Reason(rule="set_aside", detail="something of this client could not be taken in")
    return None


def _words_intact(this: Round, stored: StoredCleared, leaf_index: int) -> bool:
    """Whether the stored words are the ones the leaf committed to."""
    found = this.batch.leaf(leaf_index)
    if found is None:
        return False
    sealed, _client, record_key = found
    return opens(sealed.leaf, stored.group, words_fields(stored.draft), record_key)
