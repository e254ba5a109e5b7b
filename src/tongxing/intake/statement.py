"""A broker statement (交割单, 历史成交, 资金流水) from its bytes: records, rejects, opening."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, time
from hashlib import blake2b
from itertools import chain, groupby, pairwise
from operator import attrgetter

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Rejected
from tongxing.domain.pages import StatementWords
from tongxing.domain.statement import Opening, Statement, StatementRecord
from tongxing.intake.amounts import is_paid, settle
from tongxing.intake.cells import BadNumberError
from tongxing.intake.decoding import Decoded, UnreadableFileError, decode
from tongxing.intake.lines import Line, Reader, RefusedLineError
from tongxing.intake.opening import opening
from tongxing.intake.table import find

__all__ = ["UnreadableFileError", "read"]

KEY_BYTES = 12
"""96 bits: two different lines of one client never meet."""
VOTES_MAX = 101
"""Payments that say together whether a file prints them with a minus: one odd line decides nothing."""
_BY_DAY: Callable[[StatementRecord], object] = attrgetter("day")
_NO_TIME = time()


def read(data: bytes, *, words: StatementWords, now: datetime) -> Statement:
    """Everything the file says, oldest first; lines not taken stand in `rejected`, each with a reason.

    `now` is the wall clock: a day after it is a mistake of the file. Raises `UnreadableFileError` when the
    file is empty, binary, huge or in no known encoding; an unknown header is one rejected line and no record.
    """
    decoded = decode(data)
    lines = _lines(decoded.text)
    table = find(lines, words)
    if table is None:
        return _unknown(decoded, lines)
    title = frozenset(line.strip() for line in lines[: table.line - 1])
    reader = Reader(table=table, words=words, today=now.astimezone(BEIJING).date(), title=title)
    rejected: list[Rejected] = []
    found = _read(reader, lines, rejected, complete=_complete(decoded))
    records = _judged(found, rejected, signed="net" not in table.columns)
    ordered = _oldest_first(_without_duplicates(records, rejected))
    return Statement(
        encoding=decoded.encoding,
        delimiter=table.delimiter,
        layout=table.layout,
        records=tuple(ordered),
        rejected=tuple(sorted(rejected, key=attrgetter("line"))),
        opening=opening(ordered),
    )


def _lines(text: str) -> list[str]:
    """Physical lines; only real line ends divide them (a form feed inside a name does not)."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _complete(decoded: Decoded) -> bool:
    return not decoded.cut and decoded.text.endswith(("\n", "\r"))


def _unknown(decoded: Decoded, lines: Sequence[str]) -> Statement:
    """No header that names a date, a business and an amount."""
    first = next((number for number, line in enumerate(lines, start=1) if line.strip()), 1)
    detail = "no line of headings with a date, a business and amounts was found"
    return Statement(
        encoding=decoded.encoding,
        delimiter="",
        layout="unknown",
        records=(),
        rejected=(Rejected(line=first, reason="unknown_layout", detail=detail),),
        opening=Opening(status="unknown", as_of=None, cash_fen=None),
    )


def _read(
    reader: Reader, lines: Sequence[str], rejected: list[Rejected], *, complete: bool
) -> Iterator[Line]:
    """The lines below the header, one by one; what is refused goes to `rejected`."""
    last = len(lines)
    for number in range(reader.table.line, last):
        line = reader.read(lines[number], number + 1, cut=number + 1 == last and not complete)
        if isinstance(line, Line):
            yield line
        elif line is not None:
            rejected.append(line)


def _judged(lines: Iterator[Line], rejected: list[Rejected], *, signed: bool) -> Iterator[StatementRecord]:
    """Records whose amounts agree. Lines wait until enough show whether the amounts carry signs."""
    waiting: list[Line] = []
    minus = plus = 0
    while not signed and minus + plus < VOTES_MAX:
        line = next(lines, None)
        if line is None:
            break
        waiting.append(line)
        minus += is_paid(line, with_minus=True)
        plus += is_paid(line, with_minus=False)
    signed = signed or 0 < minus >= plus
    for line in chain(waiting, lines):
        try:
            yield _record(line, signed=signed)
        except RefusedLineError as problem:
            rejected.append(Rejected(line=line.number, reason=problem.reason, detail=problem.detail))
        except BadNumberError as problem:
            rejected.append(Rejected(line=line.number, reason="bad_number", detail=str(problem)))


def _record(line: Line, *, signed: bool) -> StatementRecord:
    settled = settle(line, signed=signed)
    identity = "\x1f".join(
        (
            line.day.isoformat(),
            line.time.isoformat() if line.time is not None else "",
            line.kind,
            line.side,
            line.code,
            line.currency,
            str(settled.quantity.normalize()),
            str(settled.price.normalize()),
            str(settled.gross_fen),
            str(settled.fees.total_fen),
            str(settled.net_fen),
            line.deal_no,
            str(line.cash_after.fen) if line.cash_after is not None else "",
            str(line.shares_after.normalize()) if line.shares_after is not None else "",
        )
    )
    return StatementRecord(
        line=line.number,
        day=line.day,
        time=line.time,
        code=line.code,
        name=line.name,
        kind=line.kind,
        side=line.side,
        quantity=settled.quantity,
        price=settled.price,
        gross_fen=settled.gross_fen,
        fees=settled.fees,
        net_fen=settled.net_fen,
        currency=line.currency,
        key=blake2b(identity.encode(), digest_size=KEY_BYTES).hexdigest(),
        shares_after=line.shares_after,
        cash_after_fen=line.cash_after.fen if line.cash_after is not None else None,
    )


def _without_duplicates(
    records: Iterable[StatementRecord], rejected: list[Rejected]
) -> list[StatementRecord]:
    """Lines alike in everything, deal number, time and balances included, tell of one business."""
    first: dict[str, StatementRecord] = {}
    for record in records:
        kept = first.setdefault(record.key, record)
        if kept is not record:
            rejected.append(Rejected(line=record.line, reason="duplicate", of=kept.line))
    return list(first.values())


def _oldest_first(records: Sequence[StatementRecord]) -> list[StatementRecord]:
    """By day, and by time on days on which every line has one; else as printed (turned if newest first)."""
    if records and _newest_first(records):
        records = records[::-1]
    ordered: list[StatementRecord] = []
    for _, group in groupby(sorted(records, key=attrgetter("day")), key=_BY_DAY):
        day = list(group)
        if all(record.time is not None for record in day):
            day.sort(key=_time)
        ordered.extend(day)
    return ordered


def _newest_first(records: Sequence[StatementRecord]) -> bool:
    """Which way the file runs: by its days, else by its times, else by its running balance."""
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
