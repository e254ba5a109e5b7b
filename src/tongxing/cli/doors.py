"""File doors of single rooms: JSON lines in, JSON lines out (`contracts.md`, section 2)."""

from datetime import datetime
from typing import Annotated

import typer

from tongxing.adapters.clock import WallClock
from tongxing.app import temporary_house
from tongxing.cli.output import (
    DONE,
    NOTHING,
    ending,
    json_object,
    numbered_lines,
    print_line,
    read_bytes,
    reject_lines,
    stop,
)
from tongxing.domain.event import Event
from tongxing.service.file_doors import DoorError, decide_lines, parse_lines, profile_lines, review_line

File = Annotated[str, typer.Argument(help="JSON lines; `-` reads standard input", metavar="FILE.jsonl")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines (the only format of this door)")]


def register(app: typer.Typer) -> None:
    """Add the doors to the command line."""
    app.command("decide")(decide)
    app.command("review")(review)


def decide(
    file: File,
    at: Annotated[str | None, typer.Option("--at", help="judge as known at this instant (with zone)")] = None,
    json: AsJson = True,  # noqa: ARG001, FBT002 - the contract names the flag
) -> None:
    """Run the events of a file through the corridor; a line for each trigger.

    Example line: {"source":"app","source_seq":"1","client_id":"C1","ts":"2026-05-06T10:00:00+08:00",
    "kind":"searched","body":{"text":"养老金"}}
    """
    events, rejected = _events(file)
    with temporary_house() as house:
        for line in decide_lines(house, events, at=instant_of(at)):
            print_line(line)
    raise typer.Exit(ending(len(events), rejected))


def review(
    file: File,
    json: AsJson = True,  # noqa: ARG001, FBT002 - the contract names the flag
) -> None:
    """Judge drafts with their context; a line `{"cleared", "reasons"}` for each.

    Example line: {"text":"…","locale":"zh-CN","channel":"home","nature":"education",
    "author":{"kind":"ai","licence":null},"client":{"grade":"C3"},"labels":["ai"],
    "initiative":"firm","at":"2026-05-06T10:30:00+08:00"}
    """
    good, bad = 0, 0
    with temporary_house() as house:
        for number, data in numbered_lines(read_bytes(file)):
            raw = json_object(data, number)
            if not isinstance(raw, str):
                try:
                    print_line(review_line(raw, house.book))
                    good += 1
                    continue
                except DoorError as problem:
                    raw = str(problem)
            bad += reject_lines([(number, raw)])
    if not good and not bad:
        stop(f"{file}: no lines")
    raise typer.Exit(ending(good, bad))


def profile_of_file(file: str, as_of: str | None) -> None:
    """The profile door over a file; `stores.profile` calls it."""
    events, rejected = _events(file)
    with temporary_house() as house:
        for line in profile_lines(events, as_of=instant_of(as_of), book=house.book):
            print_line(line)
    raise typer.Exit(ending(len(events), rejected))


def instant_of(text: str | None) -> datetime | None:
    """An instant with zone from the command line."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        stop(f"{text!r} is not an instant like 2026-05-06T10:30:00+08:00")
    if found.tzinfo is None:
        stop(f"{text!r} has no zone: write +08:00 at its end")
    return found


def _events(file: str) -> tuple[tuple[Event, ...], int]:
    """The good events of a file; rejects are printed with their line and counted."""
    events, rejected = parse_lines(numbered_lines(read_bytes(file)), now=WallClock().now())
    bad = reject_lines((entry.line, f"{entry.reason} {entry.detail}".strip()) for entry in rejected)
    if not events:
        if not bad:
            stop(f"{file}: no lines")
        raise typer.Exit(NOTHING if bad else DONE)
    return events, bad
