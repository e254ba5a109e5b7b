"""Every feature of a client, declared once: mergeable aggregates over rows, and plain formulas over them.

Two compilers read this page: `profile.tiles` (one client, as events come) and the lake (all clients, SQL).
Both give the same integers. Rules that make it so:

- Only integers: fen, basis points, parts per million, days. A ratio is cut downward (`Ops.ratio`).
- Windows are Beijing days and end with the day of the instant asked for: `days=30` is that day and the 29
  before it. `lag=30` is the state 30 days earlier.
- A row counts when `ts < T` and `known_at < T`.
- Nothing there: count and sum are 0, all else is unknown (None), and unknown goes through every formula.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, TypeVar

from tongxing.profile.codes import COURSE_PASSED, TOPICS, Act, Dealing, Money, Side, Stated
from tongxing.profile.rows import ACT, CASH, SNAPSHOT, STATED, TRADE, VALUED, Table

Number = TypeVar("Number")
How: TypeAlias = Literal["count", "sum", "max", "min", "last", "group_max", "drawdown"]
Where: TypeAlias = tuple[tuple[str, tuple[int, ...]], ...]

RATIO_LIMIT = 10**15
"""A ratio beyond this is given as this: both engines then hold it."""
PPM, BP = 1_000_000, 10_000
YEAR_DAYS = 365
TURNOVER_DAYS_MIN = 30
"""A shorter record is annualised as if it were this long."""
OWN_RECORD_DAYS_MIN = 90
"""With a shorter record of our own the figure the client's former record gave comes first."""
DAY = "day"
"""The Beijing day of a row, in every table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """One mergeable figure over the rows of one table."""

    table: Table
    how: How
    column: str = ""
    where: Where = ()
    """Column -> codes that count; only the first two columns of a table."""
    days: int | None = None
    lag: int = 0
    by: str = ""
    """For `group_max`: the column whose groups are summed."""


def _acts(kind: Act, *details: int, days: int) -> Aggregate:
    where: Where = (("kind", (kind,)), ("detail", details)) if details else (("kind", (kind,)),)
    return Aggregate(table=ACT, how="count", where=where, days=days)


def _stated(kind: Stated) -> Aggregate:
    return Aggregate(table=STATED, how="last", column="value", where=(("kind", (kind,)),))


def _unit(lag: int) -> Aggregate:
    return Aggregate(table=VALUED, how="last", column="unit_ppm", lag=lag)


_TRADED: Where = (("kind", (Dealing.EXCHANGE, Dealing.FUND)), ("side", (Side.BUY, Side.SELL)))
_BOUGHT: Where = (("kind", (Dealing.EXCHANGE, Dealing.FUND)), ("side", (Side.BUY,)))
_PRESENT = (Act.LOGIN, Act.VIEW, Act.SEARCH, Act.ASK, Act.POST, Act.OPEN, Act.DISMISS, Act.COURSE)

AGGREGATES: dict[str, Aggregate] = {
    "valued_fen": Aggregate(table=VALUED, how="last", column="value_fen"),
    "valued_cash_fen": Aggregate(table=VALUED, how="last", column="cash_fen"),
    "valued_max_sector_ppm": Aggregate(table=VALUED, how="last", column="max_sector_ppm"),
    "valued_sum_28d": Aggregate(table=VALUED, how="sum", column="value_fen", days=28),
    "valued_days_28d": Aggregate(table=VALUED, how="count", days=28),
    "valued_sum_180d": Aggregate(table=VALUED, how="sum", column="value_fen", days=180),
    "valued_days_180d": Aggregate(table=VALUED, how="count", days=180),
    "unit_now": _unit(0),
    "unit_5d": _unit(5),
    "unit_30d": _unit(30),
    "unit_90d": _unit(90),
    "drawdown_90d": Aggregate(table=VALUED, how="drawdown", column="unit_ppm", days=90),
    "first_valued_day": Aggregate(table=VALUED, how="min", column=DAY),
    "snapshot_fen": Aggregate(table=SNAPSHOT, how="last", column="value_fen"),
    "snapshot_cash_fen": Aggregate(
        table=SNAPSHOT, how="last", column="cash_fen", where=(("cash_known", (1,)),)
    ),
    "first_snapshot_day": Aggregate(table=SNAPSHOT, how="min", column=DAY),
    "gross_365d": Aggregate(table=TRADE, how="sum", column="gross_fen", where=_TRADED, days=YEAR_DAYS),
    "gross_90d": Aggregate(table=TRADE, how="sum", column="gross_fen", where=_TRADED, days=90),
    "fees_365d": Aggregate(table=TRADE, how="sum", column="fees_fen", days=YEAR_DAYS),
    "trades_30d": Aggregate(table=TRADE, how="count", where=_TRADED, days=30),
    "buys_30d": Aggregate(table=TRADE, how="count", where=_BOUGHT, days=30),
    "last_trade_day": Aggregate(table=TRADE, how="max", column=DAY, where=_TRADED),
    "first_trade_day": Aggregate(table=TRADE, how="min", column=DAY, where=_TRADED),
    "top_code_90d": Aggregate(
        table=TRADE, how="group_max", column="gross_fen", by="code", where=_TRADED, days=90
    ),
    "first_cash_day": Aggregate(table=CASH, how="min", column=DAY),
    "dividends_365d": Aggregate(
        table=CASH, how="sum", column="amount_fen", where=(("kind", (Money.DIVIDEND,)),), days=YEAR_DAYS
    ),
    "net_flow_90d": Aggregate(
        table=CASH, how="sum", column="amount_fen", where=(("kind", (Money.BANK,)),), days=90
    ),
    "banked_5y": Aggregate(
        table=CASH, how="sum", column="amount_fen", where=(("kind", (Money.BANK,)),), days=5 * YEAR_DAYS
    ),
    "last_login_day": Aggregate(table=ACT, how="max", column=DAY, where=(("kind", (Act.LOGIN,)),)),
    "last_present_day": Aggregate(table=ACT, how="max", column=DAY, where=(("kind", _PRESENT),)),
    "logins_30d": _acts(Act.LOGIN, days=30),
    "views_30d": _acts(Act.VIEW, days=30),
    "searches_30d": _acts(Act.SEARCH, days=30),
    "asks_30d": _acts(Act.ASK, days=30),
    "pension_mentions_7d": _acts(Act.MENTION, TOPICS["pension"], days=7),
    "pension_mentions_30d": _acts(Act.MENTION, TOPICS["pension"], days=30),
    "house_mentions_30d": _acts(Act.MENTION, TOPICS["house"], days=30),
    "child_mentions_30d": _acts(Act.MENTION, TOPICS["child_education"], days=30),
    "hedge_mentions_30d": _acts(Act.MENTION, TOPICS["hedge"], days=30),
    "pension_mentions_90d": _acts(Act.MENTION, TOPICS["pension"], days=90),
    "house_mentions_90d": _acts(Act.MENTION, TOPICS["house"], days=90),
    "child_mentions_90d": _acts(Act.MENTION, TOPICS["child_education"], days=90),
    "hedge_mentions_90d": _acts(Act.MENTION, TOPICS["hedge"], days=90),
    "distress_1d": _acts(Act.DISTRESS, days=1),
    "courses_90d": _acts(Act.COURSE, COURSE_PASSED, days=90),
    "ipos_365d": _acts(Act.IPO, days=YEAR_DAYS),
    "income": _stated(Stated.INCOME),
    "facts_mean": _stated(Stated.MEAN_ASSETS),
    "facts_turnover": _stated(Stated.TURNOVER),
    "facts_turnover_day": Aggregate(
        table=STATED, how="max", column=DAY, where=(("kind", (Stated.TURNOVER,)),)
    ),
    "facts_margin": _stated(Stated.MARGIN_DEBT),
    "opened_day": _stated(Stated.OPENED),
}
"""What is counted. Names here are internal; the formulas name the features."""


class Ops(Protocol[Number]):
    """Arithmetic that knows the unknown; each engine brings its own, with equal answers."""

    @property
    def today(self) -> Number:
        """The Beijing day of the instant asked for, as days since 1970-01-01."""
        ...

    def number(self, value: int) -> Number:
        """A constant."""
        ...

    def add(self, a: Number, b: Number) -> Number:
        """A + b."""
        ...

    def sub(self, a: Number, b: Number) -> Number:
        """A - b."""
        ...

    def mul(self, a: Number, b: Number) -> Number:
        """A * b."""
        ...

    def ratio(self, a: Number, b: Number, scale: int) -> Number:
        """A * scale / b cut downward, within `RATIO_LIMIT`; unknown where b is not above zero."""
        ...

    def least(self, *values: Number) -> Number:
        """The smallest of those known."""
        ...

    def clip(self, value: Number, low: int, high: int) -> Number:
        """The value, brought within bounds."""
        ...

    def first(self, *values: Number) -> Number:
        """The first that is known."""
        ...

    def when_least(self, value: Number, test: Number, least: int) -> Number:
        """The value where the test is known and at least that much, else unknown."""
        ...


def derive(a: Mapping[str, Number], o: Ops[Number]) -> dict[str, Number]:
    """Every feature by name, from the aggregates."""
    mean_180 = o.ratio(a["valued_sum_180d"], a["valued_days_180d"], 1)
    mean_28 = o.ratio(a["valued_sum_28d"], a["valued_days_28d"], 1)
    unit = a["unit_now"]
    return {
        "value_fen": o.first(a["valued_fen"], a["snapshot_fen"], a["facts_mean"]),
        "cash_fen": o.first(a["valued_cash_fen"], a["snapshot_cash_fen"]),
        "cash_ratio_ppm": _cash_ratio(a, o),
        "mean_assets_20d_fen": o.first(mean_28, a["snapshot_fen"], a["facts_mean"]),
        "max_sector_ppm": a["valued_max_sector_ppm"],
        "return_5d_ppm": _change(unit, a["unit_5d"], o),
        "return_30d_ppm": _change(unit, a["unit_30d"], o),
        "return_90d_ppm": _change(unit, a["unit_90d"], o),
        "drawdown_90d_ppm": a["drawdown_90d"],
        "turnover_annual_bp": _turnover(a, mean_180, o),
        "top_code_gross_90d_ppm": o.ratio(a["top_code_90d"], a["gross_90d"], PPM),
        **{name: a[name] for name in ("trades_30d", "buys_30d", "logins_30d", "views_30d", "courses_90d")},
        "fees_365d_fen": a["fees_365d"],
        "dividends_365d_fen": a["dividends_365d"],
        "net_flow_90d_fen": a["net_flow_90d"],
        "ipos_365d": a["ipos_365d"],
        "days_since_login": o.sub(o.today, a["last_login_day"]),
        "days_since_seen": o.sub(o.today, a["last_present_day"]),
        "days_since_trade": o.sub(o.today, a["last_trade_day"]),
        "record_days": _record_days(a, o),
        "tenure_days": o.sub(o.today, a["opened_day"]),
        "searches_30d": a["searches_30d"],
        "asks_30d": a["asks_30d"],
        "pension_searches_7d": a["pension_mentions_7d"],
        "pension_searches_30d": a["pension_mentions_30d"],
        "house_searches_30d": a["house_mentions_30d"],
        "child_searches_30d": a["child_mentions_30d"],
        "hedge_searches_30d": a["hedge_mentions_30d"],
        "pension_searches_90d": a["pension_mentions_90d"],
        "house_searches_90d": a["house_mentions_90d"],
        "child_searches_90d": a["child_mentions_90d"],
        "hedge_searches_90d": a["hedge_mentions_90d"],
        "distress_hits_1d": a["distress_1d"],
        "income_month_fen": a["income"],
        "margin_debt_fen": a["facts_margin"],
    }


def _change(now: Number, before: Number, o: Ops[Number]) -> Number:
    return o.ratio(o.sub(now, before), before, PPM)


def _cash_ratio(a: Mapping[str, Number], o: Ops[Number]) -> Number:
    valued = o.ratio(a["valued_cash_fen"], a["valued_fen"], PPM)
    return o.first(valued, o.ratio(a["snapshot_cash_fen"], a["snapshot_fen"], PPM))


def _record_days(a: Mapping[str, Number], o: Ops[Number]) -> Number:
    """How long we have been writing this client's dealings down; the first day counts as 1."""
    firsts = (a["first_trade_day"], a["first_valued_day"], a["first_snapshot_day"], a["first_cash_day"])
    return o.add(o.sub(o.today, o.least(*firsts)), o.number(1))


