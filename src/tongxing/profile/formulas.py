"""Features as plain formulas over aggregates, with the arithmetic of whichever engine computes them."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from tongxing.profile.features import BP, OWN_RECORD_DAYS_MIN, PPM, TURNOVER_DAYS_MIN, YEAR_DAYS

Number = TypeVar("Number")


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


class Formula(Protocol):
    """How one feature follows from the aggregates, for any engine."""

    def __call__(self, a: Mapping[str, Number], o: Ops[Number], /) -> Number:
        """The feature."""
        ...


def derive(a: Mapping[str, Number], o: Ops[Number]) -> dict[str, Number]:
    """Every feature by name, from the aggregates."""
    return {name: formula(a, o) for name, formula in FORMULAS.items()}


def _same(name: str) -> Formula:
    """An aggregate that is a feature as it is."""

    def formula(a: Mapping[str, Number], _o: Ops[Number], /) -> Number:
        return a[name]

    return formula


def _since(name: str) -> Formula:
    """Days since the day an aggregate names."""

    def formula(a: Mapping[str, Number], o: Ops[Number], /) -> Number:
        return o.sub(o.today, a[name])

    return formula


def _first(*names: str) -> Formula:
    """The first of some aggregates that is known."""

    def formula(a: Mapping[str, Number], o: Ops[Number], /) -> Number:
        return o.first(*[a[name] for name in names])

    return formula


def _return(days: int) -> Formula:
    """The change of the unit value over some days."""
    before = f"unit_{days}d"

    def formula(a: Mapping[str, Number], o: Ops[Number], /) -> Number:
        return o.ratio(o.sub(a["unit_now"], a[before]), a[before], PPM)

    return formula


def _mean_assets(a: Mapping[str, Number], o: Ops[Number], /) -> Number:
    """Mean assets of the last twenty sessions (28 days)."""
    return o.first(o.ratio(a["valued_sum_28d"], a["valued_days_28d"], 1), a["snapshot_fen"], a["facts_mean"])


def _top_code(a: Mapping[str, Number], o: Ops[Number], /) -> Number:
    """What share of the money traded went through one product."""
    return o.ratio(a["top_code_90d"], a["gross_90d"], PPM)


def _cash_ratio(a: Mapping[str, Number], o: Ops[Number], /) -> Number:
    """Cash as a share of the account."""
    valued = o.ratio(a["valued_cash_fen"], a["valued_fen"], PPM)
    return o.first(valued, o.ratio(a["snapshot_cash_fen"], a["snapshot_fen"], PPM))


def _record_days(a: Mapping[str, Number], o: Ops[Number], /) -> Number:
    """How long we have been writing this client's dealings down; the first day counts as 1."""
    firsts = (a["first_trade_day"], a["first_valued_day"], a["first_snapshot_day"], a["first_cash_day"])
    return o.add(o.sub(o.today, o.least(*firsts)), o.number(1))


def _turnover(a: Mapping[str, Number], o: Ops[Number], /) -> Number:
    """Bought and sold within a year over mean assets, annualised where our record is shorter.

    Mean assets: of the last 180 days, else of the last snapshot, else as stated before our record, else the
    money brought in, where its record begins before the first trade. A turnover that was stated goes first
    until 90 days of our own dealings and valuations follow it.
    """
    observed = o.clip(_record_days(a, o), TURNOVER_DAYS_MIN, YEAR_DAYS)
    banked = o.when_least(a["banked_5y"], o.sub(a["first_trade_day"], a["first_cash_day"]), 0)
    mean_180 = o.ratio(a["valued_sum_180d"], a["valued_days_180d"], 1)
    assets = o.first(mean_180, a["snapshot_fen"], a["facts_mean"], banked)
    traded = o.mul(a["gross_365d"], o.number(YEAR_DAYS))
    own = o.ratio(traded, o.mul(assets, observed), BP)
    firsts = (a["first_trade_day"], a["first_valued_day"], a["first_cash_day"])
    dealings = o.add(o.sub(o.today, o.least(*firsts)), o.number(1))
    since = o.least(dealings, o.sub(o.today, a["facts_turnover_day"]))
    enough = o.when_least(own, dealings, OWN_RECORD_DAYS_MIN)
    return o.first(o.when_least(enough, since, OWN_RECORD_DAYS_MIN), a["facts_turnover"], own)


FORMULAS: dict[str, Formula] = {
    "value_fen": _first("valued_fen", "snapshot_fen", "facts_mean"),
    "cash_fen": _first("valued_cash_fen", "snapshot_cash_fen"),
    "cash_ratio_ppm": _cash_ratio,
    "mean_assets_20d_fen": _mean_assets,
    "max_sector_ppm": _same("valued_max_sector_ppm"),
    "return_5d_ppm": _return(5),
    "return_30d_ppm": _return(30),
    "return_90d_ppm": _return(90),
    "drawdown_90d_ppm": _same("drawdown_90d"),
    "turnover_annual_bp": _turnover,
    "top_code_gross_90d_ppm": _top_code,
    **{name: _same(name) for name in ("trades_30d", "buys_30d", "logins_30d", "views_30d", "courses_90d")},
    "fees_365d_fen": _same("fees_365d"),
    "dividends_365d_fen": _same("dividends_365d"),
    "net_flow_90d_fen": _same("net_flow_90d"),
    "ipos_365d": _same("ipos_365d"),
    "days_since_login": _since("last_login_day"),
    "days_since_seen": _since("last_present_day"),
    "days_since_trade": _since("last_trade_day"),
    "record_days": _record_days,
    "tenure_days": _since("opened_day"),
    "searches_30d": _same("searches_30d"),
    "asks_30d": _same("asks_30d"),
    "pension_searches_7d": _same("pension_mentions_7d"),
    "pension_searches_30d": _same("pension_mentions_30d"),
    "house_searches_30d": _same("house_mentions_30d"),
    "child_searches_30d": _same("child_mentions_30d"),
    "hedge_searches_30d": _same("hedge_mentions_30d"),
    "pension_searches_90d": _same("pension_mentions_90d"),
    "house_searches_90d": _same("house_mentions_90d"),
    "child_searches_90d": _same("child_mentions_90d"),
    "hedge_searches_90d": _same("hedge_mentions_90d"),
    "distress_hits_1d": _same("distress_1d"),
    "income_month_fen": _same("income"),
    "margin_debt_fen": _same("facts_margin"),
}
"""Every feature by name."""
