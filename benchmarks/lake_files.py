"""Seeded, invented rows of all clients as Parquet files, in the form the lake keeps them."""

from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.invented import KNOWN_AFTER_SECONDS_MAX, SEED
from tongxing.adapters.lake.lake_rows import CLIENT, CLIENTS, compacted, spool_schema
from tongxing.domain.clock import BEIJING, BEIJING_OFFSET_SECONDS, DAY_SECONDS, seconds
from tongxing.profile.codes import Act, Money, Side, Stated
from tongxing.profile.rows import (
    ACT,
    CASH,
    SNAPSHOT,
    STATED,
    TABLES,
    TRADE,
    VALUED,
    Table,
    close_of,
)

AS_OF = datetime(2026, 5, 6, 9, 0, tzinfo=BEIJING)
DAYS = 400
ROWS_A_CLIENT = 50
SHARES = {
    ACT.name: 60,
    TRADE.name: 20,
    CASH.name: 5,
    VALUED.name: 12,
    STATED.name: 2,
    SNAPSHOT.name: 1,
}
"""Rows of each table in a hundred."""
BOUNDS: dict[str, tuple[int, int]] = {
    "detail": (0, 9),
    "code": (10**9, 10**9 + 300),
    "gross_fen": (10_000, 50_000_000),
    "fees_fen": (500, 20_000),
    "amount_fen": (-1_000_000, 1_000_000),
    "value_fen": (40_000_000, 60_000_000),
    "unit_ppm": (800_000, 1_200_000),
    "cash_fen": (0, 9_000_000),
    "flow_fen": (0, 1),
    "max_sector_ppm": (100_000, 1_000_000),
    "value": (1_000, 2_000_000),
    "side": (Side.BUY, Side.NEITHER + 1),
    "cash_known": (0, 2),
}
"""Lowest value and the first one too high, by column."""
KINDS = {ACT.name: (Act.LOGIN, Act.IPO + 1), TRADE.name: (1, 4), CASH.name: (Money.BANK, Money.OTHER + 1)}
KINDS[STATED.name] = (Stated.INCOME, Stated.OPENED + 1)
Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]


def write(folder: Path, rows: int) -> int:
    """Write every table in order of arrival, and the clients; says how many bytes the files have."""
    chance = np.random.default_rng(SEED)
    clients = max(1, rows // ROWS_A_CLIENT)
    connection = duckdb.connect()
    for table in TABLES:
        connection.register("made", _columns(table, rows * SHARES[table.name] // 100, clients, chance))
        made = f"SELECT * FROM ({compacted(table, 'made')}) ORDER BY day, client"  # noqa: S608 - our own names
        connection.sql(made).write_parquet(str(folder / f"{table.name}.parquet"), compression="zstd")
    names = pa.table({CLIENT: pa.array(range(clients), pa.int64())})
    connection.from_arrow(names).write_parquet(str(folder / f"{CLIENTS}.parquet"))
    return sum(file.stat().st_size for file in folder.glob("*.parquet"))


def _columns(table: Table, count: int, clients: int, chance: np.random.Generator) -> pa.Table:
    until = seconds(AS_OF)
    ts = np.sort(chance.integers(until - DAYS * DAY_SECONDS, until, count))
    known_at = ts + chance.integers(0, KNOWN_AFTER_SECONDS_MAX, count)
    day = (ts + BEIJING_OFFSET_SECONDS) // DAY_SECONDS
    if table is VALUED:
        ts = close_of(0) + day * DAY_SECONDS
        known_at = ts + 60
    columns: dict[str, Numbers] = {
        CLIENT: chance.integers(0, clients, count),
        "ts": ts,
        "known_at": known_at,
        "day": day,
    }
    for name in table.columns:
        low, high = KINDS[table.name] if name == "kind" else BOUNDS[name]
        columns[name] = chance.integers(low, high, count)
    order = np.char.zfill(np.arange(count).astype("U9"), 9)
    return pa.table(columns | {"order": order}).select(spool_schema(table).names).cast(spool_schema(table))
