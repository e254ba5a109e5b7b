"""The arithmetic of features in SQL, written to give the integers that `profile.integer_ops` gives.

DuckDB's own division goes through floating point or cuts toward zero, its sums are 128 bits wide, and its
`greatest` passes over the unknown. So a few macros say exactly what is meant.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import BooleanValue, IntegerValue, NumericValue
from ibis.expr.types import Table as IbisTable

from tongxing.profile.features import RATIO_LIMIT

_RATIO = f"""
CREATE OR REPLACE TEMP MACRO tongxing_ratio(a, b, scale) AS CASE WHEN a IS NOT NULL AND b > 0 THEN CAST(
    least({RATIO_LIMIT}::HUGEINT, greatest(-{RATIO_LIMIT}::HUGEINT, CASE WHEN a >= 0
        THEN (a::HUGEINT * scale) // nullif(b, 0)
        ELSE -((b::HUGEINT - 1 - a::HUGEINT * scale) // nullif(b, 0)) END))
AS BIGINT) END
"""
"""Cut downward, 128 bits wide; the divisor never is zero, whichever branch is computed."""
_INT = "CREATE OR REPLACE TEMP MACRO tongxing_int(a) AS CAST(a AS BIGINT)"
_ORDER = f"""
CREATE OR REPLACE TEMP MACRO tongxing_order(ts, known_at, tie) AS
    ts::HUGEINT * {1 << 70}::HUGEINT + ((known_at + {1 << 34}) * {1 << 28} + tie)
"""
"""One number that orders rows: instants of less than 2**34 seconds, fewer than 2**28 ties."""
DUCKDB_SETUP = (_RATIO, _INT, _ORDER)
"""To be run on a DuckDB connection before the features."""


@ibis.udf.scalar.builtin(name="tongxing_ratio")  # type: ignore[untyped-decorator]
def sql_ratio(a: int, b: int, scale: int) -> int:  # type: ignore[empty-body]
    """A * scale / b cut downward."""


@ibis.udf.scalar.builtin(name="tongxing_int")  # type: ignore[untyped-decorator]
def sql_int(a: int) -> int:  # type: ignore[empty-body]
    """A sum, narrowed to 64 bits; too large a sum is an error, never a wrong number."""


@ibis.udf.scalar.builtin(name="tongxing_order")  # type: ignore[untyped-decorator]
def _order(ts: int, known_at: int, tie: int) -> dt.Decimal(38, 0):  # type: ignore[valid-type]
    """The place of a row among all rows of a client."""


def sql_order(rows: IbisTable) -> NumericValue:
    """What orders the rows of a client."""
    return _order(rows.ts, rows.known_at, rows.tie)


def sql_last(kept: IntegerValue, order: NumericValue, where: BooleanValue | None) -> IntegerValue:
    """What stands beside the greatest order.

    Ibis writes its own `argmax` for DuckDB as a sorted aggregate, which sorts every group; `max_by` does not.
    """
    kind = kept.type()
    max_by = ibis.udf.agg.builtin(_beside, name="max_by", signature=((kind, order.type()), kind))
    return max_by(kept, order, where=where)


def _beside(kept: int, order: int) -> int:  # type: ignore[empty-body]
    """Never run: names the arguments."""


@dataclass(slots=True)
class LakeOps:
    """Null-safe integer arithmetic over the columns of a table.

    Every ratio becomes a column of `table`, so that one inside another is computed once.
    """

    day: int
    table: IbisTable

    @property
    def today(self) -> IntegerValue:
        """The Beijing day of the instant asked for."""
        return self.number(self.day)

    def number(self, value: int) -> IntegerValue:
        """A constant."""
        return ibis.literal(value, "int64")

    def add(self, a: IntegerValue, b: IntegerValue) -> IntegerValue:
        """A + b."""
        return a + b

    def sub(self, a: IntegerValue, b: IntegerValue) -> IntegerValue:
        """A - b."""
        return a - b

    def mul(self, a: IntegerValue, b: IntegerValue) -> IntegerValue:
        """A * b."""
        return a * b

    def ratio(self, a: IntegerValue, b: IntegerValue, scale: int) -> IntegerValue:
        """A * scale / b cut downward, within bounds; unknown where b is not above zero."""
        name = f"ratio_{len(self.table.columns)}"
        self.table = self.table.mutate(**{name: sql_ratio(a, b, self.number(scale))})
        return self.table[name]

    def least(self, *values: IntegerValue) -> IntegerValue:
        """The smallest of those known."""
        return ibis.least(*values)

    def clip(self, value: IntegerValue, low: int, high: int) -> IntegerValue:
        """The value, brought within bounds."""
        capped = ibis.ifelse(value > high, self.number(high), value)
        return ibis.ifelse(capped < low, self.number(low), capped)

    def first(self, *values: IntegerValue) -> IntegerValue:
        """The first that is known."""
        return ibis.coalesce(*values)

    def when_least(self, value: IntegerValue, test: IntegerValue, least: int) -> IntegerValue:
        """The value where the test is known and at least that much."""
        return ibis.ifelse(test >= least, value, ibis.null("int64"))
