"""One line of a statement, read but not yet judged: its day, kind, code and the amounts printed on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from tongxing.domain.event import Rejected
from tongxing.domain.pages import StatementWords
from tongxing.intake.beside import beside
from tongxing.intake.cells import (
    CODE_LENGTH,
    Amount,
    BadDayError,
    BadNumberError,
    amount,
    clock_time,
    code,
    decimals_of,
    fold,
    moment,
    name,
    number,
    present,
    word,
)
from tongxing.intake.kinds import EFFECTS, REJECTING, Effect, Side, by_code, of_table
from tongxing.intake.table import LINE_LENGTH_MAX, Table, cells

DETAIL_LENGTH_MAX = 40
DAY_AND_TIME_LENGTH = len("20250303 093000")
FIRST_YEAR = 1990
"""The exchanges of Shanghai and Shenzhen opened in December 1990."""
QUANTITY_DIGITS_MAX = 4
PRICE_DIGITS_MAX = 6
HOME_CURRENCY = "CNY"
HONG_KONG_CODE_LENGTH = 5
CURRENCIES = {
    "": "CNY",
    "0": "CNY",
    "人民币": "CNY",
    "人民币元": "CNY",
    "RMB": "CNY",
    "CNY": "CNY",
    "港币": "HKD",
    "港元": "HKD",
    "HKD": "HKD",
    "1": "HKD",
    "美元": "USD",
    "美金": "USD",
    "USD": "USD",
    "2": "USD",
}
"""Names and counter codes of currencies."""


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
    fees: tuple[tuple[str, bool, Amount], ...]
    """(bucket, maybe part of another column, amount) of every fee that is not zero."""
    fees_printed: bool
    """Whether the file has a column for fees at all."""
    fee_total: Amount | None
    accrued: Amount | None
    cash_after: Amount | None
    shares_after: Decimal | None
    deal_no: str
    currency: str
    money_alone: bool = False
    """A ledger of cash tells what a trade cost and not what was traded."""


class RefusedLineError(Exception):
    """A line that is not taken: reason of the closed list, and words for a person."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads the lines of one table."""

    table: Table
    words: StatementWords
    today: date
    title: frozenset[str] = frozenset()
    """Lines above the header: a page break may print them again."""
    kinds: Mapping[str, str] = field(init=False)
    totals: tuple[str, ...] = field(init=False)
    money_alone: bool = field(init=False)
    meanings: dict[tuple[str, str, str], tuple[str, Side]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fold the words of the book once."""
        self.kinds = {word(theirs): ours for theirs, ours in self.words.kinds.items()}
        self.totals = tuple(word(total) for total in self.words.totals)
        self.money_alone = self.table.layout == "cash"

    def read(self, text: str, line: int, *, cut: bool = False) -> Line | Rejected | None:
        """The line, why it is refused, or None where nothing is printed. `cut`: the file ends inside it."""
        if len(text) > LINE_LENGTH_MAX:
            return Rejected(line=line, reason="unknown_layout", detail=f"{len(text)} characters in one line")
        row = cells(text, self.table.delimiter)
        if not row or not row[0].strip():
            row = [fold(cell) for cell in row]
            if not any(row):
                return None
        try:
            self._fits(row, cut=cut)
            return self._line(row, line)
        except RefusedLineError as refused:
            reason, detail = refused.reason, refused.detail
        except BadNumberError as problem:
            reason, detail = "bad_number", str(problem)
        except BadDayError as problem:
            reason, detail = "invalid_date", str(problem)
        note = beside(row, text, line, table=self.table, totals=self.totals, title=self.title)
        if note is not None:
            return Rejected(line=line, reason="totals_line", detail=note[:DETAIL_LENGTH_MAX])
        return Rejected(line=line, reason=reason, detail=detail)

    def _fits(self, row: Sequence[str], *, cut: bool) -> None:
        """Every cell stands under its heading."""
        headings = len(self.table.headings)
        if len(row) < self.table.width or (cut and len(row) < headings):
            what = "the file ends inside this line" if cut else "cells are missing"
            raise RefusedLineError("unknown_layout", f"{what}: {len(row)} of {headings}")
        if len(row) > headings and any(fold(cell) for cell in row[headings:]):
            raise RefusedLineError("unknown_layout", f"{len(row)} cells under {headings} headings")

    def _line(self, row: Sequence[str], line: int) -> Line:
        columns = self.table.columns
        day, at = self._day(row)
        kind, side = self._meaning(row)
        security = code(row[columns["code"]]) if "code" in columns else ""
        kind, side = by_code(kind, side, security)
        effect = EFFECTS[kind, side]
        if effect.code and not security and ("code" in columns or (effect.shares and not self.money_alone)):
            raise RefusedLineError("missing_code", self._cell(row, "code")[:DETAIL_LENGTH_MAX])
        currency = self._currency(row)
        if "code" in columns and len(row[columns["code"]]) < CODE_LENGTH and security:
            self._refuse_hong_kong(row, currency)
        return Line(
            number=line,
            day=day,
            time=at,
            code=security,
            name=name(row[columns["name"]]) if "name" in columns else "",
            kind=kind,
            side=side,
            effect=effect,
            quantity=self._digits(row, "quantity", QUANTITY_DIGITS_MAX),
            price=self._digits(row, "price", PRICE_DIGITS_MAX),
            gross=self._amount(row, "gross"),
            net=self._net(row),
            fees=self._fees(row),
            fees_printed=bool(self.table.fees) or "fee_total" in columns,
            fee_total=self._amount(row, "fee_total"),
            accrued=self._amount(row, "accrued"),
            cash_after=self._amount(row, "cash_after"),
            shares_after=self._number(row, "shares_after"),
            deal_no=self._deal_no(row),
            currency=currency,
            money_alone=self.money_alone and effect.shares != 0,
        )

    def _refuse_hong_kong(self, row: Sequence[str], currency: str) -> None:
        """A short code got its zeros back as one of Shenzhen; in Hong Kong 700 is another company."""
        printed = self._cell(row, "code")
        told = self._cell(row, "market") + self._cell(row, "business") + self._cell(row, "side")
        hong_kong = currency != HOME_CURRENCY or "港" in told or "HK" in told.upper()
        if hong_kong and len(printed) < HONG_KONG_CODE_LENGTH:
            raise RefusedLineError("missing_code", f"{printed}: a Hong Kong code has five digits")

    def _day(self, row: Sequence[str]) -> tuple[date, time | None]:
        columns = self.table.columns
        day, at = moment(row[columns["date"]])
        if day.year < FIRST_YEAR:
            raise BadDayError("before there was an exchange")
        if day > self.today:
            raise BadDayError(f"{day.isoformat()} is in the future")
        if at is None and "time" in columns:
            cell = row[columns["time"]]
            alone = len(cell) < DAY_AND_TIME_LENGTH or len(fold(cell)) < DAY_AND_TIME_LENGTH
            at = clock_time(cell) if alone else moment(cell)[1]
        return day, at

    def _meaning(self, row: Sequence[str]) -> tuple[str, Side]:
        """Kind and side of the business words; the table of the book decides, nothing is guessed."""
        columns = self.table.columns
        business = row[columns["business"]]
        side = row[columns["side"]] if "side" in columns else ""
        status = row[columns["status"]] if "status" in columns else ""
        key = (business, side, status)
        found = self.meanings.get(key)
        if found is None:
            found = self._looked_up(word(business), word(side), word(status))
            self.meanings[key] = found
        return found

    def _looked_up(self, business: str, side: str, status: str) -> tuple[str, Side]:
        for printed in (status, business, side):
            if self.kinds.get(printed) in REJECTING:
                raise RefusedLineError(self.kinds[printed], printed[:DETAIL_LENGTH_MAX])
        entry = self.kinds.get(business or side)
        if entry is None:
            raise RefusedLineError("unknown_kind", (business or side)[:DETAIL_LENGTH_MAX])
        kind, of_word = of_table(entry)
        of_column = of_table(self.kinds[side])[1] if side in self.kinds else ""
        both = f"{business} / {side}"[:DETAIL_LENGTH_MAX]
        if {of_word, of_column} == {"buy", "sell"}:
            raise RefusedLineError("unknown_kind", f"{both}: they contradict one another")
        found: Side = of_word or of_column
        if (kind, found) not in EFFECTS:
            raise RefusedLineError("unknown_kind", f"{both}: bought or sold?")
        return kind, found

    def _net(self, row: Sequence[str]) -> Amount | None:
        columns = self.table.columns
        if "net" in columns:
            return amount(row[columns["net"]])
        income, outgo = self._amount(row, "income"), self._amount(row, "outgo")
        if income is None and outgo is None:
            return None
        came, went = income or Amount(0, rounded=False), outgo or Amount(0, rounded=False)
        return Amount(came.fen - abs(went.fen), came.rounded or went.rounded)

    def _fees(self, row: Sequence[str]) -> tuple[tuple[str, bool, Amount], ...]:
        found = []
        for column in self.table.fees:
            fee = amount(row[column.index])
            if fee is not None and fee.fen:
                found.append((column.bucket, column.inside, fee))
        return tuple(found)

    def _deal_no(self, row: Sequence[str]) -> str:
        """What the broker numbered the line with; a row of zeros numbers nothing."""
        deal, order = self._cell(row, "deal_no"), self._cell(row, "order_no")
        if not order.strip("0"):
            return deal if deal.strip("0") else ""
        return f"{deal}/{order}"

    def _currency(self, row: Sequence[str]) -> str:
        index = self.table.columns.get("currency")
        if index is None:
            return HOME_CURRENCY
        printed = word(row[index]).upper()
        return CURRENCIES.get(printed, printed[:DETAIL_LENGTH_MAX])

    def _cell(self, row: Sequence[str], field_name: str) -> str:
        index = self.table.columns.get(field_name)
        return "" if index is None else present(row[index])

    def _amount(self, row: Sequence[str], field_name: str) -> Amount | None:
        index = self.table.columns.get(field_name)
        return None if index is None or not row[index] else amount(row[index])

    def _number(self, row: Sequence[str], field_name: str) -> Decimal | None:
        index = self.table.columns.get(field_name)
        return None if index is None or not row[index] else number(row[index])

    def _digits(self, row: Sequence[str], field_name: str, digits: int) -> Decimal | None:
        """A number with no more decimals than we keep."""
        value = self._number(row, field_name)
        if value is not None and decimals_of(value) > digits and value != round(value, digits):
            raise BadNumberError(f"{field_name}: more than {digits} decimals")
        return value
