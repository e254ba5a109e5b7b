"""The arithmetic of features in SQL, written to give the integers that `profile.integer_ops` gives.

DuckDB's own division goes through floating point or cuts toward zero, its sums are 128 bits wide, and its
`greatest` passes over the unknown. So three macros say exactly what is meant.
"""

from dataclasses import dataclass
from functools import reduce

import ibis
from ibis.expr.types import IntegerValue

from tongxing.profile.features import RATIO_LIMIT

_RATIO = f"""
CREATE OR REPLACE TEMP MACRO tongxing_ratio(a, b, scale) AS CASE WHEN a IS NOT NULL AND b > 0 THEN CAST(
    least({RATIO_LIMIT}::HUGEINT, greatest(-{RATIO_LIMIT}::HUGEINT,
        (a::HUGEINT * scale) // nullif(b, 0)
        - CASE WHEN (a::HUGEINT * scale) % nullif(b, 0) < 0 THEN 1 ELSE 0 END))
AS BIGINT) END
"""
"""Cut downward, 128 bits wide; the divisor never is zero, whichever branch is computed."""
_INT = "CREATE OR REPLACE TEMP MACRO tongxing_int(a) AS CAST(a AS BIGINT)"
MACROS = (_RATIO, _INT)
"""To be run on a DuckDB connection before the features."""


@ibis.udf.scalar.builtin(name="tongxing_ratio")  # type: ignore[untyped-decorator]
def sql_ratio(a: int, b: int, scale: int) -> int:  # type: ignore[empty-body]
    """A * scale / b cut downward."""


@ibis.udf.scalar.builtin(name="tongxing_int")  # type: ignore[untyped-decorator]
def sql_int(a: int) -> int:  # type: ignore[empty-body]
    """A sum, narrowed to 64 bits; too large a sum is an error, never a wrong number."""


@dataclass(frozen=True, slots=True)
class LakeOps:
    """Null-safe integer arithmetic over columns."""

    day: int

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
        return sql_ratio(a, b, self.number(scale))

    def least(self, *values: IntegerValue) -> IntegerValue:
        """The smallest of those known."""
        return reduce(self._lesser, values)

    def _lesser(self, a: IntegerValue, b: IntegerValue) -> IntegerValue:
        return ibis.ifelse(a.isnull() | (b < a), ibis.coalesce(b, a), a)

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
