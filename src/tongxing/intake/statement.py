"""A broker statement (交割单, 历史成交, 资金流水) from its bytes: records, rejects, opening."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time
from itertools import groupby, islice, pairwise
from operator import attrgetter

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Rejected
from tongxing.domain.pages import StatementWords
from tongxing.domain.statement import Opening, Statement, StatementRecord
from tongxing.intake.codes import NOWHERE, Names
from tongxing.intake.decoding import UnreadableFileError
from tongxing.intake.fixed import SAMPLED_LINES
from tongxing.intake.opening import opening
from tongxing.intake.reader import Reader
from tongxing.intake.records import Copies, Item, items
from tongxing.intake.table import HEADER_LINES_MAX, find
from tongxing.intake.text import Chunks, Text, streamed, whole

__all__ = ["UnreadableFileError", "read", "read_parts"]

COPIES_REMEMBERED = 100_000
"""A copy is named with its first line where no more records stand between them."""
_BY_DAY: Callable[[StatementRecord], object] = attrgetter("day")
_NO_TIME = time()
_UNKNOWN = Opening(status="unknown", as_of=None, cash_fen=None)


def read(data: bytes, *, words: StatementWords, now: datetime, names: Names = NOWHERE) -> Statement:
    """Everything the file says, oldest first; lines not taken stand in `rejected`, each with a reason.

    `now` is the wall clock: a day after it is a mistake of the file. `names` are securities whose codes are
    known. Raises `UnreadableFileError` when the file is empty, binary, huge or in no known encoding; an
    unknown header is one rejected line and no record.
    """
    (only,) = _parts(whole(data), words, now, names, lines_a_part=None)
    return only


def read_parts(
    chunks: Chunks,
    *,
    words: StatementWords,
    now: datetime,
    names: Names = NOWHERE,
    lines_a_part: int,
) -> Iterator[Statement]:
    """A file of any size as statements of so many records and rejected lines, in the order of the file.

    What was held before the first line stands in the part that has it: the first one, or the last one of a
    file that runs from new to old. Raises `UnreadableFileError` before the first part.
    """
    return _parts(streamed(chunks), words, now, names, lines_a_part=lines_a_part)


def _parts(
    text: Text, words: StatementWords, now: datetime, names: Names, *, lines_a_part: int | None
) -> Iterator[Statement]:
    lines = text.lines
    head = list(islice(lines, HEADER_LINES_MAX + 1 + SAMPLED_LINES))
    table = find(head, words)
    if table is None:
        yield _unknown(text, head)
        return
    reader = Reader(
        table=table,
        words=words,
        today=now.astimezone(BEIJING).date(),
        names=names,
        title=frozenset(line.strip() for line in head[: table.line - 1]),
    )
    copies = Copies(None if lines_a_part is None else COPIES_REMEMBERED)
    found = items(reader, head, lines, copies)
    part = list(islice(found, lines_a_part))
    newest_first = _newest_first([item for item in part if isinstance(item, StatementRecord)])
    first = True
    while first or part:
        below = list(islice(found, lines_a_part)) if lines_a_part is not None else []
        opens = not below if newest_first else first
        yield _statement(text, reader, part, opens=opens, newest_first=newest_first)
        part, first = below, False


def _statement(
    text: Text, reader: Reader, part: Sequence[Item], *, opens: bool, newest_first: bool
) -> Statement:
    records = [item for item in part if isinstance(item, StatementRecord)]
    rejected = [item for item in part if isinstance(item, Rejected)]
    ordered = _oldest_first(records[::-1] if newest_first else records)
    return Statement(
        encoding=text.encoding,
        delimiter=text.cells or reader.table.delimiter,
        layout=reader.table.layout,
        records=tuple(ordered),
        rejected=tuple(sorted(rejected, key=attrgetter("line"))),
        opening=opening(ordered) if opens else _UNKNOWN,
    )


def _unknown(text: Text, lines: Sequence[str]) -> Statement:
    """No header that names a date, a business and an amount."""
    first = next((number for number, line in enumerate(lines, start=1) if line.strip()), 1)
    detail = "no line of headings with a date, a business and amounts was found"
    return Statement(
        encoding=text.encoding,
        delimiter="",
        layout="unknown",
        records=(),
        rejected=(Rejected(line=first, reason="unknown_layout", detail=detail),),
        opening=_UNKNOWN,
    )


def _oldest_first(records: Sequence[StatementRecord]) -> list[StatementRecord]:
    """By day, and by time on days on which every line has one; else in the order given."""
    ordered: list[StatementRecord] = []
    for _, group in groupby(sorted(records, key=attrgetter("day")), key=_BY_DAY):
        day = list(group)
        if all(record.time is not None for record in day):
            day.sort(key=_time)
        ordered.extend(day)
    return ordered


def _newest_first(records: Sequence[StatementRecord]) -> bool:
    """Which way the file runs: by its days, else by its times, else by its running balance."""
    if not records:
        return False
    first, last = records[0], records[-1]
    if first.day != last.day:
        return first.day > last.day
    if first.time is not None and last.time is not None and first.time != last.time:
        return first.time > last.time
    return _chained(records[::-1]) > _chained(records)


def _chained(records: Sequence[StatementRecord]) -> int:
    """How many lines continue the cash balance of the line before."""
    pairs = pairwise(records)
    return sum(
        1
        for before, after in pairs
        if before.cash_after_fen is not None
        and after.cash_after_fen is not None
        and before.cash_after_fen + after.net_fen == after.cash_after_fen
    )


def _time(record: StatementRecord) -> time:
    return record.time or _NO_TIME
