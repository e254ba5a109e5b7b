"""Tasks and assignments: portable rows; a task's paper is sealed for its client."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    CursorResult,
    Select,
    UpdateBase,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from tongxing.adapters.store import sealing
from tongxing.adapters.store import tables as house_tables
from tongxing.adapters.store import tables_people as p
from tongxing.adapters.store.instants import instant, micros
from tongxing.adapters.store.reading import once_a_look
from tongxing.adapters.vault.envelope import EnvelopeVault
from tongxing.domain.draft import Licence
from tongxing.domain.person import Person, Role
from tongxing.domain.task import ENDED, LIVE, Task, TaskState
from tongxing.service.ports import ErasedError
from tongxing.service.ports_tasks import Load

TABLE = "task"
t, a = p.task, p.assignment
_COLUMNS = tuple(column for column in t.c if column.name != "row")
_LIVE = t.c.state.in_([state.value for state in LIVE])
_FIRST = (t.c.duty.desc(), t.c.good_bp.desc(), t.c.due_us.is_(None), t.c.due_us, t.c.row)
"""Duty, then expected good, then what is due first."""
_add = insert(t).on_conflict_do_nothing().returning(t.c.task_id)
_assign = insert(a)
_ASSIGN = _assign.on_conflict_do_update(
    index_elements=["client_id"],
    set_={"adviser_id": _assign.excluded.adviser_id, "since_us": _assign.excluded.since_us},
)
_mine = select(*_COLUMNS).where(t.c.client_id == bindparam("of_client"))
_LIVE_OF = _mine.where(_LIVE).order_by(*_FIRST).limit(bindparam("at_most"))
_ENDED_OF = _mine.where(~_LIVE).order_by(t.c.row.desc()).limit(bindparam("at_most"))
_ADVISER = select(a.c.adviser_id).where(a.c.client_id == bindparam("of_client"))
_STAFF = (
    select(p.person.c.person_id, p.person.c.name, p.person.c.role, p.person.c.team, p.person.c.licence)
    .where(p.person.c.role.in_((Role.ADVISER.value, Role.MANAGER.value)), p.person.c.active == 1)
    .order_by(p.person.c.person_id)
)
Vault = Callable[[Connection], EnvelopeVault]


class TaskRows:
    """The `Tasks` port."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]], vault: Vault) -> None:
        self._reading, self._vault = reading, vault

    def task(self, task_id: str) -> Task | None:
        """One task; None for an unknown id."""
        return next(iter(self._read(select(*_COLUMNS).where(t.c.task_id == task_id))), None)

    def of_client(self, client_id: str, *, limit: int = 50) -> Sequence[Task]:
        """Live ones first in the order of the queue, then the latest that ended."""
        wanted = {"of_client": client_id, "at_most": limit}
        live, ended = self._read(_LIVE_OF, wanted), self._read(_ENDED_OF, wanted)
        return (*live, *ended)[:limit]

    def queue(self, advisers: Collection[str], *, orphans: bool = False, limit: int = 100) -> Sequence[Task]:
        """Live tasks meant for these advisers, or of their clients and taken by nobody; else of nobody's."""
        query = select(*_COLUMNS).select_from(t.outerjoin(a, a.c.client_id == t.c.client_id))
        mine = _holder().in_(sorted(advisers))
        query = query.where(_LIVE, or_(mine, _holder().is_(None)) if orphans else mine)
        return self._read(query.order_by(*_FIRST).limit(limit))

    def ended(self, advisers: Collection[str], *, limit: int = 20) -> Sequence[Task]:
        """What these advisers finished, the latest first."""
        query = select(*_COLUMNS).where(~_LIVE, t.c.assignee.in_(sorted(advisers)))
        return self._read(query.order_by(t.c.row.desc()).limit(limit))

    def staff(self) -> Sequence[Person]:
        """The active advisers and managers of the house, by their ids."""
        with self._reading() as connection:
            return once_a_look(connection, ("staff",), lambda: _staff(connection))

    def adviser_of(self, client_id: str) -> str | None:
        """Who serves a client; None: nobody in particular."""
        with self._reading() as connection:
            found = ("adviser", client_id)
            return once_a_look(connection, found, lambda: _adviser_of(connection, client_id))

    def clients_of(self, adviser_id: str, *, after: str = "", limit: int = 200) -> Sequence[str]:
        """The clients an adviser serves, in order of their ids."""
        query = select(a.c.client_id).where(a.c.adviser_id == adviser_id, a.c.client_id > after)
        with self._reading() as connection:
            return tuple(connection.execute(query.order_by(a.c.client_id).limit(limit)).scalars())

    def sent(self, touch_ids: Collection[str]) -> Mapping[str, str]:
        """What became of cleared words: `sent`, `withdrawn`, or empty while they wait."""
        row = house_tables.outbox.c
        query = select(row.idem, row.outcome).where(row.idem.in_(sorted(touch_ids)))
        with self._reading() as connection:
            return {str(name): str(outcome) for name, outcome in connection.execute(query)}

    def loads(self, advisers: Collection[str], *, now: datetime, since: datetime) -> Mapping[str, Load]:
        """What lies before each adviser, and what was finished of the tasks made since a day."""
        names = sorted(advisers)
        clients = select(a.c.adviser_id, func.count()).where(a.c.adviser_id.in_(names))
        holder = _holder()
        late = case((and_(_LIVE, t.c.due_us < micros(now)), 1), else_=0)
        recent = t.c.made_us >= micros(since)
        over = and_(t.c.state.in_([state.value for state in ENDED]), recent)
        work = (
            select(
                holder,
                func.sum(case((_LIVE, 1), else_=0)),
                func.sum(late),
                func.sum(case((over, 1), else_=0)),
                func.sum(case((and_(over, t.c.state == TaskState.DONE.value), 1), else_=0)),
            )
            .select_from(t.outerjoin(a, a.c.client_id == t.c.client_id))
            .where(holder.in_(names))
            .group_by(holder)
        )
        with self._reading() as connection:
            served = {row[0]: row[1] for row in connection.execute(clients.group_by(a.c.adviser_id))}
            found = {row[0]: row[1:] for row in connection.execute(work)}
        zero = (0, 0, 0, 0)
        return {
            name: Load(
                clients=int(served.get(name, 0)),
                live=int(found.get(name, zero)[0]),
                overdue=int(found.get(name, zero)[1]),
                ended=int(found.get(name, zero)[2]),
                done=int(found.get(name, zero)[3]),
            )
            for name in names
        }

    def _read(self, query: Select[Any], wanted: Mapping[str, object] | None = None) -> Sequence[Task]:
        with self._reading() as connection:
            rows = connection.execute(query, wanted).mappings().all()
            vault = self._vault(connection)
            vault.prefetch({str(row["client_id"]) for row in rows})
            return tuple(_task(vault, row) for row in rows)


