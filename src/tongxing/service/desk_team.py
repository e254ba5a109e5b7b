"""A team and its load: whether people are served in time, and nothing about how much they trade."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.domain.person import Person
from tongxing.service.client_names import client_names
from tongxing.service.console_funnels import Rated, kept
from tongxing.service.desk_queue import QUEUE_MAX, TaskLine, line
from tongxing.service.desk_reach import advisers, colleagues
from tongxing.service.house import House
from tongxing.service.ports_tasks import Load

PER_MILLE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviserLine:
    """One adviser of the team."""

    person_id: str
    name: str
    load: Load
    done_bp: int | None
    """Done among the tasks that ended; None where none did."""
    licence_to: date | None
    licence_valid: bool
    rated: Rated | None = None
    """What clients gave for this adviser's words; None where nobody was asked or counted yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamView:
    """The team as its manager sees it."""

    team: str
    days: int
    """Finished tasks of so many days are counted."""
    advisers: tuple[AdviserLine, ...]
    lines: tuple[TaskLine, ...]
    """Live tasks of the team, and of clients whom nobody serves."""


def team_view(house: House, person: Person, *, now: datetime) -> TeamView:
    """Load and timeliness of each adviser; turnover, commission and sales are not looked at."""
    today = now.astimezone(BEIJING).date()
    days = house.book.rules.number("desk_load_days", today)
    team = advisers(house, person.team)
    loads = house.store.tasks.loads(
        [one.person_id for one in team], now=now, since=now - timedelta(days=days)
    )
    counted = kept(house)
    rated = {} if counted is None else {one.by: one for one in counted.rated}
    tasks = house.store.tasks.queue(colleagues(house, person), orphans=True, limit=QUEUE_MAX)
    names = client_names(house, {task.client_id for task in tasks})
    return TeamView(
        team=person.team or "",
        days=days,
        advisers=tuple(_adviser(one, loads[one.person_id], today, rated.get(one.person_id)) for one in team),
        lines=tuple(line(task, person, names, now) for task in tasks),
    )


def _adviser(person: Person, load: Load, today: date, rated: Rated | None) -> AdviserLine:
    ends = None if person.licence is None else person.licence.valid_to
    return AdviserLine(
        person_id=person.person_id,
        name=person.name,
        load=load,
        done_bp=load.done * 10 * PER_MILLE // load.ended if load.ended else None,
        licence_to=ends,
        licence_valid=ends is not None and ends >= today,
        rated=rated,
    )
