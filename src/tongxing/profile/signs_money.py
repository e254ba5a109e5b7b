"""Signs of a client's money: payments that came or are due, costs, idle cash, plans that stopped, a rise.

A sign of payments tells one payment at a time; each is a cause of its own, so that none is passed over.
Thresholds are dated rows of `book/rules/signs_money.yaml`.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from tongxing.domain.clock import DAY_SECONDS, beijing_day, day_of
from tongxing.domain.event import EventRef
from tongxing.domain.profile import Sign
from tongxing.profile import tiles
from tongxing.profile.activity import turnover_refs, turnover_stated
from tongxing.profile.features import PPM, YEAR_DAYS
from tongxing.profile.payments import Payment, payments
from tongxing.profile.saving_plans import Missed, missed
from tongxing.profile.sign_rule import SignRule, sign_rule
from tongxing.profile.signs_grade import grade_above, plan_grade_above
from tongxing.profile.tiles import UNIT
from tongxing.profile.view import View

Detail = dict[str, int | str]
MONTHS_A_QUARTER = 3


class _Told(Protocol):
    @property
    def cause(self) -> str: ...


One = TypeVar("One", bound=_Told)


def account_gain(client: View) -> Sign | None:
    """The unit value of the account rose clearly over some weeks; money brought in is left aside."""
    days = client.state.valued()
    sessions = client.rule("gain_days")
    if len(days) <= sessions:
        return None
    kept = sorted(days)[-(sessions + 1) :]
    before, now = days[kept[0]][UNIT], days[kept[-1]][UNIT]
    on_already = "account_gain" in client.state.signs_on
    change_ppm = (now - before) * PPM // before if before > 0 else 0
    if change_ppm < client.rule("gain_calm_ppm" if on_already else "gain_change_ppm"):
        return None
    price_day = client.state.price_day
    detail: Detail = {
        "change_ppm": change_ppm,
        "days": sessions,
        "price_date": "" if price_day is None else day_of(price_day).isoformat(),
    }
    return Sign(name="account_gain", evidence=client.recent("day_valued")[-1:], detail=detail)


def dividend_received(client: View) -> Sign | None:
    """A dividend was paid within the last days."""
    return _of_payments(client, "dividend_received", _news(client, "dividend_received"))


def product_matured(client: View) -> Sign | None:
    """A product ended within the last days and its money is back."""
    return _of_payments(client, "product_matured", _news(client, "product_matured"))


def ipo_payment(client: View) -> Sign | None:
    """Shares of a new issue were allotted within the last days and are not known to be paid for."""
    allotted = _news(client, "ipo_allotted")
    paid = payments(client.state, "subscribed_ipo") if allotted else ()
    due = [one for one in allotted if not any(its.code == one.code and its.ts > one.ts for its in paid)]
    return _of_payments(client, "ipo_payment", due, kind="ipo_allotted")


def frequent_trading_cost(client: View) -> Sign | None:
    """By our own record the account is turned over often and its fees weigh; reviewed once a quarter."""
    turnover, assets = client.features["turnover_annual_bp"], client.figure("mean_assets_20d_fen")
    if turnover is None or turnover < client.rule("turnover_frequent_bp") or turnover_stated(client):
        return None
    fees = client.figure("fees_365d_fen")
    if assets <= 0 or fees * PPM // assets < client.rule("trading_cost_ppm_min"):
        return None
    days = min(YEAR_DAYS, client.figure("record_days"))
    quarter = (client.on.month - 1) // MONTHS_A_QUARTER + 1
    detail: Detail = {
        "turnover_annual_bp": turnover,
        "fees_fen": fees,
        "fees_ppm": fees * PPM // assets,
        "fees_from": day_of(client.today - days + 1).isoformat(),
    }
    return Sign(
        name="frequent_trading_cost",
        evidence=turnover_refs(client),
        detail=detail,
        causes=(f"{client.on.year}Q{quarter}",),
    )


def idle_cash(client: View) -> Sign | None:
    """Money brought in some weeks ago still lies as cash; since then none came and nothing was traded.

    What was taken out since is taken off.
    """
    came, traded = client.last("brought_in"), client.features["days_since_trade"]
    if came is None:
        return None
    idle_days, since = client.rule("idle_cash_days"), beijing_day(came.ts)
    if min(client.today - since, idle_days if traded is None else traded) < idle_days:
        return None
    flows = tiles.tiles_of(client.state.slots, "net_flow_90d")
    window, least = client.rule("idle_cash_window_days"), client.rule("idle_cash_fen_min")
    idle = sum(fen for day, fen in flows.items() if day > client.today - window)
    cash = client.state.cash_fen if idle >= least else None
    if cash is None or min(idle, cash) < least:
        return None
    day = day_of(since).isoformat()
    detail: Detail = {"idle_fen": min(idle, cash), "since": day, "idle_days": client.today - since}
    return Sign(name="idle_cash", evidence=(came.ref, *client.record_refs), detail=detail, causes=(day,))


def plan_interrupted(client: View) -> Sign | None:
    """A purchase of a recurring plan was expected and did not come."""
    return _of_plans(client, "plan_interrupted", missed(client))


def plan_cash_short(client: View) -> Sign | None:
    """The same, and the cash known is less than the plan needs: the likely reason."""
    cash = client.state.cash_fen
    if cash is None:
        return None
    short = [one for one in missed(client) if one.amount_fen > cash]
    return _of_plans(client, "plan_cash_short", short, cash_now_fen=cash)


def name_of(client: View, code: str) -> str:
    """What a product is called: by the book, else by the client's statements, else its code."""
    product = client.book.products.get(code)
    return product.name if product is not None else client.state.name_of(code) or code


