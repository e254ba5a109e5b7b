"""The lines of one table, one by one: read, or refused by name; nothing is guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from tongxing.domain.event import Rejected
from tongxing.domain.pages import StatementWords
from tongxing.intake import codes
from tongxing.intake.beside import beside
from tongxing.intake.cells import (
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
from tongxing.intake.currencies import CURRENCIES
from tongxing.intake.fees import Fee
from tongxing.intake.kinds import (
    CODE_LENGTH,
    DIRECTED,
    EFFECTS,
    REJECTING,
    UNDIRECTED,
    Side,
    by_code,
    of_table,
)
from tongxing.intake.lines import DETAIL_LENGTH_MAX, HOME_CURRENCY, Line, RefusedLineError
from tongxing.intake.table import LINE_LENGTH_MAX, Table

LINE_LENGTH_USUAL = 1_000
CELL_LENGTH_MAX = 200
"""On an unusually long line no cell that we read may be longer: what is remembered stays small."""
MEANINGS_MAX = 4_096
DAY_AND_TIME_LENGTH = len("20250303 093000")
FIRST_YEAR = 1990
"""The exchanges of Shanghai and Shenzhen opened in December 1990."""
QUANTITY_DIGITS_MAX = 4
PRICE_DIGITS_MAX = 6


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads the lines of one table."""

    table: Table
    words: StatementWords
    today: date
    names: codes.Names = field(default_factory=dict)
    """Names of securities with their codes, which confirm a code that lost its zeros."""
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
            detail = f"more than {LINE_LENGTH_MAX} characters in one line"
            return Rejected(line=line, reason="unknown_layout", detail=detail)
        row = self.table.split(text)
        if not row or not row[0].strip():
            row = [fold(cell) for cell in row]
            if not any(row):
                return None
        try:
            self._fits(row, cut=cut)
            if len(text) > LINE_LENGTH_USUAL:
                self._bounded(row)
            return self._line(row, line)
        except RefusedLineError as refused:
            reason, detail = refused.reason, refused.detail
        except BadNumberError as problem:
            reason, detail = "bad_number", str(problem)
        except BadDayError as problem:
            reason, detail = "invalid_date", str(problem)
        note = beside(row, text, line, table=self.table, totals=self.totals, title=self.title)
        if note is None and self.table.cuts is not None and reason != "unknown_layout":
            whole = [word(text)]  # a note runs across the columns of a fixed width
            note = beside(whole, text, line, table=self.table, totals=self.totals, title=self.title)
        if note is not None:
            return Rejected(line=line, reason="totals_line", detail=note[:DETAIL_LENGTH_MAX])
        return Rejected(line=line, reason=reason, detail=detail)

    def _bounded(self, row: Sequence[str]) -> None:
        """No cell that we read holds a whole page."""
        for index in (*self.table.columns.values(), *(fee.index for fee in self.table.fees)):
            if len(row[index]) > CELL_LENGTH_MAX:
                raise RefusedLineError(
                    "unknown_layout", f"more than {CELL_LENGTH_MAX} characters in one cell"
                )

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
        currency = self._currency(row)
        named = name(row[columns["name"]]) if "name" in columns else ""
        security = self._code(row, named, currency)
        kind, side = by_code(kind, side, security)
        effect = EFFECTS.get((kind, side), UNDIRECTED)
        if effect.code and not security and ("code" in columns or (effect.shares and not self.money_alone)):
            raise RefusedLineError("missing_code", self._cell(row, "code")[:DETAIL_LENGTH_MAX])
        return Line(
            number=line,
            day=day,
            time=at,
            code=security,
            name=named,
            kind=kind,
            side=side,
            effect=effect,
            quantity=self._digits(row, "quantity", QUANTITY_DIGITS_MAX),
            price=self._digits(row, "price", PRICE_DIGITS_MAX),
            gross=self._amount(row, "gross"),
            net=self._net(row),
            net_directed="net" not in columns,
            fees=self._fees(row),
            fees_printed=bool(self.table.fees) or "fee_total" in columns,
            fee_total=self._amount(row, "fee_total"),
            accrued=self._amount(row, "accrued"),
            cash_after=self._amount(row, "cash_after"),
            shares_after=self._number(row, "shares_after"),
            deal_no=self._deal_no(row),
            currency=currency,
            rate=self._number(row, "rate") if "rate" in columns else None,
            money_alone=self.money_alone and effect.shares != 0,
        )

    def _code(self, row: Sequence[str], named: str, currency: str) -> str:
        """The code, with the zeros a spreadsheet dropped where it can only be one."""
        index = self.table.columns.get("code")
        if index is None:
            return ""
        printed = row[index]
        digits = codes.short(printed) if len(printed) != CODE_LENGTH or not printed.isdigit() else ""
        if not digits:
            return code(printed)
        told = self._cell(row, "market") + self._cell(row, "business") + self._cell(row, "side")
        try:
            return codes.restored(
                digits, name=named, told=told, foreign=currency != HOME_CURRENCY, names=self.names
            )
        except codes.DoubtfulCodeError as doubt:
            raise RefusedLineError("missing_code", str(doubt)) from None

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
            if len(self.meanings) < MEANINGS_MAX:
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
        if kind in DIRECTED and found in {"in", "out"}:
            return DIRECTED[kind][found == "out"]
        if (kind, found) not in EFFECTS and not (kind in DIRECTED and not found):
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

    def _fees(self, row: Sequence[str]) -> tuple[Fee, ...]:
        found = []
        for column in self.table.fees:
            fee = amount(row[column.index])
            if fee is not None and fee.fen:
                found.append(Fee(column.bucket, column.inside, column.group, column.again, fee))
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
        found = CURRENCIES.get(printed)
        if found is None:
            raise RefusedLineError("unknown_kind", f"currency {printed[:DETAIL_LENGTH_MAX]}")
        return found

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
        index = self.table.columns.get(field_name)
        if index is None or not row[index]:
            return None
        cell = row[index]
        value = number(cell)
        point = cell.find(".")
        if value is None or (point >= 0 and len(cell) - point - 1 <= digits):
            return value
        if decimals_of(value) > digits and value != round(value, digits):
            raise BadNumberError(f"{field_name}: more than {digits} decimals")
        return value
