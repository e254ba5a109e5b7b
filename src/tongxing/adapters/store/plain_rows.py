"""Every column of a store as it lies there, sealed or not: for those who look for what should be sealed."""

from collections.abc import Iterator

from sqlalchemy import Integer, select

from tongxing.adapters.store import (
    tables_console,
    tables_devices,
    tables_door,
    tables_people,
    tables_proof,
    tables_talk,
)
from tongxing.adapters.store.store import SqlStore
from tongxing.adapters.store.tables import metadata

ALL = (tables_console, tables_devices, tables_door, tables_people, tables_proof, tables_talk)
"""Imported so that their tables are known."""
ROWS_AT_ONCE = 1_000


def columns() -> Iterator[tuple[str, str]]:
    """(table, column) of everything a store keeps."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            yield table.name, column.name


def plain_values(store: SqlStore) -> Iterator[tuple[str, str, str]]:
    """(table, column, value as text) of each row; whole numbers of the house itself are left out."""
    for table in metadata.sorted_tables:
        wordy = [column for column in table.columns if not isinstance(column.type, Integer)]
        if not wordy:
            continue
        with store.connection() as connection:
            rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(select(*wordy))
            for row in rows:
                for column, value in zip(wordy, row, strict=True):
                    if isinstance(value, bytes):
                        yield table.name, column.name, value.decode("utf-8", errors="replace")
                    elif value is not None:
                        yield table.name, column.name, str(value)
