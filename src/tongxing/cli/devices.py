"""`tongxing devices`: the key of web push, and who carries words to devices."""

from pathlib import Path
from typing import Annotated

import typer

from tongxing.adapters.clock import machine_time
from tongxing.adapters.devices import vapid
from tongxing.adapters.devices.settings import carriers_of, read_settings
from tongxing.cli.output import print_line, stop
from tongxing.service.ports_devices import CarriersError

app = typer.Typer(no_args_is_help=True, help="Web push, mail and text messages: keys and carriers.")


@app.command()
def key(file: Annotated[Path, typer.Argument(help="where the key is kept; it must not exist yet")]) -> None:
    """Make the key by which push services know this house (VAPID), readable by its owner alone.

    Browsers subscribe with its public half: with another key every subscription has to be made anew.

    Example: tongxing devices key house.vapid.pem
    """
    try:
        print_line({"file": str(file), "public_key": vapid.make(file)})
    except vapid.KeyFileError as problem:
        stop(str(problem))


@app.command()
def check(file: Annotated[Path, typer.Argument(help="the file TONGXING_DEVICES names")]) -> None:
    """Read a file of carriers as the house does at its start; nothing is sent.

    Example: tongxing devices check devices.yaml
    """
    try:
        found = carriers_of(read_settings(file), loopback=True, seconds_max=10, machine=machine_time)
    except CarriersError as problem:
        stop(str(problem))
    else:
        print_line(
            {
                "carried": sorted(channel.value for channel in found.by_channel),
                "push_key": found.push_key,
            }
        )
