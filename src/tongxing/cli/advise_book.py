"""`tongxing advise FILE --out FILE.parquet`: a whole book of clients, a part at a time, with progress."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tongxing.adapters.allocation_file import AllocationFile
from tongxing.adapters.parquet_file import ParquetError
from tongxing.cli.output import errors, reject_lines, stop
from tongxing.domain.book import Book
from tongxing.service.advise_ask import AdviseError, AskLine, ask_from
from tongxing.service.advise_book import allocations
from tongxing.service.advise_lines import Desk, desk_for

PART = 20_000


def whole_book(lines: Iterable[tuple[int, bytes]], out: Path, book: Book, *, policy: str) -> tuple[int, int]:
    """Allocate every client of the lines into a file; how many were answered, and how many lines were bad."""
    desks: dict[date, Desk] = {}
    good = bad = 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with AllocationFile(out) as file, Progress(*columns, console=errors) as progress:
            task = progress.add_task("clients", total=None)
            for part in _parts(lines):
                asks, rejected = _read(part)
                for desk, group in _by_desk(asks, desks, book, policy, rejected):
                    file.write(list(allocations(desk, group)))
                    good += len(group)
                bad += reject_lines(sorted(rejected))
                progress.update(task, advance=len(part))
    except ParquetError as problem:
        stop(str(problem))
    return good, bad


def _parts(lines: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    iterator = iter(lines)
    while part := list(islice(iterator, PART)):
        yield part


def _read(part: list[tuple[int, bytes]]) -> tuple[list[tuple[int, AskLine]], list[tuple[int, str]]]:
    asks, rejected = [], []
    for number, data in part:
        try:
            asks.append((number, ask_from(data)))
        except AdviseError as problem:
            rejected.append((number, str(problem)))
    return asks, rejected


def _by_desk(
    asks: list[tuple[int, AskLine]],
    desks: dict[date, Desk],
    book: Book,
    policy: str,
    rejected: list[tuple[int, str]],
) -> Iterator[tuple[Desk, list[AskLine]]]:
    """Questions of one day together; those of a day without a policy are rejected."""
    groups: dict[date, list[AskLine]] = defaultdict(list)
    for number, ask in asks:
        try:
            desks.setdefault(ask.as_of, desks.get(ask.as_of) or desk_for(book, ask.as_of, version=policy))
        except AdviseError as problem:
            rejected.append((number, str(problem)))
        else:
            groups[ask.as_of].append(ask)
    for day, group in groups.items():
        yield desks[day], group
