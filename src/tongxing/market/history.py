"""The market a client's year is lived in: real prices, indices, yields and fund values, asked by day.

`build` takes the texts of a history folder; a file is checked and decoded when first asked for.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from tongxing.domain.book import Rulebook
from tongxing.domain.clock import BEIJING, day_number, day_of
from tongxing.domain.market import Bar, CashDividend, Fees, PriceLimits, Split, UnknownInstrumentError
from tongxing.market import actions, calendar, fees, limits, manifest
from tongxing.market import sessions as hours
from tongxing.market.boards import Board, Status, board_of
from tongxing.market.calendar import Calendar
from tongxing.market.coding import HistoryFormatError
from tongxing.market.series import PPM, Levels, Series, levels, price, series

E6_PER_MIL = 1_000
YIELD_COLUMNS = MappingProxyType({"10y": 0, "30y": 1})
BOARDS_CACHED_MAX = 4_096


class Market:
    """Dated facts of the exchange; satisfies the `Market` port of `service`. Reading it changes nothing."""

    def __init__(self, *, texts: Mapping[str, str], days: Calendar, rules: Rulebook) -> None:
        self._texts = texts
        self._calendar = days
        self._rules = rules
        self._entries = manifest.parse(texts[manifest.NAME])
        self._codes = _named(self._entries, "bars_")
        self._funds = _named(self._entries, "nav_")
        self._splits = actions.parse_splits(self._checked("splits.csv"))
        self._dividends = actions.parse_dividends(self._checked("dividends.csv"))
        self._series: dict[str, Series] = {}
        self._levels: dict[str, Levels] = {}
        self._boards: dict[tuple[str, date], Board] = {}
        spans = [self._entries[f"bars_{code}.csv"] for code in self._codes]
        self._first = day_of(min(span.first for span in spans))
        self._last = day_of(max(span.last for span in spans))

    @property
    def first_session(self) -> date:
        """The first day with a price."""
        return self._first

    @property
    def last_session(self) -> date:
        """The last day with a price: where a demo ends."""
        return self._last

    def is_session(self, day: date) -> bool:
        """Whether the exchange opens; raises `CalendarError` outside the calendar's years."""
        return self._calendar.is_session(day)

    def next_session(self, day: date) -> date:
        """The first session after a day; raises `CalendarError` where it is not known."""
        return self._calendar.next_session(day)

    def previous_session(self, day: date) -> date:
        """The last session before a day; raises `CalendarError` where it is not known."""
        return self._calendar.previous_session(day)

    def sessions(self, start: date, end: date) -> Sequence[date]:
        """Sessions from start to end, both included."""
        return self._calendar.sessions(start, end)

    def phase(self, code: str, at: datetime, *, status: Status = Status.NORMAL) -> hours.Phase:
        """What a code's market is doing at an instant: auction, continuous trading, quiet, closed."""
        open_today = self._calendar.is_session(at.astimezone(BEIJING).date())
        return hours.phase(code, at, self._rules, session=open_today, status=status)

    def codes(self) -> Sequence[str]:
        """What trades on the exchange with shipped prices."""
        return self._codes

    def fund_codes(self) -> Sequence[str]:
        """Off-exchange funds with shipped net asset values."""
        return self._funds

    def bar(self, code: str, day: date) -> Bar | None:
        """The bar of that very day; None when the instrument did not trade or is not shipped.

        A fund's bar is its net asset value, half up to the mil, published that evening; `fund_nav` is exact.
        """
        if code in self._funds:
            nav = self._level("nav", code).on(day)
            return None if nav is None else _fund_bar(code, day, nav)
        found = self._shipped(code)
        return None if found is None else found.bar(day)

    def last_close(self, code: str, day: date) -> tuple[Decimal, date] | None:
        """The latest close at or before a day, with its date.

        For an off-exchange fund the latest value published by that close: the one of the session before.
        """
        if code in self._funds:
            return self._published_nav(code, day)
        found = self._shipped(code)
        place = None if found is None else found.last_place(day)
        if found is None or place is None:
            return None
        return price(found.closes[place]), day_of(found.days[place])

    def split_on(self, code: str, day: date) -> Split | None:
        """The split that takes effect before the open of this day."""
        found = self._shipped(code)
        return None if found is None else found.splits.get(day_number(day))

    def dividend_on(self, code: str, day: date) -> CashDividend | None:
        """The cash dividend whose ex day this is."""
        found = self._shipped(code)
        return None if found is None else found.dividends.get(day_number(day))

    def total_return_ppm(self, code: str, start: date, end: date) -> int | None:
        """Change of a holding from close to close, splits and dividends joined; None where not shipped.

        Days without a bar take the close before. Funds: change of their cumulative value.
        """
        if code in self._funds:
            return _change(self._level("nav", code).latest(start, 1), self._level("nav", code).latest(end, 1))
        found = self._shipped(code)
        return None if found is None else found.total_return_ppm(start, end)

    def fund_nav(self, code: str, day: date) -> Decimal | None:
        """A fund's net asset value of that very day (published that evening); None where there is none."""
        nav = self._level("nav", code).on(day) if code in self._funds else None
        return None if nav is None else _yuan_e6(nav)

    def index_close(self, code: str, day: date) -> Decimal | None:
        """The close of an index on that very day; None where it is not shipped."""
        if f"index_{code}.csv" not in self._entries:
            return None
        milli = self._level("index", code).on(day)
        return None if milli is None else price(milli)

    def index_change_ppm(self, code: str, start: date, end: date) -> int | None:
        """Change of an index from close to close; None where a day is not shipped."""
        first, last = self.index_close(code, start), self.index_close(code, end)
        if first is None or last is None:
            return None
        return _change((int(first.scaleb(3)), start), (int(last.scaleb(3)), end))

    def yield_bp(self, tenor: str, day: date) -> Decimal | None:
        """The government yield in bp, to a hundredth, known at a day (`10y`, `30y`); None where stale."""
        column = YIELD_COLUMNS.get(tenor)
        if column is None or "yields.csv" not in self._entries:
            return None
        found = self._level("yields", "").latest(day, column)
        if found is None or (day - found[1]).days > self._rules.number("yield_age_days_max", day):
            return None
        return Decimal(found[0]).scaleb(-2)

    def limits(self, code: str, day: date) -> PriceLimits:
        """The band of a shipped instrument on a day; without prices on its first day (no close before).

        Raises:
            UnknownInstrumentError: no price or no rule is known; nothing is assumed.
        """
        limit = limits.limit_bp(code, day, self._rules)
        if limit is None:
            return PriceLimits(down_mil=None, up_mil=None, limit_bp=None)
        found = self._shipped(code)
        if found is None:
            raise UnknownInstrumentError(f"no price of {code!r} is shipped, so its limits are unknown")
        reference = found.reference_mil(day)
        if reference is None:
            return PriceLimits(down_mil=None, up_mil=None, limit_bp=limit)
        board = self._board(code, day)
        tick = limits.tick_mil(board, day, self._rules)
        return limits.band(reference, limit, tick, limits.rounding_of(board, day, self._rules))

    def lot(self, code: str, day: date) -> int:
        """The smallest order in shares or units."""
        return limits.lot(self._board(code, day), day, self._rules)

    def lot_step(self, code: str, day: date) -> int:
        """The shares by which an order grows above the smallest."""
        return limits.lot_step(self._board(code, day), day, self._rules)

    def tick_mil(self, code: str, day: date) -> int:
        """The smallest price step in mil."""
        return limits.tick_mil(self._board(code, day), day, self._rules)

    def settles_same_day(self, code: str, day: date) -> bool:
        """Whether what is bought today may be sold today (T+0)."""
        return limits.settles_same_day(code, day, self._rules)

    def fees(self, code: str, side: str, gross_fen: int, day: date) -> Fees:
        """Costs of one trade in fen, by receiver."""
        return fees.fees(self._board(code, day), side, gross_fen, day, self._rules)

    def _board(self, code: str, day: date) -> Board:
        known = self._boards.get((code, day))
        if known is None:
            if len(self._boards) >= BOARDS_CACHED_MAX:
                self._boards.clear()
            known = self._boards[code, day] = board_of(code, day, self._rules)
        return known

    def _shipped(self, code: str) -> Series | None:
        found = self._series.get(code)
        if found is None and code in self._codes:
            text = self._checked(f"bars_{code}.csv")
            found = series(code, text, self._splits.get(code, ()), self._dividends.get(code, ()))
            self._series[code] = found
        return found

    def _level(self, kind: str, code: str) -> Levels:
        name = f"{kind}_{code}.csv" if code else f"{kind}.csv"
        if name not in self._levels:
            self._levels[name] = levels(kind, self._checked(name), name=name)
        return self._levels[name]

    def _published_nav(self, code: str, day: date) -> tuple[Decimal, date] | None:
        known_by = day
        for _ in range(self._rules.number("fund_nav_lag_sessions", day)):
            known_by = self._calendar.previous_session(known_by)
        found = self._level("nav", code).latest(known_by)
        return None if found is None else (_yuan_e6(found[0]), found[1])

    def _checked(self, name: str) -> str:
        if name not in self._texts:
            raise HistoryFormatError(f"{name} is missing from the history")
        manifest.check(name, self._texts[name], self._entries)
        return self._texts[name]


