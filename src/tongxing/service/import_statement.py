"""A broker statement into the log: a file in memory in one durable append or nothing; twice changes nothing.

A file too large for that is read part by part, each part durable before the next is read. Stopped in the
middle, the same command again goes on: what the log has is a duplicate.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from tongxing.domain.bodies import BODIES
from tongxing.domain.event import Event, Rejected, Retention
from tongxing.domain.statement import Statement
from tongxing.intake import statement_events
from tongxing.intake.codes import Names, names_of
from tongxing.intake.recognised import Recognised, Told, record_key
from tongxing.intake.statement import UnreadableFileError, read, read_parts
from tongxing.intake.text import Chunks
from tongxing.service.house import House
from tongxing.service.import_report import LISTED_MAX, ImportReport
from tongxing.service.openings import Openings
from tongxing.service.statement_owner import (
    ImportRefusedError,
    NewClient,
    Owner,
    clean_name,
    known_owner,
    new_owner,
    remember,
)

__all__ = ["Chunks", "ImportRefusedError", "ImportReport", "import_statement"]

PART_LINES = 20_000
"""Lines of a large file that are appended in one transaction."""
Progress = Callable[[int, int], None]
"""Records read, records new to the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Log:
    """What the log has of the client's trading, as far as an import needs to know it."""

    told: Told
    openings: Openings
    keys: set[tuple[str, str]]
    """Of events, for a dry run; else empty."""


def import_statement(  # noqa: PLR0913 - the options of the command
    house: House,
    data: bytes | Chunks,
    *,
    client_id: str | None,
    new_client: str | None,
    now: datetime,
    wall: datetime,
    dry_run: bool,
    birth: date | None = None,
    opened_on: date | None = None,
    consents: Sequence[str] = (),
    progress: Progress | None = None,
) -> ImportReport:
    """Read a statement and append what it tells of a client, known to the house at `now`.

    `data` is the file, or for a large one its bytes piece by piece. `consents` are purposes the client
    agreed to; nothing is taken as agreed by itself. A future date is judged by `wall`. Raises
    `ImportRefusedError` where nothing can be imported at all.
    """
    if (client_id is None) == (new_client is None):
        raise ImportRefusedError("say whose statement it is: a client, or the name of a new one")
    owner, new = None, None
    if client_id is not None:
        owner = known_owner(house, client_id, consents, now)
    else:
        new = NewClient(name=clean_name(new_client or ""), birth=birth, opened_on=opened_on)
    parts = _parts(house, data, wall)
    first = next(parts)
    report = ImportReport(statement=first, listed_max=None if isinstance(data, bytes) else LISTED_MAX)
    log: _Log | None = None
    for part in chain((first,), parts):
        report.add(part, first=part is first)
        if owner is None and new is not None and part.records:
            owner = new_owner(house, part, new, consents, now)
            if not dry_run:
                remember(house, part, owner.client_id)
        if owner is not None:
            log = log or _log(house, owner.client_id, part.layout, dry_run=dry_run)
            _import(house, part, owner, log, report, now=now, dry_run=dry_run)
        if progress is not None:
            progress(report.records_count, report.imported)
    if log is not None and not dry_run:
        _append_all(house, log.openings.anew(house))
    return report


def _parts(house: House, data: bytes | Chunks, wall: datetime) -> Iterator[Statement]:
    """The statement, part by part; what cannot be read at all refuses the import."""
    words, names = house.book.statement_words, _names(house)
    try:
        if isinstance(data, bytes):
            yield read(data, words=words, now=wall, names=names)
        else:
            yield from read_parts(data, words=words, now=wall, names=names, lines_a_part=PART_LINES)
    except UnreadableFileError as problem:
        raise ImportRefusedError(str(problem)) from problem


def _names(house: House) -> Names:
    """The names under which the product table knows its codes."""
    return names_of((product.name, code) for code, product in house.book.products.items())


def _import(
    house: House,
    part: Statement,
    owner: Owner,
    log: _Log,
    report: ImportReport,
    *,
    now: datetime,
    dry_run: bool,
) -> None:
    """Append one part in one transaction and count records, not events."""
    report.client_id = owner.client_id
    recognised: dict[str, Recognised] = {}
    for record in part.records:
        known = log.told.take(record)
        if known is not None:
            recognised[record.key] = known
            report.recognise(record, known)
    before = frozenset(record.key for record in part.records if record.key in log.told.keys)
    told = statement_events.events(
        part, client_id=owner.client_id, known_at=now, skip_keys=before, recognised=recognised
    )
    told = (*owner.before, *_openings_wanted(told, part, log))
    accepted, conflicts = _foreseen(told, log) if dry_run else _appended(house, told)
    keys = [record_key(event) for event in told]
    new = {keys[position] for position in accepted}
    other = {keys[position] for position in conflicts}
    speaking = recognised.keys() | before | set(keys)
    silent = sum(1 for record in part.records if record.key not in speaking) if new else 0
    imported = sum(1 for record in part.records if record.key in new) + silent
    refused = [record for record in part.records if record.key in other]
    report.imported += imported
    report.duplicates += len(part.records) - imported - len(refused)
    report.reject(
        Rejected(line=record.line, reason="amount_mismatch", detail="the log tells this line otherwise")
        for record in refused
    )


def _openings_wanted(told: Sequence[Event], part: Statement, log: _Log) -> Sequence[Event]:
    """The events without an opening that the log knows better."""
    if not part.records:
        return told
    wanted = log.openings.wanted(part, log.told.keys)
    for event in told:
        if event.kind == "holding_snapshot" and wanted:
            log.openings.learn(event)
    return told if wanted else [event for event in told if event.kind != "holding_snapshot"]


def _append_all(house: House, told: Sequence[Event]) -> None:
    if told:
        house.store.append(told)


def _appended(house: House, told: Sequence[Event]) -> tuple[Sequence[int], Sequence[int]]:
    answer = house.store.append(told)
    return answer.accepted, answer.conflicts


def _foreseen(told: Sequence[Event], log: _Log) -> tuple[Sequence[int], Sequence[int]]:
    """What appending would answer."""
    return [position for position, event in enumerate(told) if event.key not in log.keys], []


def _log(house: House, client_id: str, layout: str, *, dry_run: bool) -> _Log:
    """Go through the client's events once."""
    log = _Log(told=Told(layout=layout), openings=Openings(client_id=client_id), keys=set())

    def statements() -> Iterator[Event]:
        for stored in house.store.events_of(client_id):
            event = stored.event
            ours = event.source == statement_events.SOURCE
            if dry_run and (ours or BODIES[event.kind][1] is Retention.TRADING):
                log.keys.add(event.key)
            if BODIES[event.kind][1] is Retention.TRADING:
                log.openings.learn(event)
            if ours:
                yield event

    log.told.learn(statements())
    return log
