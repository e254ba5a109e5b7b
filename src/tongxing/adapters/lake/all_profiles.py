"""Every client's features, from Parquet to Parquet, in bounded memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import ibis
import pyarrow as pa

from tongxing.adapters.lake.features_ibis import connect, feature_table, quoted
from tongxing.adapters.lake.lake_rows import schema_of
from tongxing.profile.rows import TABLES


def write_profiles(
    files: Mapping[str, Sequence[str]],
    *,
    as_of: datetime,
    target: Path,
    spill: Path,
    given: Sequence[Mapping[str, int | None]] = (),
) -> None:
    """Read the files of each table (and of `clients`), write one row a client with every feature.

    The rows `given` are written as they are, for clients who are not among `clients`.
    """
    backend = connect(spill)
    schemas = {table.name: schema_of(table) for table in TABLES}
    try:
        for name, paths in files.items():
            if paths:
                backend.con.read_parquet(list(paths)).create_view(name)
            else:
                backend.con.register(name, schemas[name].empty_table())
        query = feature_table({name: backend.table(name) for name in files}, as_of=as_of)
        sql = str(ibis.to_sql(query, dialect="duckdb"))
        if given:
            schema = pa.schema([(name, pa.int64()) for name in query.columns])
            backend.con.register("given_rows", pa.Table.from_pylist(list(map(dict, given)), schema=schema))
            sql = f"({sql}) UNION ALL BY NAME SELECT * FROM given_rows"  # noqa: S608 - our own names
        backend.con.execute(f"COPY ({sql}) TO {quoted(target)} (FORMAT parquet, COMPRESSION zstd)")
    finally:
        backend.disconnect()
