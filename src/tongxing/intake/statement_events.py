"""The records of a statement as events of one client: trades, fund orders, shares and cash, and the opening.

Each event is a function of its record alone, so a second file that tells of the same business gives the
same event. Where the opening is unknown, a sale of shares nobody saw coming is still told as it happened;
the profile never counts a holding below zero.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.statement import Statement, StatementRecord
from tongxing.intake.recognised import Recognised, rest
from tongxing.intake.telling import Body, plain, told

SOURCE = "statement"
TIME_UNKNOWN = time(15, 0)
"""A line without a time counts at the close of its day; what happens at one instant counts together."""
EVENING = time(23, 59, 59)
"""What was held before the first line was held when the day before it ended."""


def events(
    statement: Statement,
    *,
    client_id: str,
    known_at: datetime,
    skip_keys: frozenset[str] = frozenset(),
    recognised: Mapping[str, Recognised] | None = None,
) -> tuple[Event, ...]:
    """All events of a statement, oldest first; records whose key is in `skip_keys` are left out.

    Of a record that another statement told before (`recognised`, by its key) only what is new is told.
    `known_at` is when the house learned of the file; a line of later the same day is known when it happened.
    """
    known_by_key = recognised or {}
    found: list[Event] = []
    records = statement.records
    if statement.opening.status == "from_balance" and records:
        found.append(_opening(statement, records[0], client_id, known_at))
    for record in records:
        if record.key not in skip_keys:
            known = known_by_key.get(record.key)
            parts = told(record) if known is None else rest(record, known)
            bodies = ((kind, body) for kind, body, _cash in parts)
            found.extend(_events(record, bodies, client_id, known_at))
    return tuple(found)


def _events(
    record: StatementRecord, bodies: Iterable[tuple[str, Body]], client_id: str, known_at: datetime
) -> Iterator[Event]:
    at = datetime.combine(record.day, record.time or TIME_UNKNOWN, BEIJING)
    mark = f"{client_id}:{record.key}"
    for number, (kind, body) in enumerate(bodies):
        yield Event(
            source=SOURCE,
            source_seq=f"{mark}:{number}" if number else mark,
            client_id=client_id,
            ts=at,
            known_at=max(at, known_at),
            kind=kind,
            body=body,
        )


def opening_mark(client_id: str) -> str:
    """How the key of every opening of this client begins."""
    return f"{client_id}:opening"


def _opening(statement: Statement, first: StatementRecord, client_id: str, known_at: datetime) -> Event:
    """What the client held the evening before the first line."""
    opening = statement.opening
    day = opening.as_of or first.day
    at = datetime.combine(day, EVENING, BEIJING)
    body: dict[str, object] = {
        "as_of": day.isoformat(),
        "holdings": [
            {"code": code, "name": name, "quantity": plain(quantity)}
            for code, name, quantity in opening.shares
        ],
    }
    if opening.cash_fen is not None:
        body["cash_fen"] = opening.cash_fen
    return Event(
        source=SOURCE,
        source_seq=f"{client_id}:opening:{first.key}",
        client_id=client_id,
        ts=at,
        known_at=max(at, known_at),
        kind="holding_snapshot",
        body=body,
    )
