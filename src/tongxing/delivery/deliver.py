"""Cut a message from cleared words: addressed, labelled, dated, and not one word changed."""

from datetime import datetime
from hashlib import blake2b

from tongxing.domain.draft import Cleared
from tongxing.domain.message import Message

ID_BYTES = 8


class UndeliverableError(ValueError):
    """A clearance that no longer permits these words, or permits them to somebody else."""


def message(cleared: Cleared, *, slot: str, client_id: str, leaf_index: int, sent_at: datetime) -> Message:
    """What a channel shows to one client; a second call with the same clearance makes the same message.

    Raises `UndeliverableError` when the clearance has run out (`valid_until` is the first instant at
    which the words may not be said), when the words were judged for another client, and when they
    would be sent before they were judged.
    """
    draft = cleared.draft
    if sent_at >= cleared.valid_until:
        raise UndeliverableError(f"clearance of {draft.touch_id} ended {cleared.valid_until.isoformat()}")
    if sent_at < draft.at:
        raise UndeliverableError(f"{draft.touch_id} was judged at {draft.at.isoformat()}, after sending")
    if client_id != draft.standing.client_id:
        raise UndeliverableError(f"{draft.touch_id} was judged for another client")
    return Message(
        message_id=message_id(draft.touch_id, draft.channel.value, draft.locale),
        touch_id=draft.touch_id,
        client_id=client_id,
        playbook=draft.playbook,
        nature=draft.nature,
        channel=draft.channel,
        slot=slot,
        locale=draft.locale,
        style=draft.style,
        parts=draft.parts,
        labels=draft.labels,
        sent_at=sent_at,
        valid_until=cleared.valid_until,
        leaf_index=leaf_index,
        without_quorum=draft.without_quorum,
    )


def message_id(touch_id: str, channel: str, locale: str) -> str:
    """The name of the one message a touch can have on a channel in a language."""
    return blake2b(f"{touch_id}|{channel}|{locale}".encode(), digest_size=ID_BYTES).hexdigest()
