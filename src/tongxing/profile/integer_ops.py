"""The arithmetic of features for one client: plain integers, None for the unknown."""

from dataclasses import dataclass

from tongxing.profile.features import RATIO_LIMIT


@dataclass(frozen=True, slots=True)
class IntegerOps:
    """Null-safe integer arithmetic; the lake's is written to give the same answers."""

    today: int | None

    def number(self, value: int) -> int | None:
        """A constant."""
        return value

    def add(self, a: int | None, b: int | None) -> int | None:
        """A + b."""
        return None if a is None or b is None else a + b

    def sub(self, a: int | None, b: int | None) -> int | None:
        """A - b."""
        return None if a is None or b is None else a - b

    def mul(self, a: int | None, b: int | None) -> int | None:
        """A * b."""
        return None if a is None or b is None else a * b

    def ratio(self, a: int | None, b: int | None, scale: int) -> int | None:
        """A * scale / b cut downward, within bounds; unknown where b is not above zero."""
        if a is None or b is None or b <= 0:
            return None
        return max(-RATIO_LIMIT, min(RATIO_LIMIT, a * scale // b))

    def least(self, *values: int | None) -> int | None:
        """The smallest of those known."""
        known = [value for value in values if value is not None]
        return min(known) if known else None

    def clip(self, value: int | None, low: int, high: int) -> int | None:
        """The value, brought within bounds."""
        return None if value is None else max(low, min(high, value))

    def first(self, *values: int | None) -> int | None:
        """The first that is known."""
        for value in values:
            if value is not None:
                return value
        return None

    def when_least(self, value: int | None, test: int | None, least: int) -> int | None:
        """The value where the test is known and at least that much."""
        return value if test is not None and test >= least else None
