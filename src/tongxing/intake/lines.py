"""One line of a statement, read but not yet judged: its day, kind, code and the amounts printed on it."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from tongxing.intake.cells import Amount
from tongxing.intake.fees import Fee
from tongxing.intake.kinds import Effect, Side

DETAIL_LENGTH_MAX = 40
HOME_CURRENCY = "CNY"


@dataclass(slots=True, kw_only=True)
class Line:
    """What one line says."""

    number: int
    day: date
    time: time | None
    code: str
    name: str
    kind: str
    side: Side
    effect: Effect
    quantity: Decimal | None
    price: Decimal | None
    gross: Amount | None
    net: Amount | None
    """As printed: signed or not; from 收入 and 支出 it is signed."""
    net_directed: bool
    """The net has its sign from the columns 收入 and 支出."""
    fees: tuple[Fee, ...]
    """Every fee that is not zero."""
    fees_printed: bool
    """Whether the file has a column for fees at all."""
    fee_total: Amount | None
    accrued: Amount | None
    cash_after: Amount | None
    shares_after: Decimal | None
    deal_no: str
    currency: str
    rate: Decimal | None = None
    """Yuan for one unit of the price's currency (结算汇率)."""
    steps: tuple[int, ...] = ()
    """How far the printed cash balance moved from the line above or to the line below, in fen."""
    money_alone: bool = False
    """A ledger of cash tells what a trade cost and not what was traded."""


class RefusedLineError(Exception):
    """A line that is not taken: reason of the closed list, and words for a person."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
