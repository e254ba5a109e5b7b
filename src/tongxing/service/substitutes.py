"""Who stands in for an absent adviser: arranged by the team's manager for some days, over by itself."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.domain.person import Person, Role
from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.desk_reach import all_advisers, people_names, person_of
from tongxing.service.house import House
from tongxing.service.ports_people import Substitute

DAYS_MAX = "desk_substitute_days_max"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstituteLine:
    """One absence as the desk shows it."""

    number: int
    absent: str
    substitute: str
    first: date
    last: date
    begun: bool
    """Whether it holds today; else it begins later."""


def arrange_substitute(
    house: House, by: Person, absent_id: str, substitute_id: str, *, first: date, last: date, now: datetime
) -> bool:
    """Let an adviser serve an absent one's clients from a day to a day; False where it was so already.

    A manager arranges it within the own team, the house itself (an administrator at the machine) anywhere.

    Raises:
        DeskRefusedError: `manager_only`, `no_such_adviser`, `substitute_self`, `substitute_licence`,
            `substitute_days` (before today, the end before the beginning, or too many).
    """
    today = now.astimezone(BEIJING).date()
    absent, other = person_of(house, absent_id), person_of(house, substitute_id)
    if absent is None or other is None or not (_arranges(by, absent) and _arranges(by, other)):
        raise DeskRefusedError("no_such_adviser" if by.role is not Role.ADVISER else "manager_only")
    if absent_id == substitute_id:
        raise DeskRefusedError("substitute_self")
    if other.licence is None or other.licence.valid_to < today:
        raise DeskRefusedError("substitute_licence")
    most = house.book.rules.number(DAYS_MAX, today)
    if not today <= first <= last or last - first >= timedelta(days=most):
        raise DeskRefusedError("substitute_days", who=str(most))
    made = Substitute(
        absent_id=absent_id,
        substitute_id=substitute_id,
        first=first,
        last=last,
        by=by.person_id,
        made_at=now,
    )
    return house.store.people.substitutes.add(made)


def end_substitute(house: House, by: Person, number: int, *, now: datetime) -> None:
    """End it at once. Raises `DeskRefusedError` (`ended`) where it is over, or is another team's."""
    today = now.astimezone(BEIJING).date()
    known = {one.number: one.absent_id for one in house.store.people.substitutes.open(today)}
    absent = {one.person_id: one for one in all_advisers(house)}.get(known.get(number, ""))
    mine = by.role is Role.ADMINISTRATOR or (absent is not None and _arranges(by, absent))
    if not mine or not house.store.people.substitutes.end(number, now):
        raise DeskRefusedError("ended")


def substitutes_of(house: House, person: Person, *, now: datetime) -> tuple[SubstituteLine, ...]:
    """What a manager's team has arranged for, or what concerns an adviser, today and later."""
    today = now.astimezone(BEIJING).date()
    names, teams = people_names(house), {one.person_id: one.team for one in all_advisers(house)}
    leads = person.role is Role.MANAGER
    return tuple(
        SubstituteLine(
            number=one.number,
            absent=names.get(one.absent_id, one.absent_id),
            substitute=names.get(one.substitute_id, one.substitute_id),
            first=one.first,
            last=one.last,
            begun=one.first <= today,
        )
        for one in house.store.people.substitutes.open(today)
        if (
            teams.get(one.absent_id) == person.team
            if leads
            else person.person_id in (one.absent_id, one.substitute_id)
        )
    )


def _arranges(by: Person, adviser: Person) -> bool:
    """Whether somebody may arrange who stands in for this adviser."""
    if by.role is Role.ADMINISTRATOR:
        return True
    return by.role is Role.MANAGER and by.team is not None and by.team == adviser.team
