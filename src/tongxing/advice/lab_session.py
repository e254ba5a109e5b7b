"""Living through an episode: a fold of choices over its real course, with what trading costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tongxing.advice.lab_course import PPM, Course

BP = 10_000
HALF_BP = 5_000


class Choice(StrEnum):
    """What is done at a step; its value is the letter a walk is written with."""

    HOLD = "h"
    HALF = "s"
    ALL = "x"
    ADD = "a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What a trade of a listed fund costs: a share of the amount, and a least amount."""

    commission_ppm: int
    least_fen: int

    def cost_fen(self, amount_fen: int) -> int:
        """Commission of one trade, half up; nothing traded costs nothing."""
        if amount_fen == 0:
            return 0
        return max(self.least_fen, (2 * amount_fen * self.commission_ppm + PPM) // (2 * PPM))


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """Cash, and of each product the fen it would have been worth on the first day."""

    cash_fen: int
    units: Mapping[str, int]

    def held_fen(self, code: str, level_ppm: int) -> int:
        """Worth of one product at a level, rounded down."""
        return self.units.get(code, 0) * level_ppm // PPM

    def value_fen(self, course: Course, place: int) -> int:
        """Worth of everything on a day."""
        return self.cash_fen + sum(
            self.held_fen(code, levels[place]) for code, levels in course.level_ppm.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What came of a course of choices: worth after each day, costs in all, and what is held at the end."""

    values_fen: tuple[int, ...]
    cost_fen: int
    trades: int
    last: Portfolio


@dataclass(slots=True)
class _Hands:
    """The one who trades: changes a portfolio and counts what it costs."""

    cash_fen: int
    units: dict[str, int]
    tariff: Tariff
    cost_fen: int = 0
    trades: int = 0

    def sell(self, code: str, level_ppm: int, units: int) -> None:
        amount = units * level_ppm // PPM
        cost = self.tariff.cost_fen(amount)
        if amount <= cost:
            return
        self.units[code] -= units
        self._paid(amount - cost, cost)

    def buy(self, code: str, level_ppm: int, spend_fen: int) -> None:
        """Spend at most this, commission inside."""
        amount = min(spend_fen * PPM // (PPM + self.tariff.commission_ppm), spend_fen - self.tariff.least_fen)
        units = max(0, amount) * PPM // level_ppm
        paid = -(-units * level_ppm // PPM)
        if units == 0:
            return
        cost = self.tariff.cost_fen(paid)
        if paid + cost > self.cash_fen:
            return
        self.units[code] = self.units.get(code, 0) + units
        self._paid(-paid - cost, cost)

    def _paid(self, change_fen: int, cost_fen: int) -> None:
        self.cash_fen += change_fen
        self.cost_fen += cost_fen
        self.trades += 1

    def portfolio(self) -> Portfolio:
        return Portfolio(cash_fen=self.cash_fen, units=dict(self.units))


def practice(amount_fen: int, shares_bp: Mapping[str, int]) -> Portfolio:
    """An invented portfolio that stands before the first day; what no product takes is cash."""
    units = {code: amount_fen * share // BP for code, share in shares_bp.items()}
    return Portfolio(cash_fen=amount_fen - sum(units.values()), units=units)


def steps(course: Course, sessions_a_step: int) -> tuple[int, ...]:
    """Places of the days on which something may be chosen; on the last day nothing is."""
    return tuple(range(0, len(course.days) - 1, sessions_a_step))


def walk(
    course: Course,
    start: Portfolio,
    choices: Sequence[Choice],
    *,
    at: Sequence[int],
    weights_bp: Mapping[str, int],
    tariff: Tariff,
) -> Walk:
    """Live through a course: choice i is carried out at the close of day `at[i]`; none is to hold.

    Args:
        course: what happened, as far as it is known.
        start: what is held at the close of the first day.
        choices: what was chosen, in order; not more than there are steps.
        at: places of the days of choice.
        weights_bp: how half of the cash is spread by `ADD`.
        tariff: what trades cost.

    Raises:
        ValueError: on more choices than steps.
    """
    if len(choices) > len(at):
        raise ValueError(f"{len(choices)} choices for {len(at)} steps")
    chosen = dict(zip(at, choices, strict=False))
    hands = _Hands(start.cash_fen, dict(start.units), tariff)
    values = []
    for place in range(len(course.days)):
        _act(hands, course, place, chosen.get(place, Choice.HOLD), weights_bp)
        values.append(hands.portfolio().value_fen(course, place))
    return Walk(
        values_fen=tuple(values), cost_fen=hands.cost_fen, trades=hands.trades, last=hands.portfolio()
    )


def _act(hands: _Hands, course: Course, place: int, choice: Choice, weights_bp: Mapping[str, int]) -> None:
    if choice is Choice.HOLD:
        return
    if choice is Choice.ADD:
        spend, whole = hands.cash_fen // 2, sum(weights_bp.values())
        for code, share in weights_bp.items():
            hands.buy(code, course.level_ppm[code][place], spend * share // whole)
        return
    part = HALF_BP if choice is Choice.HALF else BP
    for code, levels in course.level_ppm.items():
        units = hands.units.get(code, 0)
        hands.sell(code, levels[place], units * part // BP)


def panic(course: Course, start: Portfolio, *, fall_bp: int, tariff: Tariff) -> Walk:
    """Sell everything at the close of the first day that stands this far below the first, and stay out."""
    first = start.value_fen(course, 0)
    for place in range(len(course.days)):
        if (first - start.value_fen(course, place)) * BP >= fall_bp * first:
            return walk(course, start, (Choice.ALL,), at=(place,), weights_bp={}, tariff=tariff)
    return walk(course, start, (), at=(), weights_bp={}, tariff=tariff)


def planned(
    course: Course, start: Portfolio, *, weights_bp: Mapping[str, int], every: int, tariff: Tariff
) -> Walk:
    """Go back to planned shares every so many sessions: first what is too much is sold, then bought."""
    hands = _Hands(start.cash_fen, dict(start.units), tariff)
    values = []
    for place in range(len(course.days)):
        if place and place % every == 0:
            _rebalance(hands, course, place, weights_bp)
        values.append(hands.portfolio().value_fen(course, place))
    return Walk(
        values_fen=tuple(values), cost_fen=hands.cost_fen, trades=hands.trades, last=hands.portfolio()
    )


def _rebalance(hands: _Hands, course: Course, place: int, weights_bp: Mapping[str, int]) -> None:
    now = hands.portfolio()
    whole = now.value_fen(course, place)
    gaps = {
        code: whole * weights_bp.get(code, 0) // BP - now.held_fen(code, levels[place])
        for code, levels in course.level_ppm.items()
    }
    for code, gap in gaps.items():
        if gap < 0:
            level = course.level_ppm[code][place]
            hands.sell(code, level, min(hands.units[code], -gap * PPM // level))
    for code, gap in gaps.items():
        if gap > 0:
            hands.buy(code, course.level_ppm[code][place], min(gap, hands.cash_fen))
