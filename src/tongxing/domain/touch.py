"""A touch: one intended contact; and the record of everything that was considered for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tongxing.domain.grades import Channel, Nature
from tongxing.domain.profile import Sign


class Gate(StrEnum):
    """The gates a playbook passes, in this order."""

    SWITCH = "switch"
    """Asked first, and on record only where it stops: somebody switched the playbook off."""
    CONSENT = "consent"
    ELIGIBILITY = "eligibility"
    APPLICABILITY = "applicability"
    SUITABILITY = "suitability"
    CONTACT = "contact"
    ARBITRATION = "arbitration"


class Answer(StrEnum):
    """What a gate said."""

    PASS = "pass"  # noqa: S105 - an answer, not a secret
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """One gate's answer about one playbook."""

    playbook: str
    gate: Gate
    answer: Answer
    reasons: tuple[str, ...] = ()
    """Each `name: words`, e.g. `consent: personalised_service not given`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What made the house think of a client: a sign that turned on, or a step of a journey that fell due."""

    name: str
    """`sign:pension_searched` or `journey:newcomer:3`."""
    cause: str
    """Key of the event or timer behind it."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One contact the house wants to make."""

    touch_id: str
    client_id: str
    playbook: str
    nature: Nature
    channel: Channel
    slot: str
    trigger: Trigger
    signs: tuple[Sign, ...]
    """The signs that made the playbook applicable: the reasons shown to the client."""
    net_bp: int
    """Expected lift minus expected harm, as the playbook states it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Everything considered for one trigger, kept whole so it can be replayed."""

    decision_id: str
    client_id: str
    trigger: Trigger
    considered: tuple[Considered, ...]
    touches: tuple[Touch, ...]
    """In the order in which they are to be sent; empty when doing nothing won."""
    features: Mapping[str, int | None]
    book_digest: str
    code_version: str
