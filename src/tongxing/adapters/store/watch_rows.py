"""Counts and signs of life in a store: cheap looks at indexes, nothing that needs a key."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, ScalarSelect, Table, func, select, text

from tongxing.adapters.clock import machine_time
from tongxing.adapters.store import statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store import tables_people as people
from tongxing.adapters.store.instants import instant, micros
from tongxing.adapters.store.migrate import HEAD
from tongxing.service.ports_watch import Beat, Depths

BEAT = "worker_beat:"
SECOND_US = 1_000_000
Opening = Callable[[], AbstractContextManager[Connection]]
_REVISION = text("SELECT version_num FROM alembic_version")


def _count(table: Table, *where: ColumnElement[bool]) -> ScalarSelect[Any]:
    return select(func.count()).select_from(table).where(*where).scalar_subquery()


class WatchRows:
    """The `WatchStore` port."""

    def __init__(self, reading: Opening, writing: Opening) -> None:
        self._reading = reading
        self._writing = writing

    def depths(self, now: datetime) -> Depths:
        """What waits, in one look."""
        late = t.timer.c.state == "set", t.timer.c.due_us <= micros(now)
        query = select(
            statements.COUNT_EVENTS.scalar_subquery().label("events"),
            statements.LAG.scalar_subquery().label("lag"),
            statements.NEXT_LEAF.scalar_subquery().label("leaves"),
            _count(t.outbox, t.outbox.c.outcome == "").label("outbox"),
            _count(t.timer, *late).label("timers_late"),
            select(func.min(t.timer.c.due_us)).where(*late).scalar_subquery().label("first_us"),
            _count(t.aside).label("aside"),
            _count(t.job, t.job.c.state == "queued").label("jobs_queued"),
            _count(people.task, people.task.c.state.in_(("open", "taken"))).label("tasks_open"),
            _count(people.webhook_call, people.webhook_call.c.state == "waiting").label("webhooks_waiting"),
            _count(people.webhook_call, people.webhook_call.c.state == "dead").label("webhooks_dead"),
        )
        with self._reading() as connection:
            row = dict(connection.execute(query).mappings().one())
        first_us = row.pop("first_us")
        seconds = 0 if first_us is None else max(0, (micros(now) - first_us) // SECOND_US)
        return Depths(timer_late_seconds=seconds, **row)

    def at_head(self) -> bool:
        """Whether the store has every table this version of the program knows, and no newer ones."""
        with self._reading() as connection:
            return str(connection.execute(_REVISION).scalar()) == HEAD

    def keeps_book(self, digest: str) -> bool:
        """Whether the pages in force are kept."""
        query = select(t.book_copy.c.digest).where(t.book_copy.c.digest == digest)
        with self._reading() as connection:
            return connection.execute(query).first() is not None

    def beat(self, slot: int, figures: bytes) -> None:
        """Say that a worker lives, dated by the machine: the market clock of a demo stands still."""
        said = {"at_us": micros(machine_time()), "figures": msgspec.Raw(figures)}
        value = msgspec.json.encode(said).decode()
        with self._writing() as connection:
            connection.execute(statements.SET_SETTING, {"name": f"{BEAT}{slot}", "value": value})

    def beats(self) -> Sequence[Beat]:
        """The last sign of life under each slot."""
        name = t.setting.c.name
        query = select(name, t.setting.c.value).where(name.startswith(BEAT, autoescape=True))
        with self._reading() as connection:
            rows = connection.execute(query).all()
        now = machine_time()
        return tuple(_beat(int(row.name.removeprefix(BEAT)), row.value, now) for row in rows)


class _Said(msgspec.Struct):
    at_us: int
    figures: msgspec.Raw


def _beat(slot: int, value: str, now: datetime) -> Beat:
    said = msgspec.json.decode(value, type=_Said)
    age = (now - instant(said.at_us)).total_seconds()
    return Beat(slot=slot, age_seconds=max(0.0, age), figures=bytes(said.figures))
