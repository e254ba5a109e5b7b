"""Rows of a Parquet file as envelopes for `ingest`, read by DuckDB (extra `analytics`)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from tongxing.domain.clock import BEIJING

ROWS_A_FETCH = 1_000
ZONED = "TIMESTAMP WITH TIME ZONE"
"""DuckDB's name of the type; read as microseconds, because its own conversion needs a time zone library."""
EPOCH = datetime(1970, 1, 1, 8, tzinfo=BEIJING)


class ParquetError(RuntimeError):
    """The file cannot be read as Parquet, or DuckDB is not installed."""


def rows(path: Path) -> Iterator[Mapping[str, object]]:
    """Each row as an envelope: `body` from a struct or from JSON text, instants as ISO text with zone.

    A `timestamp` without zone stays without one and is rejected later; empty cells stay absent.
    """
    try:
        import duckdb  # noqa: PLC0415 - heavy and optional
    except ImportError:
        raise ParquetError("reading Parquet needs DuckDB: pip install 'tongxing[analytics]'") from None
    if not path.is_file():
        raise ParquetError(f"{path}: no such file")
    connection = duckdb.connect()
    try:
        columns = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        zoned = [str(column[0]) for column in columns if column[1] == ZONED]
        replaced = ", ".join(f"epoch_us({_quoted(name)}) AS {_quoted(name)}" for name in zoned)
        chosen = f"* REPLACE ({replaced})" if replaced else "*"
        query = f"SELECT {chosen} FROM read_parquet(?)"  # noqa: S608 - names are quoted, values bound
        found = connection.execute(query, [str(path)])
        names = [str(column[0]) for column in columns]
        while chunk := found.fetchmany(ROWS_A_FETCH):
            for values in chunk:
                yield _envelope(dict(zip(names, values, strict=True)), zoned)
    except duckdb.Error as problem:
        raise ParquetError(f"{path}: {str(problem).splitlines()[0]}") from problem
    finally:
        connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _envelope(row: Mapping[str, object], zoned: Sequence[str]) -> Mapping[str, object]:
    envelope = {name: _plain(value) for name, value in row.items() if value is not None}
    for name in zoned:
        since = envelope.get(name)
        if isinstance(since, int):
            envelope[name] = (EPOCH + timedelta(microseconds=since)).isoformat()
    body = envelope.get("body")
    if isinstance(body, str):
        try:
            envelope["body"] = json.loads(body)
        except ValueError:
            envelope["body"] = body
    return envelope


def _plain(value: object) -> object:
    """As JSON writes it; what a struct leaves empty is absent."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value
