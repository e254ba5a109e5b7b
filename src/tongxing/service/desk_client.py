"""One page on one client for the adviser who serves them: what is known, may be done, was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tongxing.domain.clock import BEIJING
from tongxing.domain.person import Person
from tongxing.domain.profile import ConsentGrant
from tongxing.domain.task import LIVE
from tongxing.service.client_acts import UnknownClientError
from tongxing.service.client_view import view_of
from tongxing.service.desk_queue import TaskLine, line
from tongxing.service.desk_story import Appointment, Contact, Plan, Story, story
from tongxing.service.desk_words import known_now
from tongxing.service.house import House
from tongxing.service.phrases import title
from tongxing.service.ports import MessageRow
from tongxing.service.stored import decode_message
from tongxing.service.views import ClientView, EvidenceView

TASKS_MAX, MESSAGES_MAX = 30, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidView:
    """A message that still stands on the client's page."""

    touch_id: str
    title: str
    text: str
    at: datetime
    leaf_index: int
    receipt_index: int
    by_person: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskClientView:
    """Everything the page shows; fields of `identity` are masked by whoever draws it."""

    client_id: str
    view: ClientView
    identity: Mapping[str, str]
    adviser: str
    """Person id, or empty."""
    distressed: bool
    crisis: bool
    closing: bool
    professional: bool
    accepted_kinds: tuple[str, ...]
    accepted_terms: tuple[str, ...]
    consents: tuple[ConsentGrant, ...]
    contact: Mapping[str, bool]
    goal: str
    grade_ends: date | None
    turnover_bp: int | None
    repayment_bp: int | None
    family: tuple[tuple[str, str], ...]
    plans: tuple[Plan, ...]
    contacts: tuple[Contact, ...]
    """Newest first."""
    appointments: tuple[Appointment, ...]
    """Those to come, the next first."""
    links: tuple[tuple[str, str, datetime], ...]
    trail: tuple[EvidenceView, ...]
    tasks: tuple[TaskLine, ...]
    said: tuple[SaidView, ...]


def desk_client(
    house: House, person: Person, client_id: str, *, now: datetime, locale: str = "zh-CN"
) -> DeskClientView | None:
    """The page's values; None for a client the store knows nothing of.

    Raises `DeskRefusedError` (`merged`) for a record that is part of another one.
    """
    try:
        known = known_now(house, client_id, now)
    except UnknownClientError:
        return None
    profile, at = known.profile, known.at
    view = view_of(house, known.state, profile, now=now, locale=locale)
    standing, told = profile.standing, story(house, client_id)
    tasks = house.store.tasks.of_client(client_id, limit=TASKS_MAX)
    return DeskClientView(
        client_id=client_id,
        view=view,
        identity=told.identity,
        adviser=house.store.tasks.adviser_of(client_id) or "",
        distressed=standing.distressed_24h,
        crisis=standing.crisis_24h,
        closing=standing.closing,
        professional=standing.professional,
        accepted_kinds=standing.accepted_kinds,
        accepted_terms=standing.accepted_terms,
        consents=standing.consents,
        contact=standing.contact,
        goal=standing.goal or "",
        grade_ends=standing.assessment_valid_to,
        turnover_bp=profile.risk.turnover_annual_bp,
        repayment_bp=profile.risk.repayment_to_income_bp,
        family=told.family,
        plans=tuple(told.plans.values()),
        contacts=tuple(reversed(told.contacts)),
        appointments=_to_come(told, at),
        links=tuple(told.links),
        trail=tuple(reversed(told.trail)),
        tasks=tuple(line(task, person, {client_id: view.name}, now) for task in tasks),
        said=tuple(_said(house, row) for row in house.store.messages(client_id, now=now, limit=MESSAGES_MAX)),
    )


def live_tasks(view: DeskClientView) -> tuple[TaskLine, ...]:
    """The tasks that are still to be done."""
    return tuple(one for one in view.tasks if one.state in LIVE)


def appointment_of(house: House, client_id: str, appointment_id: str) -> Appointment | None:
    """One appointment of a client."""
    found = story(house, client_id).appointments
    return next((one for one in found if one.appointment_id == appointment_id), None)


def _to_come(told: Story, at: datetime) -> tuple[Appointment, ...]:
    return tuple(sorted((one for one in told.appointments if one.until > at), key=lambda one: one.at))


def _said(house: House, row: MessageRow) -> SaidView:
    message = decode_message(row.payload)
    words = [part.text for part in message.parts if part.role == "body"]
    headed = next((part.text for part in message.parts if part.role == "title"), "")
    return SaidView(
        touch_id=row.touch_id,
        title=headed or title(house.book, row.playbook),
        text="\n".join(words),
        at=row.sent_at.astimezone(BEIJING),
        leaf_index=row.leaf_index,
        receipt_index=row.receipt_index,
        by_person=not row.playbook,
    )
