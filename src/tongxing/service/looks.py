"""Looks: timers for the days on which time alone can turn a sign, so that nobody waits for an event.

A client who holds nothing and never logs in has no daily valuation; what is owed is owed all the same. For
each client and sign at most one timer is set. When it is due the sign is judged as after an event, and the
next day is set.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.profile import Sign
from tongxing.profile.record import State
from tongxing.profile.sign_rule import SignRule
from tongxing.profile.signs import SIGNS
from tongxing.profile.view import View, view
from tongxing.service.ports import Batch, TimerRow

LOOK = "look"
MORNING = time(9, 0, tzinfo=BEIJING)
"""Looks fall due at nine in the morning, when a card may be sent."""
REWRITING_KINDS = frozenset({"merged_away", "merged_in", "split_out", "erasure_requested"})
"""After these the client's whole past may be another one."""
MOVING_KINDS = REWRITING_KINDS.union(*(rule.dated_by for rule in SIGNS.values()))
"""Kinds of events that can move the day of a look."""

Days = Mapping[str, date | None]
"""Sign -> the next day to look at it; None: there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A sign as it is on the day of a look, and the day of the next one."""

    sign: Sign | None
    next_day: date | None


def is_look(timer: TimerRow) -> bool:
    """Whether a timer asks for a look at a sign."""
    return timer.name.startswith(f"{LOOK}:")


def sign_of(timer: TimerRow) -> str:
    """The sign a timer asks to look at."""
    return timer.name.split(":")[1]


def days_of(state: State, kind: str, *, as_of: datetime, book: Book) -> Days:
    """For the signs whose day an event of this kind can move: that day, as things stand at an instant."""
    client = view(state, seconds(as_of), book)
    return {rule.name: _next(rule, client) for rule in SIGNS.values() if _moves(rule, kind)}


def seen(state: State, name: str, *, as_of: datetime, book: Book) -> Seen | None:
    """What a due look finds; None for a sign that is known no more."""
    rule = SIGNS.get(name)
    if rule is None:
        return None
    client = view(state, seconds(as_of), book)
    return Seen(sign=rule.find(client), next_day=_next(rule, client))


def lapse_of(state: State, name: str, *, as_of: datetime, book: Book) -> date | None:
    """For a sign that just turned on and that no event dates: the day on which it may be over."""
    rule = SIGNS[name]
    if rule.next_look is None or rule.dated_by:
        return None
    return rule.next_look(view(state, seconds(as_of), book))


def reset(batch: Batch, client_id: str, *, before: Days, after: Days, cause: str) -> None:
    """Cancel the looks whose day is no longer right and set those that moved."""
    for name, day in after.items():
        if day == before.get(name):
            continue
        if before.get(name) is not None:
            batch.cancel_timers(client_id, f"{LOOK}:{name}:")
        set_look(batch, client_id, name, day, cause=cause)


def set_look(batch: Batch, client_id: str, name: str, day: date | None, *, cause: str) -> None:
    """Set the look at a sign on a day; the same cause a second time changes nothing."""
    if day is not None:
        batch.set_timer(
            idem=f"{client_id}|{LOOK}|{name}|{day}|{cause}",
            client_id=client_id,
            name=f"{LOOK}:{name}:{day}",
            due=datetime.combine(day, MORNING),
        )


def _moves(rule: SignRule, kind: str) -> bool:
    return rule.next_look is not None and bool(rule.dated_by) and kind in rule.dated_by | REWRITING_KINDS


def _next(rule: SignRule, client: View) -> date | None:
    return None if rule.next_look is None else rule.next_look(client)
