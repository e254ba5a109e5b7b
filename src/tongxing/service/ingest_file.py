"""Events of a file into the log in bounded chunks, each durable before the next is read."""

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tongxing.domain.event import Event, Rejected
from tongxing.domain.pages import SourceMap
from tongxing.intake.cells import fold
from tongxing.intake.events import parse
from tongxing.intake.sources import row_event
from tongxing.service.clients import all_client_ids
from tongxing.service.house import House

CHUNK_EVENTS = 1_000
CHUNK_BYTES = 16 * 1024 * 1024
"""A chunk ends here too: a thousand of the largest events would be a gigabyte."""
PROGRESS_LINES = 100_000
"""A file of rejected lines alone still tells how far it is."""
REJECTED_LISTED_MAX = 10_000
"""Beyond these, rejects are counted and no longer listed."""
Parsed = tuple[int, int, Event | Rejected]
"""A line's number, its size in bytes, and what it is."""
ROW_BYTES = 1_024
"""What a row of another file counts for."""
Progress = Callable[[int, int], None]
"""Lines read, events accepted."""


@dataclass(slots=True, kw_only=True)
class IngestReport:
    """What became of the lines of a file."""

    lines: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected_count: int = 0
    rejected: list[Rejected] = field(default_factory=list)

    def reject(self, entry: Rejected) -> None:
        """Count a rejected line, and list it while there is room."""
        self.rejected_count += 1
        if len(self.rejected) < REJECTED_LISTED_MAX:
            self.rejected.append(entry)


def ingest_lines(
    house: House,
    lines: Iterable[bytes],
    *,
    source_map: SourceMap | None = None,
    now: datetime,
    wall: datetime | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """JSON lines, or with `source_map` the lines of a broker's own table (header first, comma or tab).

    Events without `known_at` are known at `now`, the clock in force, which also judges the future;
    `wall` replaces it as the judge where a real file is loaded into a demo store.
    """
    judge = max(now, wall) if wall is not None else now
    parsed = _json_lines(lines, judge) if source_map is None else _table_rows(lines, source_map, judge)
    return _ingest(house, _known_at(parsed, judge, now), progress)


def ingest_rows(
    house: House,
    rows: Iterable[Mapping[str, object]],
    *,
    now: datetime,
    wall: datetime | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Envelopes as mappings, e.g. the rows of a Parquet file; lines are counted from 1."""
    judge = max(now, wall) if wall is not None else now
    parsed = (
        (number, ROW_BYTES, parse(row, line=number, now=judge)) for number, row in enumerate(rows, start=1)
    )
    return _ingest(house, _known_at(parsed, judge, now), progress)


def _known_at(parsed: Iterable[Parsed], judge: datetime, now: datetime) -> Iterator[Parsed]:
    """What does not say when it became known became known now, by the clock in force."""
    for number, size, item in parsed:
        if judge != now and isinstance(item, Event) and item.known_at == judge:
            yield number, size, replace(item, known_at=max(now, item.ts))
        else:
            yield number, size, item


def _ingest(house: House, parsed: Iterable[Parsed], progress: Progress | None) -> IngestReport:
    """Append chunk by chunk; an event needs a client that the log or an earlier line registered."""
    report = IngestReport()
    known = set(all_client_ids(house))
    chunk: list[tuple[int, Event]] = []
    waiting = 0
    for number, size, item in parsed:
        report.lines += 1
        if isinstance(item, Rejected):
            report.reject(item)
        elif item.kind != "client_registered" and item.client_id not in known:
            report.reject(Rejected(line=number, reason="unknown_client", detail=item.client_id))
        else:
            known.add(item.client_id)
            chunk.append((number, item))
            waiting += size
        full = len(chunk) == CHUNK_EVENTS or waiting >= CHUNK_BYTES
        if full:
            _append(house, chunk, report)
            chunk, waiting = [], 0
        if progress is not None and (full or report.lines % PROGRESS_LINES == 0):
            progress(report.lines, report.accepted)
    _append(house, chunk, report)
    if progress is not None:
        progress(report.lines, report.accepted)
    return report


def _append(house: House, chunk: list[tuple[int, Event]], report: IngestReport) -> None:
    if not chunk:
        return
    answer = house.store.append([event for _, event in chunk])
    report.accepted += len(answer.accepted)
    report.duplicates += len(answer.duplicates)
    for position in answer.conflicts:
        line, event = chunk[position]
        detail = f"{event.source}/{event.source_seq}: this key has other content"
        report.reject(Rejected(line=line, reason="conflict", detail=detail))


def _json_lines(lines: Iterable[bytes], now: datetime) -> Iterator[Parsed]:
    for number, line in enumerate(lines, start=1):
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901 - the mark is no part of the line
        if line.strip():
            yield number, len(line), parse(line, line=number, now=now)


def _table_rows(lines: Iterable[bytes], source: SourceMap, now: datetime) -> Iterator[Parsed]:
    """Rows of a table under its first line that is not blank."""
    headings: list[str] = []
    delimiter = ","
    for number, data in enumerate(lines, start=1):
        if not data.strip():
            continue
        try:
            text = data.decode(source.encoding).lstrip("\ufeff").rstrip("\r\n")
        except UnicodeDecodeError as problem:
            detail = f"not {source.encoding} text at byte {problem.start} of the line"
            yield number, len(data), Rejected(line=number, reason="bad_field", detail=detail)
            continue
        if not headings:
            delimiter = "\t" if text.count("\t") > text.count(",") else ","
            headings = [fold(cell) for cell in _cells(text, delimiter)]
            continue
        cells = _cells(text, delimiter)
        if len(cells) != len(headings):
            detail = f"{len(cells)} cells under {len(headings)} headings"
            yield number, len(data), Rejected(line=number, reason="missing_field", detail=detail)
            continue
        row = dict(zip(headings, cells, strict=True))
        yield number, len(data), row_event(row, source, line=number, now=now)


def _cells(text: str, delimiter: str) -> list[str]:
    return next(csv.reader([text], delimiter=delimiter), [])
