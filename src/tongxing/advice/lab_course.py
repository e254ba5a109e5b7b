"""The real course of an episode: what each product became worth, day by day, splits and dividends joined."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Levels in ppm of the first day's close; each product has one level for each day."""

    days: tuple[date, ...]
    level_ppm: Mapping[str, tuple[int, ...]]

    def __post_init__(self) -> None:
        if not self.days or any(one >= two for one, two in zip(self.days, self.days[1:], strict=False)):
            raise ValueError("the days of a course rise")
        for code, levels in self.level_ppm.items():
            if len(levels) != len(self.days) or levels[0] != PPM or min(levels) <= 0:
                raise ValueError(f"{code}: one level above zero for each day, the first {PPM}")


def until(course: Course, place: int) -> Course:
    """What is known on the day at this place: nothing after it."""
    return Course(
        days=course.days[: place + 1],
        level_ppm={code: levels[: place + 1] for code, levels in course.level_ppm.items()},
    )


def drawdown_ppm(values: tuple[int, ...]) -> tuple[int, ...]:
    """How far each value stands below the highest so far, in ppm, zero or above."""
    top, found = 0, []
    for value in values:
        top = max(top, value)
        found.append((top - value) * PPM // top if top else 0)
    return tuple(found)
