"""Events that labels name as evidence and that nothing else keeps: the latest few references of each sort.

What is kept does not depend on the order of arrival: of each sort the entries with the greatest keys.
"""

import zlib
from collections.abc import Callable

from tongxing.domain.book import Book
from tongxing.domain.event import Event
from tongxing.domain.grades import Tolerance
from tongxing.profile.record import Recent, State
from tongxing.profile.words import reader

ASSESSMENTS, BANKED_OUT, COURSES, FRAUD = "assessments", "banked_out", "course_passed", "fraud"
KEPT = 3
ASSESSMENTS_KEPT = 6
"""The law lets a client retest a few times a year: six tell every pair of upward steps within a month."""
COURSES_KEPT = 5


def course_passed(state: State, event: Event, ts: int) -> None:
    """Keep the last time each course was passed: the same course passed again counts once."""
    mark = zlib.crc32(str(event.body["course"]).encode())
    entry = Recent(ts, event.source, event.source_seq, event.kind, mark)
    found = state.recent.get(COURSES, [])
    same = next((one for one in found if one.detail == mark), None)
    if same is not None:
        if same >= entry:
            return
        found.remove(same)
    state.note(COURSES, entry, COURSES_KEPT)


def _assessment(state: State, event: Event, ts: int, _book: Book) -> None:
    grade = Tolerance[str(event.body["grade"])]
    state.note(ASSESSMENTS, _entry(event, ts, int(grade)), ASSESSMENTS_KEPT)


def _cash(state: State, event: Event, ts: int, _book: Book) -> None:
    if event.body["direction"] == "out" and event.body["reason"] == "bank":
        state.note(BANKED_OUT, _entry(event, ts), KEPT)


def _told(state: State, event: Event, ts: int, book: Book) -> None:
    if reader(book.words).solicited(str(event.body["text"])):
        state.note(FRAUD, _entry(event, ts), KEPT)


def _reported(state: State, event: Event, ts: int, _book: Book) -> None:
    state.note(FRAUD, _entry(event, ts), KEPT)


def _entry(event: Event, ts: int, detail: int = 0) -> Recent:
    return Recent(ts, event.source, event.source_seq, event.kind, detail)


HEARD: dict[str, Callable[[State, Event, int, Book], None]] = {
    "asked": _told,
    "assessment_taken": _assessment,
    "cash_moved": _cash,
    "fraud_reported": _reported,
    "posted": _told,
}
"""Kinds of events of which labels keep references, and how."""
