"""`tongxing rules`: the dated rows an act is judged by, with unit, source and status."""

import itertools
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Annotated

import typer

from tongxing.adapters.book_files import load
from tongxing.adapters.clock import WallClock
from tongxing.cli.output import errors, print_line, screen, stop
from tongxing.compliance.rule_ids import ids
from tongxing.domain.book import Rulebook, RuleMissingError
from tongxing.domain.clock import BEIJING
from tongxing.domain.pages import RuleRow
from tongxing.profile.signs import NAMES

MARKS = {"read": "✓ read", "secondary": "~ secondary", "unverified": "? unverified", "house": "⌂ house"}
STYLES = {"unverified": "bold yellow", "secondary": "yellow"}
NO_ADVICE = "本软件不是法律意见。The software is not legal advice."
LEGEND = (
    "✓ read: article text read · ~ secondary: read second-hand · "
    "? unverified: check it against the instrument before relying on it · ⌂ house: our own decision"
)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("rules")(rules)


def rules(
    at: Annotated[str | None, typer.Option("--at", help="rows in force on this day; default: today")] = None,
    *,
    area: Annotated[str | None, typer.Option("--area", help="one page of the rulebook, e.g. market")] = None,
    only_ids: Annotated[
        bool, typer.Option("--ids", help="ids of the rules compliance asks of every draft")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON lines")] = False,
) -> None:
    """Print the rulebook as it stood on a day: value, unit, instrument, article, status.

    The software is not legal advice. Rows marked `unverified` were not checked against their instrument.

    Example: tongxing rules --at 2025-03-03 --area market --json
    """
    if only_ids:
        _print_ids(json=json)
        return
    on = _day(at)
    rows = _rows(load(None, sign_names=NAMES).rules, on, area)
    if json:
        for row in rows:
            print_line(_plain(row))
        errors.print(NO_ADVICE, markup=False)
        return
    for area_name, group in itertools.groupby(rows, key=lambda row: row.area):
        screen.print(f"{area_name}, {on.isoformat()}", style="bold", markup=False)
        for row in group:
            _print(row)
    counts = Counter[str](row.status for row in rows)
    screen.print(" · ".join(f"{counts[status]} {status}" for status in MARKS), markup=False)
    screen.print(LEGEND, markup=False)
    screen.print(NO_ADVICE, markup=False)


def _print_ids(*, json: bool) -> None:
    for rule_id in sorted(ids()):
        if json:
            print_line({"id": rule_id})
        else:
            screen.print(rule_id, markup=False)


def _day(text: str | None) -> date:
    if text is None:
        return WallClock().now().astimezone(BEIJING).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(f"--at {text!r} is not a day like 2025-03-03")


def _rows(book: Rulebook, on: date, area: str | None) -> list[RuleRow]:
    """The row of each rule that has one on the day, by area; ends with 2 where there is none."""
    areas = sorted({row.area for rows in book.rows.values() for row in rows})
    if area is not None and area not in areas:
        stop(f"--area {area!r} is none of {', '.join(areas)}")
    found = []
    for rule_id in book.rows:
        try:
            row = book.row(rule_id, on)
        except RuleMissingError:
            continue
        if area in (None, row.area):
            found.append(row)
    if not found:
        stop(f"no rule{'' if area is None else f' of {area}'} holds on {on.isoformat()}")
    return sorted(found, key=lambda row: (row.area, row.rule_id))


def _print(row: RuleRow) -> None:
    """Two lines: the number with its unit, then since when, by which instrument, and how sure we are."""
    value = "；".join(row.value) if isinstance(row.value, tuple) else str(row.value)
    until = "" if row.valid_to is None else f" to {row.valid_to}"
    screen.print(f"  {row.rule_id} = {value}  [{row.unit}]", markup=False, soft_wrap=True)
    screen.print(
        f"      {MARKS[row.status]} · from {row.valid_from}{until} · {row.instrument}: {row.article}",
        style=STYLES.get(row.status),
        markup=False,
        soft_wrap=True,
    )


def _plain(row: RuleRow) -> Mapping[str, object]:
    return {
        "id": row.rule_id,
        "area": row.area,
        "value": row.value,
        "unit": row.unit,
        "effective_from": row.valid_from,
        "effective_to": row.valid_to,
        "instrument": row.instrument,
        "article": row.article,
        "status": row.status,
    }
