"""`tongxing converse`: whole dialogues over facts of a file, a line for each."""

from importlib.resources import files
from typing import Annotated

import typer

from tongxing.adapters.book_files import load
from tongxing.adapters.clock import machine_time
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
from tongxing.domain.clock import BEIJING
from tongxing.market.calendar import parse
from tongxing.profile.signs import NAMES
from tongxing.service.converse import Room, converse_line
from tongxing.service.converse_facts import ConverseError, dialogue_from


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("converse")(converse)


def converse(
    file: Annotated[str, typer.Argument(help="JSON lines (`-`: standard input)", metavar="FILE.jsonl")],
    json: Annotated[bool, typer.Option("--json", help="JSON lines (the only format)")] = True,  # noqa: ARG001, FBT002
) -> None:
    """Answers to whole dialogues, from the facts beside them and the rules of the day in `now`.

    Example line: {"id":"d1","context":{"now":"2026-05-06T10:00:00+08:00","client":{"grade":"C3"},
    "holdings":[{"code":"600000","name":"…","kind":"stock","shares":500,"available":500,"cost":12.3,
    "price":11.2,"price_at":"2026-05-06T09:59:00+08:00"}],"cash_fen":100000},"turns":["卖一半要多少钱"]}
    Every fact may be left out; what is missing is said to be missing. Facts nobody reads are named on
    standard error. A dialogue that cannot be read has `error` in place of `turns`.
    """
    lines = list(numbered_lines(read_bytes(file)))
    if not lines:
        stop(f"{file}: no lines")
    room: Room | None = None
    good = bad = 0
    for number, data in lines:
        raw = json_object(data, number)
        name = None if isinstance(raw, str) else raw.get("id")
        try:
            line = dialogue_from(raw)
            room = room or _room()
            answered = converse_line(line, room)
        except ConverseError as problem:
            print_line({"id": name, "error": f"line {number}: {problem}"})
            bad += reject_lines([(number, str(problem))])
            continue
        if line.unknown:
            errors.print(f"line {number}: passed over: {', '.join(line.unknown)}", markup=False)
        print_line(answered)
        good += 1
    raise typer.Exit(ending(good, bad))


def _room() -> Room:
    """The packaged book and corpus, heads trained from them, and the machine's clock for want of `now`."""
    from tongxing.cli.listening import listener_of  # noqa: PLC0415 - heavy

    now = machine_time().astimezone(BEIJING)
    book = load(sign_names=NAMES)
    days = (files("tongxing.book") / "calendars" / "xshg.csv").read_text(encoding="utf-8")
    return Room(
        book=book,
        calendar=parse(days),
        hear=listener_of(book, now.date()).read,
        now=now,
    )
