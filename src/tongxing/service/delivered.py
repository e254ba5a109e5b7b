"""What is kept of a delivery: its receipt, the message, and the event that counts the touch."""

from datetime import datetime

from tongxing.domain.event import Event
from tongxing.domain.message import Message
from tongxing.ledger.leaves import leaf
from tongxing.service.ports import MessageRow
from tongxing.service.round import RECORD_KEY_BYTES, Round
from tongxing.service.sealing import Groups, receipt_groups
from tongxing.service.states import TOUCH_SOURCE
from tongxing.service.stored import encode_message

PERSON_WORDS = "adviser_words"
"""What the log calls words that a person wrote and no page of the book holds."""


def keep(this: Round, sent: Message, at: datetime) -> None:
    """Seal the receipt, keep the message, count the touch once, however many copies it has."""
    receipt = seal(this, "receipt", sent.client_id, at, receipt_groups(sent))
    this.batch.add_message(message_row(sent, receipt))
    this.fold_own(touch_sent(sent))


def seal(this: Round, kind: str, client_id: str, at: datetime, groups: Groups) -> int:
    """Put something on record; its place among the leaves."""
    record_key = this.house.entropy.token(RECORD_KEY_BYTES)
    sealed = leaf(kind, at=at, groups=groups, record_key=record_key)
    return this.batch.add_leaf(sealed, client_id, record_key).index


def message_row(sent: Message, receipt_index: int) -> MessageRow:
    """A delivered message as it is kept."""
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


def touch_sent(sent: Message) -> Event:
    """That the touch was made; its first message alone tells the log."""
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
