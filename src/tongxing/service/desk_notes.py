"""Notes after calls, and appointments: events of the log that stay with the client."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.person import Person
from tongxing.service.desk_log import DeskRefusedError, clean, entry, moment
from tongxing.service.desk_making import task_id_of
from tongxing.service.desk_story import Appointment
from tongxing.service.house import House

OUTCOMES = ("reached", "not_reached", "call_back", "no_more_calls")
WAYS = ("phone", "branch", "video")
MINUTES_MIN, MINUTES_MAX = 5, 480
NO_CALLS = "no_more_calls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What was written down after a call."""

    outcome: str
    text: str
    sensitive: bool
    task_id: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A talk agreed on with a client."""

    at: datetime
    """Zoned."""
    minutes: int
    way: str
    about: str
    task_id: str
    token: str


def note_call(house: House, person: Person, client_id: str, note: Note, *, now: datetime) -> Event:
    """Keep a note; the same form twice is one. A client who wants no more calls gets none.

    Raises `UnknownClientError`, `DeskRefusedError` (`choice`, `empty`, `too_long`, `merged`).
    """
    if note.outcome not in OUTCOMES:
        raise DeskRefusedError("choice")
    at = moment(house, client_id, now)
    text = clean(house, note.text, at, empty=note.outcome != "reached")
    note_id = task_id_of("note", client_id, person.person_id, note.token)
    body: dict[str, object] = {"note_id": note_id, "by": person.person_id, "outcome": note.outcome}
    body |= {"text": text, "sensitive": note.sensitive, "task_id": note.task_id}
    written = entry(client_id, "call_noted", note_id, body, at)
    with house.store.batch() as batch:
        if batch.append((written,)).accepted and note.outcome == NO_CALLS:
            closed = {"channel": "adviser", "allowed": False}
            batch.append((entry(client_id, "contact_set", note_id, closed, at),))
    return written


def set_appointment(
    house: House, person: Person, client_id: str, meeting: Meeting, *, now: datetime
) -> Event:
    """Keep an appointment; the worker reminds the adviser before it. The same form twice is one.

    Raises `UnknownClientError`, `DeskRefusedError` (`choice`, `past`, `far`, `too_long`, `merged`).
    """
    if meeting.way not in WAYS or not MINUTES_MIN <= meeting.minutes <= MINUTES_MAX:
        raise DeskRefusedError("choice")
    at = moment(house, client_id, now)
    if meeting.at <= at:
        raise DeskRefusedError("past")
    if meeting.at > at + timedelta(days=house.book.rules.number("desk_appointment_days_max", at.date())):
        raise DeskRefusedError("far")
    name = task_id_of("appointment", client_id, person.person_id, meeting.token)
    body: dict[str, object] = {
        "appointment_id": name,
        "by": person.person_id,
        "at": meeting.at.astimezone(BEIJING).isoformat(),
        "minutes": meeting.minutes,
        "way": meeting.way,
        "about": clean(house, meeting.about, at, empty=True),
        "task_id": meeting.task_id,
    }
    agreed = entry(client_id, "appointment_set", name, body, at)
    house.store.append((agreed,))
    return agreed


def calendar_file(client_id: str, agreed: Appointment) -> str:
    """The appointment as an iCalendar file (RFC 5545), without the client's name or the subject."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tongxing//Desk//ZH",
        "BEGIN:VEVENT",
        f"UID:{agreed.appointment_id}@tongxing",
        f"DTSTAMP:{_utc(agreed.at)}",
        f"DTSTART:{_utc(agreed.at)}",
        f"DTEND:{_utc(agreed.until)}",
        f"SUMMARY:{client_id} {agreed.way}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return "\r\n".join(lines)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
