"""Lines beside the records: sums, notes, and headings or titles that a page break prints again."""

from collections.abc import Sequence

from tongxing.intake.cells import BadDayError, fold, moment, word
from tongxing.intake.table import Table

HEADINGS_AGAIN_MIN = 3
_NAMING = ("date", "business", "code", "name")
"""Columns one of which says what a record is about, or that it is a sum."""


def beside(
    row: Sequence[str],
    text: str,
    number: int,
    *,
    table: Table,
    totals: tuple[str, ...],
    title: frozenset[str],
) -> str | None:
    """What a line is that could not be taken as a record, if it was never meant to be one."""
    if text.strip() in title:
        return "the title again"
    filled = [printed for printed in map(word, row) if printed]
    summed = bool(filled) and filled[0].startswith(totals)
    if number == table.line + 1 and not summed and not any(character.isdigit() for character in text):
        return "headings in a second line"
    if not filled:
        return None
    if set(filled) <= table.printed and len(filled) >= min(HEADINGS_AGAIN_MIN, len(table.printed)):
        return "the headings again"
    if len(filled) == 1 and not filled[0][:1].isdigit():
        return filled[0] if summed else "a note, no record"
    return _sum(row, filled[0], table, totals)


def _sum(row: Sequence[str], first: str, table: Table, totals: tuple[str, ...]) -> str | None:
    """A line of sums: by its first word, by a word where a record has its name, or by having none."""
    places = [table.columns[field] for field in _NAMING if field in table.columns]
    naming = [word(row[index]) for index in places if index < len(row)]
    found = next((cell for cell in naming if cell.rstrip(":") in totals), None)
    if found is not None:
        return found
    if _dated(row, table):
        return None
    if not first[:1].isdigit() and first.startswith(totals):
        return first
    if naming and naming[0].endswith(totals):
        return naming[0]
    return "sums without a name" if len(row) >= table.width and not any(naming) else None


def _dated(row: Sequence[str], table: Table) -> bool:
    index = table.columns["date"]
    if index >= len(row) or not fold(row[index]):
        return False
    try:
        moment(row[index])
    except BadDayError:
        return False
    return True