def build(*, texts: Mapping[str, str], calendar_text: str, rules: Rulebook) -> Market:
    """A market from the texts of a history folder (file name -> text), a holiday file and the dated rules.

    Raises:
        HistoryFormatError: a file is missing, cut short or edited.
        CalendarError: the holiday file is broken.
    """
    if manifest.NAME not in texts:
        raise HistoryFormatError(f"{manifest.NAME} is missing from the history")
    return Market(texts=texts, days=calendar.parse(calendar_text), rules=rules)


def _named(entries: Mapping[str, manifest.Entry], prefix: str) -> tuple[str, ...]:
    return tuple(
        name.removeprefix(prefix).removesuffix(".csv") for name in sorted(entries) if name.startswith(prefix)
    )


def _change(first: tuple[int, date] | None, last: tuple[int, date] | None) -> int | None:
    """Change between two levels in ppm, half up."""
    if first is None or last is None or first[1] > last[1]:
        return None
    return (2 * (last[0] - first[0]) * PPM + first[0]) // (2 * first[0])


def _yuan_e6(value: int) -> Decimal:
    """A net asset value as funds print it: at least four decimals, no more than needed."""
    return (
        Decimal(value).scaleb(-6).quantize(Decimal("0.0001"))
        if value % 100 == 0
        else Decimal(value).scaleb(-6)
    )


def _fund_bar(code: str, day: date, nav_e6: int) -> Bar:
    mil = (2 * nav_e6 + E6_PER_MIL) // (2 * E6_PER_MIL)
    return Bar(
        code=code,
        day=day,
        open_mil=mil,
        high_mil=mil,
        low_mil=mil,
        close_mil=mil,
        volume_lots=0,
        amount_fen=0,
    )
