"""What a task is about: sealed beside its row, read by the adviser of the client."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

TRIES_KEPT_MAX = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """Words an adviser wanted to send, and what compliance said of them."""

    touch_id: str
    decision_id: str
    at: datetime
    by: str
    nature: str
    text: str
    product: str
    cleared: bool
    reasons: tuple[tuple[str, str], ...]
    """(rule, detail) of a refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a task ended."""

    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """A wish that another adviser serves the client."""

    from_adviser: str
    """Empty: nobody served the client."""
    to_adviser: str
    asked_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Everything of a task that is personal."""

    what: str
    """A playbook, or a name of `desk_duties`: complaint, closing, callback, …"""
    title: str
    body: str
    """What the adviser is asked to do."""
    why: str
    words: str = ""
    """The client's own words, or the reason of who opened it."""
    by: str = ""
    """Who opened it: a person id, `client`, or empty for the house."""
    playbook: str = ""
    touch_id: str = ""
    leaf_index: int | None = None
    """The decision behind it."""
    tries: tuple[Try, ...] = ()
    """The latest, oldest first."""
    end: End | None = None
    handover: HandOver | None = None
    summary: tuple[str, ...] = ()
    """What the assistant understood before it handed over, a line each."""


ERASED = Paper(what="erased", title="", body="", why="")
"""What stands where the key of the client's records was destroyed."""
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Paper)


def encode(paper: Paper) -> bytes:
    """A paper as bytes."""
    return _encoder.encode(paper)


def decode(stored: bytes) -> Paper:
    """The paper of `encode`; `ERASED` where nothing is left of it."""
    return _decoder.decode(stored) if stored else ERASED
