"""A statement as a table: which delimiter, where the header stands, which column means what."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from tongxing.domain.pages import StatementWords
from tongxing.intake import fixed
from tongxing.intake.cells import fold, word

HEADER_LINES_MAX = 60
"""A header that does not stand within the first sixty lines is none."""
LINE_LENGTH_MAX = 20_000
COLUMNS_MAX = 200
DELIMITERS = ("\t", ",", ";", "|")
FIXED = "fixed"
"""Said in the place of a delimiter where columns stand at character cells."""
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
    group: str
    """Columns of one group may print one fee twice."""
    again: bool
    """Not the first of its group."""


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
    printed: frozenset[str]
    """Every word that stands in the heading's lines."""
    cuts: fixed.Cuts | None = None
    """Of a fixed-width file: where its columns are divided."""

    def split(self, line: str) -> list[str]:
        """The cells of one line."""
        return cells(line, self.delimiter) if self.cuts is None else self.cuts.split(line)


def find(lines: Sequence[str], words: StatementWords) -> Table | None:
    """The first line, or pair of lines, that reads like a header, under the delimiter that explains most."""
    meanings = {word(heading): name for name, headings in words.columns.items() for heading in headings}
    for number, line in enumerate(lines[:HEADER_LINES_MAX], start=1):
        if len(line) > LINE_LENGTH_MAX:
            continue
        below = lines[number] if number < len(lines) else ""
        found = [
            table
            for delimiter in DELIMITERS
            for table in _tables(line, below, number, delimiter, meanings, words)
        ]
        if found:
            return max(found, key=_understood)
        columns = _fixed(line, lines[number : number + fixed.SAMPLED_LINES], number, meanings, words)
        if columns is not None:
            return columns
    return None


def _fixed(
    line: str, below: Sequence[str], number: int, meanings: Mapping[str, str], words: StatementWords
) -> Table | None:
    """The line as the header of a fixed-width file: headings that only blanks divide."""
    printed = tuple(word(heading) for heading in fixed.headings(line))
    if not 1 < len(printed) <= COLUMNS_MAX or "\t" in line:
        return None
    table = _table(printed, frozenset(printed), number, FIXED, meanings, words)
    if table is None:
        return None
    usual = [text for text in below if len(text) <= LINE_LENGTH_MAX]
    return replace(table, cuts=fixed.cuts(line, usual))


def _tables(
    line: str, below: str, number: int, delimiter: str, meanings: Mapping[str, str], words: StatementWords
) -> Iterator[Table]:
    """The line as a header by itself, and together with a second line of headings below it."""
    upper = tuple(word(cell) for cell in cells(line, delimiter))
    if not 1 < len(upper) <= COLUMNS_MAX:
        return
    alone = _table(upper, frozenset(upper), number, delimiter, meanings, words)
    if alone is not None:
        yield alone
    if len(below) > LINE_LENGTH_MAX or any(character.isdigit() for character in below):
        return
    lower = tuple(word(cell) for cell in cells(below, delimiter))
    if not 1 < len(lower) <= COLUMNS_MAX or not any(lower):
        return
    if _table(lower, frozenset(lower), number + 1, delimiter, meanings, words) is None:
        joined = tuple(_joined(upper, lower, meanings))
        both = _table(joined, frozenset((*upper, *lower)), number + 1, delimiter, meanings, words)
        if both is not None:
            yield both


def _joined(upper: Sequence[str], lower: Sequence[str], meanings: Mapping[str, str]) -> Iterator[str]:
    """One heading for each column of two lines; a blank cell above continues the group to its left."""
    group = ""
    for above, below in zip_longest(upper, lower, fillvalue=""):
        group = above or group
        if not below:
            yield above
        else:
            yield next((text for text in (group + below, below) if text in meanings), group + below)


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
    headings: tuple[str, ...],
    printed: frozenset[str],
    number: int,
    delimiter: str,
    meanings: Mapping[str, str],
    words: StatementWords,
) -> Table | None:
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
        printed=printed - {""},
    )


def _stand_in(columns: dict[str, int]) -> dict[str, int]:
    """Fields whose own column is missing, taken from the column that plays their part."""
    amount = "gross" if "quantity" in columns and "gross" not in columns else "net"
    for wanted, other in (("date", "time"), ("business", "side"), (amount, "amount")):
        if wanted not in columns and other in columns:
            columns[wanted] = columns[other]
            del columns[other]
    columns.pop("amount", None)
    balance = columns.pop("balance", None)
    if balance is not None and "cash_after" not in columns:
        columns["cash_after"] = balance
    elif balance is not None and "quantity" in columns:
        columns.setdefault("shares_after", balance)
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
    """Every fee column; what bears the same heading again, or a second name of the commission, may repeat."""
    columns: list[FeeColumn] = []
    for index, heading in enumerate(headings):
        fee = FEES.get(meanings.get(heading, ""))
        if fee is None:
            continue
        bucket, inside = fee
        group = bucket if bucket == "commission" and not inside else heading
        again = any(column.group == group for column in columns)
        columns.append(FeeColumn(index=index, bucket=bucket, inside=inside, group=group, again=again))
    return tuple(columns)


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
