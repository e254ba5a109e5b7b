"""How decision records, clearances and messages are written into the store, and read back."""

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from tongxing.domain.draft import Cleared, Draft, Reason
from tongxing.domain.event import EventRef
from tongxing.domain.grades import Channel
from tongxing.domain.message import Message
from tongxing.domain.profile import Profile, Sign
from tongxing.domain.touch import Considered, Decision, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVerdict:
    """What compliance said of one draft, or why no draft could be worded."""

    playbook: str
    touch_id: str
    cleared: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCopy:
    """A touch in the words of one device, and what compliance said of them."""

    channel: Channel
    draft: Draft | None
    """None: there were no words."""
    verdict: StoredVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """One trigger from its cause to the verdicts: what staff see and what a replay compares."""

    decision: Decision
    signs: tuple[Sign, ...]
    drafts: tuple[Draft, ...]
    verdicts: tuple[StoredVerdict, ...]
    cause_event: EventRef | None
    leaf_index: int
    inputs: Profile | None = None
    """All that was known of the client, without the features and signs that stand beside it; None in records
    of an earlier version, which cannot be decided again."""
    without_quorum: str = ""
    """Since when the witnesses of the log made no quorum; empty: all was well."""
    copies: tuple[StoredCopy, ...] = ()
    """The same touches on the client's devices."""

    @property
    def profile(self) -> Profile | None:
        """The profile that was decided on, whole."""
        if self.inputs is None:
            return None
        return replace(self.inputs, features=self.decision.features, signs=self.signs)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCleared:
    """A clearance at rest: plain data that only `compliance.reopen` can turn into a `Cleared` again."""

    draft: Draft
    valid_until: datetime
    consent_version: int
    grade_version: int
    distress_version: int
    slot: str
    group: str
    """The group of the decision's leaf that holds these words."""
    cause: str = ""
    """What led to them, as the decision names it; empty where an older version cleared them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GistTouch:
    """Of a touch only what it is about."""

    playbook: str
    touch_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GistDecision:
    """Of a decision only what a list shows."""

    trigger: Trigger
    considered: tuple[Considered, ...]
    touches: tuple[GistTouch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionGist:
    """A decision record without its inputs and words: lists open many at once."""

    decision: GistDecision
    verdicts: tuple[StoredVerdict, ...]


_encoder = msgspec.msgpack.Encoder()
_decision = msgspec.msgpack.Decoder(DecisionRecord)
_gist = msgspec.msgpack.Decoder(DecisionGist)
_cleared = msgspec.msgpack.Decoder(StoredCleared)
_message = msgspec.msgpack.Decoder(Message)


def encode_decision(record: DecisionRecord) -> bytes:
    """A decision record as bytes."""
    return _encoder.encode(record)


def decode_decision(payload: bytes) -> DecisionRecord:
    """The decision record of `encode_decision`."""
    return _decision.decode(payload)


def decode_gist(payload: bytes) -> DecisionGist:
    """What a list shows of the record of `encode_decision`."""
    return _gist.decode(payload)


def encode_cleared(cleared: Cleared, *, slot: str, group: str, cause: str = "") -> bytes:
    """A clearance for the outbox."""
    return _encoder.encode(
        StoredCleared(
            draft=cleared.draft,
            valid_until=cleared.valid_until,
            consent_version=cleared.consent_version,
            grade_version=cleared.grade_version,
            distress_version=cleared.distress_version,
            slot=slot,
            group=group,
            cause=cause,
        )
    )


def decode_cleared(payload: bytes) -> StoredCleared:
    """The clearance of `encode_cleared`, not yet a permission."""
    return _cleared.decode(payload)


def encode_message(message: Message) -> bytes:
    """A message as bytes."""
    return _encoder.encode(message)


def decode_message(payload: bytes) -> Message:
    """The message of `encode_message`."""
    return _message.decode(payload)
