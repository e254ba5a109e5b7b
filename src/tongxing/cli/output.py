"""What a command prints and how it ends: 0 all, 2 nothing done, 3 partly (design, section 6)."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NoReturn

import msgspec
import typer
from rich.console import Console

DONE, NOTHING, PARTLY = 0, 2, 3
FILE_BYTES_MAX = 512 * 1024 * 1024

errors = Console(stderr=True, highlight=False, soft_wrap=True)
screen = Console(highlight=False)


def stop(what: str) -> NoReturn:
    """Nothing was done: say what is wrong and where, and end with 2."""
    errors.print(f"✗ {what}", style="bold", markup=False)
    raise typer.Exit(NOTHING)


def print_line(value: object) -> None:
    """One JSON line on standard output."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def read_bytes(path: str) -> bytes:
    """A whole file (`-`: standard input); a missing, unreadable or huge one ends with 2."""
    try:
        if path == "-":
            return sys.stdin.buffer.read(FILE_BYTES_MAX)
        file = Path(path)
        if file.is_dir():
            stop(f"{path}: is a folder, not a file")
        if file.stat().st_size > FILE_BYTES_MAX:
            stop(f"{path}: larger than {FILE_BYTES_MAX // 2**20} MiB; split it")
        return file.read_bytes()
    except FileNotFoundError:
        stop(f"{path}: no such file")
    except OSError as problem:
        stop(f"{path}: {problem.strerror or problem}")


def streamed_lines(path: str, *, longest: int) -> Iterator[tuple[int, bytes]]:
    """Lines of a file (`-`: standard input) with their number, one at a time, blank ones left out.

    A line beyond `longest` bytes comes cut after that many, so that reading it as JSON says it is broken; a
    missing or unreadable file ends with 2.
    """
    try:
        with sys.stdin.buffer if path == "-" else Path(path).open("rb") as file:
            number = 0
            while line := file.readline(longest):
                number += 1
                cut = line
                while cut and not cut.endswith(b"\n"):
                    cut = file.readline(longest)
                if line.strip():
                    yield number, line.rstrip(b"\r\n")
    except OSError as problem:
        stop(f"{path}: {problem.strerror or problem}")


def numbered_lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Lines with their number, blank ones left out."""
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            yield number, line.rstrip(b"\r")


def reject_lines(rejected: Iterable[tuple[int, str]]) -> int:
    """Print each rejected line to standard error; returns how many there were."""
    count = 0
    for line, reason in rejected:
        errors.print(f"✗ line {line}: {reason}", markup=False)
        count += 1
    return count


def json_object(data: bytes, line: int) -> Mapping[str, object] | str:
    """One JSON object, or what is wrong with it."""
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        return f"not JSON: {problem}"
    if not isinstance(value, dict):
        return f"line {line} is not an object"
    return value


def ending(good: int, bad: int) -> int:
    """The exit code for so many good and bad lines."""
    if bad == 0:
        return DONE
    return PARTLY if good else NOTHING
