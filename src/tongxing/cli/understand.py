"""`tongxing understand`: what messages mean, a line for each."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
import typer

from tongxing.adapters.book_files import load
from tongxing.adapters.clock import machine_time
from tongxing.cli.output import (
    ending,
    json_object,
    numbered_lines,
    print_line,
    read_bytes,
    reject_lines,
    stop,
)
from tongxing.domain.utterances import TradeFacts
from tongxing.profile.signs import NAMES


class Asked(msgspec.Struct):
    """A line: the message, what was said before it (the newest last), and what is known of the day."""

    text: str
    history: list[Any] = []
    facts: TradeFacts = msgspec.field(default_factory=TradeFacts)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("understand")(understand)


def understand(
    file: Annotated[str, typer.Argument(help="JSON lines (`-`: standard input)", metavar="FILE.jsonl")],
    at: Annotated[str, typer.Option("--at", help="YYYY-MM-DD: rules of that day; default: today")] = "",
    json: Annotated[bool, typer.Option("--json", help="JSON lines (the only format)")] = True,  # noqa: ARG001, FBT002
) -> None:
    """What each message asks, how its writer feels, whether someone must be called.

    Example line: {"text":"那要多久","history":["我想把基金赎回"],"facts":{"loss_today_bp":620}}; history and
    facts may be missing. A message that says too little alone is read with the one before it. The heads are
    trained from the corpus of the book in seconds.
    """
    lines = list(numbered_lines(read_bytes(file)))
    if not lines:
        stop(f"{file}: no lines")
    try:
        day = date.fromisoformat(at) if at else machine_time().astimezone(ZoneInfo("Asia/Shanghai")).date()
    except ValueError:
        stop(f"--at: a day as YYYY-MM-DD, not {at!r}")
    from tongxing.cli.listening import listener_of  # noqa: PLC0415 - heavy

    listener = listener_of(load(sign_names=NAMES), day)
    good = bad = 0
    for number, data in lines:
        asked = _asked(json_object(data, number))
        if isinstance(asked, str):
            bad += reject_lines([(number, asked)])
            continue
        found = listener.read(asked.text, asked.facts, _said_before(asked))
        print_line(msgspec.to_builtins(found))
        good += 1
    raise typer.Exit(ending(good, bad))


def _said_before(asked: Asked) -> list[str]:
    """Earlier messages, given as words or as objects with `text`; what is neither says nothing."""
    words = (one.get("text") if isinstance(one, dict) else one for one in asked.history)
    return [one for one in words if isinstance(one, str)]


def _asked(value: Mapping[str, object] | str) -> Asked | str:
    if isinstance(value, str):
        return value
    try:
        return msgspec.convert(value, Asked)
    except msgspec.ValidationError as wrong:
        return str(wrong)
