"""The all-client profile in DuckDB over Parquet, against a plain group-by and against pandas, same rows."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import ibis
import pandas as pd

from benchmarks.apart import apart
from benchmarks.lake_files import AS_OF, ROWS_A_CLIENT, write
from benchmarks.measure import Figure, median
from tongxing.adapters.lake.all_profiles import write_profiles
from tongxing.adapters.lake.features_ibis import connect, feature_table, quoted
from tongxing.adapters.lake.lake_rows import CLIENT, CLIENTS
from tongxing.domain.clock import beijing_day, seconds
from tongxing.profile.codes import Act, Dealing, Money, Side
from tongxing.profile.rows import TABLES

ROUNDS = 3
FEW = ("trades_30d", "fees_365d_fen", "logins_30d", "days_since_trade", "dividends_365d_fen")
"""Features that pandas computes as well; the answers are compared."""
TODAY = beijing_day(seconds(AS_OF))
INSTANT = seconds(AS_OF)
Answer = dict[int, tuple[int | None, ...]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one engine took for one pass over all rows."""

    cpu: float
    wall: float
    columns: int = 0
    planning_cpu: float = 0.0
    answer: Answer | None = None


def run(rows: int) -> Iterator[Figure]:
    """Write the rows once, then let each engine read them in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="tongxing-bench-") as name:
        folder = Path(name)
        size, _ = apart(write, folder, rows)
        whole, whole_peak = apart(_whole, folder)
        plain, plain_peak = apart(_plain, folder)
        few, few_peak = apart(_few, folder)
        pandas, pandas_peak = apart(_pandas, folder)
    if few.answer != pandas.answer:
        raise AssertionError("the lake and pandas do not agree")
    clients = rows // ROWS_A_CLIENT
    yield Figure(
        metric="all-client profile, rows per core-second",
        value=rows / whole.cpu,
        unit="1/s",
        n=rows,
        peer="DuckDB, count, max and sums grouped by client",
        peer_value=rows / plain.cpu,
        note=f"{clients} clients, {whole.columns} features, Parquet {size / 2**20:.0f} MiB; "
        f"CPU {whole.cpu:.2f} s, wall {whole.wall:.2f} s; plain wall {plain.wall:.2f} s",
    )
    yield Figure(
        metric="planning the all-client profile (CPU, part of the above)",
        value=whole.planning_cpu,
        unit="s",
        n=ROUNDS,
        note=f"the same for any rows; without it {rows / (whole.cpu - whole.planning_cpu):,.0f}/core-s",
    )
    yield Figure(
        metric=f"{len(FEW)} features of all clients, rows per core-second",
        value=rows / few.cpu,
        unit="1/s",
        n=rows,
        peer=f"pandas {pd.__version__}, the same {len(FEW)} features",
        peer_value=rows / pandas.cpu,
        note=f"answers equal; CPU {few.cpu:.2f} s against {pandas.cpu:.2f} s, "
        f"wall {few.wall:.2f} s against {pandas.wall:.2f} s",
    )
    yield _peak("all-client profile", whole_peak, rows, "the plain group-by", plain_peak)
    yield _peak(f"{len(FEW)} features", few_peak, rows, "pandas", pandas_peak)


def _peak(metric: str, value: float, rows: int, peer: str, peer_value: float) -> Figure:
    return Figure(
        metric=f"peak memory {metric}", value=value, unit="MiB", n=rows, peer=peer, peer_value=peer_value
    )


def _measured(action: Callable[[], object]) -> Taken:
    """Median of some passes; threads of DuckDB count into the processor time."""
    cpu, wall = [], []
    for _ in range(ROUNDS):
        start = time.process_time(), time.perf_counter()
        action()
        cpu.append(time.process_time() - start[0])
        wall.append(time.perf_counter() - start[1])
    return Taken(cpu=median(cpu), wall=median(wall))


def _file(folder: Path, name: str) -> str:
    return str(folder / f"{name}.parquet")


def _files(folder: Path) -> dict[str, list[str]]:
    return {name: [_file(folder, name)] for name in (*(table.name for table in TABLES), CLIENTS)}


def _compiled(folder: Path, *columns: str) -> tuple[duckdb.DuckDBPyConnection, str, int]:
    """The declared features as SQL, with a connection that has the files and the arithmetic."""
    backend = connect(folder)
    names = list(_files(folder))
    for name in names:
        backend.con.read_parquet(_file(folder, name)).create_view(name)
    query = feature_table({name: backend.table(name) for name in names}, as_of=AS_OF)
    if columns:
        query = query.select(CLIENT, *columns)
    return backend.con, str(ibis.to_sql(query, dialect="duckdb")), len(query.columns) - 1


def _whole(folder: Path) -> Taken:
    """Parquet to Parquet, as the night does it; planning included."""
    target = folder / "found.parquet"
    connection, sql, columns = _compiled(folder)
    planned = _measured(lambda: connection.execute(f"EXPLAIN {sql}"))
    taken = _measured(lambda: write_profiles(_files(folder), as_of=AS_OF, target=target, spill=folder))
    return Taken(cpu=taken.cpu, wall=taken.wall, columns=columns, planning_cpu=planned.cpu)


def _few(folder: Path) -> Taken:
    connection, sql, columns = _compiled(folder, *FEW)
    taken = _measured(lambda: connection.execute(f"CREATE OR REPLACE TABLE found AS {sql}"))
    rows = connection.execute("SELECT * FROM found").fetchall()
    answer: Answer = {row[0]: tuple(row[1:]) for row in rows}
    return Taken(cpu=taken.cpu, wall=taken.wall, columns=columns, answer=answer)


def _plain(folder: Path) -> Taken:
    """The floor: every row of every table read, its figures added up by client, no condition; to Parquet."""
    connection = connect(folder).con
    queries = []
    for table in TABLES:
        sums = ", ".join(f"sum({column})" for column in table.columns)
        queries.append(
            f"COPY (SELECT client, count(*), max(ts), {sums} "  # noqa: S608 - our own names
            f"FROM read_parquet('{_file(folder, table.name)}') GROUP BY client) "
            f"TO {quoted(folder / f'plain_{table.name}.parquet')} (FORMAT parquet, COMPRESSION zstd)"
        )
    return _measured(lambda: [connection.execute(query) for query in queries])


def _pandas(folder: Path) -> Taken:
    found = pd.DataFrame()

    def compute() -> None:
        nonlocal found
        found = _few_in_pandas(folder)

    taken = _measured(compute)
    answer: Answer = {
        int(client): tuple(None if pd.isna(value) else int(value) for value in row)
        for client, *row in found.itertuples(name=None)
    }
    return Taken(cpu=taken.cpu, wall=taken.wall, answer=answer)


def _few_in_pandas(folder: Path) -> pd.DataFrame:
    """As one would write it by hand: read the needed columns, filter, group."""
    trade = _known(folder, "trade", "kind", "side", "fees_fen")
    act = _known(folder, "act", "kind")
    cash = _known(folder, "cash", "kind", "amount_fen")
    traded = trade[
        trade["kind"].isin([Dealing.EXCHANGE, Dealing.FUND]) & trade["side"].isin([Side.BUY, Side.SELL])
    ]
    logins = act[(act["kind"] == Act.LOGIN) & (act["day"] > TODAY - 30)]
    dividends = cash[(cash["kind"] == Money.DIVIDEND) & (cash["day"] > TODAY - 365)]
    counts = {
        "trades_30d": traded[traded["day"] > TODAY - 30].groupby(CLIENT).size(),
        "fees_365d_fen": trade[trade["day"] > TODAY - 365].groupby(CLIENT)["fees_fen"].sum(),
        "logins_30d": logins.groupby(CLIENT).size(),
        "days_since_trade": TODAY - traded.groupby(CLIENT)["day"].max(),
        "dividends_365d_fen": dividends.groupby(CLIENT)["amount_fen"].sum(),
    }
    clients = pd.read_parquet(_file(folder, CLIENTS))[CLIENT]
    found = pd.DataFrame(index=pd.Index(clients, name=CLIENT))
    for name in FEW:
        figures = counts[name].reindex(found.index)
        found[name] = figures if name == "days_since_trade" else figures.fillna(0)
    return found


def _known(folder: Path, name: str, *columns: str) -> pd.DataFrame:
    rows = pd.read_parquet(_file(folder, name), columns=[CLIENT, "ts", "known_at", "day", *columns])
    return rows[(rows["ts"] < INSTANT) & (rows["known_at"] < INSTANT)]
