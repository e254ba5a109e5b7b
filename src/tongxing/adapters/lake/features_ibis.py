"""The compiler for all clients: the declaration of `profile.features` as one query, run by DuckDB.

Needs the `analytics` extra (`pip install tongxing[analytics]`).
"""

from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.expr.types import BooleanValue, IntegerValue, NumericValue
from ibis.expr.types import Table as IbisTable

from tongxing.adapters.lake.lake_ops import DUCKDB_SETUP, LakeOps, sql_int, sql_last, sql_order, sql_ratio
from tongxing.adapters.lake.lake_rows import CLIENT, CLIENTS
from tongxing.domain.clock import beijing_day, seconds
from tongxing.profile.features import AGGREGATES, PPM, Aggregate
from tongxing.profile.formulas import derive
from tongxing.profile.rows import TABLES, Table

MEMORY_LIMIT = "1200MB"
"""What DuckDB may hold for all clients; beyond it spills."""
RECENT_DAYS = 90
"""Sums over windows up to this read only the rows of so many days, apart from all others."""
RECENT_LEAST = 6
"""Fewer of them are not worth a reading, and a join, of their own."""


def connect(spill: Path | None = None) -> Backend:
    """An embedded DuckDB with the arithmetic of features; in bounded memory, given a folder to spill into."""
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET enable_progress_bar = false")
    if spill is not None:
        backend.con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        backend.con.execute(f"SET temp_directory = {quoted(spill)}")
    for macro in DUCKDB_SETUP:
        backend.raw_sql(macro)
    return backend


def quoted(path: Path) -> str:
    """A path as a text of SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def features_of_all(tables: Mapping[str, pa.Table], *, as_of: datetime) -> dict[int, dict[str, int | None]]:
    """Client (its pseudonym) -> feature -> value, for every client, from rows held in memory."""
    backend = connect()
    for name, rows in tables.items():
        backend.con.register(name, rows)  # `create_table` of ibis 12 fails with sqlglot 30.18 (ibis 12124)
    query = feature_table({name: backend.table(name) for name in tables}, as_of=as_of)
    found: list[dict[str, Any]] = backend.to_pyarrow(query).to_pylist()
    backend.disconnect()
    return {row.pop(CLIENT): row for row in found}


def feature_table(tables: Mapping[str, IbisTable], *, as_of: datetime) -> IbisTable:
    """One row a client with every feature, as of an instant."""
    instant = seconds(as_of)
    today = beijing_day(instant)
    joined = tables[CLIENTS].select(CLIENT).distinct()
    for table in TABLES:
        for part in _parts(table, _known(tables[table.name], table, instant), today):
            joined = joined.left_join(part, CLIENT).drop(f"{CLIENT}_right")
    counted = [name for name, one in AGGREGATES.items() if one.how in ("count", "sum")]
    joined = joined.mutate(**{name: joined[name].fill_null(0) for name in counted})
    ops = LakeOps(day=today, table=joined)
    features = derive({name: joined[name] for name in AGGREGATES}, ops)
    return ops.table.select(CLIENT, **features)


def _known(rows: IbisTable, table: Table, instant: int) -> IbisTable:
    """What was known at that instant; of a daily table only what nothing known then had replaced."""
    known = rows.filter((rows.ts < instant) & (rows.known_at < instant))
    return known.filter(known.replaced_at >= instant) if table.daily else known


def _parts(table: Table, known: IbisTable, today: int) -> list[IbisTable]:
    """The aggregates of one table, those together that can read the same rows."""
    own = {name: one for name, one in AGGREGATES.items() if one.table is table}
    recent = {
        name: one
        for name, one in own.items()
        if one.how in ("count", "sum") and one.days is not None and one.days <= RECENT_DAYS
    }
    apart = {name: one for name, one in own.items() if one.how in ("group_max", "drawdown")}
    if len(recent) < RECENT_LEAST:
        recent = {}
    rest = {name: one for name, one in own.items() if name not in recent and name not in apart}
    parts = [_together(rest, known, table, today)] if rest else []
    if recent:
        rows = known.filter(known.day > today - RECENT_DAYS)
        parts.append(_together(recent, rows, table, today))
    for name, one in apart.items():
        counts = _counts(one, known, today)
        rows = known if counts is None else known.filter(counts)
        parts.append((_largest_group if one.how == "group_max" else _drawdown)(name, one, rows))
    return parts


def _together(aggregates: Mapping[str, Aggregate], rows: IbisTable, table: Table, today: int) -> IbisTable:
    """Aggregates over the same rows, in one reading."""
    order = rows.day if table.daily else sql_order(rows)
    return rows.group_by(CLIENT).aggregate(
        **{name: _plain(one, rows, order, today) for name, one in aggregates.items()}
    )


def _plain(aggregate: Aggregate, rows: IbisTable, order: NumericValue, today: int) -> IntegerValue:
    """A conditional value, aggregated: several times faster in DuckDB than a filtered aggregate."""
    counts = _counts(aggregate, rows, today)
    if aggregate.how == "count":
        return _where(counts, ibis.literal(1)).count()
    column = rows[aggregate.column].cast("int64")
    if aggregate.how == "last":
        return sql_last(column, order, where=counts)
    value = _where(counts, column)
    if aggregate.how == "sum":
        return sql_int(value.sum().fill_null(0))
    return value.max() if aggregate.how == "max" else value.min()


def _where(counts: BooleanValue | None, value: IntegerValue) -> IntegerValue:
    return value if counts is None else ibis.ifelse(counts, value, ibis.null(value.type()))


def _counts(aggregate: Aggregate, rows: IbisTable, today: int) -> BooleanValue | None:
    """Which rows count: within the window, and of the codes asked for; None when all do."""
    conditions = [rows[column].isin(codes) for column, codes in aggregate.where]
    if aggregate.days is not None:
        conditions.append(rows.day > today - aggregate.days)
    if aggregate.lag:
        conditions.append(rows.day <= today - aggregate.lag)
    return reduce(lambda one, other: one & other, conditions) if conditions else None


def _largest_group(name: str, aggregate: Aggregate, rows: IbisTable) -> IbisTable:
    sums = rows.group_by(CLIENT, aggregate.by).aggregate(total=sql_int(rows[aggregate.column].sum()))
    return sums.group_by(CLIENT).aggregate(**{name: sums.total.max()})


def _drawdown(name: str, aggregate: Aggregate, rows: IbisTable) -> IbisTable:
    column = rows[aggregate.column]
    peaks = rows.mutate(
        unit=column, peak=column.max().over(ibis.cumulative_window(group_by=CLIENT, order_by="day"))
    )
    falls = peaks.mutate(fall=sql_ratio(peaks.peak - peaks.unit, peaks.peak, ibis.literal(PPM, "int64")))
    return falls.group_by(CLIENT).aggregate(**{name: falls.fall.max()})
