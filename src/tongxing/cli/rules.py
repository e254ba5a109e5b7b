"""`tongxing rules`: the dated rows an act is judged by, with unit, source and status."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import typer
from rich.table import Table

from tongxing.adapters.book_files import load
from tongxing.adapters.clock import WallClock
from tongxing.cli.output import print_line, screen, stop
from tongxing.compliance.rule_ids import ids
from tongxing.domain.book import RuleMissingError
from tongxing.domain.clock import BEIJING
from tongxing.domain.pages import RuleRow
from tongxing.profile.signs import NAMES


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("rules")(rules)


def rules(
    at: Annotated[str | None, typer.Option("--at", help="rows in force on this day; default: today")] = None,
    *,
    only_ids: Annotated[
        bool, typer.Option("--ids", help="ids of the rules compliance asks of every draft")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON lines")] = False,
) -> None:
    """Print the rulebook as it stood on a day: value, unit, instrument, article, status.

    Example: tongxing rules --at 2025-03-03 --json
    """
    if only_ids:
        for rule_id in sorted(ids()):
            screen.print(rule_id, markup=False)
        return
    rows = _rows(_day(at))
    if json:
        for row in rows:
            print_line(_plain(row))
        return
    table = Table("规则", "值", "单位", "起", "依据", "状态")
    for row in rows:
        value = "；".join(row.value) if isinstance(row.value, tuple) else str(row.value)
        table.add_row(
            row.rule_id,
            value,
            row.unit,
            row.valid_from.isoformat(),
            f"{row.instrument} {row.article}",
            row.status,
        )
    screen.print(table)


def _day(text: str | None) -> date:
    if text is None:
        return WallClock().now().astimezone(BEIJING).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(f"--at {text!r} is not a day like 2025-03-03")


def _rows(on: date) -> list[RuleRow]:
    """The row of each rule that has one on the day."""
    book = load(None, sign_names=NAMES)
    found = []
    for rule_id in sorted(book.rules.rows):
        try:
            found.append(book.rules.row(rule_id, on))
        except RuleMissingError:
            continue
    return found


def _plain(row: RuleRow) -> Mapping[str, object]:
    return {
        "id": row.rule_id,
        "value": row.value,
        "unit": row.unit,
        "effective_from": row.valid_from,
        "effective_to": row.valid_to,
        "instrument": row.instrument,
        "article": row.article,
        "status": row.status,
    }
