"""Switches of playbooks: their rows, and every act on them with its leaf."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, UpdateBase, select, text
from sqlalchemy.dialects.postgresql import insert

from tongxing.adapters.store.instants import instant, micros
from tongxing.adapters.store.tables_console import switch_act as a
from tongxing.adapters.store.tables_people import playbook_switch as s
from tongxing.service.ports import MessageRow
from tongxing.service.ports_console import SwitchAct, SwitchRow

SWITCH_LOCK = 7_406_842
"""Key of PostgreSQL's advisory lock: rounds of workers hold it together, who switches holds it alone."""
HOLD_TOGETHER = text(f"SELECT pg_advisory_xact_lock_shared({SWITCH_LOCK})")
HOLD_ALONE = text(f"SELECT pg_advisory_xact_lock({SWITCH_LOCK})")
_set = insert(s)
SET = _set.on_conflict_do_update(
    index_elements=["playbook"],
    set_={name: _set.excluded[name] for name in ("off", "by", "at_us", "why")},
)
SWITCHED = select(s.c.playbook, s.c.off, s.c.at_us)
OFF = select(s.c.playbook).where(s.c.off == 1)
_ACT = tuple(column for column in a.c if column.name != "row")
ACTS_MAX = 1_000


class SwitchRows:
    """The `Switches` port."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def rows(self) -> Sequence[SwitchRow]:
        """Every playbook that was ever switched, by name."""
        with self._reading() as connection:
            found = connection.execute(select(s).order_by(s.c.playbook)).mappings()
            return tuple(_row(row) for row in found)

    def off(self) -> frozenset[str]:
        """Playbooks that are switched off."""
        with self._reading() as connection:
            return frozenset(connection.execute(OFF).scalars())

    def acts(self, playbook: str | None = None, *, limit: int = 50) -> Sequence[SwitchAct]:
        """What was done, the latest first."""
        query = select(*_ACT).order_by(a.c.row.desc()).limit(min(limit, ACTS_MAX))
        if playbook is not None:
            query = query.where(a.c.playbook == playbook)
        with self._reading() as connection:
            return tuple(_act(row) for row in connection.execute(query).mappings())

    def act_at(self, leaf_index: int) -> SwitchAct | None:
        """The act that a leaf seals."""
        with self._reading() as connection:
            row = connection.execute(select(*_ACT).where(a.c.leaf_index == leaf_index)).mappings().first()
            return None if row is None else _act(row)


class SwitchWriting:
    """The `SwitchBatch` port over one open transaction."""

    def __init__(self, connection: Connection, write: Callable[[UpdateBase, Any], CursorResult[Any]]) -> None:
        self._connection, self._write = connection, write
        self._shared = connection.dialect.name != "sqlite"

    def off(self) -> frozenset[str]:
        """Playbooks that are switched off, until this transaction ends: nobody switches meanwhile."""
        self._hold(HOLD_TOGETHER)
        return frozenset(self._connection.execute(OFF).scalars())

    def take(self, playbook: str) -> tuple[SwitchRow | None, SwitchAct | None]:
        """The switch and the last act on it; this transaction alone may change switches until it ends."""
        self._hold(HOLD_ALONE)
        row = self._connection.execute(select(s).where(s.c.playbook == playbook)).mappings().first()
        last = select(*_ACT).where(a.c.playbook == playbook).order_by(a.c.row.desc()).limit(1)
        act = self._connection.execute(last).mappings().first()
        return (None if row is None else _row(row)), (None if act is None else _act(act))

    def put(self, row: SwitchRow, act: SwitchAct) -> None:
        """Set the switch and keep the act."""
        self._write(
            SET,
            {
                "playbook": row.playbook,
                "off": int(row.off),
                "by": row.by,
                "at_us": micros(row.at),
                "why": row.why,
            },
        )
        self._write(
            insert(a),
            {
                "playbook": act.playbook,
                "act": act.act,
                "by": act.by,
                "at_us": micros(act.at),
                "why": act.why,
                "leaf_index": act.leaf_index,
            },
        )

    def _hold(self, lock: Any) -> None:  # noqa: ANN401 - a clause of SQLAlchemy
        """On PostgreSQL; the one writer of a file holds everything anyway."""
        if self._shared:
            self._connection.execute(lock)


def withdrawn(connection: Connection) -> dict[str, datetime | None]:
    """Playbook -> until when its cards were withdrawn; None: it is off, and all of them are."""
    found = connection.execute(SWITCHED).all()
    return {name: None if off else instant(at_us) for name, off, at_us in found}


def is_withdrawn(message: MessageRow, gone: Mapping[str, datetime | None]) -> bool:
    """Whether a card's playbook is switched off, or was since the card was sent."""
    if message.playbook not in gone:
        return False
    until = gone[message.playbook]
    return until is None or message.sent_at < until


def _row(row: Any) -> SwitchRow:  # noqa: ANN401 - a row of SQLAlchemy
    return SwitchRow(
        playbook=row["playbook"], off=bool(row["off"]), by=row["by"], at=instant(row["at_us"]), why=row["why"]
    )


def _act(row: Any) -> SwitchAct:  # noqa: ANN401 - a row of SQLAlchemy
    return SwitchAct(
        playbook=row["playbook"],
        act=row["act"],
        by=row["by"],
        at=instant(row["at_us"]),
        why=row["why"],
        leaf_index=row["leaf_index"],
    )
