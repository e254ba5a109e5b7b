"""Counts and finds over all clients for the console: bounded, by indexes, without opening event bodies."""

import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from tongxing.adapters.store import sealing, statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store import tables_people as p
from tongxing.adapters.store.instants import instant, micros
from tongxing.adapters.store.tables_console import decision_term as d
from tongxing.adapters.vault.envelope import EnvelopeVault, KeyRing
from tongxing.domain.task import LIVE
from tongxing.service.ports import DecisionRow
from tongxing.service.ports_console import (
    Asked,
    AskedLooks,
    Disk,
    Due,
    DueLine,
    KeptBook,
    Look,
    Outbox,
    Pace,
    Place,
)

FOUND_MAX = 500
LOOKS_MAX = 10_000
LIVE_TASKS = tuple(state.value for state in LIVE)
A_DAY = timedelta(days=1)
_DECISION = tuple(
    t.decision.c[name]
    for name in ("decision_id", "client_id", "at_us", "chosen", "refused", "leaf_index", "payload")
)
ADD_TERMS = insert(d).on_conflict_do_nothing()


class CensusRows:
    """The `Census` port."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        writing: Callable[[], AbstractContextManager[Connection]],
        vault: Callable[[Connection], EnvelopeVault],
        ring: KeyRing,
        place: Path | str,
        settle_looks: Callable[[], None],
    ) -> None:
        self._place, self._settle_looks = place, settle_looks
        self._reading, self._writing, self._vault, self._ring = reading, writing, vault, ring

    def find(
        self, asked: Asked, *, after: Place | None = None, limit: int
    ) -> tuple[Sequence[DecisionRow], Place | None]:
        """Decisions, the latest first, and where the next page begins."""
        wanted = min(limit, FOUND_MAX)
        query = self._query(asked, after).limit(wanted + 1)
        with self._reading() as connection:
            rows = [sealing.DecisionTuple._make(row) for row in connection.execute(query)]
            more, rows = len(rows) > wanted, rows[:wanted]
            vault = self._vault(connection)
            vault.prefetch({row.client_id for row in rows})
            found = tuple(sealing.listed_decision(vault, row) for row in rows)
        return found, (rows[-1].at_us, rows[-1].leaf_index) if more else None

    def count(
        self, terms: Collection[str], *, since: datetime | None = None, until: datetime | None = None
    ) -> Mapping[str, int]:
        """How many decisions carry each word."""
        words = {self._ring.blind(term): term for term in terms}
        query = select(d.c.term, func.count()).where(d.c.term.in_(sorted(words))).group_by(d.c.term)
        query = query.where(*_span(d.c.at_us, since, until))
        with self._reading() as connection:
            found = {words[term]: int(count) for term, count in connection.execute(query)}
        return {term: found.get(term, 0) for term in terms}

    def decisions_between(self, since: datetime, until: datetime) -> int:
        """How many decisions fall into a span."""
        return self._number(select(func.count()).where(*_span(t.decision.c.at_us, since, until)))

    def without_terms(self, *, after: int, limit: int) -> Sequence[DecisionRow]:
        """Readable decisions sealed after a leaf that cannot be found by any word, the oldest first."""
        known = select(d.c.leaf_index).where(d.c.leaf_index == t.decision.c.leaf_index).exists()
        query = (
            select(*_DECISION)
            .where(t.decision.c.leaf_index > after, ~known)
            .order_by(t.decision.c.leaf_index)
            .limit(min(limit, FOUND_MAX))
        )
        with self._reading() as connection:
            rows = [sealing.DecisionTuple._make(row) for row in connection.execute(query)]
            vault = self._vault(connection)
            vault.prefetch({row.client_id for row in rows})
            return tuple(sealing.listed_decision(vault, row) for row in rows)

    def add_terms(self, rows: Sequence[tuple[DecisionRow, Collection[str]]]) -> None:
        """Let decisions be found by these words."""
        values = [
            {"term": self._ring.blind(term), "at_us": micros(row.at), "leaf_index": row.leaf_index}
            for row, terms in rows
            for term in terms
        ]
        if values:
            with self._writing() as connection:
                connection.execute(ADD_TERMS, values)

    def paces(self, *, limit: int = 500) -> Sequence[Pace]:
        """How long the latest cards took."""
        m, of = t.message.c, t.decision.c
        latest = select(m.sent_at_us, m.leaf_index).order_by(m.sent_at_us.desc()).limit(limit).subquery()
        query = select(of.at_us, of.sealed_us, latest.c.sent_at_us).join(
            latest, latest.c.leaf_index == of.leaf_index
        )
        with self._reading() as connection:
            return tuple(
                Pace(sealed=None if sealed is None else max(0, sealed - at), sent=max(0, sent - at))
                for at, sealed, sent in connection.execute(query)
            )

    def sent_between(self, since: datetime, until: datetime) -> int:
        """How many cards were delivered in a span."""
        return self._number(select(func.count()).where(*_span(t.message.c.sent_at_us, since, until)))

    def events_since(self, since: datetime) -> int:
        """How many events were appended since the house first learned of one then, by the order of the log.

        Looked up by halves: exact where events came in the order in which they became known.
        """
        of, wanted = t.event.c, micros(since)
        with self._reading() as connection:

            def known(seq: int) -> int | None:
                at = select(of.known_at_us).where(of.seq >= seq).order_by(of.seq).limit(1)
                return connection.execute(at).scalar()

            last = int(connection.execute(statements.COUNT_EVENTS).scalar_one())
            low, high = 1, last + 1
            while low < high:
                middle = (low + high) // 2
                at_us = known(middle)
                low, high = (low, middle) if at_us is None or at_us >= wanted else (middle + 1, high)
            return last + 1 - low

    def due(self, now: datetime, *, limit: int = 30) -> Due:
        """Timers: late, due soon, and the next of them."""
        of, now_us = t.timer.c, micros(now)
        is_set = of.state == "set"
        soon = and_(of.due_us > now_us, of.due_us <= micros(now + A_DAY))
        with self._reading() as connection:

            def number(*conditions: ColumnElement[bool]) -> int:
                return int(
                    connection.execute(
                        select(func.count(of.timer_id)).where(is_set, *conditions)
                    ).scalar_one()
                )

            query = select(of.client_id, of.name, of.due_us).where(is_set)
            rows = connection.execute(query.order_by(of.due_us, of.timer_id).limit(limit)).all()
            return Due(
                late=number(of.due_us <= now_us),
                next_day=number(soon),
                waiting=number(),
                lines=tuple(
                    DueLine(client_id=client_id, name=name, due=instant(due_us))
                    for client_id, name, due_us in rows
                ),
            )

    def overdue(self, now: datetime) -> tuple[int, int]:
        """Tasks of people that are past their time and not done: (duties among them, all)."""
        of = p.task.c
        late = of.state.in_(LIVE_TASKS), of.due_us < micros(now)
        count = select(func.count()).select_from(p.task).where(*late)
        return self._number(count.where(of.duty != 0)), self._number(count)

    def looks(self, asked: AskedLooks, *, before: int | None = None, limit: int) -> Sequence[Look]:
        """What staff looked at or did, the latest first; `before`: the row where a page ended."""
        self._settle_looks()
        of = p.access_entry.c
        same = {"person_id": asked.person_id, "client_id": asked.client_id, "act": asked.act}
        query = select(p.access_entry).where(*(of[name] == one for name, one in same.items() if one))
        query = query.where(*_span(of.at_us, asked.since, asked.until))
        if asked.allowed is not None:
            query = query.where(of.allowed == int(asked.allowed))
        if before is not None:
            query = query.where(of.row < before)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(of.row.desc()).limit(min(limit, LOOKS_MAX))).mappings()
            return tuple(_look(row) for row in rows)

    def outbox(self) -> Outbox:
        """Cards that wait, and those that were withdrawn."""
        of = t.outbox.c
        waiting = select(func.count()).where(of.outcome == "")
        return Outbox(
            waiting=self._number(waiting),
            withdrawn=self._number(select(func.count()).where(of.outcome == "withdrawn")),
        )

    def disk(self) -> Disk | None:
        """The disk under the store; None for a database that is elsewhere."""
        if isinstance(self._place, str):
            return None
        usage = shutil.disk_usage(self._place.parent)
        return Disk(free=usage.free, whole=usage.total, store=self._place.stat().st_size)

    def books(self) -> Sequence[KeptBook]:
        """Books once in force, the latest first."""
        of = t.book_copy.c
        query = select(of.digest, of.kept_us).order_by(func.coalesce(of.kept_us, 0).desc(), of.digest)
        with self._reading() as connection:
            return tuple(
                KeptBook(digest=digest, kept_at=None if kept_us is None else instant(kept_us))
                for digest, kept_us in connection.execute(query)
            )

    def _query(self, asked: Asked, after: Place | None) -> Select[Any]:
        """Driven by the client, else by the most telling word, else by time."""
        of = t.decision.c
        words = [self._ring.blind(term) for term in asked.terms]
        query = select(*_DECISION)
        at_us, leaf = of.at_us, of.leaf_index
        if words and asked.client_id is None:
            first = d.alias("first")
            query = query.join(first, first.c.leaf_index == of.leaf_index).where(first.c.term == words.pop(0))
            at_us, leaf = first.c.at_us, first.c.leaf_index
        for number, word in enumerate(words):
            other = d.alias(f"also_{number}").c
            query = query.where(
                select(other.term)
                .where(other.term == word, other.at_us == at_us, other.leaf_index == leaf)
                .exists()
            )
        if asked.client_id is not None:
            query = query.where(of.client_id == asked.client_id)
        query = query.where(*_span(at_us, asked.since, asked.until))
        if after is not None:
            query = query.where(tuple_(at_us, leaf) < tuple_(*after))
        return query.order_by(at_us.desc(), leaf.desc())

    def _number(self, query: Select[Any]) -> int:
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())


def _look(row: Any) -> Look:  # noqa: ANN401 - a row of SQLAlchemy
    return Look(
        row=row["row"],
        at=instant(row["at_us"]),
        person_id=row["person_id"],
        role=row["role"],
        act=row["act"],
        client_id=row["client_id"],
        purpose=row["purpose"],
        reasoned=row["reason"] is not None,
        allowed=bool(row["allowed"]),
        policies=row["policies"],
        in_place_of=row["in_place_of"] or "",
        field=row["field"] or "",
        leaf_index=row["leaf_index"],
    )


def forget_terms(connection: Connection, client_id: str) -> None:
    """The decisions of a client whose records were erased are found by no word any more."""
    of = t.decision.c
    connection.execute(
        delete(d).where(d.c.leaf_index.in_(select(of.leaf_index).where(of.client_id == client_id)))
    )


def _span(at_us: Any, since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a column
    """From an instant on, and before another."""
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found.append(at_us >= micros(since))
    if until is not None:
        found.append(at_us < micros(until))
    return found
