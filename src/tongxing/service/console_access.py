"""The audit of staff access: entries by person, client, act and day, and the same as a table."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tongxing.domain.clock import BEIJING
from tongxing.service.client_names import client_names, masked
from tongxing.service.console_verdicts import day_span
from tongxing.service.house import House
from tongxing.service.ports_console import AskedLooks, Look

LINES = 50
TABLE_ROWS_MAX = 20_000
ROWS_AT_ONCE = 1_000
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "at",
    "person",
    "role",
    "act",
    "client",
    "purpose",
    "reason_given",
    "allowed",
    "policies",
    "in_place_of",
    "field",
    "leaf",
)
ROW_DIGITS_MAX = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksWish:
    """Which entries are wanted, as far as it was understood."""

    asked: AskedLooks
    before: int | None
    misread: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksFound:
    """One page of entries, with the masked name of each client."""

    lines: tuple[tuple[Look, str], ...]
    next: str
    """Empty on the last page."""


def wish_of_looks(asked: Mapping[str, str]) -> LooksWish:
    """Read the fields of the filter; a field that is no day or number is told, never guessed."""
    misread: list[str] = []

    def day(field: str) -> date | None:
        try:
            return date.fromisoformat(asked[field]) if asked.get(field) else None
        except ValueError:
            misread.append(field)
            return None

    before = asked.get("before", "")
    if before and not (before.isascii() and before.isdecimal() and len(before) <= ROW_DIGITS_MAX):
        misread.append("before")
        before = ""
    since, until = day_span(day("first"), day("last"))
    return LooksWish(
        asked=AskedLooks(
            person_id=asked.get("person") or None,
            client_id=asked.get("client") or None,
            act=asked.get("act") or None,
            allowed={"yes": True, "no": False}.get(asked.get("allowed", "")),
            since=since,
            until=until,
        ),
        before=int(before) if before else None,
        misread=tuple(misread),
    )


def looks_of(house: House, wish: LooksWish, *, limit: int = LINES) -> LooksFound:
    """One page of entries, the latest first."""
    rows = house.store.census.looks(wish.asked, before=wish.before, limit=limit + 1)
    shown = rows[:limit]
    names = client_names(house, {row.client_id for row in shown if row.client_id is not None})
    return LooksFound(
        lines=tuple((row, _shown(names, row.client_id)) for row in shown),
        next=str(shown[-1].row) if len(rows) > limit else "",
    )


def table(house: House, wish: LooksWish) -> Iterator[str]:
    """The entries as CSV, piece by piece; begins with a byte order mark, as spreadsheets want it."""
    yield "\ufeff" + _line(COLUMNS)
    before, told = wish.before, 0
    while told < TABLE_ROWS_MAX:
        rows = house.store.census.looks(wish.asked, before=before, limit=ROWS_AT_ONCE)
        if not rows:
            return
        yield "".join(_line(_cells(row)) for row in rows)
        before, told = rows[-1].row, told + len(rows)


def _shown(names: Mapping[str, str], client_id: str | None) -> str:
    """How staff see a client: the masked name, else the id."""
    return masked(names.get(client_id or "", "")) or client_id or ""


def _cells(row: Look) -> tuple[str, ...]:
    return (
        row.at.astimezone(BEIJING).isoformat(),
        row.person_id,
        row.role,
        row.act,
        row.client_id or "",
        row.purpose,
        "yes" if row.reasoned else "no",
        "yes" if row.allowed else "no",
        row.policies,
        row.in_place_of,
        row.field,
        "" if row.leaf_index is None else str(row.leaf_index),
    )


def _line(cells: tuple[str, ...]) -> str:
    """One line; a cell that a spreadsheet would run as a formula becomes plain text."""
    out = io.StringIO()
    csv.writer(out).writerow(f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell for cell in cells)
    return out.getvalue()
