"""`tongxing stream`: events over NATS JetStream into a store, and a file of events onto the stream."""

import asyncio
import signal
from datetime import datetime
from importlib import import_module
from types import ModuleType
from typing import Annotated

import typer

from tongxing.cli.opening import StorePath, opened
from tongxing.cli.output import PARTLY, numbered_lines, print_line, read_bytes, reject_lines, stop
from tongxing.domain.event import Event, Rejected
from tongxing.intake.events import parse
from tongxing.service.append import append

app = typer.Typer(help="events over NATS JetStream, one subject a partition", no_args_is_help=True)
Url = Annotated[str, typer.Option("--url", help="the server", metavar="nats://HOST:PORT")]
DEFAULT_URL = "nats://127.0.0.1:4222"
ALL_PARTITIONS = "0-63"


@app.command()
def pump(
    store: StorePath = None,
    url: Url = DEFAULT_URL,
    partitions: Annotated[str, typer.Option("--partitions", help="of 64, e.g. 0-31 or 7")] = ALL_PARTITIONS,
) -> None:
    """Take events of some partitions from the stream into the log until stopped; a worker folds them.

    Each is acknowledged when it is durable. What is no event is kept on the subject tongxing.rejected.

    Example: tongxing stream pump --store live.db --url nats://127.0.0.1:4222 --partitions 0-31
    """
    chosen = partitions_of(partitions)
    jetstream = _jetstream()
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: stopped.append(got))
    with opened(store) as (house, _path):
        try:
            pumped = asyncio.run(
                jetstream.pump(
                    url,
                    partitions=chosen,
                    parse=lambda data, now: parse(data, line=1, now=now),
                    append=lambda events: append(house, events),
                    now=house.clock.now,
                    until=lambda _so_far: bool(stopped),
                )
            )
        except jetstream.StreamError as problem:
            stop(str(problem))
    print_line(pumped)


@app.command()
def publish(
    file: Annotated[str, typer.Argument(help="JSON lines of events; `-` reads standard input")],
    url: Url = DEFAULT_URL,
    store: StorePath = None,
) -> None:
    """Send a file of events onto the stream; lines that are no events are named and left out.

    Example: tongxing stream publish events.jsonl --url nats://127.0.0.1:4222
    """
    jetstream = _jetstream()
    with opened(store) as (house, _path):
        good, bad = _read(file, house.clock.now())
    count = reject_lines((one.line, f"{one.reason}: {one.detail}") for one in bad)
    if not good:
        stop(f"{file}: no event in it")
    try:
        print_line({"sent": asyncio.run(jetstream.publish(url, good)), "rejected": count})
    except jetstream.StreamError as problem:
        stop(str(problem))
    if count:
        raise typer.Exit(PARTLY)


def partitions_of(text: str) -> range:
    """Partitions from `FIRST-LAST` or one number; a wrong one ends with 2."""
    first, _dash, last = text.partition("-")
    try:
        found = range(int(first), int(last or first) + 1)
    except ValueError:
        stop(f"--partitions {text!r} is not like 0-31 or 7")
    if not found or found[0] < 0 or found[-1] > 63:  # noqa: PLR2004 - partitions are fixed at 64 (design 2.8)
        stop(f"--partitions {text!r}: partitions are 0 to 63")
    return found


def _read(file: str, now: datetime) -> tuple[list[Event], list[Rejected]]:
    """Events of a file, and the lines that are none."""
    found = [parse(data, line=number, now=now) for number, data in numbered_lines(read_bytes(file))]
    return [one for one in found if isinstance(one, Event)], [
        one for one in found if isinstance(one, Rejected)
    ]


def _jetstream() -> ModuleType:
    try:
        return import_module("tongxing.adapters.stream.jetstream")
    except ImportError:
        stop("the stream needs nats-py: pip install 'tongxing[nats]'")
