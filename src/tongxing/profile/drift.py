"""Where what a client stated and what the account shows disagree: each takes confidence from the risk view.

A drift never changes the grade: only a new assessment does.
"""

from tongxing.domain.event import EventRef
from tongxing.domain.grades import Tolerance
from tongxing.domain.profile import Drift
from tongxing.profile.activity import turnover_refs
from tongxing.profile.debts import Repayment
from tongxing.profile.features import BP
from tongxing.profile.found import stated_refs
from tongxing.profile.retests import pushed_up
from tongxing.profile.view import View


def drifts(client: View, repayment: Repayment) -> tuple[Drift, ...]:
    """Every contradiction of the last assessment, by name."""
    assessment = client.last("assessment")
    if assessment is None:
        return ()
    grade = Tolerance[str(assessment.value[0])]
    found = (
        _stated_vs_observed(client, grade, assessment.ref),
        _stated_vs_capacity(client, grade, repayment, assessment.ref),
        _retested_upward(client),
    )
    return tuple(one for one in found if one is not None)


def _stated_vs_observed(client: View, grade: Tolerance, assessed: EventRef) -> Drift | None:
    """A cautious assessment, and an account traded, borrowed on or bundled as a cautious person would not."""
    if grade > client.rule("drift_cautious_level_max"):
        return None
    detail: dict[str, int | str] = {"grade": grade.name}
    evidence: tuple[EventRef, ...] = ()
    turnover = client.features["turnover_annual_bp"]
    if turnover is not None and turnover > client.rule("drift_turnover_bp_min"):
        detail["turnover_annual_bp"] = turnover
        evidence += turnover_refs(client)
    margin = client.figure("margin_debt_fen")
    if margin > 0:
        detail["margin_debt_fen"] = margin
        evidence += stated_refs(client, "facts_margin", "account_facts")
    if not evidence:
        return None
    return Drift(name="stated_vs_observed", evidence=(assessed, *evidence), detail=detail)


def _stated_vs_capacity(
    client: View, grade: Tolerance, repayment: Repayment, assessed: EventRef
) -> Drift | None:
    """A bold assessment, and repayments that leave little to lose."""
    income_fen = repayment.income_month_fen
    if grade < client.rule("drift_bold_level_min") or not income_fen:
        return None
    if repayment.month_fen * BP <= client.rule("repayment_pressure_bp") * income_fen:
        return None
    detail: dict[str, int | str] = {
        "grade": grade.name,
        "repayment_to_income_bp": repayment.month_fen * BP // income_fen,
    }
    return Drift(name="stated_vs_capacity", evidence=(assessed, *repayment.evidence), detail=detail)


def _retested_upward(client: View) -> Drift | None:
    """Assessments pushed upward before a purchase."""
    refs = pushed_up(client)
    return Drift(name="retested_upward", evidence=refs) if refs else None
