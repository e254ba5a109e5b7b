"""The compiler for all clients: the declaration of `profile.features` as one query, run by DuckDB.

Needs the `analytics` extra (`pip install tongxing[analytics]`).
"""

from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from typing import Any

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.expr.types import BooleanValue, IntegerValue
from ibis.expr.types import Table as IbisTable

from tongxing.adapters.lake.lake_ops import MACROS, LakeOps, sql_int, sql_ratio
from tongxing.adapters.lake.lake_rows import CLIENTS
from tongxing.domain.clock import beijing_day, seconds
from tongxing.profile.features import AGGREGATES, PPM, Aggregate, derive
from tongxing.profile.rows import TABLES, Table


def connect() -> Backend:
    """An embedded DuckDB with the arithmetic that features need."""
    backend = ibis.duckdb.connect()
    for macro in MACROS:
        backend.raw_sql(macro)
    return backend


def features_of_all(tables: Mapping[str, pa.Table], *, as_of: datetime) -> dict[str, dict[str, int | None]]:
    """Client -> feature -> value, for every client, from rows held in memory."""
    backend = connect()
    for name, rows in tables.items():
        backend.con.register(name, rows)  # `create_table` of ibis 12 fails with sqlglot 30.18 (ibis 12124)
    query = feature_table({name: backend.table(name) for name in tables}, as_of=as_of)
    found: list[dict[str, Any]] = backend.to_pyarrow(query).to_pylist()
    backend.disconnect()
    return {str(row.pop("client_id")): row for row in found}


def feature_table(tables: Mapping[str, IbisTable], *, as_of: datetime) -> IbisTable:
    """One row a client with every feature, as of an instant; each lake table is read once."""
    instant = seconds(as_of)
    today = beijing_day(instant)
    joined = tables[CLIENTS].select("client_id").distinct()
    for table in TABLES:
        rows = tables[table.name].filter(lambda t: (t.ts < instant) & (t.known_at < instant))
        for part in _parts(table, _last_of_day(rows, table) if table.daily else rows, today):
            joined = joined.left_join(part, "client_id").drop("client_id_right")
    empty = {
        name: joined[name].fill_null(0) if one.how in ("count", "sum") else joined[name]
        for name, one in AGGREGATES.items()
    }
    return joined.select("client_id", **derive(empty, LakeOps(day=today)))


def _last_of_day(rows: IbisTable, table: Table) -> IbisTable:
    """Of several rows of one Beijing day the last one."""
    kept = {name: rows[name].argmax(rows.order) for name in table.columns}
    return rows.group_by("client_id", "day").aggregate(order=rows.order.max(), **kept)


def _parts(table: Table, rows: IbisTable, today: int) -> list[IbisTable]:
    """The aggregates of one table: the plain ones together, the others each by itself."""
    own = {name: one for name, one in AGGREGATES.items() if one.table is table}
    plain = {
        name: _plain(one, rows, today)
        for name, one in own.items()
        if one.how not in ("group_max", "drawdown")
    }
    parts = [rows.group_by("client_id").aggregate(**plain)] if plain else []
    parts += [_largest_group(name, one, rows, today) for name, one in own.items() if one.how == "group_max"]
    parts += [_drawdown(name, one, rows, today) for name, one in own.items() if one.how == "drawdown"]
    return parts


def _plain(aggregate: Aggregate, rows: IbisTable, today: int) -> IntegerValue:
    counts = _counts(aggregate, rows, today)
    if aggregate.how == "count":
        return sql_int(counts.ifelse(1, 0).sum())
    column = rows[aggregate.column]
    if aggregate.how == "sum":
        return sql_int(counts.ifelse(column, 0).sum())
    if aggregate.how == "last":
        return column.argmax(rows.order, where=counts)
    return column.max(where=counts) if aggregate.how == "max" else column.min(where=counts)


def _counts(aggregate: Aggregate, rows: IbisTable, today: int) -> BooleanValue:
    """Which rows count: within the window, and of the codes asked for."""
    conditions = [rows[column].isin(codes) for column, codes in aggregate.where]
    if aggregate.days is not None:
        conditions.append(rows.day > today - aggregate.days)
    if aggregate.lag or not conditions:
        conditions.append(rows.day <= today - aggregate.lag)
    return reduce(lambda one, other: one & other, conditions)


def _largest_group(name: str, aggregate: Aggregate, rows: IbisTable, today: int) -> IbisTable:
    counted = rows.filter(_counts(aggregate, rows, today))
    sums = counted.group_by("client_id", aggregate.by).aggregate(
        total=sql_int(counted[aggregate.column].sum())
    )
    return sums.group_by("client_id").aggregate(**{name: sums.total.max()})


def _drawdown(name: str, aggregate: Aggregate, rows: IbisTable, today: int) -> IbisTable:
    counted = rows.filter(_counts(aggregate, rows, today))
    column = counted[aggregate.column]
    peaks = counted.mutate(
        unit=column, peak=column.max().over(ibis.cumulative_window(group_by="client_id", order_by="day"))
    )
    falls = peaks.mutate(fall=sql_ratio(peaks.peak - peaks.unit, peaks.peak, ibis.literal(PPM, "int64")))
    return falls.group_by("client_id").aggregate(**{name: falls.fall.max()})
