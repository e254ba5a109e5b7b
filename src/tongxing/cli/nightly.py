"""`tongxing nightly`: the log by day as Parquet, every client's features, and the proof that they agree."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, TaskID

from tongxing.cli.doors import instant_of
from tongxing.cli.opening import StorePath, opened
from tongxing.cli.output import errors, print_line, screen, stop
from tongxing.service.nightly import Night, lake_key, nightly

DIFFERENT = 1
JUST_AFTER = timedelta(seconds=1)
"""What came at this very instant counts: a market clock stands still while things happen."""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("nightly")(night)


def night(
    store: StorePath = None,
    lake: Annotated[
        Path | None, typer.Option("--lake", help="folder of the lake; default: beside the store")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="an instant with zone; default: now")] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Seal the log to Parquet by day, compute all profiles on DuckDB, derive 1 % again and compare.

    Ends with 1 when any figure differs between the lake, the live state and the log: it must not.

    Example: tongxing nightly --store .tongxing/demo.db --json
    """
    try:
        from tongxing.adapters.lake.lake_store import FolderLake, LakeError  # noqa: PLC0415 - heavy, optional
    except ImportError:
        stop("all-client work needs DuckDB: pip install 'tongxing[analytics]'")
    with opened(store) as (house, path):
        as_of = instant_of(at) or house.clock.now() + JUST_AFTER
        if as_of < house.clock.now():
            stop(f"--at {as_of.isoformat()} is in the past: the live state holds what came later")
        try:
            folder = FolderLake(
                lake or path.with_suffix(".lake"), key=lake_key(house), words=house.book.words
            )
            with _progress() as tell:
                found = nightly(house, folder, as_of=as_of, progress=tell)
        except (LakeError, OSError) as problem:
            stop(str(problem))
    _tell(found, json=json)
    if found.differences:
        raise typer.Exit(DIFFERENT)


def _tell(found: Night, *, json: bool) -> None:
    if json:
        print_line(found)
        return
    screen.print(
        f"{found.events} events sealed, {found.days} days written; {found.clients} clients computed as of "
        f"{found.as_of.isoformat()}",
        markup=False,
    )
    screen.print(f"{found.compared} derived again: {len(found.differences)} figures differ", markup=False)
    for one in found.differences:
        screen.print(
            f"  {one.client_id} {one.feature}: lake {one.lake}, live {one.live}, log {one.log}", markup=False
        )


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    with Progress(console=errors, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what)
            bar.update(tasks[what], completed=done, total=total)

        yield tell
