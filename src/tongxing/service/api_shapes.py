"""What other systems are told, as values that become JSON: the one place that fixes names and types."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Count = Annotated[int, msgspec.Meta(ge=0)]


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an answer."""


class Ref(Shape, frozen=True, kw_only=True):
    """One event as evidence, without its contents."""

    source: str
    source_seq: str
    kind: str
    ts: datetime


class EventOutcome(Shape, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one event of a batch."""

    index: Count
    """Its place in the batch, from 0."""
    outcome: Literal["accepted", "duplicate", "conflict", "rejected"]
    reason: str = ""
    """One word of a closed list; empty for what was accepted or known already."""
    detail: str = ""
    """For a person; never the personal data itself."""
    pointer: str = ""
    """JSON pointer (RFC 6901) into the body that was sent."""


class EventsTaken(Shape, frozen=True, kw_only=True):
    """What became of a batch; every event is judged alone."""

    accepted: Count
    duplicates: Count
    conflicts: Count
    rejected: Count
    results: list[EventOutcome]


class ClientLine(Shape, frozen=True, kw_only=True):
    """A client in a list."""

    client_id: str
    name: str
    """Masked."""
    href: str


class Clients(Shape, frozen=True, kw_only=True):
    items: list[ClientLine]
    next: str | None
    """Address of the next page; None: that was all. A page may be short though more follow."""


class ClientDetail(Shape, frozen=True, kw_only=True):
    """A client as the house knows them now; masked as the role demands."""

    client_id: str
    name: str
    phone: str
    id_number: str
    birth: str
    age: int | None
    tier: str
    newcomer_day: int | None
    grade: str | None
    """C1L, C1 … C5."""
    assessment_valid_to: date | None
    personalisation: bool
    """False: the client switched it off, and nothing but duties is said."""
    merged_into: str | None
    """The record this one is part of."""
    adviser_id: str | None


class Labelled(Shape, frozen=True, kw_only=True):
    name: str
    confidence_bp: int
    evidence: list[Ref]
    source: str = "house"


class Needed(Shape, frozen=True, kw_only=True):
    name: str
    strength_bp: int
    evidence: list[Ref]


class Preferred(Shape, frozen=True, kw_only=True):
    name: str
    confidence_bp: int
    evidence: list[Ref]


class Signed(Shape, frozen=True, kw_only=True):
    name: str
    detail: dict[str, int | str]
    evidence: list[Ref]


class Risk(Shape, frozen=True, kw_only=True):
    """What the client may carry, and what is carried."""

    grade: str | None
    assessment_valid_to: date | None
    confidence_bp: int
    drawdown_90d_ppm: int | None
    turnover_annual_bp: int | None
    max_sector: str | None
    max_sector_ppm: int | None
    repayment_to_income_bp: int | None
    drift: list[Signed]


class ProfileAnswer(Shape, frozen=True, kw_only=True):
    """Needs, risk and preferences of one client at one instant, each with its evidence."""

    client_id: str
    as_of: datetime
    age: int | None
    tier: str
    newcomer_day: int | None
    labels: list[Labelled]
    needs: list[Needed]
    risk: Risk
    preferences: list[Preferred]
    signs: list[Signed]
    sector_ppm: dict[str, int]
    repayment_to_income_bp: int | None


class RuleReason(Shape, frozen=True, kw_only=True):
    rule: str
    detail: str


class GateAnswer(Shape, frozen=True, kw_only=True):
    """One gate's answer on one playbook."""

    playbook: str
    gate: str
    answer: Literal["pass", "stop"]
    reasons: list[str]


class NextService(Shape, frozen=True, kw_only=True):
    """One service that would be offered, best first; its words go through the corridor alone."""

    playbook: str
    title: str
    nature: str
    channel: str
    slot: str
    net_bp: int
    """Expected lift minus expected harm, in basis points, as the playbook states it."""
    signs: list[str]
    cleared: bool
    """Whether compliance would clear the words now."""
    reasons: list[RuleReason]


class NextAnswer(Shape, frozen=True, kw_only=True):
    """What would be decided at a moment: computed for this answer, written nowhere, sent to nobody."""

    client_id: str
    moment: datetime
    dry: bool
    silent: str
    """Why the house would say nothing at all (`set_aside`, `merged_away`); empty otherwise."""
    services: list[NextService]
    considered: list[GateAnswer]
    book_digest: str
    code_version: str
