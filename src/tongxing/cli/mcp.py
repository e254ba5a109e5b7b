"""`tongxing mcp`: the house's read-only tools for a broker's own assistants, over stdio."""

import os
from typing import Annotated

import typer

from tongxing import __version__
from tongxing.adapters.clock import WallClock
from tongxing.app.assistants import is_demo, tools_for
from tongxing.cli.opening import StorePath, opened
from tongxing.cli.output import stop
from tongxing.domain.person import Person
from tongxing.service.house import House
from tongxing.service.sign_in import person_by_key

KEY = "TONGXING_KEY"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mcp")(mcp)


def mcp(
    store: StorePath = None,
    *,
    as_: Annotated[
        str | None, typer.Option("--as", help="in a demo store: the person the assistant works for")
    ] = None,
) -> None:
    """Offer read-only tools over MCP (stdio), judged as the person whose key stands in TONGXING_KEY.

    Example: TONGXING_KEY=txk_… tongxing mcp --store house.db
    """
    try:
        from tongxing.adapters.assistant_tools import server  # noqa: PLC0415 - an extra
    except ImportError:
        stop("the tools need the extra `mcp`: pip install 'tongxing[mcp]'")
    with opened(store) as (house, _place):
        wall = WallClock(None)
        person = _person(house, as_, wall)
        server(tools_for(house, person, wall), version=__version__).run("stdio")


def _person(house: House, named: str | None, wall: WallClock) -> Person:
    """Whom the assistant works for; without a right to speak for anybody the command ends."""
    if named is not None:
        if not is_demo(house):
            stop(f"--as is for demo stores: put the person's key into {KEY}")
        person = house.store.people.person(named)
        if person is None:
            stop(f"{named}: no such person in this store")
        return person
    person = person_by_key(house, os.environ.get(KEY, ""), wall.now())
    if person is None:
        stop(f"put a key that holds into {KEY}, or name a person with --as in a demo store")
    return person
