"""Whether a client is asleep, holds on, or trades in and out."""

from dataclasses import dataclass

from tongxing.domain.event import EventRef
from tongxing.profile.view import View


@dataclass(frozen=True, slots=True)
class Sleep:
    """How long a client has been asleep, and what shows it."""

    idle_days: int
    evidence: tuple[EventRef, ...]


def asleep(client: View) -> Sleep | None:
    """Assets, but not seen for 90 days or without a trade for 180.

    A client who holds on quietly and still looks in, or who saves by plan, is not asleep. A client who was
    never seen in the app may use another way in: then only trades tell.
    """
    if client.figure("value_fen") <= 0 or client.plans():
        return None
    away, traded = _days_away(client), _days_without_trade(client)
    if away is not None and away >= client.rule("dormant_login_days"):
        return Sleep(away, client.recent("logged_in") + client.record_refs)
    if traded is None or traded < client.rule("dormant_trade_days") or holds_on(client):
        return None
    return Sleep(traded, client.recent("trade")[-1:] + client.record_refs)


def _days_away(client: View) -> int | None:
    """Days since the client last did anything here; None for one never seen in the app."""
    seen, traded = client.features["days_since_seen"], client.features["days_since_trade"]
    return seen if seen is None or traded is None else min(seen, traded)


def _days_without_trade(client: View) -> int | None:
    """Days since the last trade; since our record began where none is in it and none was stated before."""
    traded = client.features["days_since_trade"]
    if traded is not None:
        return traded
    stated_busy = client.figure("turnover_annual_bp") > client.rule("turnover_hold_bp_max")
    return None if stated_busy else client.features["record_days"]


def holds_on(client: View) -> bool:
    """Buys and holds: turnover of at most a fifth a year, and still looks at the account."""
    turnover, seen = client.features["turnover_annual_bp"], client.features["days_since_seen"]
    if turnover is None or turnover > client.rule("turnover_hold_bp_max") or seen is None:
        return False
    return seen < client.rule("dormant_login_days") and not _short_record(client)


def _short_record(client: View) -> bool:
    """Neither a record of half a year nor a turnover stated for the time before it."""
    facts = client.last("account_facts")
    long_enough = client.figure("record_days") >= client.rule("turnover_hold_record_days")
    return not long_enough and (facts is None or client.newcomer_day is not None)


def turnover_refs(client: View) -> tuple[EventRef, ...]:
    """What a turnover rests on: recent trades, or the facts stated before our record."""
    trades = client.recent("trade", "fund_confirmed")
    return trades or client.lasts("account_facts")


def turnover_stated(client: View) -> bool:
    """Whether the turnover was stated for the time before our record rather than recorded."""
    return not client.recent("trade", "fund_confirmed")
