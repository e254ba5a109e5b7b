"""A plain table somebody exported: a line of headings, then rows; every line is taken by itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tongxing.domain.event import Rejected
from tongxing.intake.cells import fold
from tongxing.intake.decoding import UnreadableFileError, decode
from tongxing.intake.table import COLUMNS_MAX, DELIMITERS, LINE_LENGTH_MAX, cells, is_blank

__all__ = ["Listing", "UnreadableFileError", "listing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The rows of a table under its headings."""

    headings: tuple[str, ...]
    line: int
    """Where the headings stand."""
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    """(line, heading -> cell)."""
    rejected: tuple[Rejected, ...]
    """Lines that are no rows of this table."""


def listing(data: bytes) -> Listing:
    """The table in a file, comma, tab, semicolon or bar; UTF-8, GB18030 or UTF-16 with BOM.

    Raises `UnreadableFileError` for a file that is no text or whose first line cannot be its headings.
    """
    decoded = decode(data)
    lines = decoded.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next(number for number, line in enumerate(lines, start=1) if line.strip())
    headings, delimiter = _headings(lines[first - 1], first)
    rows: list[tuple[int, Mapping[str, str]]] = []
    rejected: list[Rejected] = []
    for number, line in enumerate(lines[first:], start=first + 1):
        found = _row(line, number, headings, delimiter)
        if decoded.cut and number == len(lines):
            found = Rejected(line=number, reason="bad_field", detail="the file ends inside a character")
        if isinstance(found, Rejected):
            rejected.append(found)
        elif found is not None:
            rows.append((number, found))
    return Listing(headings=headings, line=first, rows=tuple(rows), rejected=tuple(rejected))


def need(table: Listing, columns: Iterable[str]) -> None:
    """Raise `UnreadableFileError` naming the first column that the table does not have."""
    for column in columns:
        if column not in table.headings:
            raise UnreadableFileError(f"no column {column}", f"line {table.line}")


def _headings(line: str, number: int) -> tuple[tuple[str, ...], str]:
    """The headings and the delimiter that makes most of them."""
    if len(line) > LINE_LENGTH_MAX:
        raise UnreadableFileError(f"more than {LINE_LENGTH_MAX} characters", f"line {number}")
    delimiter = max(DELIMITERS, key=line.count)
    headings = tuple(fold(cell) for cell in cells(line, delimiter))
    if len(headings) > COLUMNS_MAX:
        raise UnreadableFileError(f"more than {COLUMNS_MAX} columns", f"line {number}")
    named = [heading for heading in headings if heading]
    twice = next((heading for heading in named if named.count(heading) > 1), None)
    if twice is not None:
        raise UnreadableFileError(f"the heading {twice} stands twice", f"line {number}")
    return headings, delimiter


def _row(
    line: str, number: int, headings: Sequence[str], delimiter: str
) -> Mapping[str, str] | Rejected | None:
    """One row by heading; None for a line on which nothing stands."""
    if len(line) > LINE_LENGTH_MAX:
        return Rejected(line=number, reason="bad_field", detail=f"more than {LINE_LENGTH_MAX} characters")
    row = cells(line, delimiter)
    if is_blank(row):
        return None
    if len(row) < len(headings) or not is_blank(row[len(headings) :]):
        detail = f"{len(row)} cells under {len(headings)} headings"
        return Rejected(line=number, reason="missing_field", detail=detail)
    return {heading: cell for heading, cell in zip(headings, row, strict=False) if heading}
