"""A message: cleared words on their way to one client on one channel."""

from dataclasses import dataclass
from datetime import datetime

from tongxing.domain.draft import Part
from tongxing.domain.grades import Channel, Nature


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a channel adapter shows; cut from a `Cleared` and from nothing else."""

    message_id: str
    touch_id: str
    client_id: str
    playbook: str
    nature: Nature
    channel: Channel
    slot: str
    locale: str
    style: str
    parts: tuple[Part, ...]
    labels: tuple[str, ...]
    sent_at: datetime
    valid_until: datetime
    leaf_index: int
    without_quorum: str = ""
    """Since when the witnesses of the log made no quorum when it was sent; empty: all was well."""