def _turnover(a: Mapping[str, Number], mean_180: Number, o: Ops[Number]) -> Number:
    """Bought and sold within a year over mean assets, annualised where our record is shorter.

    Mean assets: of the last 180 days, else of the last snapshot, else as stated before our record, else the
    money brought in, where its record begins before the first trade. A turnover that was stated goes first
    until 90 days of our own dealings and valuations follow it.
    """
    observed = o.clip(_record_days(a, o), TURNOVER_DAYS_MIN, YEAR_DAYS)
    banked = o.when_least(a["banked_5y"], o.sub(a["first_trade_day"], a["first_cash_day"]), 0)
    assets = o.first(mean_180, a["snapshot_fen"], a["facts_mean"], banked)
    traded = o.mul(a["gross_365d"], o.number(YEAR_DAYS))
    own = o.ratio(traded, o.mul(assets, observed), BP)
    firsts = (a["first_trade_day"], a["first_valued_day"], a["first_cash_day"])
    dealings = o.add(o.sub(o.today, o.least(*firsts)), o.number(1))
    since = o.least(dealings, o.sub(o.today, a["facts_turnover_day"]))
    enough = o.when_least(own, dealings, OWN_RECORD_DAYS_MIN)
    return o.first(o.when_least(enough, since, OWN_RECORD_DAYS_MIN), a["facts_turnover"], own)