def _news(client: View, kind: str) -> list[Payment]:
    """Payments the house learned of within the last days, whenever they happened."""
    found = payments(client.state, kind)
    if not found:
        return []
    since = client.as_of - client.rule("payment_news_days") * DAY_SECONDS
    return [one for one in found if one.known_at > since]


def _of_payments(client: View, sign: str, found: list[Payment], *, kind: str = "") -> Sign | None:
    if not found:
        return None
    causes, one = _current(client, sign, found)
    detail: Detail = {
        "product": name_of(client, one.code),
        "amount_fen": one.amount_fen,
        "date": day_of(one.day).isoformat(),
    }
    return Sign(name=sign, evidence=(one.ref(kind or sign),), detail=detail, causes=causes)


def _of_plans(client: View, sign: str, found: Iterable[Missed], **more: int) -> Sign | None:
    due = list(found)
    if not due:
        return None
    causes, one = _current(client, sign, due)
    detail: Detail = {
        "product": name_of(client, one.code),
        "plan_fen": one.amount_fen,
        "expected_on": one.expected_on,
        **more,
    }
    evidence: tuple[EventRef, ...] = (one.plan.ref,)
    return Sign(name=sign, evidence=evidence, detail=detail, causes=causes)


def _current(client: View, sign: str, found: list[One]) -> tuple[tuple[str, ...], One]:
    """The causes in the order in which they were told, one new one last; and the one to speak about."""
    by_cause = {one.cause: one for one in found}
    told = [cause for cause in client.state.causes(sign) if cause in by_cause]
    fresh = [cause for cause in by_cause if cause not in told]
    causes = (*told, *fresh[:1])
    return causes, by_cause[causes[-1]]


MONEY_SIGNS: tuple[SignRule, ...] = (
    sign_rule(account_gain),
    sign_rule(dividend_received, "dividend_received"),
    sign_rule(frequent_trading_cost),
    sign_rule(grade_above, "assessment_taken", "plan_started"),
    sign_rule(idle_cash),
    sign_rule(ipo_payment, "ipo_allotted", "subscribed_ipo"),
    sign_rule(plan_cash_short, "plan_stopped"),
    sign_rule(plan_grade_above, "assessment_taken", "plan_started", "plan_stopped"),
    sign_rule(plan_interrupted, "plan_stopped"),
    sign_rule(product_matured, "product_matured"),
)
