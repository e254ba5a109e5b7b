"""Rows of events as columnar tables, the form in which a lake keeps them: integers and an order, no words."""

from collections.abc import Iterable, Mapping

import pyarrow as pa

from tongxing.domain.clock import beijing_day
from tongxing.domain.event import Event
from tongxing.domain.pages import WordTable
from tongxing.profile.rows import FIRST_COLUMN, TABLES, Table, order_text, rows

CLIENTS = "clients"


def schema_of(table: Table) -> pa.Schema:
    """Columns of a table in the lake."""
    fixed = [("client_id", pa.string()), ("ts", pa.int64()), ("known_at", pa.int64()), ("day", pa.int64())]
    return pa.schema([*fixed, ("order", pa.string()), *((name, pa.int64()) for name in table.columns)])


def lake_tables(events: Iterable[Event], words: WordTable) -> Mapping[str, pa.Table]:
    """Every table by name, and the clients; events of one key are expected once."""
    columns: dict[str, list[tuple[object, ...]]] = {table.name: [] for table in TABLES}
    clients: dict[str, None] = {}
    for event in events:
        clients[event.client_id] = None
        for row in rows(event, words):
            order = order_text(row, event.source, event.source_seq)
            columns[TABLES[row[0]].name].append(
                (event.client_id, row[1], row[2], beijing_day(row[1]), order, *row[FIRST_COLUMN:])
            )
    found = {table.name: _table(schema_of(table), columns[table.name]) for table in TABLES}
    found[CLIENTS] = pa.table({"client_id": pa.array(sorted(clients), pa.string())})
    return found


def _table(schema: pa.Schema, entries: list[tuple[object, ...]]) -> pa.Table:
    by_column = list(zip(*entries, strict=True)) if entries else [()] * len(schema)
    arrays = [pa.array(values, field.type) for values, field in zip(by_column, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
