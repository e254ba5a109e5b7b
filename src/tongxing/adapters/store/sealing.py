"""What a store seals besides event bodies: the house's own records of a client, under one key each.

All of them are what was said, shown or decided: retention class `conduct`, source `house`. The sealed
part holds also the names that would tell what a client did (trigger, playbook, slot).
"""

from datetime import datetime
from typing import NamedTuple

import msgspec

from tongxing.adapters.store.instants import instant, micros
from tongxing.adapters.vault.envelope import EnvelopeVault
from tongxing.domain.event import Retention
from tongxing.domain.grades import DEVICE_CHANNELS
from tongxing.domain.touch import Decision
from tongxing.service.ports import DecisionRow, ErasedError, MessageRow

HOUSE_CLASS = Retention.CONDUCT
HOUSE_SOURCE = "house"


class DecisionTuple(NamedTuple):
    """A decision as its table keeps it."""

    decision_id: str
    client_id: str
    at_us: int
    chosen: int
    refused: int
    leaf_index: int
    sealed: bytes


class MessageTuple(NamedTuple):
    """A message as its table keeps it."""

    message_id: str
    touch_id: str
    client_id: str
    sent_at_us: int
    valid_until_us: int
    leaf_index: int
    receipt_index: int
    dismissed: int
    sealed: bytes


_encode = msgspec.msgpack.Encoder().encode
_decision = msgspec.msgpack.Decoder(tuple[str, str, bytes])
_message = msgspec.msgpack.Decoder(tuple[str, str, str, bytes])


def seal(vault: EnvelopeVault, client_id: str, plain: bytes, *row: str | int) -> bytes:
    """Seal a record of the house for a client; `row` names the table and the row."""
    return vault.seal(client_id, HOUSE_CLASS, HOUSE_SOURCE, plain, _bound_to(client_id, row))


def unseal(vault: EnvelopeVault, client_id: str, sealed: bytes, *row: str | int) -> bytes:
    """The record again; raises `ErasedError` when the key is gone."""
    return vault.open(client_id, HOUSE_CLASS, HOUSE_SOURCE, sealed, _bound_to(client_id, row))


def seal_record_key(
    vault: EnvelopeVault, client_id: str, record_key: bytes, index: int, retention: Retention, source: str
) -> bytes:
    """Seal what opens a leaf, under the key of the class of the record: erased with it, kept with it."""
    return vault.seal(client_id, retention, source, record_key, _bound_to(client_id, ("record_key", index)))


def unseal_record_key(
    vault: EnvelopeVault, client_id: str, sealed: bytes, index: int, retention: Retention, source: str
) -> bytes:
    """The record key again; raises `ErasedError` when the key of its class is gone."""
    return vault.open(client_id, retention, source, sealed, _bound_to(client_id, ("record_key", index)))


def seal_decision(vault: EnvelopeVault, decision: Decision, payload: bytes) -> bytes:
    """A decision record with its trigger and cause."""
    plain = _encode((decision.trigger.name, decision.trigger.cause, payload))
    return seal(vault, decision.client_id, plain, "decision", decision.decision_id)


def decision_row(
    vault: EnvelopeVault, decision: Decision, payload: bytes, *, sealed_at: datetime
) -> dict[str, object]:
    """A decision as its table keeps it, without its counts and its leaf."""
    return {
        "decision_id": decision.decision_id,
        "client_id": decision.client_id,
        "at_us": micros(decision.trigger.at),
        "payload": seal_decision(vault, decision, payload),
        "sealed_us": micros(sealed_at),
    }


def unseal_decision(vault: EnvelopeVault, row: DecisionTuple, *, erased: bool = False) -> DecisionRow:
    """A decision as listed for staff; with `erased`, what is left without its key: that it was made."""
    trigger, cause, record = "", "", b""
    if not erased:
        plain = unseal(vault, row.client_id, row.sealed, "decision", row.decision_id)
        trigger, cause, record = _decision.decode(plain)
    return DecisionRow(
        decision_id=row.decision_id,
        client_id=row.client_id,
        trigger=trigger,
        cause=cause,
        at=instant(row.at_us),
        chosen=row.chosen,
        refused=row.refused,
        leaf_index=row.leaf_index,
        payload=record,
    )


def seal_message(vault: EnvelopeVault, row: MessageRow) -> dict[str, object]:
    """A message as its table keeps it."""
    plain = _encode((row.playbook, row.channel, row.slot, row.payload))
    return {
        "message_id": row.message_id,
        "touch_id": row.touch_id,
        "client_id": row.client_id,
        "sent_at_us": micros(row.sent_at),
        "valid_until_us": micros(row.valid_until),
        "leaf_index": row.leaf_index,
        "receipt_index": row.receipt_index,
        "dismissed": int(row.dismissed),
        "payload": seal(vault, row.client_id, plain, "message", row.message_id),
        "device": int(row.channel in DEVICE_CHANNELS),
    }


def unseal_message(vault: EnvelopeVault, row: MessageTuple) -> MessageRow:
    """A message from its row; raises `ErasedError` when its key is gone."""
    plain = unseal(vault, row.client_id, row.sealed, "message", row.message_id)
    playbook, channel, slot, stored = _message.decode(plain)
    return MessageRow(
        message_id=row.message_id,
        touch_id=row.touch_id,
        client_id=row.client_id,
        playbook=playbook,
        channel=channel,
        slot=slot,
        sent_at=instant(row.sent_at_us),
        valid_until=instant(row.valid_until_us),
        leaf_index=row.leaf_index,
        receipt_index=row.receipt_index,
        dismissed=bool(row.dismissed),
        payload=stored,
    )


def listed_decision(vault: EnvelopeVault, row: DecisionTuple) -> DecisionRow:
    """A decision for a list: one whose key is gone is listed as made, and nothing more."""
    try:
        return unseal_decision(vault, row)
    except ErasedError:
        return unseal_decision(vault, row, erased=True)


def shown_message(vault: EnvelopeVault, row: MessageTuple) -> MessageRow | None:
    """A message for its client; None when its key is gone."""
    try:
        return unseal_message(vault, row)
    except ErasedError:
        return None


def _bound_to(client_id: str, row: tuple[str | int, ...]) -> bytes:
    return "\x1f".join((client_id, *map(str, row))).encode()
