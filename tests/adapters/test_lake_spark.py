"""One declaration on two engines: 20,000 clients on Spark and on DuckDB, bit for bit."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("pyspark", reason="the spark extra is not installed")
pytest.importorskip("duckdb", reason="the analytics extra is not installed")

import pyarrow.parquet as pq
from benchmarks.lake_files import AS_OF, ROWS_A_CLIENT, write
from pyspark.sql import SparkSession

from tongxing.adapters.lake.features_ibis import features_of_all
from tongxing.adapters.lake.features_spark import spark_features
from tongxing.profile.integer_ops import IntegerOps

pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17, and there is no java here"),
    pytest.mark.filterwarnings("ignore"),  # Spark leaves sockets to the collector
]
CLIENTS = 20_000


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    found = (
        builder.config("spark.sql.shuffle.partitions", "4")
        .config("spark.driver.memory", "2g")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    found.sparkContext.setLogLevel("ERROR")
    yield found
    found.stop()


def test_twenty_thousand_clients_have_the_same_features_on_spark(
    session: SparkSession, tmp_path: Path
) -> None:
    write(tmp_path, CLIENTS * ROWS_A_CLIENT)
    files = {path.stem: path for path in tmp_path.glob("*.parquet")}
    tables = {name: session.read.parquet(str(path)) for name, path in files.items()}
    rows = spark_features(session, tables, as_of=AS_OF).toArrow().to_pylist()
    on_spark = {row.pop("client"): row for row in rows}
    on_duckdb = features_of_all({name: pq.read_table(path) for name, path in files.items()}, as_of=AS_OF)
    assert len(on_spark) == CLIENTS
    assert on_spark == on_duckdb
    known = [name for name in next(iter(on_spark.values())) if any(row[name] for row in rows)]
    assert len(known) >= len(rows[0]) - 2, "nearly every feature says something in these rows"


@pytest.mark.parametrize("a", [None, 0, 1, -1, 7, -7, 10**17, -(10**17)])
@pytest.mark.parametrize("b", [None, 0, 1, 3, -3, 10**17])
@pytest.mark.parametrize("scale", [1, 1_000_000])
def test_a_ratio_on_spark_is_cut_downward_as_everywhere(
    session: SparkSession, a: int | None, b: int | None, scale: int
) -> None:
    text = [f"cast({'NULL' if value is None else value} AS BIGINT)" for value in (a, b)]
    found = session.sql(f"SELECT tongxing_ratio({text[0]}, {text[1]}, {scale}) AS r").first()
    assert found is not None
    assert found.r == IntegerOps(today=None).ratio(a, b, scale)
