"""What the log tells an adviser of one client: who it is, family, plans, contacts, appointments."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.profile.links import LINK_KINDS
from tongxing.service.house import House
from tongxing.service.remembered import Remembered
from tongxing.service.views import EvidenceView

CONTACT_WORDS: Mapping[str, str] = {
    "touch_sent": "playbook",
    "asked": "text",
    "complaint_made": "text",
    "closing_requested": "reason",
    "closing_withdrawn": "",
    "fraud_reported": "pattern",
    "call_noted": "text",
    "appointment_set": "about",
    "task_opened": "words",
    "task_done": "why",
    "adviser_changed": "why",
    "dismissed": "why",
}
"""Kinds that belong to the history of contacts, and the field of their words."""
QUIET = frozenset({"day_valued", "sign_turned_on", "sign_turned_off"})
ALWAYS_SEALED = frozenset({"complaint_made", "fraud_reported", "asked", "task_opened"})
"""Words of the client: opened for a reason."""
CONTACTS_MAX, TRAIL_MAX, FAMILY_MAX = 60, 30, 20
REMEMBERED_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One contact between house and client."""

    ref: str
    """Names it for a form that opens its words."""
    kind: str
    at: datetime
    by: str
    """Person id, or empty for the house or the client."""
    words: str
    sealed: bool
    """The words are opened for a reason only."""
    outcome: str = ""
    """Of a call, an appointment (way) or a task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A talk agreed on."""

    appointment_id: str
    at: datetime
    until: datetime
    way: str
    by: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A recurring plan that runs."""

    code: str
    amount_fen: int
    every: str


@dataclass(slots=True)
class Story:
    """What was read of one client; personal fields are masked by whoever shows them."""

    identity: dict[str, str] = field(default_factory=dict)
    """Fields of `client_registered` as last told."""
    family: tuple[tuple[str, str], ...] = ()
    """(relation, year of birth or empty)."""
    plans: dict[str, Plan] = field(default_factory=dict)
    contacts: deque[Contact] = field(default_factory=lambda: deque(maxlen=CONTACTS_MAX))
    """Oldest first."""
    appointments: list[Appointment] = field(default_factory=list)
    links: list[tuple[str, str, datetime]] = field(default_factory=list)
    """(merged_away | merged_in | split_out, other client, when)."""
    trail: deque[EvidenceView] = field(default_factory=lambda: deque(maxlen=TRAIL_MAX))
    calls: int = 0


def story(house: House, client_id: str) -> Story:
    """The story up to the last event of the log; nothing of what keys were destroyed for."""
    return _stories.of(house, client_id)


def _tell(found: Story, event: Event) -> None:
    kind, body = event.kind, event.body
    if kind not in QUIET:
        found.trail.append(_evidence(event))
    if kind in CONTACT_WORDS:
        found.contacts.append(_contact(event))
    if kind in ("client_registered", "client_changed"):
        found.identity |= {name: str(value) for name, value in body.items() if value not in (None, "")}
    elif kind == "family_stated":
        members = body.get("members")
        known = members[:FAMILY_MAX] if isinstance(members, list) else []
        found.family = tuple(_member(one) for one in known)
    elif kind == "plan_started":
        found.plans[str(body["code"])] = Plan(
            code=str(body["code"]), amount_fen=int(str(body["amount_fen"])), every=str(body["every"])
        )
    elif kind == "plan_stopped":
        found.plans.pop(str(body["code"]), None)
    elif kind == "appointment_set":
        found.appointments.append(_appointment(event))
    elif kind in LINK_KINDS:
        found.links.append((kind, str(body["other_client_id"]), event.ts.astimezone(BEIJING)))
    elif kind == "call_noted":
        found.calls += 1


def _contact(event: Event) -> Contact:
    body = event.body
    own = body.get("by")
    return Contact(
        ref=f"{event.source}|{event.source_seq}",
        kind=event.kind,
        at=event.ts.astimezone(BEIJING),
        by="" if own in (None, "client") else str(own),
        words=str(body.get(CONTACT_WORDS[event.kind], "")),
        sealed=bool(body.get("sensitive")) or (event.kind in ALWAYS_SEALED and own in (None, "client")),
        outcome=str(body.get("outcome") or body.get("way") or body.get("channel") or body.get("what") or ""),
    )


def _appointment(event: Event) -> Appointment:
    body = event.body
    begins = datetime.fromisoformat(str(body["at"])).astimezone(BEIJING)
    return Appointment(
        appointment_id=str(body["appointment_id"]),
        at=begins,
        until=begins + timedelta(minutes=int(str(body["minutes"]))),
        way=str(body["way"]),
        by=str(body["by"]),
        about=str(body.get("about", "")),
    )


def _member(one: object) -> tuple[str, str]:
    if not isinstance(one, Mapping):
        return "", ""
    return str(one.get("relation", "")), str(one.get("birth") or "")[:4]


def _evidence(event: Event) -> EvidenceView:
    return EvidenceView(
        kind=event.kind, at=event.ts.astimezone(BEIJING), source=event.source, source_seq=event.source_seq
    )


_stories = Remembered(Story, _tell, most=REMEMBERED_MAX)
