"""What a plan is made of: grade, monthly money, holdings by lot, goals, mood; each as known now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tongxing.advice.goals import Goal
from tongxing.advice.lots import Lot
from tongxing.advice.pockets import CASH, UNKNOWN_JOB, Asset, Household
from tongxing.advice.rebalance_terms import Product
from tongxing.advice.redemption import ladder_of, value_fen
from tongxing.domain.book import Rulebook
from tongxing.domain.clock import BEIJING, DAY_SECONDS, instant, seconds
from tongxing.domain.grades import Tolerance
from tongxing.domain.profile import Profile
from tongxing.profile.codes import DEGREE_NAMES
from tongxing.profile.debts import repayment
from tongxing.service.close_day import previous_close
from tongxing.service.house import House
from tongxing.service.me_who import Mine
from tongxing.service.plan_log import told_of
from tongxing.service.valuation import E4

E6 = 1_000_000
ANY = "*"
STEP_BP = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """One client as the plan sees them; nothing here is guessed, what is not known is None or absent."""

    client_id: str
    at: datetime
    on: date
    priced_on: date
    """The close that prices are of."""
    grade: Tolerance | None
    assessment_valid_to: date | None
    accepted_kinds: tuple[str, ...]
    age: int | None
    household: Household
    income_known: bool
    turnover_annual_bp: int | None
    anxiety_bp: int
    horizon_months: int | None = None
    """Of what has no purpose yet; None takes the house's."""
    exclude: tuple[str, ...] = ()
    """Codes that are assumed to be unwanted, beside the kinds that were not accepted."""
    goals: tuple[Goal, ...]
    cash_fen: int
    cash_known: bool
    lots: Mapping[str, tuple[Lot, ...]]
    products: Mapping[str, Product]
    kinds: Mapping[str, str]
    unpriced: tuple[str, ...]
    """Held, but without any price: left as they are and named."""
    unknown: tuple[str, ...]
    """Held, but not in the book of products: left as they are and named."""

    @property
    def values(self) -> Mapping[str, int]:
        """What is held and can be planned with, in fen, by code."""
        return {
            code: value_fen(sum(lot.quantity_e4 for lot in lots), self.products[code].price_e6)
            for code, lots in self.lots.items()
        }


def plan_facts(me: Mine) -> PlanFacts:
    """The facts of one client as of now."""
    profile, seen = me.profile(), me.seen()
    on = me.now.date()
    house, told = me.house, told_of(me.house, me.client_ids)
    paid = repayment(seen)
    priced_on = previous_close(house, me.now)
    held = {code: quantity for code, quantity in sorted(me.state.positions().items()) if quantity > 0}
    known, unpriced, unknown = _sorted(house, held, priced_on)
    return PlanFacts(
        client_id=me.client_id,
        at=max(me.as_of, instant(told.until + 1)).astimezone(BEIJING),
        on=on,
        priced_on=priced_on,
        grade=profile.standing.grade,
        assessment_valid_to=profile.standing.assessment_valid_to,
        accepted_kinds=profile.standing.accepted_kinds,
        age=profile.age,
        household=Household(
            income_month_fen=paid.income_month_fen or 0,
            repayment_month_fen=paid.month_fen,
            job=_job(told.income_answer, house.book.rules, on),
        ),
        income_known=paid.income_month_fen is not None,
        turnover_annual_bp=profile.risk.turnover_annual_bp,
        anxiety_bp=_anxiety_bp(me, profile, on),
        goals=tuple(told.goals.values()),
        cash_fen=me.state.cash_fen or 0,
        cash_known=me.state.cash_fen is not None,
        lots={code: told.lots_of(code, held[code], on) for code in known},
        products={code: product_facts(house, code, on, priced_on, told.dividends(code)) for code in known},
        kinds={code: house.book.products[code].kind for code in known},
        unpriced=unpriced,
        unknown=unknown,
    )


def assets(facts: PlanFacts, rules: Rulebook) -> tuple[Asset, ...]:
    """What can be planned with, by how safe it is; cash first."""
    ranks = _pairs(rules.words("plan_safety", facts.on))
    found = [Asset(code=CASH, value_fen=facts.cash_fen, safety=0)]
    for code, value in facts.values.items():
        rank = int(ranks.get(facts.kinds[code], ranks[ANY]))
        found.append(Asset(code=code, value_fen=value, safety=rank))
    return tuple(found)


def product_facts(
    house: House, code: str, on: date, priced_on: date, dividends: tuple[tuple[date, int], ...] = ()
) -> Product:
    """How a product of the book is traded on a day.

    Raises:
        LookupError: it has no price, or no rule of the exchange covers it.
    """
    close = house.market.last_close(code, priced_on)
    if close is None:
        raise LookupError(f"{code} has no price by {priced_on.isoformat()}")
    rules, page = house.book.rules, house.book.products[code]
    fund = page.kind in rules.words("plan_fund_kinds", on)
    sessions = [int(word) for word in rules.words("fund_cash_sessions", on)]
    lot = house.market.lot(code, on) * E4
    return Product(
        code=code,
        price_e6=price_e6(close[0]),
        least_e4=lot,
        step_e4=lot,
        fund=fund,
        same_day=house.market.settles_same_day(code, on),
        front_ppm=rules.number("fund_front_house_ppm", on) if fund else 0,
        cash_sessions=0 if not fund else min(sessions) if page.kind == "money_fund" else max(sessions),
        ladder=ladder_of(page.kind, on, rules) if fund else ladder_of("etf", on, rules),
        dividends=dividends if page.kind == "stock" else (),
    )


def price_e6(price: Decimal) -> int:
    """A price in millionths of a yuan, exactly as far as it was told."""
    return int(price * E6)


def _sorted(
    house: House, held: Mapping[str, int], priced_on: date
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Holdings that can be planned with, those without a price, and those the book does not know."""
    unknown = tuple(code for code in held if code not in house.book.products)
    unpriced = tuple(
        code for code in held if code not in unknown and house.market.last_close(code, priced_on) is None
    )
    return tuple(code for code in held if code not in {*unknown, *unpriced}), unpriced, unknown


def _job(answer: str, rules: Rulebook, on: date) -> str:
    """How steady the income is, as the client answered in the questionnaire: the option, or its points."""
    options = _pairs(rules.words("questionnaire_02_income_stability", on))
    if answer in options:
        return answer
    return next((name for name, points in options.items() if points == answer), UNKNOWN_JOB)


def _anxiety_bp(me: Mine, profile: Profile, on: date) -> int:
    """Worry that was said or reported, faded by its age; it only lowers what may be lost."""
    if not profile.standing.personalisation:
        return 0
    rules = me.house.book.rules
    degrees = {name: int(value) for name, value in _pairs(rules.words("plan_anxiety_bp", on)).items()}
    whole = rules.number("plan_anxiety_days", on) * DAY_SECONDS
    heard = (*me.state.recent.get("distress", ()), *me.state.recent.get("crisis", ()))
    now = seconds(me.as_of)
    found = max(
        (
            degrees.get(DEGREE_NAMES[one.detail], 0) * max(0, whole - max(0, now - one.ts)) // whole
            for one in heard
        ),
        default=0,
    )
    return found - found % STEP_BP


def _pairs(words: tuple[str, ...]) -> dict[str, str]:
    return dict(word.split("=", 1) for word in words)
