"""A share of a group, never shown without what it is a share of and how sure it is."""

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

WILSON_Z = 1.959963984540054
"""97.5 % quantile of the normal distribution: a two-sided interval of 95 %."""
PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`part` of `whole` with a Wilson 95 % interval; no value where the group is empty."""

    name: str
    part: int
    whole: int
    value_ppm: int | None
    low_ppm: int | None
    high_ppm: int | None
    formula: str
    cohort: str
    interval: str = "Wilson 95 %"


def rate(name: str, *, part: int, whole: int, formula: str, cohort: str) -> Rate:
    """A share with its interval; raises `ValueError` where the part exceeds the whole."""
    if not 0 <= part <= whole:
        raise ValueError(f"{name}: {part} of {whole} is no share")
    low, high = wilson_ppm(part, whole) if whole else (None, None)
    return Rate(
        name=name,
        part=part,
        whole=whole,
        value_ppm=round(Fraction(part * PPM, whole)) if whole else None,
        low_ppm=low,
        high_ppm=high,
        formula=formula,
        cohort=cohort,
    )


def wilson_ppm(part: int, whole: int) -> tuple[int, int]:
    """Bounds of the Wilson score interval, within 0 and 1,000,000 (E. B. Wilson, 1927)."""
    share = part / whole
    squared = WILSON_Z * WILSON_Z
    scale = 1 + squared / whole
    centre = (share + squared / (2 * whole)) / scale
    half = WILSON_Z * sqrt(share * (1 - share) / whole + squared / (4 * whole * whole)) / scale
    low = 0 if part == 0 else round((centre - half) * PPM)
    high = PPM if part == whole else round((centre + half) * PPM)
    return low, high


def annual_ppm(month_ppm: int) -> int:
    """What a monthly share of leavers comes to in a year: 1 - (1 - m)^12."""
    staying = Fraction(PPM - month_ppm, PPM) ** 12
    return round((1 - staying) * PPM)


def annual(month: Rate) -> Rate:
    """The yearly figure of a monthly one, its bounds carried over; 3.2 % a month is 32.3 % a year."""
    return Rate(
        name=f"{month.name}_annual",
        part=month.part,
        whole=month.whole,
        value_ppm=None if month.value_ppm is None else annual_ppm(month.value_ppm),
        low_ppm=None if month.low_ppm is None else annual_ppm(month.low_ppm),
        high_ppm=None if month.high_ppm is None else annual_ppm(month.high_ppm),
        formula=f"1-(1-m)^12, m = {month.formula}",
        cohort=month.cohort,
    )
