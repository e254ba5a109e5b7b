"""What every feature of a client rests on, declared once: mergeable aggregates over rows (then `formulas`).

Two compilers read both pages: `profile.tiles` (one client, as events come) and the lake (all clients, SQL).
Both give the same integers. Rules that make it so:

- Only integers: fen, basis points, parts per million, days. A ratio is cut downward (`Ops.ratio`).
- Windows are Beijing days and end with the day of the instant asked for: `days=30` is that day and the 29
  before it. `lag=30` is the state 30 days earlier.
- A row counts when `ts < T` and `known_at < T`.
- Nothing there: count and sum are 0, all else is unknown (None), and unknown goes through every formula.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tongxing.profile.codes import COURSE_PASSED, TOPICS, Act, Dealing, Money, Side, Stated
from tongxing.profile.rows import ACT, CASH, SNAPSHOT, STATED, TRADE, VALUED, Table

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
