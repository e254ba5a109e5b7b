"""The records of one client for the client's own pages: found by the index of clients, opened by the page."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVarTuple

from sqlalchemy import Connection, Select, and_, bindparam, func, or_, select

from tongxing.adapters.store import event_rows, sealing, statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store.instants import instant, micros
from tongxing.adapters.vault.envelope import EnvelopeVault
from tongxing.service.me_ports import Place, Span
from tongxing.service.ports import MessageRow, StoredEvent, in_chunks

EVENTS_A_PAGE = 1_000
Row = TypeVarTuple("Row")
Reading = Callable[[], AbstractContextManager[Connection]]
VaultOf = Callable[[Connection], EnvelopeVault]
_EVENT = t.event.c
_MESSAGE = tuple(column for column in t.message.c if column.name not in ("row", "device"))
CLIENTS_A_QUERY = 500
_LATEST = (
    select(_EVENT.client_id, func.max(_EVENT.seq))
    .where(_EVENT.client_id.in_(bindparam("of_clients", expanding=True)))
    .group_by(_EVENT.client_id)
)
_TOLD_SINCE = select(_EVENT.client_id).where(
    _EVENT.seq > bindparam("after"),
    _EVENT.seq <= bindparam("up_to"),
    _EVENT.kind.in_(bindparam("of_kinds", expanding=True)),
)


class SqlOwnRows:
    """The port `OwnRows` over the tables of a store."""

    def __init__(self, reading: Reading, vault_of: VaultOf) -> None:
        self._reading, self._vault_of = reading, vault_of

    def events(
        self,
        client_ids: Collection[str],
        kinds: Collection[str],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        before: Place | None = None,
        limit: int,
    ) -> tuple[Sequence[StoredEvent], Place | None]:
        """The newest first by the time they happened, and where the next page begins."""
        query = _newest(tuple(sorted(client_ids)), tuple(sorted(kinds)))
        if since is not None:
            query = query.where(_EVENT.ts_us >= micros(since))
        if until is not None:
            query = query.where(_EVENT.ts_us < micros(until))
        if before is not None:
            ts_us, seq = before
            query = query.where(or_(_EVENT.ts_us < ts_us, and_(_EVENT.ts_us == ts_us, _EVENT.seq < seq)))
        with self._reading() as connection:
            rows = event_rows.rows_of(connection, query, {"at_most": limit + 1})
            found = event_rows.read_kept(rows[:limit], self._vault_of(connection))
        more = len(rows) > limit
        return found, (rows[limit - 1].ts_us, rows[limit - 1].seq) if more else None

    def following(
        self, client_ids: Collection[str], kinds: Collection[str], *, after: int
    ) -> Iterator[StoredEvent]:
        """Those after a place in the log, in its order."""
        query = _wanted(select(*statements.EVENT_COLUMNS), client_ids, kinds).order_by(_EVENT.seq)
        while True:
            with self._reading() as connection:
                page = query.where(_EVENT.seq > after).limit(EVENTS_A_PAGE)
                rows = event_rows.rows_of(connection, page)
                events = event_rows.read_kept(rows, self._vault_of(connection))
            yield from events
            if len(rows) < EVENTS_A_PAGE:
                return
            after = rows[-1].seq

    def named(self, client_ids: Collection[str], keys: Collection[tuple[str, str]]) -> Sequence[StoredEvent]:
        """Those of these keys (source and its number), in log order."""
        query = select(*statements.EVENT_COLUMNS).where(_EVENT.client_id.in_(sorted(client_ids)))
        by_source: dict[str, set[str]] = {}
        for source, number in keys:
            by_source.setdefault(source, set()).add(number)
        found: list[StoredEvent] = []
        with self._reading() as connection:
            vault = self._vault_of(connection)
            for source, numbers in sorted(by_source.items()):
                wanted = query.where(_EVENT.source == source, _EVENT.source_seq.in_(sorted(numbers)))
                found += event_rows.read_kept(event_rows.rows_of(connection, wanted), vault)
        return tuple(sorted(found, key=lambda stored: stored.seq))

    def latest(self, client_ids: Collection[str]) -> Mapping[str, int]:
        """Client -> place of its last event in the log; clients without events are left out."""
        found: dict[str, int] = {}
        with self._reading() as connection:
            for names in in_chunks(sorted(client_ids), CLIENTS_A_QUERY):
                found |= {row[0]: row[1] for row in connection.execute(_LATEST, {"of_clients": names})}
        return found

    def told_since(self, kinds: Collection[str], *, after: int) -> tuple[int, frozenset[str]]:
        """The last place of the log, and whom events of these kinds after a place are about."""
        with self._reading() as connection:
            last = int(connection.execute(statements.COUNT_EVENTS).scalar_one())
            if last <= after:
                return last, frozenset()
            wanted = {"after": after, "up_to": last, "of_kinds": sorted(kinds)}
            return last, frozenset(connection.execute(_TOLD_SINCE, wanted).scalars())

    def span(self, client_ids: Collection[str], kinds: Collection[str]) -> Span | None:
        """How many there are, erased ones included; None where there are none."""
        query = _wanted(
            select(func.count(), func.min(_EVENT.ts_us), func.max(_EVENT.ts_us)), client_ids, kinds
        )
        with self._reading() as connection:
            count, first, last = connection.execute(query).one()
        return Span(count=count, first=instant(first), last=instant(last)) if count else None

    def said(
        self, client_id: str, *, before: int | None = None, limit: int
    ) -> Sequence[tuple[int, MessageRow]]:
        """Everything that was delivered, newest first, whether dismissed or expired; with its row."""
        row = t.message.c.row
        query = select(row, *_MESSAGE).where(t.message.c.client_id == client_id)
        if before is not None:
            query = query.where(row < before)
        query = query.order_by(row.desc()).limit(limit)
        with self._reading() as connection:
            vault = self._vault_of(connection)
            rows = [(found[0], sealing.MessageTuple._make(found[1:])) for found in connection.execute(query)]
            opened = ((number, sealing.shown_message(vault, kept)) for number, kept in rows)
            return tuple((number, message) for number, message in opened if message is not None)


@lru_cache(maxsize=256)
def _newest(client_ids: tuple[str, ...], kinds: tuple[str, ...]) -> Select[Any]:
    """The newest of some clients by the time they happened."""
    query = _wanted(select(*statements.EVENT_COLUMNS), client_ids, kinds)
    return query.order_by(_EVENT.ts_us.desc(), _EVENT.seq.desc()).limit(bindparam("at_most"))


def _wanted(query: Select[*Row], client_ids: Collection[str], kinds: Collection[str]) -> Select[*Row]:
    names = sorted(client_ids)
    whose = _EVENT.client_id == names[0] if len(names) == 1 else _EVENT.client_id.in_(names)
    return query.where(whose, _EVENT.kind.in_(sorted(kinds)))
