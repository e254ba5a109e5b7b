"""Signs: hints of a need or a duty, each a small function over what is known, with its evidence.

A sign is never a trading signal. Thresholds are dated rows of `book/rules/profile.yaml`.
"""

from tongxing.domain.clock import day_of
from tongxing.domain.profile import Sign
from tongxing.profile.activity import asleep, turnover_refs
from tongxing.profile.codes import DEGREE_NAMES
from tongxing.profile.features import PPM
from tongxing.profile.holdings import largest_sector, price_date
from tongxing.profile.next_looks import assessment_notice, newcomer_end
from tongxing.profile.sign_rule import SignRule, sign_rule
from tongxing.profile.signs_life import LIFE_SIGNS
from tongxing.profile.signs_money import MONEY_SIGNS
from tongxing.profile.signs_plan import PLAN_SIGNS
from tongxing.profile.tiles import UNIT
from tongxing.profile.view import View

CRISIS = "crisis_in_words"
"""The sign that a human must hear of at once, whatever else keeps the house silent."""
PENSION_KIND = "pension_fund"


def find_signs(client: View) -> tuple[Sign, ...]:
    """Every sign that is on, by name."""
    found = (rule.find(client) for rule in SIGNS.values())
    return tuple(sign for sign in found if sign is not None)


def pension_searched(client: View) -> Sign | None:
    """The client searched or asked for a pension within a week."""
    searches = client.figure("pension_searches_7d")
    if searches < 1:
        return None
    refs = client.recent("topic:pension", days=client.rule("pension_sign_days"))
    return Sign(name="pension_searched", evidence=refs, detail={"searches": searches})


def pension_account_open(client: View) -> Sign | None:
    """The client holds a pension fund here already, so a pension account is open."""
    planned = any(_is_pension(client, code) for code in client.plans())
    ever = {code for account in client.state.accounts() for code in account.codes()}
    pension = [code for code in ever if _is_pension(client, code)]
    if not planned and not (pension and any(code in client.held.quantities_e4 for code in pension)):
        return None
    refs = client.recent("fund_confirmed", "trade") or client.lasts("holding_snapshot")
    return Sign(name="pension_account_open", evidence=refs)


def _is_pension(client: View, code: str) -> bool:
    product = client.book.products.get(code)
    return product is not None and product.kind == PENSION_KIND


def sector_concentrated(client: View) -> Sign | None:
    """More than half of what is held sits in one sector, funds looked through.

    Once on it stays until the share falls below a lower bound, so that it does not flicker.
    """
    largest = largest_sector(client.held.sector_ppm, client.book, client.on)
    if largest is None:
        return None
    on_already = "sector_concentrated" in client.state.signs_on
    share, most = largest[1], client.rule("sector_share_ppm_max")
    if share <= most and not (on_already and share >= client.rule("sector_share_ppm_calm")):
        return None
    detail: dict[str, int | str] = {
        "sector": largest[0],
        "share_ppm": share,
        "price_date": price_date(client.held),
    }
    return Sign(name="sector_concentrated", evidence=client.record_refs, detail=detail)


def newcomer(client: View) -> Sign | None:
    """The account was opened within the last thirty days."""
    day = client.newcomer_day
    if day is None:
        return None
    return Sign(name="newcomer", evidence=client.lasts("opened_on"), detail={"day": day})


def holding_loss(client: View) -> Sign | None:
    """The unit value of the account fell noticeably within the last five sessions."""
    days = client.state.valued()
    kept = sorted(days)[-(client.rule("loss_days") + 1) :]
    if len(kept) <= 1 or days[kept[0]][UNIT] <= 0:
        return None
    before, now = days[kept[0]][UNIT], days[kept[-1]][UNIT]
    change_ppm = -((before - now) * PPM // before)
    on_already = "holding_loss" in client.state.signs_on
    least = client.rule("loss_calm_ppm" if on_already else "loss_change_ppm")
    if -change_ppm < least:
        return None
    refs = client.recent("day_valued")
    price_day = client.state.price_day
    return Sign(
        name="holding_loss",
        evidence=tuple(dict.fromkeys((*refs[:1], *refs[-1:]))),
        detail={
            "change_ppm": change_ppm,
            "days": len(kept) - 1,
            "price_date": "" if price_day is None else day_of(price_day).isoformat(),
        },
    )


def dormant(client: View) -> Sign | None:
    """Assets are here, the client is not."""
    sleep = asleep(client)
    if sleep is None:
        return None
    return Sign(name="dormant", evidence=sleep.evidence, detail={"idle_days": sleep.idle_days})


def assessment_expiring(client: View) -> Sign | None:
    """The risk assessment ends within thirty days, or has ended (then days left are negative)."""
    found = client.last("assessment")
    if found is None or not isinstance(found.value[1], int):
        return None
    left = found.value[1] - client.today
    if left > client.rule("assessment_notice_days"):
        return None
    detail: dict[str, int | str] = {"valid_to": day_of(found.value[1]).isoformat(), "days_left": left}
    return Sign(name="assessment_expiring", evidence=(found.ref,), detail=detail)


def distress_in_words(client: View) -> Sign | None:
    """The client's own words of the last 24 hours, or a report, speak of distress."""
    degree, refs = client.distress()
    if degree == 0:
        return None
    return Sign(name="distress_in_words", evidence=refs, detail={"degree": DEGREE_NAMES[degree]})


def crisis_in_words(client: View) -> Sign | None:
    """Words of the last 24 hours, or a report, speak of not wanting to live; each asks for help anew."""
    refs = client.crisis()
    if not refs:
        return None
    return Sign(name=CRISIS, evidence=refs, causes=tuple(dict.fromkeys(str(ref.ts) for ref in refs)))


def closing(client: View) -> Sign | None:
    """The client asked to close the account."""
    found = client.closing()
    return None if found is None else Sign(name="closing", evidence=(found.ref,))


def frequent_trading(client: View) -> Sign | None:
    """The account is turned over so often that costs weigh."""
    turnover = client.features["turnover_annual_bp"]
    if turnover is None or turnover < client.rule("turnover_frequent_bp"):
        return None
    return Sign(
        name="frequent_trading", evidence=turnover_refs(client), detail={"turnover_annual_bp": turnover}
    )


SIGNS: dict[str, SignRule] = {
    rule.name: rule
    for rule in (
        sign_rule(
            assessment_expiring,
            "assessment_taken",
            next_look=assessment_notice,
            dated_by=("assessment_taken",),
        ),
        sign_rule(closing, "closing_requested"),
        sign_rule(crisis_in_words, "asked", "posted", "distress_seen"),
        sign_rule(distress_in_words, "asked", "posted", "distress_seen"),
        sign_rule(
            dormant,
            "logged_in",
            "trade",
            "fund_confirmed",
            "holding_snapshot",
            "account_facts",
            "plan_started",
        ),
        sign_rule(frequent_trading, "account_facts"),
        sign_rule(holding_loss),
        sign_rule(
            newcomer,
            "client_registered",
            "client_changed",
            next_look=newcomer_end,
            dated_by=("client_registered", "client_changed"),
        ),
        sign_rule(pension_account_open, "fund_confirmed", "holding_snapshot", "trade", "plan_started"),
        sign_rule(pension_searched, "searched", "asked"),
        sign_rule(sector_concentrated, "holding_snapshot"),
        *LIFE_SIGNS,
        *MONEY_SIGNS,
        *PLAN_SIGNS,
    )
}
NAMES: frozenset[str] = frozenset(SIGNS)
