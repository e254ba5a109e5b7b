"""What would follow from other assumptions about a client: computed for an adviser to see, kept nowhere."""

from dataclasses import dataclass, replace
from datetime import datetime

from tongxing.domain.grades import Tolerance
from tongxing.service.client_acts import ActRefusedError
from tongxing.service.house import House
from tongxing.service.me_who import mine
from tongxing.service.plan_doc import PlanDoc
from tongxing.service.plan_facts import PlanFacts, plan_facts
from tongxing.service.plan_goals import yuan_fen
from tongxing.service.plan_make import Drafted, PlanRefused, draft_plan
from tongxing.service.plan_weights import PlanPolicy

PERCENT_BP = 100
ANXIETY_PERCENT_MAX = 100
MONTHS_MAX = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """Assumptions as they were typed; an empty one leaves things as they are."""

    income: str = ""
    """Yuan a month."""
    repayment: str = ""
    anxiety: str = ""
    """Percent."""
    horizon: str = ""
    """Months."""
    grade: str = ""
    """Only downwards: nobody tries a client on a grade the assessment does not give."""
    exclude: tuple[str, ...] = ()
    """Codes of the policy to do without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The plan as things are, and as they would be."""

    facts: PlanFacts
    now: PlanDoc | PlanRefused
    then: PlanDoc | PlanRefused
    assumed: bool
    """Whether anything was assumed at all."""
    blocks: tuple[tuple[str, str], ...]
    """(code, name) of what the policy may choose from, and so what can be left out."""


def what_if(house: House, client_id: str, assumed: Assumed, policy: PlanPolicy, *, now: datetime) -> WhatIf:
    """Both plans side by side; nothing is written.

    Raises:
        UnknownClientError: the store has folded nothing of such a client.
        ActRefusedError: `no_amount`, `unknown_choice` for an assumption that cannot be read.
    """
    me = mine(house, client_id, now=now)
    facts = plan_facts(me)
    if not set(assumed.exclude) <= policy.mean_bp.keys():
        raise ActRefusedError("unknown_choice")
    other = _assume(facts, assumed)
    return WhatIf(
        facts=facts,
        now=_drafted(draft_plan(me, facts, policy)),
        then=_drafted(draft_plan(me, other, policy)),
        assumed=other != facts,
        blocks=tuple((code, _name(house, code)) for code in policy.mean_bp),
    )


def _name(house: House, code: str) -> str:
    product = house.book.products.get(code)
    return code if product is None else product.name


def _drafted(found: Drafted | PlanRefused) -> PlanDoc | PlanRefused:
    return found if isinstance(found, PlanRefused) else found.plan


def _assume(facts: PlanFacts, assumed: Assumed) -> PlanFacts:
    household = facts.household
    if assumed.income.strip():
        household = replace(household, income_month_fen=yuan_fen(assumed.income))
    if assumed.repayment.strip():
        household = replace(household, repayment_month_fen=yuan_fen(assumed.repayment))
    anxiety, horizon = assumed.anxiety.strip(), assumed.horizon.strip()
    return replace(
        facts,
        household=household,
        income_known=facts.income_known or bool(assumed.income.strip()),
        anxiety_bp=_whole(anxiety, ANXIETY_PERCENT_MAX) * PERCENT_BP if anxiety else facts.anxiety_bp,
        horizon_months=_whole(horizon, MONTHS_MAX) if horizon else facts.horizon_months,
        grade=_lower(assumed.grade.strip(), facts.grade),
        exclude=tuple(sorted(assumed.exclude)),
    )


def _whole(plain: str, most: int) -> int:
    if not plain.isascii() or not plain.isdigit() or len(plain) > len(str(most)) or int(plain) > most:
        raise ActRefusedError("no_amount")
    return int(plain)


def _lower(name: str, grade: Tolerance | None) -> Tolerance | None:
    if not name:
        return grade
    if name not in Tolerance.__members__ or grade is None or Tolerance[name] > grade:
        raise ActRefusedError("unknown_choice")
    return Tolerance[name]
