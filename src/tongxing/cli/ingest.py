"""`tongxing ingest`: events from JSON lines, Parquet, or a broker's own table by a source map."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from tongxing.adapters.clock import WallClock
from tongxing.adapters.parquet_file import ParquetError, rows
from tongxing.cli.opening import Live, StorePath, fold_what_waits, opened
from tongxing.cli.output import ending, errors, print_line, screen, stop
from tongxing.service.house import House
from tongxing.service.ingest_file import IngestReport, ingest_lines, ingest_rows

LINE_BYTES_MAX = 1_048_577
"""One byte more than an event may have, so that a longer one is told by its size."""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("ingest")(ingest)


def ingest(
    file: Annotated[str, typer.Argument(help="JSON lines, a .parquet file, or a table with --map")],
    source_map: Annotated[
        str | None, typer.Option("--map", help="a page of book/sources, e.g. trades")
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
    store: StorePath = None,
    live: Live = False,
) -> None:
    """Take events into the log; good lines in, rejects listed with line and reason.

    Example: tongxing ingest clients.csv --map client_master
    """
    path = Path(file)
    if not path.is_file():
        stop(f"{file}: no such file")
    with opened(store, live=live) as (house, store_path):
        report = _ingest(house, path, source_map)
        if not report.lines:
            stop(f"{file}: no lines")
        if report.accepted:
            fold_what_waits(house, store_path)
        _show(report, json=json)
    raise typer.Exit(ending(report.accepted + report.duplicates, report.rejected_count))


def _ingest(house: House, path: Path, source_map: str | None) -> IngestReport:
    now, wall = house.clock.now(), WallClock().now()
    with errors.status("reading …") as status:

        def tell(lines: int, accepted: int) -> None:
            status.update(f"{lines} lines, {accepted} events in the log")

        if path.suffix == ".parquet":
            try:
                return ingest_rows(house, rows(path), now=now, wall=wall, progress=tell)
            except ParquetError as problem:
                stop(str(problem))
        chosen = None
        if source_map in house.book.product_maps:
            stop(f"{source_map!r} maps a product table: tongxing book products {path} --map {source_map}")
        if source_map is not None:
            chosen = house.book.sources.get(source_map)
            if chosen is None:
                stop(f"no source map {source_map!r}; there are: {', '.join(sorted(house.book.sources))}")
        return ingest_lines(house, _lines(path), source_map=chosen, now=now, wall=wall, progress=tell)


def _lines(path: Path) -> Iterator[bytes]:
    """Lines of a file of any size; one that is too long is handed on cut, and is rejected by its number."""
    with path.open("rb") as handle:
        while line := handle.readline(LINE_BYTES_MAX):
            yield line
            while not line.endswith(b"\n") and len(line) == LINE_BYTES_MAX:
                line = handle.readline(LINE_BYTES_MAX)


def _show(report: IngestReport, *, json: bool) -> None:
    listed = [
        {"line": entry.line, "reason": entry.reason, "detail": entry.detail} for entry in report.rejected
    ]
    if json:
        print_line(
            {
                "lines": report.lines,
                "accepted": report.accepted,
                "duplicates": report.duplicates,
                "rejected_count": report.rejected_count,
                "rejected": listed,
            }
        )
        return
    for entry in report.rejected:
        errors.print(f"✗ line {entry.line}: {entry.reason} {entry.detail}".rstrip(), markup=False)
    screen.print(
        f"{report.lines} lines: {report.accepted} events in the log, {report.duplicates} duplicates, "
        f"{report.rejected_count} rejected",
        markup=False,
    )
