"""Emergency access: who a client is and how to reach them, opened by somebody who does not serve them.

It needs a typed reason, is sealed, stands on the client's record of looks, and waits on the console until
somebody of compliance has looked at it and said what they found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.domain.person import Person
from tongxing.service.client_names import NAMING
from tongxing.service.house import House
from tongxing.service.ports_people import AccessEntry

GLASS, REVIEW = "client.break_glass", "access.review"
FIELDS = ("name", "phone", "birth", "branch")
"""Enough to reach somebody and to know that it is they; no identity number, no money."""
REVIEWED_MAX = 500
"""So many of the latest are looked through."""


class ReviewRefusedError(ValueError):
    """No review is written; the word says why: `words`, `unknown`, `own`, `done`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One emergency access that nobody of compliance has looked at."""

    entry: AccessEntry
    due: datetime
    late: bool


def reason_holds(house: House, reason: str) -> bool:
    """Whether a reason says enough for somebody else to check it."""
    on = house.clock.now().astimezone(BEIJING).date()
    return len("".join(reason.split())) >= house.book.rules.number("break_glass_reason_chars_min", on)


def identity_of(house: House, client_id: str) -> Mapping[str, str]:
    """Who a client is and how to reach them, as last told; empty where nothing is known or all is erased."""
    told: dict[str, str] = {}
    for stored in house.store.own.following((client_id,), NAMING, after=0):
        told |= {name: str(value) for name, value in stored.event.body.items() if value not in (None, "")}
    return {name: told[name] for name in FIELDS if name in told}


def to_review(house: House) -> tuple[Broken, ...]:
    """What nobody has looked at yet, the oldest first."""
    people, now = house.store.people, house.clock.now()
    done = {entry.about_leaf for entry in people.entries(acts=(REVIEW,), limit=REVIEWED_MAX)}
    hours = house.book.rules.number("break_glass_review_hours", now.astimezone(BEIJING).date())
    found = [
        entry
        for entry in people.entries(acts=(GLASS,), limit=REVIEWED_MAX)
        if entry.allowed and entry.leaf_index is not None and entry.leaf_index not in done
    ]
    return tuple(_broken(entry, hours, now) for entry in reversed(found))


def review(house: House, person: Person, leaf_index: int, words: str) -> None:
    """Write down what compliance found; sealed like the access itself. Raises `ReviewRefusedError`."""
    found = " ".join(words.split())
    entry = house.store.people.entry_at(leaf_index)
    if entry is None or entry.act != GLASS:
        raise ReviewRefusedError("unknown")
    if entry.person_id == person.person_id:
        raise ReviewRefusedError("own")
    if not reason_holds(house, found):
        raise ReviewRefusedError("words")
    if all(one.entry.leaf_index != leaf_index for one in to_review(house)):
        raise ReviewRefusedError("done")
    house.store.people.note(
        AccessEntry(
            at=house.clock.now(),
            person_id=person.person_id,
            role=person.role.value,
            act=REVIEW,
            client_id=entry.client_id,
            purpose="compliance",
            reason=found,
            allowed=True,
            policies="compliance_vault",
            about_leaf=leaf_index,
        )
    )


def _broken(entry: AccessEntry, hours: int, now: datetime) -> Broken:
    due = entry.at + timedelta(hours=hours)
    return Broken(entry=entry, due=due, late=now > due)
