"""`tongxing replay`: decide once more as on that day, and say whether the answer is the same."""

from typing import Annotated

import msgspec
import typer

from tongxing.cli.opening import StorePath, opened
from tongxing.cli.output import DONE, PARTLY, print_line, screen, stop
from tongxing.service.console_replay import EQUAL, Replay, replay


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay")(command)


def command(
    decision_id: Annotated[str, typer.Argument(help="id of a decision record")],
    store: StorePath = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="one JSON line")] = False,
) -> None:
    """Decide again from a record's own inputs with the book of that day, and compare every field.

    Ends with 0 when the answer is the same, with 3 when it differs or cannot be had any more.

    Example: tongxing replay 8a1f0c22d4e59b37 --json
    """
    with opened(store) as (house, _place):
        found = replay(house, decision_id)
    if found is None:
        stop(f"{decision_id}: no such decision")
    if json:
        print_line({**msgspec.to_builtins(found), "code_differs": found.code_differs})
    else:
        _tell(found)
    raise typer.Exit(DONE if found.result == EQUAL else PARTLY)


def _tell(found: Replay) -> None:
    screen.print(f"{found.decision_id}  {found.result}  {found.detail}".rstrip(), markup=False)
    if found.book_digest:
        screen.print(f"  fields compared  {found.compared}", markup=False)
        screen.print(f"  book             {found.book_digest}", markup=False)
        code = f"{found.code_recorded}, now {found.code_now}" if found.code_differs else found.code_now
        screen.print(f"  code             {code}", markup=False)
    for one in found.differences:
        screen.print(f"  {one.field}: {one.recorded!r} then, {one.recomputed!r} now", markup=False)
