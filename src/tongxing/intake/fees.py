"""The fee columns of one line, and the ways in which they may be read; the arithmetic of the line decides."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from tongxing.domain.statement import RecordFees
from tongxing.intake.cells import Amount


class Fee(NamedTuple):
    """What one fee column says on one line; zeros are left out."""

    bucket: str
    inside: bool
    """Maybe part of another column, as 净佣金 is of 手续费."""
    group: str
    """Columns of one group may print one fee twice: the same heading again, or 佣金 beside 手续费."""
    again: bool
    """Not the first column of its group."""
    amount: Amount


def readings(fees: Sequence[Fee], total: Amount | None) -> Iterator[RecordFees]:
    """Ways to read the fee columns, the likeliest first.

    The plain case first, since it is that of nearly every line: columns of their own, nothing in common.
    Columns of one group are added up, or say the same twice: then the first counts, or the others.
    净佣金 beside 手续费 is a part of it; 规费 beside 手续费 sometimes is; 费用合计 is the sum of all.
    """
    if total is None and not any(fee.again or fee.inside for fee in fees):
        yield _bucketed(fees)
        return
    for chosen in _chosen(fees):
        yield from _parts_or_sums(chosen, total)


def _chosen(fees: Sequence[Fee]) -> Iterator[Sequence[Fee]]:
    """All columns; of repeated ones only the first; of repeated ones only those that repeat."""
    yield fees
    repeated = {fee.group for fee in fees if fee.again}
    if repeated:
        yield [fee for fee in fees if not fee.again]
        yield [fee for fee in fees if fee.again or fee.group not in repeated]


def _parts_or_sums(fees: Sequence[Fee], total: Amount | None) -> Iterator[RecordFees]:
    outer = _bucketed(fee for fee in fees if not fee.inside)
    if total is not None:
        whole = abs(total.fen)
        known = outer if outer.total_fen <= whole else RecordFees()
        yield replace(known, other_fen=known.other_fen + whole - known.total_fen)
    if not any(fee.inside for fee in fees):
        yield outer
        return
    if outer.commission_fen:
        yield _bucketed(fee for fee in fees if not fee.inside or fee.bucket != "commission")
        yield outer
    yield _bucketed(fees)


def _bucketed(fees: Iterable[Fee]) -> RecordFees:
    commission = stamp = transfer = other = 0
    for fee in fees:
        fen = abs(fee.amount.fen)
        if fee.bucket == "commission":
            commission += fen
        elif fee.bucket == "stamp":
            stamp += fen
        elif fee.bucket == "transfer":
            transfer += fen
        else:
            other += fen
    return RecordFees(commission_fen=commission, stamp_fen=stamp, transfer_fen=transfer, other_fen=other)
