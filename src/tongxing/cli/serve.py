"""`tongxing serve`: the pages and the interface of a live store, behind real sign-in."""

from typing import Annotated

import typer

from tongxing.cli.opening import opened
from tongxing.cli.output import stop

HOST = "127.0.0.1"
PORT = 8600


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("serve")(serve)


def serve(
    store: Annotated[str, typer.Option("--store", help="store file or PostgreSQL URL")],
    port: Annotated[int, typer.Option("--port", help="port on 127.0.0.1", min=1024, max=65_000)] = PORT,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", help="host name a proxy with TLS answers to; may be repeated"),
    ] = None,
) -> None:
    """Serve a live store on the loopback address; a proxy with TLS stands before it.

    A demo store is refused: its people sign in by one click (`tongxing demo`).
    Example: tongxing serve --store house.db --name app.broker.example
    """
    with opened(store) as (house, _path):
        if house.store.setting("clock") != "wall":
            stop(f"{store}: a demo store is shown by `tongxing demo`, never served as a live one")
        import uvicorn  # noqa: PLC0415 - pages are heavy to import, and other commands do without

        from tongxing.app.pages import pages_for  # noqa: PLC0415

        names = tuple(one.lower() for one in name or ())
        uvicorn.run(
            pages_for(house, demo=False, port=port, names=names), host=HOST, port=port, log_level="warning"
        )
