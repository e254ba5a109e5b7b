"""A broker statement, read: records, rejected lines, openings (`contracts.md`, door `import`)."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from tongxing.domain.event import Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFees:
    """Fees of one statement line in fen."""

    commission_fen: int = 0
    stamp_fen: int = 0
    transfer_fen: int = 0
    other_fen: int = 0

    @property
    def total_fen(self) -> int:
        """All of it."""
        return self.commission_fen + self.stamp_fen + self.transfer_fen + self.other_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRecord:
    """One business of a statement. `net_fen` is signed from the client's view; `quantity` never negative."""

    line: int
    day: date
    time: time | None
    code: str
    name: str
    kind: str
    side: str
    """`buy`, `sell`, `in`, `out` or empty."""
    quantity: Decimal
    price: Decimal
    gross_fen: int
    fees: RecordFees
    net_fen: int
    currency: str
    key: str
    """Stable over a second import of the same file; true twins have different keys."""
    shares_after: Decimal | None = None
    """证券余额 printed on the line."""
    cash_after_fen: int | None = None
    """资金余额 printed on the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the client held before the first line, as far as the file tells."""

    status: str
    """`from_balance` or `unknown`."""
    as_of: date | None
    cash_fen: int | None
    shares: tuple[tuple[str, str, Decimal], ...] = ()
    """(code, name, quantity) of holdings before the first line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A whole file, read."""

    encoding: str
    delimiter: str
    layout: str
    records: tuple[StatementRecord, ...]
    """Oldest first."""
    rejected: tuple[Rejected, ...]
    opening: Opening
