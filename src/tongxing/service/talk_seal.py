"""An answer of the chat on record: the decision with its words, the receipt, the message."""

from dataclasses import replace

from tongxing.delivery.deliver import message
from tongxing.domain.clock import seconds
from tongxing.domain.draft import Cleared
from tongxing.domain.event import Event, EventRef
from tongxing.domain.grades import Channel, Nature
from tongxing.domain.message import Message
from tongxing.domain.touch import Decision, Touch, Trigger
from tongxing.ledger.leaves import leaf
from tongxing.service.converse import Said
from tongxing.service.desk_making import task_id_of
from tongxing.service.me_who import Mine
from tongxing.service.ports import Batch, MessageRow
from tongxing.service.recording import sealed_decision
from tongxing.service.sealing import receipt_groups
from tongxing.service.serve import Served
from tongxing.service.stored import StoredVerdict, encode_message

SLOT = "talk"
"""Where the answers of the chat stand."""
TRIGGER = "talk:asked"
KEY_BYTES = 32


def sealed(batch: Batch, me: Mine, said: Said, asked: Event) -> Message | None:
    """The decision with the words of the answer, then its receipt; None where no words were cleared."""
    verdict = said.answer.judged
    served = _served(me, said, asked)
    ref = EventRef(source=asked.source, source_seq=asked.source_seq, kind=asked.kind, ts=seconds(asked.ts))
    key = me.house.entropy.token(KEY_BYTES)
    index = sealed_decision(batch, key, served, profile=me.profile(), book=me.house.book, cause=ref)
    if not isinstance(verdict, Cleared):
        return None
    at = asked.ts
    sent = message(verdict, slot=SLOT, client_id=me.client_id, leaf_index=index, sent_at=at)
    sent = replace(sent, valid_until=at)
    receipt_key = me.house.entropy.token(KEY_BYTES)
    receipt_leaf = leaf("receipt", at=at, groups=receipt_groups(sent), record_key=receipt_key)
    receipt = batch.add_leaf(receipt_leaf, me.client_id, receipt_key)
    batch.add_message(_row(sent, receipt.index))
    return sent


def _served(me: Mine, said: Said, asked: Event) -> Served:
    """The record of an answer in the form of every other decision."""
    verdict, profile = said.answer.judged, me.profile()
    draft = verdict.draft
    trigger = Trigger(name=TRIGGER, cause=f"{asked.source}:{asked.source_seq}", at=asked.ts)
    touch = Touch(
        touch_id=draft.touch_id,
        client_id=me.client_id,
        playbook=draft.playbook,
        nature=Nature.SERVICE,
        channel=Channel.CHAT,
        slot=SLOT,
        trigger=trigger,
        signs=(),
        net_bp=0,
    )
    decision = Decision(
        decision_id=task_id_of("decision", draft.touch_id),
        client_id=me.client_id,
        trigger=trigger,
        considered=(),
        touches=(touch,),
        features=profile.features,
        book_digest=me.house.book.digest,
        code_version=me.house.code_version,
    )
    reasons = () if isinstance(verdict, Cleared) else verdict.reasons
    kept_verdict = StoredVerdict(
        playbook=draft.playbook, touch_id=draft.touch_id, cleared=not reasons, reasons=reasons
    )
    cleared = ((touch, verdict),) if isinstance(verdict, Cleared) else ()
    return Served(
        decision=decision,
        drafts=(draft,),
        verdicts=(kept_verdict,),
        cleared=cleared,
        without_quorum=draft.without_quorum,
    )


def _row(sent: Message, receipt_index: int) -> MessageRow:
    """An answer is said once: it does not stand on a page as a card does."""
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
