"""Make a plan: pockets, weights, odds, trades, words; judged, sealed and kept, all in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b, sha256

import msgspec
import numpy as np

from tongxing.advice.goals import GoalKind, PensionTax, pension_tax
from tongxing.advice.odds import Course, Odds, odds, pocket_returns
from tongxing.advice.pockets import CASH, RESERVE, Pocket, Pockets, PocketsRefused, pockets
from tongxing.advice.rebalance import rebalance
from tongxing.advice.rebalance_terms import Costs, Product, Question, Rebalance, Side, question_terms
from tongxing.domain.book import Book
from tongxing.service.house import House
from tongxing.service.me_who import Mine
from tongxing.service.plan_doc import PlanDoc, PocketDoc, encode_plan
from tongxing.service.plan_facts import PlanFacts, assets, product_facts
from tongxing.service.plan_history import daily_returns
from tongxing.service.plan_weights import NoWeights, PlanPolicy, Weights

BP = 10_000
ID_BYTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRefused:
    """No plan can be made, and why; each rule is one word of `plan.refused` on the pages."""

    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A plan before its words were judged."""

    plan: PlanDoc
    sentences: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Locale -> pocket -> what the allocation says of it."""
    pension: PensionTax | None


def draft_plan(me: Mine, facts: PlanFacts, policy: PlanPolicy) -> Drafted | PlanRefused:
    """The plan that follows from these facts and this policy; the same twice gives the same bytes."""
    rules = me.house.book.rules
    split = pockets(
        facts.household,
        facts.goals,
        assets(facts, rules),
        on=facts.on,
        rules=rules,
        discount_bp=policy.mean_bp.get(policy.money_code, 0),
        horizon_months=facts.horizon_months,
    )
    if isinstance(split, PocketsRefused):
        return PlanRefused(rules=split.rules)
    weighed: dict[str, Weights] = {}
    for pocket in split.pockets:
        if pocket.name == RESERVE:
            weighed[RESERVE] = reserve_weights(pocket, policy.money_code)
        elif pocket.given_fen:
            found = policy.weigh(facts, pocket)
            if isinstance(found, NoWeights):
                return PlanRefused(rules=found.rules)
            weighed[pocket.name] = found
    targets = _targets(split, weighed)
    products = dict(facts.products) | {
        code: product_facts(me.house, code, facts.on, facts.priced_on)
        for code in targets
        if code not in facts.products
    }
    way = rebalance(
        Question(
            held=facts.lots,
            cash_fen=facts.cash_fen,
            targets=targets,
            products=products,
            on=facts.on,
            **question_terms(rules, facts.on),
        ),
        costs=_costs(me.house, facts.on),
        rules=rules,
    )
    docs = tuple(_pocket_doc(me.house, facts, policy, one, weighed.get(one.name)) for one in split.pockets)
    plan = _plan(me, facts, policy, split, docs, way, products)
    return Drafted(plan=plan, sentences=_sentences(weighed), pension=_pension(me.house.book, facts))


def reserve_weights(pocket: Pocket, money_code: str) -> Weights:
    """Cash stays cash, the rest of a reserve lies in the money fund."""
    if not pocket.given_fen:
        return Weights(weights_bp=((CASH, BP),))
    cash = sum(fen for code, fen in pocket.parts if code == CASH)
    share = cash * BP // pocket.given_fen
    return Weights(weights_bp=((CASH, share), (money_code, BP - share)) if share < BP else ((CASH, BP),))


def facts_digest(facts: PlanFacts) -> str:
    """The name of these facts: equal facts have equal ones."""
    told = msgspec.json.encode(replace(facts, products={}), order="deterministic")
    return sha256(told).hexdigest()


def _targets(split: Pockets, weighed: Mapping[str, Weights]) -> dict[str, int]:
    """What should lie in each product over all pockets; what shares leave over stays cash."""
    found: dict[str, int] = {}
    for pocket in split.pockets:
        for code, share in weighed[pocket.name].weights_bp if pocket.name in weighed else ():
            if code != CASH and share:
                found[code] = found.get(code, 0) + pocket.given_fen * share // BP
    return dict(sorted(found.items()))


def _pocket_doc(
    house: House, facts: PlanFacts, policy: PlanPolicy, pocket: Pocket, weights: Weights | None
) -> PocketDoc:
    goal = pocket.goal
    return PocketDoc(
        name=pocket.name,
        what=goal.kind.value if goal is not None else pocket.name,
        need_fen=pocket.need_fen,
        given_fen=pocket.given_fen,
        short_fen=pocket.short_fen,
        months=pocket.months,
        due=None if goal is None else goal.due,
        amount_fen=0 if goal is None else goal.amount_fen,
        month_fen=pocket.month_fen,
        weights_bp=() if weights is None else weights.weights_bp,
        binding=() if weights is None else weights.binding,
        worst=() if weights is None else weights.worst,
        relaxed=() if weights is None else weights.relaxed,
        odds=None if goal is None else pocket_odds(house, facts, policy, pocket, weights),
    )


def pocket_odds(
    house: House, facts: PlanFacts, policy: PlanPolicy, pocket: Pocket, weights: Weights | None
) -> Odds | None:
    """How the goal of a pocket fares on drawn paths; None where a product has no past long enough."""
    goal, rules, on = pocket.goal, house.book.rules, facts.on
    if goal is None:
        return None
    shares = {CASH: BP} if weights is None else dict(weights.weights_bp)
    year = rules.number("plan_odds_sessions_year", on)
    since = date.fromisoformat(rules.text("plan_odds_since", on))
    codes = sorted(code for code, share in shares.items() if code != CASH and share)
    history = daily_returns(house.market, codes, since, facts.priced_on)
    if len(history) < len(codes) or any(code not in policy.mean_bp for code in codes):
        return None
    sessions = len(next(iter(history.values()), np.zeros(1)))
    history[CASH] = np.zeros(sessions)
    returns = pocket_returns(
        history,
        {code: share / BP for code, share in shares.items() if share},
        {**policy.mean_bp, CASH: 0},
        year,
    )
    course = Course(
        start_fen=pocket.given_fen,
        month_fen=pocket.month_fen,
        amount_fen=goal.amount_fen,
        months=pocket.months,
    )
    return odds(
        course,
        returns,
        paths=rules.number("plan_odds_paths", on),
        block=rules.number("plan_odds_block_sessions", on),
        year=year,
        chance=np.random.default_rng(_seed(facts, pocket)),
    )


def _seed(facts: PlanFacts, pocket: Pocket) -> int:
    """The same goal and day draw the same paths, whoever asks: equal facts have equal odds."""
    said = f"{pocket.name}|{facts.priced_on.isoformat()}"
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "big")


def _costs(house: House, on: date) -> Costs:
    def costs(code: str, side: Side, gross_fen: int) -> int:
        return house.market.fees(code, side, gross_fen, on).total_fen

    return costs


def _sentences(weighed: Mapping[str, Weights]) -> dict[str, dict[str, tuple[str, ...]]]:
    """What the allocation says, by locale and pocket."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, weights in weighed.items():
        for locale, said in weights.sentences.items():
            found.setdefault(locale, {})[name] = said
    return found


