"""Labels of what an account holds and how it is used: trading, holdings, plans, margin, new issues, sleep."""

from collections.abc import Iterator

from tongxing.domain.event import EventRef
from tongxing.profile.activity import asleep, holds_on, turnover_refs, turnover_stated
from tongxing.profile.debts import Repayment
from tongxing.profile.features import PPM, YEAR_DAYS
from tongxing.profile.found import FACT, RECORD, STATED, Found, stated_refs
from tongxing.profile.holding_time import holding_time
from tongxing.profile.holdings import largest_sector
from tongxing.profile.view import View

LOGINS = "logged_in"


def of_trading(client: View, _repayment: Repayment) -> Iterator[Found]:
    """Trades in and out, or holds on."""
    turnover = client.features["turnover_annual_bp"]
    if turnover is not None and turnover >= client.rule("turnover_short_bp_min"):
        stated = turnover_stated(client)
        refs = stated_refs(client, "facts_turnover", "account_facts") if stated else turnover_refs(client)
        yield Found("短期交易型", STATED if stated else RECORD, refs)
    elif _sells_soon(client):
        yield Found("短期交易型", RECORD, client.recent("trade", "fund_confirmed"))
    elif (
        turnover is not None
        and may_know_logins(client)
        and holds_on(client)
        and client.figure("value_fen") > 0
    ):
        refs = turnover_refs(client) or client.record_refs
        yield Found("长期持有型", STATED if turnover_stated(client) else RECORD, refs)


def _sells_soon(client: View) -> bool:
    """Buys often and sells most of it within weeks."""
    if client.figure("buys_30d") < client.rule("short_buys_30d_min"):
        return False
    time = holding_time(client)
    return (
        time is not None
        and time.mean_days <= client.rule("holding_short_days_max")
        and time.closed_bp >= client.rule("holding_closed_bp_min")
    )


def may_know_logins(client: View) -> bool:
    """Whether visits to the app may be used: what rests on them is not said otherwise."""
    return client.permission.own_record(LOGINS, LOGINS)


def of_holdings(client: View, _repayment: Repayment) -> Iterator[Found]:
    """One sector, one stock, ETFs, or abroad."""
    shares, values = client.held.sector_ppm, client.held.values_fen
    if not shares and not client.held.quantities_e4:
        return
    largest = largest_sector(shares, client.book, client.on)
    if largest is not None and largest[1] > client.rule("sector_share_ppm_max"):
        yield Found("行业集中", RECORD, client.record_refs)
    whole = sum(values.values())
    most = client.rule("stock_share_ppm_max")
    if any(value * PPM > most * whole and client.stock(code) for code, value in values.items()):
        yield Found("单票集中", RECORD, client.record_refs)
    etfs = [code for code in client.held.quantities_e4 if client.etf(code)]
    in_etfs = sum(values.get(code, 0) for code in etfs)
    enough = whole > 0 and in_etfs * PPM >= client.rule("etf_share_ppm_min") * whole
    if etfs and (enough or len(etfs) >= client.rule("etf_positions_min")):
        yield Found("ETF偏好", RECORD, _holding_refs(client))
    if _looks_abroad(client):
        yield Found("跨境投资偏好", RECORD, _holding_refs(client))


def _holding_refs(client: View) -> tuple[EventRef, ...]:
    """What holdings rest on: the last trade, else the last valuation or snapshot."""
    return client.recent("trade")[-1:] or client.record_refs


def _looks_abroad(client: View) -> bool:
    """Whether half of the holdings lie in Hong Kong or in funds that invest abroad."""
    least = client.rule("cross_border_share_ppm_min")
    shares, values = client.held.sector_ppm, client.held.values_fen
    if sum(shares.get(sector, 0) for sector in client.words("cross_border_sectors")) >= least:
        return True
    whole, kinds = sum(values.values()), client.words("cross_border_kinds")
    abroad = sum(value for code, value in values.items() if _cross_border(client, code, kinds))
    return whole > 0 and abroad * PPM >= least * whole


def _cross_border(client: View, code: str, kinds: tuple[str, ...]) -> bool:
    """Whether a product lies abroad: by the book, as its snapshot said, or by its code."""
    product, item = client.book.products.get(code), client.state.item(code)
    if product is not None:
        return product.kind in kinds
    if item is not None and item.kind != "unknown":
        return item.kind.lower() in kinds
    if code.isdigit() and len(code) == client.rule("hong_kong_code_length"):
        return True
    return code.startswith(client.words("cross_border_code_prefixes"))


def of_sleep(client: View, _repayment: Repayment) -> Iterator[Found]:
    """Assets are here, the client is not; nothing is said where visits may not be used."""
    sleep = asleep(client) if may_know_logins(client) else None
    if sleep is None:
        return
    yield Found("沉睡客户", RECORD, sleep.evidence)
    if sleep.idle_days >= client.rule("dormant_deep_days"):
        yield Found("深度沉睡", RECORD, sleep.evidence)


def of_habits(client: View, _repayment: Repayment) -> Iterator[Found]:
    """Saving plans, borrowed money, new issues."""
    codes = client.plans()
    if codes:
        yield Found("定投型", FACT, client.lasts(*(f"plan:{code}" for code in codes)))
    if client.figure("margin_debt_fen") > 0:
        yield Found("两融客户", FACT, stated_refs(client, "facts_margin", "account_facts"))
    if client.figure("ipos_365d") >= client.rule("ipo_365d_min"):
        yield Found("打新偏好", RECORD, client.recent("subscribed_ipo", days=YEAR_DAYS))
