"""The market of one day as the simulator needs it, looked up once for all clients."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from tongxing.domain.grades import Tolerance
from tongxing.domain.market import Bar
from tongxing.service.ports import Market
from tongxing.simulation.mind import Actions

PPM = 1_000_000
MIL_PER_YUAN = 1_000
NO_RISKS: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One instrument on one day: where it traded, and by which rules."""

    code: str
    low_mil: int
    high_mil: int
    close_mil: int
    down_mil: int | None
    up_mil: int | None
    lot: int
    tick_mil: int
    same_day: bool

    @property
    def buyable(self) -> bool:
        """Whether a buy can fill: not while the price is sealed at the up-limit."""
        return self.up_mil is None or self.low_mil < self.up_mil

    @property
    def sellable(self) -> bool:
        """Whether a sale can fill: not while the price is sealed at the down-limit."""
        return self.down_mil is None or self.high_mil > self.down_mil


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All that is common to the clients on one day."""

    day: date
    previous: date
    market: Market
    quotes: Mapping[str, Quote]
    actions: Mapping[str, Actions]
    change_ppm: Mapping[str, tuple[int, int]]
    """Code -> (close two sessions ago in mil, change of the session before in ppm, actions taken out)."""
    risks: Mapping[str, int] = field(default_factory=dict)
    """Code -> grade of the product, 1 to 5."""

    def suits(self, code: str, grade: str) -> bool:
        """Whether the order desk lets a purchase through without a warning."""
        return not grade or self.risks.get(code, 1) <= max(int(Tolerance[grade]), 1)

    def monthly(self, month_day: int) -> bool:
        """Whether that day of a month has come since the session before."""
        passed = (self.previous + timedelta(days=number + 1) for number in range(self._span))
        return any(day.day == month_day for day in passed)

    @property
    def _span(self) -> int:
        return (self.day - self.previous).days


def board(market: Market, day: date, codes: Iterable[str], *, risks: Mapping[str, int] = NO_RISKS) -> Board:
    """Look up one session; an instrument without a bar that day has no quote."""
    previous = market.previous_session(day)
    before = market.previous_session(previous)
    quotes: dict[str, Quote] = {}
    actions: dict[str, Actions] = {}
    changes: dict[str, tuple[int, int]] = {}
    for code in codes:
        bar = market.bar(code, day)
        if bar is not None:
            quotes[code] = _quote(market, bar)
        today = _actions(market, code, day)
        if today is not None:
            actions[code] = today
        change = _change(market, code, previous, before)
        if change is not None:
            changes[code] = change
    return Board(
        day=day,
        previous=previous,
        market=market,
        quotes=quotes,
        actions=actions,
        change_ppm=changes,
        risks=risks,
    )


def _quote(market: Market, bar: Bar) -> Quote:
    limits = market.limits(bar.code, bar.day)
    return Quote(
        code=bar.code,
        low_mil=bar.low_mil,
        high_mil=bar.high_mil,
        close_mil=bar.close_mil,
        down_mil=limits.down_mil,
        up_mil=limits.up_mil,
        lot=market.lot(bar.code, bar.day),
        tick_mil=market.tick_mil(bar.code, bar.day),
        same_day=market.settles_same_day(bar.code, bar.day),
    )


def _actions(market: Market, code: str, day: date) -> Actions | None:
    split, dividend = market.split_on(code, day), market.dividend_on(code, day)
    if split is None and dividend is None:
        return None
    return Actions(
        split=None if split is None else split.ratio,
        dividend=None if dividend is None else dividend.per_share,
    )


def _change(market: Market, code: str, previous: date, before: date) -> tuple[int, int] | None:
    """What a holder gained or lost in the session before, splits and dividends joined."""
    last, base = market.bar(code, previous), market.bar(code, before)
    if last is None or base is None or base.close_mil == 0:
        return None
    worth = Fraction(last.close_mil)
    actions = _actions(market, code, previous)
    if actions is not None and actions.split is not None:
        worth *= actions.split
    if actions is not None and actions.dividend is not None:
        worth += Fraction(actions.dividend) * MIL_PER_YUAN
    return base.close_mil, int((worth / base.close_mil - 1) * PPM)
