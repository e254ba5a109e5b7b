"""Timers of one write transaction: set, moved, due, fired, cancelled."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, update

from tongxing.adapters.store import statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store.instants import instant, micros, partition_of
from tongxing.service.ports import TimerRow

TIMERS_A_STATEMENT_MAX = 500


class TimerRows:
    """What is set, moved or fired waits in memory until `flush`, which says whether it wrote anything."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._set: list[dict[str, object]] = []
        self._moved: dict[tuple[str, str], int] = {}
        self._done: list[int] = []

    def set(self, *, idem: str, client_id: str, name: str, due: datetime) -> None:
        """Wake up for a client at an instant; a second timer with the same `idem` changes nothing."""
        self._set.append(_row(idem, client_id, name, micros(due)))

    def move(self, *, client_id: str, name: str, due: datetime) -> None:
        """A client's one timer of that name is due then, and at no other instant any more."""
        self._moved[client_id, name] = micros(due)

    def done(self, timer_id: int) -> None:
        """It fired."""
        self._done.append(timer_id)

    def due(self, query: Select[Any], wanted: Mapping[str, object], now: datetime) -> Sequence[TimerRow]:
        """What a query finds due at `now`, the earliest first."""
        found = self._connection.execute(query, {"at_us": micros(now), **wanted})
        return tuple(
            TimerRow(timer_id=timer_id, idem=idem, client_id=client_id, name=name, due=instant(due_us))
            for timer_id, idem, client_id, name, due_us in found
        )

    def cancel(self, client_id: str, name_prefix: str) -> int:
        """Cancel a client's timers whose name begins so; says how many."""
        columns = t.timer.c
        mine = (
            columns.client_id == client_id,
            columns.state == "set",
            columns.name.startswith(name_prefix, autoescape=True),
        )
        return self._connection.execute(update(t.timer).where(*mine).values(state="cancelled")).rowcount

    def flush(self) -> bool:
        """Write: first those that fired, because a timer may set its own next one."""
        wrote = bool(self._done or self._set or self._moved)
        for start in range(0, len(self._done), TIMERS_A_STATEMENT_MAX):
            chunk = self._done[start : start + TIMERS_A_STATEMENT_MAX]
            self._connection.execute(statements.TIMERS_DONE, {"of_timers": chunk})
        if self._set:
            self._connection.execute(statements.ADD_TIMERS, self._set)
        if self._moved:
            rows = [
                _row(f"{client}|{name}|{due}", client, name, due)
                for (client, name), due in self._moved.items()
            ]
            elsewhen = [
                {"of_client": row["client_id"], "of_name": row["name"], "at_idem": row["idem"]}
                for row in rows
            ]
            self._connection.execute(statements.TIMER_ELSEWHEN, elsewhen)
            self._connection.execute(statements.TIMER_AGAIN, rows)
        self._done.clear()
        self._set.clear()
        self._moved.clear()
        return wrote


def _row(idem: str, client_id: str, name: str, due_us: int) -> dict[str, object]:
    return {
        "idem": idem,
        "client_id": client_id,
        "name": name,
        "due_us": due_us,
        "partition": partition_of(client_id),
    }
