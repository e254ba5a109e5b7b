"""The signed policy of allocation as a plan uses it, and a plan drafted by it for a client who asked."""

from dataclasses import replace
from datetime import date
from functools import partial

from tongxing.advice.advise import allocate
from tongxing.advice.facts import BP, Allocation, NoAllocation, Purse
from tongxing.advice.limits import Model, model_of
from tongxing.advice.pockets import CASH, Pocket
from tongxing.advice.policy_seal import digest, why_unsigned
from tongxing.book.policy_pages import in_force
from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING
from tongxing.domain.policy import Policy
from tongxing.service.advise_words import sentences
from tongxing.service.house import House
from tongxing.service.me_who import Mine
from tongxing.service.plan_doc import Bound, Worst
from tongxing.service.plan_facts import PlanFacts
from tongxing.service.plan_keep import LOCALES, make_plan
from tongxing.service.plan_make import PlanRefused
from tongxing.service.plan_weights import NoWeights, PlanPolicy, Weights

MISSING = "policy_missing"
PERCENT = 100
MONEY = "money"


def policy_of(house: House) -> PlanPolicy | NoWeights:
    """The policy in force today; the rule for which there is none, such as a wrong signature."""
    return policy_on(house.book, house.clock.now().astimezone(BEIJING).date())


def policy_on(book: Book, on: date) -> PlanPolicy | NoWeights:
    """The policy in force on a day, signed by a key of that day; else why there is none."""
    policy = in_force(book.policies, on)
    if policy is None:
        return NoWeights(rules=(MISSING,))
    unsigned = why_unsigned(policy, book.policy_keys)
    if unsigned:
        return NoWeights(rules=(unsigned,))
    return PlanPolicy(
        version=policy.version,
        digest=digest(policy),
        money_code=next(block.code for block in policy.blocks if block.kind == MONEY),
        mean_bp={block.code: block.mean_bp for block in policy.blocks},
        weigh=partial(weigh, model_of(policy), book),
    )


def draft_for(me: Mine) -> tuple[str, ...]:
    """Draft a plan and keep it; the rules for which none could be made, empty when it was."""
    policy = policy_of(me.house)
    if isinstance(policy, NoWeights):
        return policy.rules
    found = make_plan(me, policy)
    return found.rules if isinstance(found, PlanRefused) else ()


def weigh(model: Model, book: Book, facts: PlanFacts, pocket: Pocket) -> Weights | NoWeights:
    """How one pocket should lie by the policy."""
    if facts.grade is None or facts.assessment_valid_to is None:
        return NoWeights(rules=("assessment_missing",))
    if facts.assessment_valid_to < facts.on:
        return NoWeights(rules=("assessment_expired",))
    purse = purse_of(model.policy, book, facts, pocket)
    found = allocate(model, purse)
    if isinstance(found, NoAllocation):
        return NoWeights(rules=found.rules)
    said = {locale: sentences(found, purse, model.policy, book, locale=locale) for locale in LOCALES}
    return replace(_weights(found), sentences=said)


def purse_of(policy: Policy, book: Book, facts: PlanFacts, pocket: Pocket) -> Purse:
    """One pocket as the allocation sees it; the grade is known here.

    Raises:
        ValueError: the client has no grade.
    """
    if facts.grade is None:
        raise ValueError(f"{facts.client_id} has no grade")
    held: dict[str, int] = {}
    for code, fen in pocket.parts:
        if code != CASH:
            held[code] = held.get(code, 0) + fen
    return Purse(
        grade=facts.grade,
        debt_bp=debt_bp(facts),
        turnover_bp=facts.turnover_annual_bp or 0,
        months=pocket.months,
        anxiety_bp=facts.anxiety_bp,
        value_fen=pocket.given_fen,
        held_bp={code: fen * BP // pocket.given_fen for code, fen in held.items()},
        exclude=_unwanted(policy, book, facts),
    )


def debt_bp(facts: PlanFacts) -> int:
    """Repayments in the income of a month; all of it where there is no income to pay from."""
    income, repayment = facts.household.income_month_fen, facts.household.repayment_month_fen
    if repayment == 0:
        return 0
    return BP if income <= 0 else min(BP, repayment * BP // income)


def _unwanted(policy: Policy, book: Book, facts: PlanFacts) -> frozenset[str]:
    """What is assumed away, and products of kinds the client did not accept, where kinds were stated."""
    assumed = frozenset(facts.exclude)
    if not facts.accepted_kinds:
        return assumed
    kinds = {
        block.code: book.products[block.code].kind for block in policy.blocks if block.code in book.products
    }
    return assumed.union(code for code, kind in kinds.items() if kind not in facts.accepted_kinds)


def _weights(found: Allocation) -> Weights:
    shares = {code: pct * PERCENT for code, pct in found.rounded_pct.items() if pct and code != CASH}
    rest = BP - sum(shares.values())
    return Weights(
        weights_bp=(*shares.items(), *(((CASH, rest),) if rest else ())),
        binding=tuple(Bound(limit=one.limit, price_cbp=one.price_cbp) for one in found.binding),
        worst=tuple(Worst(episode=name, loss_bp=loss) for name, loss in found.worst),
        relaxed=found.relaxed,
    )
