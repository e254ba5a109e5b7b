"""Labels of who a client is: grade, age, time with us, tier, documents, care owed, a wish to leave."""

from collections.abc import Iterator

from tongxing.domain.book import RuleMissingError
from tongxing.domain.clock import DAY_SECONDS
from tongxing.domain.event import EventRef
from tongxing.domain.grades import Tolerance
from tongxing.profile.catalogue import GRADE_LABELS
from tongxing.profile.debts import Repayment
from tongxing.profile.drift import drifts
from tongxing.profile.found import EXPIRED, FACT, HINT, RECORD, STATED, Found, stated_refs
from tongxing.profile.heard import FRAUD
from tongxing.profile.leaving import moved_out_bp, outflow_refs
from tongxing.profile.retests import pushed_up
from tongxing.profile.view import View

MONTHS = 12


def of_grade(client: View, repayment: Repayment) -> Iterator[Found]:
    """What the questionnaire says of the appetite for risk; the middle grades get no label."""
    assessment = client.last("assessment")
    if assessment is None:
        return
    expired = isinstance(assessment.value[1], int) and assessment.value[1] < client.today
    name = GRADE_LABELS.get(Tolerance[str(assessment.value[0])])
    if name is not None:
        against = len(drifts(client, repayment))
        yield Found(name, EXPIRED if expired else FACT, (assessment.ref,), against)
    if expired:
        yield Found("测评过期", FACT, (assessment.ref,))
    retested = pushed_up(client)
    if retested:
        yield Found("测评异常", RECORD, retested)


def of_person(client: View, _repayment: Repayment) -> Iterator[Found]:
    """Time since opening, age, documents that end."""
    tenure = client.features["tenure_days"]
    if tenure is not None and 0 <= tenure <= client.rule("newcomer_days_max"):
        yield Found("新客户", FACT, client.lasts("opened_on"))
    age = client.age
    if age is not None and age >= client.rule("elderly_age"):
        yield Found("老年客户", FACT, client.lasts("birth"))
    latest = client.today + client.rule("id_notice_days")
    ending = [
        entry
        for name, entry in sorted(client.state.last.items())
        if name.startswith("document:") and isinstance(entry.value[0], int) and entry.value[0] <= latest
    ]
    if ending:
        yield Found("证件将到期", FACT, tuple(entry.ref for entry in ending))


def of_tier(client: View, _repayment: Repayment) -> Iterator[Found]:
    """Service tiers that have a label."""
    names = dict(word.split("=", 1) for word in client.words("tier_labels"))
    name = names.get(tier_of(client))
    if name is not None:
        yield Found(name, RECORD, assets_refs(client))


def tier_of(client: View) -> str:
    """The service tier by mean assets; the lowest where they are not known."""
    assets = client.figure("mean_assets_20d_fen")
    within = [tier.name for tier in client.book.tiers if tier.assets_from_fen <= assets]
    return within[-1] if within else ""


def assets_refs(client: View) -> tuple[EventRef, ...]:
    """What mean assets rest on: the last valuation or snapshot, else what was stated before our record."""
    seen = (*client.recent("day_valued")[-1:], *client.lasts("holding_snapshot"))
    latest = max(seen, key=lambda ref: ref.ts, default=None)
    return stated_refs(client, "facts_mean", "account_facts") if latest is None else (latest,)


def of_care(client: View, _repayment: Repayment) -> Iterator[Found]:
    """Duties of care: read in every client's own words, whatever was consented to."""
    degree, refs = client.distress()
    if degree:
        yield Found("需要关怀", HINT, refs)
    fraud = (
        *_of_kinds(client, ("asked", "posted"), client.rule("fraud_words_days")),
        *_of_kinds(client, ("fraud_reported",), client.rule("fraud_report_days")),
    )
    if fraud:
        reported = any(ref.kind == "fraud_reported" for ref in fraud)
        yield Found("疑似诈骗接触", STATED if reported else HINT, fraud)


def _of_kinds(client: View, kinds: tuple[str, ...], days: int) -> tuple[EventRef, ...]:
    since = client.as_of - days * DAY_SECONDS
    kept = client.state.recent.get(FRAUD, ())
    return tuple(one.ref for one in kept if one.kind in kinds and one.ts > since)


def of_leaving(client: View, _repayment: Repayment) -> Iterator[Found]:
    """A wish to close the account, or half of it moved out."""
    closing, out_bp = client.closing(), moved_out_bp(client)
    refs = outflow_refs(client) if out_bp is not None and out_bp >= client.rule("outflow_bp_min") else ()
    if closing is not None:
        yield Found("流失预警", FACT, (*refs, closing.ref))
    elif refs:
        yield Found("流失预警", RECORD, refs)


def of_professional(client: View, repayment: Repayment) -> Iterator[Found]:
    """The asset or the income test and two years of investing: may apply, is not one yet."""
    try:
        assets_min = client.rule("professional_assets_fen_min")
        income_min = client.rule("professional_income_year_fen_min")
        experience_min = client.rule("professional_experience_days_min")
    except RuleMissingError:
        return  # before the act there was no such class
    tenure, record = client.figure("tenure_days"), client.figure("record_days")
    if max(tenure, record) < experience_min:
        return
    since = client.lasts("opened_on") if tenure >= experience_min else ()
    if client.figure("mean_assets_20d_fen") >= assets_min:
        yield Found("专业投资者候选", RECORD, (*assets_refs(client), *since))
    elif (repayment.income_month_fen or 0) * MONTHS >= income_min:
        yield Found("专业投资者候选", STATED, (*stated_refs(client, "income", "income_stated"), *since))
