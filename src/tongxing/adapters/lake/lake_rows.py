"""Rows of events as columnar tables, the form in which a lake keeps them: integers only, no words, no names.

A client appears under a pseudonym, a number that only the holder of the lake's key can make. Of rows with
one instant `tie` tells which is the later: it numbers them by `(source, source_seq)`, so that the lake need
not keep these names (the fold breaks ties by the names themselves, with the same outcome).
"""

from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b

import duckdb
import pyarrow as pa

from tongxing.domain.clock import beijing_day
from tongxing.domain.event import Event
from tongxing.domain.pages import WordTable
from tongxing.profile.rows import FIRST_COLUMN, TABLES, Table, rows

CLIENTS = "clients"
CLIENT = "client"
PSEUDONYM_BYTES = 8
NEVER = 1 << 40
"""Epoch seconds beyond all times."""

Spool = dict[str, list[tuple[object, ...]]]
"""Table name -> rows still with their names: what `compact` turns into rows of the lake."""


def pseudonym(client_id: str, key: bytes) -> int:
    """A client's number in the lake: 63 bits, the same for one key."""
    digest = blake2b(client_id.encode(), key=key, digest_size=PSEUDONYM_BYTES).digest()
    return int.from_bytes(digest) >> 1


def schema_of(table: Table) -> pa.Schema:
    """Columns of a table in the lake."""
    replaced = [("replaced_at", pa.int64())] if table.daily else []
    return pa.schema([*_fixed(), ("tie", pa.int32()), *replaced, *_own(table)])


def spool_schema(table: Table) -> pa.Schema:
    """Columns of rows before their ties are numbered."""
    return pa.schema([*_fixed(), ("order", pa.string()), *_own(table)])


def empty_spool() -> Spool:
    """No rows yet, for every table."""
    return {table.name: [] for table in TABLES}


def add_rows(
    spool: Spool,
    event: Event,
    *,
    client: int,
    words: WordTable,
    only_days: Collection[int] | None = None,
) -> set[int]:
    """Add what an event says to the rows of its tables; says on which Beijing days.

    Events of one key are expected once. `only_days` leaves out the rows of all other days.
    """
    order, days = f"{event.source}\x01{event.source_seq}", set[int]()
    for row in rows(event, words):
        day = beijing_day(row[1])
        if only_days is None or day in only_days:
            days.add(day)
            entry = (client, row[1], row[2], day, order, *row[FIRST_COLUMN:])
            spool[TABLES[row[0]].name].append(entry)
    return days


def spool_table(table: Table, entries: list[tuple[object, ...]]) -> pa.Table:
    """Spooled rows as columns."""
    schema = spool_schema(table)
    by_column = list(zip(*entries, strict=True)) if entries else [()] * len(schema)
    arrays = [pa.array(values, field.type) for values, field in zip(by_column, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def compacted(table: Table, spooled: str) -> str:
    """SQL of the lake's rows from spooled ones (a table's name or an expression), by client.

    All rows of a Beijing day must be among them: ties are numbered, and a row of a daily table learns when
    a later row of its client and day became known (`replaced_at`, far in the future while there is none).
    """
    columns = ", ".join(f'"{name}"' for name in table.columns)
    replaced = (
        f'coalesce(min(known_at) OVER (PARTITION BY client, day ORDER BY ts, known_at, "order" '
        f"ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), {NEVER}) AS replaced_at, "
    )
    return (
        f"SELECT client, ts, known_at, day, CAST(row_number() OVER (PARTITION BY client, ts, known_at "  # noqa: S608 - our own names
        f'ORDER BY "order") AS INTEGER) AS tie, {replaced if table.daily else ""}{columns} '
        f"FROM {spooled} ORDER BY client, ts, known_at, tie"
    )


def lake_tables(events: Iterable[Event], words: WordTable, *, key: bytes = b"") -> Mapping[str, pa.Table]:
    """Every table by name, and the clients, in memory: for small sets and for tests of the definitions."""
    spool, clients = empty_spool(), dict[str, int]()
    for event in events:
        client = clients.setdefault(event.client_id, pseudonym(event.client_id, key))
        add_rows(spool, event, client=client, words=words)
    found: dict[str, pa.Table] = {}
    with duckdb.connect() as connection:
        for table in TABLES:
            connection.register("spooled", spool_table(table, spool[table.name]))
            found[table.name] = connection.sql(compacted(table, "spooled")).to_arrow_table()
    found[CLIENTS] = pa.table({CLIENT: pa.array(sorted(clients.values()), pa.int64())})
    return found


def _fixed() -> list[tuple[str, pa.DataType]]:
    return [(CLIENT, pa.int64()), ("ts", pa.int64()), ("known_at", pa.int64()), ("day", pa.int32())]


def _own(table: Table) -> list[tuple[str, pa.DataType]]:
    coded = set(table.columns[: table.coded])
    return [(name, pa.int16() if name in coded else pa.int64()) for name in table.columns]
