"""Lines of a statement as records: signs found out, amounts settled, copies named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain
from zlib import crc32

from tongxing.domain.event import Rejected
from tongxing.domain.statement import StatementRecord
from tongxing.intake.amounts import settle
from tongxing.intake.cells import BadNumberError
from tongxing.intake.direction import Signs, directed, is_paid, leaves_with_minus
from tongxing.intake.lines import Line, RefusedLineError
from tongxing.intake.reader import Reader

KEY_BYTES = 12
"""96 bits: two different lines of one client never meet."""
BALANCE_BITS = 0xFFFF
"""Enough to tell two balances of one day and one amount apart, too little to tell what they are."""
VOTES_MAX = 101
"""Payments that say together whether a file prints them with a minus: one odd line decides nothing."""
WAITING_MAX = 20_000
"""Lines that wait for these votes, at most."""
Item = StatementRecord | Rejected


@dataclass(slots=True)
class Copies:
    """Keys of records with their first line; with a limit the oldest half of them is forgotten."""

    limit: int | None
    lines: dict[str, int] = field(default_factory=dict)

    def first(self, key: str, line: int) -> int:
        """The line that told this first."""
        kept = self.lines.setdefault(key, line)
        if self.limit is not None and len(self.lines) > self.limit:
            for old in list(self.lines)[: self.limit // 2]:
                del self.lines[old]
        return kept


def items(reader: Reader, head: Sequence[str], below: Iterator[str], copies: Copies) -> Iterator[Item]:
    """What stands below the header, line by line: a record, or why it is none."""
    lines = _read(reader, head, below)
    for item in _judged(lines, reader):
        if isinstance(item, StatementRecord):
            kept = copies.first(item.key, item.line)
            if kept != item.line:
                yield Rejected(line=item.line, reason="duplicate", of=kept)
                continue
        yield item


def _read(reader: Reader, head: Sequence[str], below: Iterator[str]) -> Iterator[Line | Rejected]:
    """The lines below the header; the last one is incomplete where no line end follows it."""
    number = reader.table.line
    lines = chain(head[number:], below)
    text = next(lines, None)
    while text is not None:
        number += 1
        following = next(lines, None)
        line = reader.read(text, number, cut=following is None)
        if line is not None:
            yield line
        text = following


def _judged(lines: Iterator[Line | Rejected], reader: Reader) -> Iterator[Item]:
    """Records whose amounts agree. Lines wait until enough show whether the amounts carry signs."""
    waiting: list[Line | Rejected] = []
    minus = plus = 0
    signed = "net" not in reader.table.columns
    while minus + plus < VOTES_MAX and len(waiting) < WAITING_MAX:
        line = next(lines, None)
        if line is None:
            break
        waiting.append(line)
        if isinstance(line, Line):
            minus += is_paid(line, with_minus=True)
            plus += is_paid(line, with_minus=False)
    shares = any(leaves_with_minus(line) for line in waiting if isinstance(line, Line))
    signs = Signs(money=signed or 0 < minus >= plus, shares=shares)
    found: Iterator[Line | Rejected] = chain(waiting, lines)
    if "net" not in reader.table.columns and "cash_after" in reader.table.columns:
        found = _stepped(found)
    layout = reader.table.layout
    for item in found:
        yield _settled(item, signs, layout) if isinstance(item, Line) else item


def _settled(line: Line, signs: Signs, layout: str) -> Item:
    try:
        if not line.side:
            line = directed(line, signs)
        return _record(line, signed=signs.money, layout=layout)
    except RefusedLineError as problem:
        return Rejected(line=line.number, reason=problem.reason, detail=problem.detail)
    except BadNumberError as problem:
        return Rejected(line=line.number, reason="bad_number", detail=str(problem))


def _stepped(lines: Iterator[Line | Rejected]) -> Iterator[Line | Rejected]:
    """Lines with the steps of the cash balance on either side of them: a file may run either way."""
    above: Line | None = None
    current = next(lines, None)
    while current is not None:
        below = next(lines, None)
        if isinstance(current, Line):
            beside = (above, below if isinstance(below, Line) else None)
            current.steps = tuple(
                current.cash_after.fen - other.cash_after.fen
                for other in beside
                if other is not None and other.cash_after is not None and current.cash_after is not None
            )
            above = current
        else:
            above = None
        yield current
        current = below


def _record(line: Line, *, signed: bool, layout: str) -> StatementRecord:
    settled = settle(line, signed=signed)
    currency = settled.currency or line.currency
    cash_after = str(line.cash_after.fen) if line.cash_after is not None else ""
    identity = "\x1f".join(
        (
            line.day.isoformat(),
            line.time.isoformat() if line.time is not None else "",
            line.kind,
            line.side,
            line.code,
            currency,
            str(settled.quantity.normalize()),
            str(settled.price.normalize()),
            str(settled.gross_fen),
            str(settled.fees.total_fen),
            str(settled.net_fen),
            line.deal_no,
            cash_after,
            str(line.shares_after.normalize()) if line.shares_after is not None else "",
        )
    )
    balance = f"{crc32(cash_after.encode()) & BALANCE_BITS:04x}" if cash_after else ""
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
        currency=currency,
        key=f"{blake2b(identity.encode(), digest_size=KEY_BYTES).hexdigest()}{layout[0]}{balance}",
        shares_after=line.shares_after,
        cash_after_fen=line.cash_after.fen if line.cash_after is not None else None,
    )
