"""`tongxing privacy`: is anything personal where it should not be?"""

from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from tongxing.adapters.personal_files import Finding, scan_path, scan_store
from tongxing.adapters.store import SqlStore
from tongxing.cli.opening import opened
from tongxing.cli.output import errors, print_line, stop
from tongxing.service.client_names import client_names
from tongxing.service.house import House
from tongxing.service.personal import NOBODY, Names

FOUND = 1
FINDINGS_MAX = 1_000
CLIENTS_AT_ONCE = 500
app = typer.Typer(no_args_is_help=True, help="What is personal, and where it lies.")


@app.callback()
def privacy() -> None:
    """What is personal, and where it lies."""


@app.command()
def scan(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH…", help="files and folders")] = None,
    store: Annotated[
        str | None, typer.Option("--store", help="look for its clients' names too, and into its tables")
    ] = None,
) -> None:
    """Look for identity numbers, phones, bank cards and clients' names in logs, lakes, backups, tiles.

    0 nothing found, 1 something found, 2 something cannot be read. A finding says where, never what.

    Example: tongxing privacy scan logs/ lake/ /backups --store house.db

    prints {"where":"logs/web.log","place":"byte 1024","kind":"phone"} for each.
    """
    if not paths and store is None:
        stop("name a path or --store")
    found = 0
    if store is not None:
        with opened(store) as (house, _path):
            names = names_of(house)
            if isinstance(house.store, SqlStore):
                found += _told(list(islice(scan_store(house.store, names), FINDINGS_MAX)))
    else:
        names = NOBODY
    for path in paths or ():
        try:
            found += _told(list(islice(scan_path(path, names), FINDINGS_MAX)))
        except OSError as unreadable:
            stop(f"{path}: {unreadable.strerror}")
    errors.print(f"{found} found", markup=False)
    if found:
        raise typer.Exit(FOUND)


def names_of(house: House) -> Names:
    """The names of all clients of a store."""
    found: list[str] = []
    after = ""
    while page := house.store.client_ids(after=after, limit=CLIENTS_AT_ONCE):
        found.extend(client_names(house, page).values())
        after = page[-1]
    return Names(found)


def _told(findings: list[Finding]) -> int:
    for one in findings:
        print_line(asdict(one))
    return len(findings)
