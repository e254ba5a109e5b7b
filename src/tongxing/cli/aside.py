"""`tongxing aside`: what the worker could not take in, and taking it in again after a repair."""

from typing import Annotated

import typer

from tongxing.app.releasing import release_client
from tongxing.cli.opening import StorePath, opened
from tongxing.cli.output import print_line, screen, stop
from tongxing.service.aside import client_of

app = typer.Typer(
    invoke_without_command=True, help="What was set aside; its clients hear nothing until released."
)


@app.callback()
def aside(
    context: typer.Context,
    store: StorePath = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="JSON lines")] = False,
) -> None:
    """List what the worker could not take in: place in the log (0: a timer or a card), client, kind, fault.

    Example: tongxing aside --store house.db
    """
    if context.invoked_subcommand is not None:
        return
    with opened(store) as (house, _place):
        rows = house.store.aside()
        for row in rows:
            if json:
                print_line({"seq": row.seq, "client_id": row.client_id, "what": row.what, "why": row.why})
            else:
                screen.print(f"{row.seq:>10}  {row.client_id}  {row.what}  {row.why}", markup=False)
        if not rows and not json:
            screen.print("nothing is set aside")


@app.command("release")
def release(
    seq: Annotated[int | None, typer.Argument(help="place of the event in the log", min=1)] = None,
    client: Annotated[str | None, typer.Option("--client", help="a client, for a timer or a card")] = None,
    store: StorePath = None,
) -> None:
    """After a repair: fold the client of this event anew, and let the house speak to them again.

    All that is set aside of the client is released together. Triggers held meanwhile stay unanswered.

    Example: tongxing aside release 1042 --store house.db
    """
    if (seq is None) == (client is None):
        stop("name the place of an event or --client ID")
    with opened(store) as (house, _place):
        name = str(client) if seq is None else client_of(house, seq)
        print_line({"client_id": name, "released": release_client(house, name)})
