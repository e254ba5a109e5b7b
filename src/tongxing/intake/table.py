"""A statement as a table: which delimiter, where the header stands, which column means what."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tongxing.domain.pages import StatementWords
from tongxing.intake.cells import fold, word

HEADER_LINES_MAX = 60
"""A header that does not stand within the first sixty lines is none."""
LINE_LENGTH_MAX = 20_000
COLUMNS_MAX = 200
DELIMITERS = ("\t", ",", ";", "|")
FEES: Mapping[str, tuple[str, bool]] = {
    "commission": ("commission", False),
    "commission_inside": ("commission", True),
    "stamp": ("stamp", False),
    "transfer": ("transfer", False),
    "other": ("other", False),
    "other_inside": ("other", True),
}
"""Field of a fee column -> the bucket it falls in, and whether it may be part of another column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeColumn:
    """One column of fees."""

    index: int
    bucket: str
    inside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The header of a statement, understood."""

    delimiter: str
    line: int
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    """Our field -> index of its column."""
    fees: tuple[FeeColumn, ...]
    layout: str
    """`delivery` (交割单), `trades` (历史成交) or `cash` (资金流水)."""

    width: int
    """Cells that every row must have: up to the last column that is understood."""


def find(lines: Sequence[str], words: StatementWords) -> Table | None:
    """The first line that reads like a header, under the delimiter that explains most of it."""
    meanings = {word(heading): name for name, headings in words.columns.items() for heading in headings}
    for number, line in enumerate(lines[:HEADER_LINES_MAX], start=1):
        if len(line) > LINE_LENGTH_MAX:
            continue
        candidates = [_table(line, number, delimiter, meanings, words) for delimiter in DELIMITERS]
        found = [table for table in candidates if table is not None]
        if found:
            return max(found, key=_understood)
    return None


def cells(line: str, delimiter: str) -> list[str]:
    """The cells of one line. Every line is taken by itself, so a lost quote harms no other line."""
    if '"' not in line:
        return line.split(delimiter)
    if '="' in line:
        line = line.replace('="', '"')
    return next(csv.reader([line], delimiter=delimiter), [])


def _understood(table: Table) -> int:
    return len(table.columns) + len(table.fees)


def _table(
    line: str, number: int, delimiter: str, meanings: Mapping[str, str], words: StatementWords
) -> Table | None:
    headings = tuple(word(cell) for cell in cells(line, delimiter))
    if not 1 < len(headings) <= COLUMNS_MAX:
        return None
    columns = _stand_in(dict(_columns(headings, words)))
    layout = _layout(columns)
    if layout is None:
        return None
    fees = _fees(headings, meanings)
    return Table(
        delimiter=delimiter,
        line=number,
        headings=headings,
        columns=columns,
        fees=fees,
        layout=layout,
        width=max((*columns.values(), *(fee.index for fee in fees))) + 1,
    )


def _stand_in(columns: dict[str, int]) -> dict[str, int]:
    """Fields whose own column is missing, taken from the column that plays their part."""
    amount = "gross" if "quantity" in columns and "gross" not in columns else "net"
    for wanted, other in (("date", "time"), ("business", "side"), (amount, "amount")):
        if wanted not in columns and other in columns:
            columns[wanted] = columns[other]
            del columns[other]
    columns.pop("amount", None)
    return columns


def _columns(headings: Sequence[str], words: StatementWords) -> Iterator[tuple[str, int]]:
    """Each field with its column; where two headings mean one field, the more telling one."""
    places = {heading: index for index, heading in reversed(list(enumerate(headings)))}
    for name, synonyms in words.columns.items():
        if name in FEES or name == "known":
            continue
        found = next((places[word(heading)] for heading in synonyms if word(heading) in places), None)
        if found is not None:
            yield name, found


def _fees(headings: Sequence[str], meanings: Mapping[str, str]) -> tuple[FeeColumn, ...]:
    found = ((index, FEES.get(meanings.get(heading, ""))) for index, heading in enumerate(headings))
    return tuple(
        FeeColumn(index=index, bucket=fee[0], inside=fee[1]) for index, fee in found if fee is not None
    )


def _layout(columns: Mapping[str, int]) -> str | None:
    """Which of the three statements this is; None when a day, a business word or any amount is missing."""
    if "date" not in columns or "business" not in columns:
        return None
    moves_cash = "net" in columns or ("income" in columns and "outgo" in columns)
    moves_shares = "quantity" in columns and ("price" in columns or "gross" in columns)
    if moves_shares:
        return "delivery" if moves_cash else "trades"
    return "cash" if moves_cash else None


def is_blank(row: Sequence[str]) -> bool:
    """A line on which nothing is printed."""
    return not any(fold(cell) for cell in row)
