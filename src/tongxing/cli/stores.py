"""Commands on one client of a store: look at the profile."""

from typing import Annotated

import typer

from tongxing.cli.doors import instant_of, profile_of_file
from tongxing.cli.opening import StorePath, opened
from tongxing.cli.output import print_line, stop
from tongxing.service.file_doors import client_profile_line


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("profile")(profile)


def profile(
    file: Annotated[str | None, typer.Argument(help="JSON lines of events; `-` reads standard input")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="an instant with zone")] = None,
    client: Annotated[str | None, typer.Option("--client", help="a client of the store instead")] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON lines (the only format)")] = True,  # noqa: ARG001, FBT002
    store: StorePath = None,
) -> None:
    """What the house understands of each client: labels, needs, risk, preferences, with evidence.

    Example: tongxing profile events.jsonl --as-of 2026-05-06T16:00:00+08:00 --json
    """
    if (file is None) == (client is None):
        stop("name a file of events or --client ID")
    if file is not None:
        profile_of_file(file, as_of)
        return
    with opened(store) as (house, _path):
        found = client_profile_line(house, str(client), as_of=instant_of(as_of))
        if found is None:
            stop(f"{client}: no such client in this store")
        print_line(found)
