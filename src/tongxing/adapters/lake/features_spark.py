"""The compiler for all clients on Spark: the same query as on DuckDB, where a broker's data lives in a lake.

Needs the `spark` extra (`pip install tongxing[spark]`) and Java 17. Only the four functions that SQL dialects
do not share are given anew, as functions of Spark's own SQL.
"""

from collections.abc import Mapping
from datetime import datetime

import ibis
from pyspark.sql import DataFrame, SparkSession

from tongxing.adapters.lake.features_ibis import feature_table
from tongxing.adapters.lake.lake_rows import CLIENTS
from tongxing.profile.features import RATIO_LIMIT
from tongxing.profile.rows import TABLES

_SCALED = "cast(a AS DECIMAL(20, 0)) * cast(scale AS DECIMAL(8, 0))"
_LIMIT = f"cast(b AS DECIMAL(20, 0)) * cast({RATIO_LIMIT} AS DECIMAL(16, 0))"
SPARK_SETUP = (
    f"""CREATE OR REPLACE TEMPORARY FUNCTION tongxing_ratio(a BIGINT, b BIGINT, scale BIGINT) RETURNS BIGINT
    RETURN CASE
        WHEN a IS NULL OR b IS NULL OR b <= 0 THEN NULL
        WHEN {_SCALED} >= {_LIMIT} THEN {RATIO_LIMIT}
        WHEN {_SCALED} <= -({_LIMIT}) THEN -{RATIO_LIMIT}
        WHEN a >= 0 THEN ({_SCALED}) div b
        ELSE -((b - 1 - {_SCALED}) div b) END""",
    "CREATE OR REPLACE TEMPORARY FUNCTION tongxing_int(a BIGINT) RETURNS BIGINT RETURN a",
    """CREATE OR REPLACE TEMPORARY FUNCTION tongxing_order(ts BIGINT, known_at BIGINT, tie INT)
    RETURNS STRUCT<ts: BIGINT, known_at: BIGINT, tie: INT>
    RETURN named_struct('ts', ts, 'known_at', known_at, 'tie', tie)""",
)
"""To be run in a Spark session before the features."""


def spark_features(session: SparkSession, tables: Mapping[str, DataFrame], *, as_of: datetime) -> DataFrame:
    """One row a client with every feature, as of an instant, from the lake's tables and `clients`.

    A sum beyond 64 bits is an error, as on DuckDB: the session runs in ANSI mode.
    """
    session.conf.set("spark.sql.ansi.enabled", "true")
    backend = ibis.pyspark.connect(session)
    for function in SPARK_SETUP:
        session.sql(function)
    names = [*(table.name for table in TABLES), CLIENTS]
    for name in names:
        tables[name].createOrReplaceTempView(name)
    query = feature_table({name: backend.table(name) for name in names}, as_of=as_of)
    return session.sql(str(ibis.to_sql(query, dialect="pyspark")))