def _pension(book: Book, facts: PlanFacts) -> PensionTax | None:
    """What the tax rules make of a pension goal with monthly contributions and a known income."""
    goal = next((one for one in facts.goals if one.kind is GoalKind.PENSION and one.month_fen), None)
    if goal is None or not facts.income_known:
        return None
    income = facts.household.income_month_fen
    return pension_tax(goal.month_fen, income, on=facts.on, rules=book.rules)


def _plan(
    me: Mine,
    facts: PlanFacts,
    policy: PlanPolicy,
    split: Pockets,
    docs: Sequence[PocketDoc],
    way: Rebalance,
    products: Mapping[str, Product],
) -> PlanDoc:
    digest = facts_digest(facts)
    adviser, licence = in_charge(me)
    named = {*products, *facts.unpriced, *facts.unknown}
    made = PlanDoc(
        plan_id="",
        client_id=facts.client_id,
        at=facts.at,
        priced_on=facts.priced_on,
        grade="" if facts.grade is None else facts.grade.name,
        assessment_valid_to=facts.assessment_valid_to,
        policy=policy.version,
        policy_digest=policy.digest,
        facts_digest=digest,
        book_digest=me.house.book.digest,
        code_version=me.house.code_version,
        adviser=adviser,
        licence=licence,
        total_fen=facts.cash_fen + sum(facts.values.values()),
        spending_month_fen=split.spending_month_fen,
        surplus_month_fen=split.surplus_month_fen,
        reserve_months_bp=split.reserve_months_bp,
        pockets=tuple(docs),
        relaxed=(
            *split.relaxed,
            *(() if facts.income_known else ("income_unknown:",)),
            *(() if facts.cash_known else ("cash_unknown:",)),
        ),
        left_alone=(*facts.unpriced, *facts.unknown),
        moves=way.moves,
        trades=way.trades,
        worth=way.worth,
        why=way.why,
        left_out=way.left_out,
        cash_before_fen=way.cash_before_fen,
        cash_after_fen=way.cash_after_fen,
        names=tuple(sorted((code, _name(me, code)) for code in named)),
    )
    whole = blake2b(f"{encode_plan(made)}".encode(), digest_size=ID_BYTES).hexdigest()
    return replace(made, plan_id=whole)


def in_charge(me: Mine) -> tuple[str, str]:
    """Name and licence of the client's adviser, if it is valid today; else empty words."""
    adviser_id, _team = me.house.store.people.team_of_adviser(me.client_id)
    person = None if adviser_id is None else me.house.store.people.person(adviser_id)
    if person is None or person.licence is None or person.licence.valid_to < me.now.date():
        return "", ""
    return person.name, person.licence.number


def _name(me: Mine, code: str) -> str:
    product = me.house.book.products.get(code)
    return product.name if product is not None else me.state.name_of(code) or code
