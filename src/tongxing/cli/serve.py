"""`tongxing serve`: the pages and the interface of a live store, behind real sign-in."""

from pathlib import Path
from typing import Annotated

import typer

from tongxing.adapters.identity.oidc_settings import SettingsError, read_settings, secret_of
from tongxing.app.ready import ready_to_serve
from tongxing.cli.opening import opened
from tongxing.cli.output import stop
from tongxing.service.ports_issuer import Issuer

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
    oidc: Annotated[
        Path | None,
        typer.Option("--oidc", help="YAML file of the OpenID provider to sign in at", metavar="FILE"),
    ] = None,
) -> None:
    """Serve a live store on the loopback address; a proxy with TLS stands before it.

    A demo store is refused: its people sign in by one click (`tongxing demo`).
    Example: tongxing serve --store house.db --name app.broker.example --oidc /etc/tongxing/oidc.yaml
    """
    issuer = _issuer(oidc) if oidc is not None else None
    with opened(store) as (house, _path):
        if house.store.setting("clock") != "wall":
            stop(f"{store}: a demo store is shown by `tongxing demo`, never served as a live one")
        import uvicorn  # noqa: PLC0415 - pages are heavy to import, and other commands do without

        from tongxing.app.pages import pages_for  # noqa: PLC0415

        names = tuple(one.lower() for one in name or ())
        pages = pages_for(house, demo=False, port=port, names=names, issuer=issuer)
        ready_to_serve(house)
        uvicorn.run(pages, host=HOST, port=port, log_level="warning")


def _issuer(path: Path) -> Issuer:
    """The provider of a settings file; what is wrong with it ends the command."""
    try:
        from tongxing.adapters.identity.oidc import believed  # noqa: PLC0415 - an extra
    except ImportError:
        stop("sign-in at an OpenID provider needs the extra `oidc`: pip install 'tongxing[oidc]'")
    try:
        settings = read_settings(path)
        return believed(settings, secret_of(settings))
    except SettingsError as wrong:
        stop(str(wrong))
