"""The desk of one person: what to do first, and the clients served."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from weakref import WeakKeyDictionary

from tongxing.domain.clock import BEIJING
from tongxing.domain.person import Person, Role
from tongxing.domain.task import LIVE, Task, TaskState
from tongxing.profile import fold
from tongxing.profile.assemble import profile as assemble
from tongxing.service import desk_paper
from tongxing.service.client_names import client_names, epoch
from tongxing.service.desk_reach import colleagues
from tongxing.service.house import House
from tongxing.service.masking import shown
from tongxing.service.phrases import need_words, sign_words, tier_words
from tongxing.service.ports import Store
from tongxing.service.states import state_of

QUEUE_MAX, ENDED_MAX, CLIENTS_MAX = 100, 10, 200
QUEUE_OF = frozenset((Role.ADVISER, Role.MANAGER))


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """One task as listed."""

    task_id: str
    client_id: str
    client: str
    """The name, as far as the reader may see it."""
    what: str
    title: str
    state: str
    assignee: str
    mine: bool
    duty: bool
    good_bp: int
    due_at: datetime | None
    overdue: bool
    erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLine:
    """One client of the desk as listed."""

    client_id: str
    client: str
    tier: str
    grade: str
    grade_ended: bool
    total_fen: int
    needs: tuple[str, ...]
    sign: str
    """The first sign that is on."""
    last_at: datetime | None
    """Last contact of the house."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """The desk as it opens."""

    now: datetime
    lines: tuple[TaskLine, ...]
    ended: tuple[TaskLine, ...]
    clients: tuple[ClientLine, ...]
    duties: int
    overdue: int
    served: int


def desk_view(house: House, person: Person, *, now: datetime, locale: str = "zh-CN") -> DeskView:
    """What lies before a person: own tasks for an adviser, the whole team's for a manager."""
    near = colleagues(house, person)
    orphans = person.role is Role.MANAGER
    tasks = house.store.tasks.queue(near, orphans=orphans, limit=QUEUE_MAX)
    ended = house.store.tasks.ended(near, limit=ENDED_MAX)
    names = client_names(house, {task.client_id for task in (*tasks, *ended)})
    lines = tuple(line(task, person, names, now) for task in tasks)
    own = _served(house, person, near)
    return DeskView(
        now=now.astimezone(BEIJING),
        lines=lines,
        ended=tuple(line(task, person, names, now) for task in ended),
        clients=client_lines(house, own, now=now, locale=locale),
        duties=sum(one.duty for one in lines),
        overdue=sum(one.overdue for one in lines),
        served=len(own),
    )


def _served(house: House, person: Person, near: frozenset[str]) -> Sequence[str]:
    """The clients one serves, and those of whoever one stands in for today."""
    first = house.store.tasks.clients_of(person.person_id, limit=CLIENTS_MAX)
    others = sorted(near - {person.person_id}) if person.role is Role.ADVISER else ()
    more = (client for name in others for client in house.store.tasks.clients_of(name, limit=CLIENTS_MAX))
    return (*first, *more)[:CLIENTS_MAX]


def line(task: Task, person: Person, names: Mapping[str, str], now: datetime) -> TaskLine:
    """A task as listed."""
    paper = desk_paper.decode(task.paper)
    live = task.state in LIVE
    return TaskLine(
        task_id=task.task_id,
        client_id=task.client_id,
        client=shown("name", names.get(task.client_id, ""), role=person.role) or task.client_id,
        what=paper.what,
        title=paper.title,
        state=task.state.value,
        assignee=task.assignee or "",
        mine=task.assignee == person.person_id and task.state is TaskState.TAKEN,
        duty=task.duty > 0,
        good_bp=task.good_bp,
        due_at=None if task.due_at is None else task.due_at.astimezone(BEIJING),
        overdue=live and task.due_at is not None and task.due_at < now,
        erased=not task.paper,
    )


@dataclass(slots=True)
class _Lines:
    made_for: tuple[str, date, str]
    lines: dict[str, tuple[int, ClientLine]] = field(default_factory=dict)


_remembered: WeakKeyDictionary[Store, dict[str, _Lines]] = WeakKeyDictionary()
_turn = Lock()


def client_lines(
    house: House, client_ids: Sequence[str], *, now: datetime, locale: str
) -> tuple[ClientLine, ...]:
    """Clients as their adviser sees them; a line is made anew when its client's events or the day moved."""
    with _turn:
        names, latest = client_names(house, client_ids), house.store.own.latest(client_ids)
        made_for = (epoch(house.store), now.astimezone(BEIJING).date(), locale)
        by_locale = _remembered.setdefault(house.store, {})
        kept = by_locale.get(locale)
        if kept is None or kept.made_for != made_for:
            kept = by_locale[locale] = _Lines(made_for=made_for)
        found: list[ClientLine] = []
        for client_id in client_ids:
            place = min(latest.get(client_id, 0), house.store.folded_through(client_id))
            entry = kept.lines.get(client_id)
            if entry is None or entry[0] != place:
                made = _client(house, client_id, names[client_id], now, locale)
                if made is None:
                    continue
                entry = kept.lines[client_id] = (place, made)
            found.append(entry[1])
        return tuple(found)


def _client(house: House, client_id: str, name: str, now: datetime, locale: str) -> ClientLine | None:
    """One line; None for a client not folded, or part of another record."""
    blob = house.store.state(client_id)
    if blob is None:
        return None
    state = state_of(house, client_id, blob)
    if state.merged_into:
        return None
    as_of = max(now, fold.known_until(state)) + timedelta(seconds=1)
    found, valued = assemble(state, as_of=as_of, book=house.book), state.valuation()
    standing = found.standing
    ends = standing.assessment_valid_to
    return ClientLine(
        client_id=client_id,
        client=shown("name", name, role=Role.ADVISER) or client_id,
        tier=tier_words(house.book, found.tier),
        grade="" if standing.grade is None else standing.grade.name,
        grade_ended=ends is not None and ends < now.astimezone(BEIJING).date(),
        total_fen=0 if valued is None else valued.value_fen,
        needs=tuple(need_words(house.book, one.name, locale) for one in found.needs[:2]),
        sign=sign_words(house.book, found.signs[0].name, locale) if found.signs else "",
        last_at=datetime.fromtimestamp(standing.touches[-1].at, BEIJING) if standing.touches else None,
    )
