"""Who stands in for whom: rows that end by themselves and are never deleted."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, insert, select, update

from tongxing.adapters.store import tables_people as p
from tongxing.adapters.store.instants import instant, micros
from tongxing.adapters.store.session_rows import Opened
from tongxing.service.ports_people import Substitute

_row = p.substitute.c


class SubstituteRows:
    """The port `Substitutes` over one table."""

    def __init__(self, reading: Opened, writing: Opened) -> None:
        self._reading, self._writing = reading, writing

    def add(self, one: Substitute) -> bool:
        """Keep an absence; the same one twice (people, days) is one, and the second is False."""
        same = (
            select(_row.row)
            .where(_row.absent_id == one.absent_id, _row.substitute_id == one.substitute_id)
            .where(_row.from_day == one.first.isoformat(), _row.to_day == one.last.isoformat())
            .where(_row.ended_us.is_(None))
        )
        values = {
            "absent_id": one.absent_id,
            "substitute_id": one.substitute_id,
            "from_day": one.first.isoformat(),
            "to_day": one.last.isoformat(),
            "by": one.by,
            "made_us": micros(one.made_at),
        }
        with self._writing() as connection:
            if connection.execute(same).first() is not None:
                return False
            connection.execute(insert(p.substitute), values)
            return True

    def stands_in(self, substitute_id: str, absent_id: str, day: date) -> bool:
        """Whether one person may act in the place of the other on a day."""
        query = _on(day).where(_row.substitute_id == substitute_id, _row.absent_id == absent_id)
        with self._reading() as connection:
            return connection.execute(query).first() is not None

    def absent(self, substitute_id: str, day: date) -> frozenset[str]:
        """Those in whose place a person may act on a day."""
        with self._reading() as connection:
            rows = connection.execute(_on(day).where(_row.substitute_id == substitute_id))
            return frozenset(str(row.absent_id) for row in rows)

    def open(self, day: date) -> Sequence[Substitute]:
        """What holds on a day or begins later, by first day."""
        query = select(p.substitute).where(_row.to_day >= day.isoformat(), _row.ended_us.is_(None))
        with self._reading() as connection:
            rows = connection.execute(query.order_by(_row.from_day, _row.row)).all()
        return tuple(
            Substitute(
                absent_id=row.absent_id,
                substitute_id=row.substitute_id,
                first=date.fromisoformat(row.from_day),
                last=date.fromisoformat(row.to_day),
                by=row.by,
                made_at=instant(row.made_us),
                number=row.row,
            )
            for row in rows
        )

    def end(self, number: int, at: datetime) -> bool:
        """End one early, at once; False where it has ended or never was."""
        mine = update(p.substitute).where(_row.row == number, _row.ended_us.is_(None))
        with self._writing() as connection:
            return connection.execute(mine.values(ended_us=micros(at))).rowcount == 1


def _on(day: date) -> Select[tuple[str]]:
    """Rows that hold on a day; days are kept as ISO text, which sorts like the days."""
    text = day.isoformat()
    return select(_row.absent_id).where(_row.from_day <= text, _row.to_day >= text, _row.ended_us.is_(None))