class TaskWriting:
    """The `TaskBatch` port over one open transaction."""

    def __init__(
        self,
        connection: Connection,
        vault: EnvelopeVault,
        write: Callable[[UpdateBase, Any], CursorResult[Any]],
    ) -> None:
        self._connection, self._vault, self._write = connection, vault, write

    def add(self, task: Task) -> bool:
        """Keep a new task; a second one with the same id changes nothing and is False."""
        return self._write(_add, _row(self._vault, task)).first() is not None

    def task(self, task_id: str) -> Task | None:
        """The task as it is in this transaction; nobody else changes it until the commit."""
        query = select(*_COLUMNS).where(t.c.task_id == task_id).with_for_update()
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _task(self._vault, row)

    def change(self, task: Task, *, expects: Collection[TaskState]) -> bool:
        """Write holder, state, due time and paper anew; False when it is in none of these states."""
        row = _row(self._vault, task)
        mine = t.c.task_id == task.task_id, t.c.state.in_(sorted(state.value for state in expects))
        new = {name: row[name] for name in ("assignee", "state", "due_us", "payload")}
        return self._write(update(t).where(*mine).values(**new), None).rowcount == 1

    def adviser_of(self, client_id: str) -> str | None:
        """Who serves a client; None: nobody in particular."""
        return _adviser_of(self._connection, client_id)

    def count_clients(self, adviser_id: str) -> int:
        """How many clients an adviser serves."""
        query = select(func.count()).select_from(a).where(a.c.adviser_id == adviser_id)
        return int(self._connection.execute(query).scalar_one())

    def assign(self, client_id: str, adviser_id: str, *, since: datetime) -> None:
        """From now on this adviser serves the client."""
        self._write(_ASSIGN, {"client_id": client_id, "adviser_id": adviser_id, "since_us": micros(since)})


def _staff(connection: Connection) -> tuple[Person, ...]:
    return tuple(
        Person(
            person_id=person_id,
            name=name,
            role=Role(role),
            team=team,
            licence=None if licence is None else msgspec.json.decode(licence, type=Licence),
        )
        for person_id, name, role, team, licence in connection.execute(_STAFF)
    )


def _holder() -> Any:  # noqa: ANN401 - a column of SQLAlchemy
    """Whom a task lies before: who took it or was asked, else the client's adviser."""
    return func.coalesce(t.c.assignee, a.c.adviser_id)


def _adviser_of(connection: Connection, client_id: str) -> str | None:
    found = connection.execute(_ADVISER, {"of_client": client_id}).scalar()
    return None if found is None else str(found)


def _row(vault: EnvelopeVault, task: Task) -> dict[str, object]:
    return {
        "task_id": task.task_id,
        "client_id": task.client_id,
        "assignee": task.assignee,
        "kind": task.kind,
        "duty": task.duty,
        "good_bp": task.good_bp,
        "made_us": micros(task.made_at),
        "due_us": None if task.due_at is None else micros(task.due_at),
        "state": task.state.value,
        "payload": sealing.seal(vault, task.client_id, task.paper, TABLE, task.task_id),
    }


def _task(vault: EnvelopeVault, row: Mapping[Any, Any]) -> Task:
    """A task from its row; without paper when its key is gone."""
    client_id, task_id = str(row["client_id"]), str(row["task_id"])
    try:
        paper = sealing.unseal(vault, client_id, bytes(row["payload"]), TABLE, task_id)
    except ErasedError:
        paper = b""
    return Task(
        task_id=task_id,
        client_id=client_id,
        kind=row["kind"],
        assignee=row["assignee"],
        duty=row["duty"],
        good_bp=row["good_bp"],
        made_at=instant(row["made_us"]),
        due_at=None if row["due_us"] is None else instant(row["due_us"]),
        state=TaskState(row["state"]),
        paper=paper,
    )
