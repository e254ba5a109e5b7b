"""Prices and sectors somebody gives for what our own history does not have, a line a code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Rejected
from tongxing.intake.cells import (
    BadDayError,
    BadNumberError,
    code,
    decimals_of,
    moment,
    number,
    present,
    word,
)
from tongxing.intake.listing import Listing, UnreadableFileError, listing

HEADINGS: Mapping[str, str] = {
    "code": "code",
    "证券代码": "code",
    "name": "name",
    "证券名称": "name",
    "price": "price",
    "价格": "price",
    "date": "date",
    "日期": "date",
    "sector": "sector",
    "行业": "sector",
}
"""Heading -> our field. Prices and sectors may stand in one file; a name is passed over."""
PRICE_MAX = 10**10
PRICE_DECIMALS_MAX = 6
SECTOR_LENGTH_MAX = 200
Value = TypeVar("Value")
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPrice:
    """What somebody says one unit was worth."""

    price: Decimal
    day: date | None
    """The close it is of; None: not said."""


def prices(data: bytes, *, now: datetime) -> tuple[Mapping[str, GivenPrice], tuple[Rejected, ...]]:
    """Code -> its newest price, and the lines that cannot be used.

    `now` is the wall clock: a day after it is a mistake of the file. Raises `UnreadableFileError` for a
    file without the headings code and price.
    """
    table = _table(data, "price")
    today = now.astimezone(BEIJING).date()
    found: dict[str, GivenPrice] = {}
    rejected = list(table.rejected)
    for line, product, row in _coded(table, rejected):
        try:
            given = GivenPrice(price=_price(row["price"]), day=_day(row.get("date", ""), today))
        except BadNumberError as problem:
            rejected.append(Rejected(line=line, reason="bad_number", detail=f"price: {problem}"))
            continue
        except BadDayError as problem:
            rejected.append(Rejected(line=line, reason="invalid_date", detail=f"date: {problem}"))
            continue
        known = found.setdefault(product, given)
        if known.day is not None and given.day is not None and known.day < given.day:
            found[product] = given
        elif known.price != given.price and (
            known.day is None or given.day is None or known.day == given.day
        ):
            rejected.append(_otherwise(line, product))
    return found, tuple(rejected)


def sectors(data: bytes) -> tuple[Mapping[str, str], tuple[Rejected, ...]]:
    """Code -> its sector, and the lines that cannot be used; raises as `prices` does."""
    table = _table(data, "sector")
    found: dict[str, str] = {}
    rejected = list(table.rejected)
    for line, product, row in _coded(table, rejected):
        sector = present(row["sector"])
        if not sector or len(sector) > SECTOR_LENGTH_MAX or not sector.isprintable():
            detail = f"sector: 1 to {SECTOR_LENGTH_MAX} characters are needed"
            rejected.append(Rejected(line=line, reason="bad_field", detail=detail))
        elif found.setdefault(product, sector) != sector:
            rejected.append(_otherwise(line, product))
    return found, tuple(rejected)


def _table(data: bytes, wanted: str) -> Listing:
    """The file under our names of its columns."""
    table = listing(data)
    where = f"line {table.line}"
    fields = {heading: HEADINGS.get(word(heading).lower()) for heading in table.headings if heading}
    for heading, field in fields.items():
        if field is None:
            raise UnreadableFileError(f"unknown heading {heading!r}", where)
    for needed in ("code", wanted):
        if list(fields.values()).count(needed) != 1:
            names = " or ".join(heading for heading, field in HEADINGS.items() if field == needed)
            raise UnreadableFileError(f"one column {names} is needed", where)
    rows = tuple(
        (line, {str(fields[heading]): cell for heading, cell in row.items()}) for line, row in table.rows
    )
    return Listing(
        headings=tuple(str(field) for field in fields.values()),
        line=table.line,
        rows=rows,
        rejected=table.rejected,
    )


def _coded(table: Listing, rejected: list[Rejected]) -> Iterator[tuple[int, str, Row]]:
    """Rows that name a product; the others go to `rejected`."""
    for line, row in table.rows:
        product = code(row["code"])
        if product:
            yield line, product, row
        else:
            rejected.append(Rejected(line=line, reason="missing_code", detail="code: none is told"))


def _price(cell: str) -> Decimal:
    value = number(cell)
    if value is None:
        raise BadNumberError("none is told")
    if not 0 < value < PRICE_MAX or decimals_of(value.normalize()) > PRICE_DECIMALS_MAX:
        raise BadNumberError(f"more than 0, with at most {PRICE_DECIMALS_MAX} decimals")
    return value


def _day(cell: str, today: date) -> date | None:
    if not present(cell):
        return None
    day = moment(cell)[0]
    if day > today:
        raise BadDayError("in the future")
    return day


def _otherwise(line: int, product: str) -> Rejected:
    return Rejected(line=line, reason="conflict", detail=f"an earlier line tells {product} otherwise")
