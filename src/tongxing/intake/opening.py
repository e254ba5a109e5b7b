"""What a client held before the first line, from the balances the file prints: derived, never assumed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import TypeVar

from tongxing.domain.statement import Opening, StatementRecord
from tongxing.intake.kinds import EFFECTS_BY_NAME, Effect
from tongxing.intake.lines import HOME_CURRENCY

Number = TypeVar("Number", int, Decimal)
STEPS_MIN = 2
"""One step from day to day may break for a line that was rejected between them."""
_NO_EFFECT = Effect(cash=0, shares=0)


def opening(records: Sequence[StatementRecord]) -> Opening:
    """The opening of records that stand oldest first; `unknown` where no balance is printed."""
    cash = _cash([record for record in records if record.currency == HOME_CURRENCY])
    shares = _shares(records)
    if not records or (cash is None and not shares):
        return Opening(status="unknown", as_of=None, cash_fen=None)
    return Opening(
        status="from_balance",
        as_of=records[0].day - timedelta(days=1),
        cash_fen=cash,
        shares=tuple((code, name, quantity) for code, name, quantity in shares if quantity > 0),
    )


def share_change(record: StatementRecord) -> Decimal:
    """How a line changes the holding of its code."""
    effect = EFFECTS_BY_NAME.get((record.kind, record.side), _NO_EFFECT)
    return record.quantity * effect.shares


def _cash(records: Sequence[StatementRecord]) -> int | None:
    """Cash before the first line, where the balances of its day agree with the amounts."""
    moving = [record for record in records if record.net_fen]
    if not moving:
        return _unmoved(records)
    if not _running((record.day, record.net_fen, record.cash_after_fen) for record in moving):
        return None
    day = [record for record in moving if record.day == moving[0].day]
    if any(record.cash_after_fen is None for record in day):
        return _skipping(moving)
    for order in _orders(day):
        known = [record.cash_after_fen for record in order if record.cash_after_fen is not None]
        start = _start([record.net_fen for record in order], known)
        if start is not None:
            return start
    return None


def _unmoved(records: Sequence[StatementRecord]) -> int | None:
    """Sales whose fees ate all they brought leave the balance as it was: the one that is printed."""
    balances = {
        record.cash_after_fen
        for record in records
        if EFFECTS_BY_NAME.get((record.kind, record.side), _NO_EFFECT).cash
    }
    return balances.pop() if len(balances) == 1 else None


def _skipping(records: Sequence[StatementRecord]) -> int | None:
    """Lines without a balance stand before the first line that has one."""
    moved = 0
    for record in records:
        moved += record.net_fen
        if record.cash_after_fen is not None:
            return record.cash_after_fen - moved
    return None


def _shares(records: Sequence[StatementRecord]) -> list[tuple[str, str, Decimal]]:
    """Each code whose holding before its first line follows from the printed balances."""
    lines: dict[str, list[StatementRecord]] = {}
    for record in records:
        if record.code:
            lines.setdefault(record.code, []).append(record)
    starts = ((code, rows[-1].name, _start_shares(rows)) for code, rows in lines.items())
    return [(code, name, start) for code, name, start in starts if start is not None and start >= 0]


def _start_shares(rows: Sequence[StatementRecord]) -> Decimal | None:
    """From the lines that move shares; a dividend's line often prints no true balance."""
    moving = [record for record in rows if share_change(record)] or rows
    if not _running((record.day, share_change(record), record.shares_after) for record in moving):
        return None
    day = [record for record in moving if record.day == moving[0].day]
    if any(record.shares_after is None for record in day):
        return None
    for order in _orders(day):
        known = [record.shares_after for record in order if record.shares_after is not None]
        start = _start([share_change(record) for record in order], known)
        if start is not None:
            return start
    return None


def _running(told: Iterable[tuple[date, Number, Number | None]]) -> bool:
    """Whether the column is a running balance at all: of three days or more, one follows from the day before.

    余额 may mean cash or shares, and a column of another meaning would make up an opening.
    """
    steps = 0
    before: frozenset[Number] = frozenset()
    for _, lines in groupby(told, key=itemgetter(0)):
        day = tuple(lines)
        after = frozenset(balance for _, _, balance in day if balance is not None)
        changes = [change for _, change, _ in day]
        change = sum(changes[1:], changes[0])
        if before and after:
            if not after.isdisjoint({start + change for start in before}):
                return True
            steps += 1
        before = after
    return steps < STEPS_MIN


def _orders(day: Sequence[StatementRecord]) -> Iterator[Sequence[StatementRecord]]:
    """Balances may run by time, down the page, or up the page."""
    yield day
    yield sorted(day, key=attrgetter("line"))
    yield sorted(day, key=attrgetter("line"), reverse=True)


def _start(changes: Sequence[Number], balances: Sequence[Number]) -> Number | None:
    """Before the first change: balances run from line to line, or each line prints that of the evening."""
    if not balances:
        return None
    steps = zip(balances, balances[1:], changes[1:], strict=False)
    if all(after - before == change for before, after, change in steps):
        return balances[0] - changes[0]
    if all(balance == balances[0] for balance in balances):
        return balances[0] - sum(changes[1:], changes[0])
    return None
