"""Rules that match a product to its reader (证券期货投资者适当性管理办法, arts 18-22)."""

from datetime import datetime

from tongxing.compliance.question import Question
from tongxing.compliance.words import says
from tongxing.domain.draft import ProductFacts
from tongxing.domain.grades import Nature, ProductRisk, Tolerance

CLASS_OF_PRODUCTS = "class"
"""Kind of a page that speaks of no single product: kind and term cannot be matched."""


def level_exceeds(risk: ProductRisk, grade: Tolerance | None) -> bool:
    """Whether a product carries more than the assessment allows; no assessment allows nothing."""
    return grade is None or risk > max(grade, Tolerance.C1)


def suitability_level(question: Question) -> str | None:
    """No product above the level: never on our initiative, on the client's only through all four warnings."""
    product = question.draft.product
    if product is None or question.standing.professional:
        return None
    if product.risk is None:
        return f"the grade of {product.product_id} is not known"
    grade = question.standing.grade
    if not level_exceeds(product.risk, grade):
        return None
    if grade is not None and not question.by_firm and _warned(question):
        return None
    return f"{product.risk.name} exceeds {grade.name if grade is not None else 'no assessment'}"


def suitability_c1l(question: Question) -> str | None:
    """The lowest category buys R1 and nothing else; no warning and no insistence lifts it."""
    product = question.draft.product
    if product is None or question.standing.grade is not Tolerance.C1L:
        return None
    if product.risk is ProductRisk.R1:
        return None
    return "the lowest category is offered R1 only"


def suitability_goal(question: Question) -> str | None:
    """We do not push what does not serve the client's stated goal."""
    product, goal = question.draft.product, question.standing.goal
    if product is None or goal is None or product.risk is None or not question.by_firm:
        return None
    word = goal.strip().lower()
    for risk_max in ProductRisk:
        if word in question.words(f"goals_up_to_{risk_max.name.lower()}"):
            return f"{product.risk.name} is off the goal {goal!r}" if product.risk > risk_max else None
    raise LookupError(f"goal {goal!r} has no highest risk in the book")


def suitability_kind(question: Question) -> str | None:
    """Only kinds of product the client has accepted."""
    product = question.draft.product
    accepted = question.standing.accepted_kinds
    if product is None or not accepted or product.kind == CLASS_OF_PRODUCTS or product.kind in accepted:
        return None
    return _unless_warned(question, f"{product.kind} is not an accepted kind")


def suitability_term(question: Question) -> str | None:
    """Only terms the client has accepted."""
    product = question.draft.product
    accepted = question.standing.accepted_terms
    if product is None or not accepted or product.term is None or product.term in accepted:
        return None
    return _unless_warned(question, f"{product.term} is not an accepted term")


def suitability_age(question: Question) -> str | None:
    """Nobody under age is sold anything; from the branch age on, the riskiest products wait for a branch."""
    age, product = question.standing.age, question.draft.product
    if age is None or (product is None and not question.selling):
        return None
    adult_age, branch_age = question.number("client_age_min"), question.number("elderly_branch_age")
    if age < adult_age:
        return f"under {adult_age}"
    risky = product is not None and (product.risk is None or product.risk >= ProductRisk.R4)
    if risky and age >= branch_age and question.by_firm:
        return f"from age {branch_age} such a product is spoken of at a branch"
    return None


def assessment_expired(question: Question) -> str | None:
    """An old questionnaire describes a person who may no longer exist."""
    draft = question.draft
    if draft.product is None and not question.selling:
        return None
    valid_to = question.standing.assessment_valid_to
    if valid_to is not None and valid_to >= question.on:
        return None
    return "no valid risk assessment" if valid_to is None else f"risk assessment ended on {valid_to}"


def admission_bypass(question: Question) -> str | None:
    """A condition of admission is met or not met; no signature and no warning replaces it."""
    product = question.draft.product
    if product is not None and not product.admission_met and _offers(question, product):
        return f"admission to {product.product_id} is not met"
    return says(question, "admission_bypass")


def _offers(question: Question, product: ProductFacts) -> bool:
    """Explaining a product to a client who asks is no offer; reaching out, advising or warning on is."""
    explains = question.draft.nature in (Nature.EDUCATION, Nature.INFORMATION, Nature.SERVICE)
    return question.by_firm or not explains or bool(question.draft.warning_chain) or not product.product_id


def _unless_warned(question: Question, reason: str) -> str | None:
    """A mismatch other than of level also needs the client's own initiative and all warnings."""
    if question.standing.professional or (not question.by_firm and _warned(question)):
        return None
    return reason


def _warned(question: Question) -> bool:
    """Whether the client went through the four steps, in order, before the act."""
    steps = iter(question.words("warning_steps"))
    wanted = next(steps, None)
    last: datetime | None = None
    for done in question.draft.warning_chain:
        if done.at > question.draft.at or (last is not None and done.at < last):
            return False
        last = done.at
        if done.step == wanted:
            wanted = next(steps, None)
    return wanted is None
