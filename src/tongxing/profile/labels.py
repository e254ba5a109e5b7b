"""Labels: named traits the client may see, correct, delete and switch off, each with its evidence.

Names and meanings: the label catalogue of the glossary. A label from a source without consent does not
exist. Facts the law makes us keep (grade, age, expiry) are not the client's to delete.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tongxing.domain.clock import DAY_SECONDS
from tongxing.domain.event import EventRef
from tongxing.domain.grades import Tolerance
from tongxing.domain.profile import Label
from tongxing.profile import tiles
from tongxing.profile.activity import asleep, holds_on, turnover_refs, turnover_stated
from tongxing.profile.consents import PROFILING_PURPOSES
from tongxing.profile.debts import Repayment
from tongxing.profile.features import BP, PPM
from tongxing.profile.holdings import largest_sector
from tongxing.profile.needs import hints_of, life_hints
from tongxing.profile.view import View

FACT, RECORD, STATED, HINT = (
    "confidence_fact_bp",
    "confidence_record_bp",
    "confidence_stated_bp",
    "confidence_hint_bp",
)
GRADE_LABELS = {
    Tolerance.C1L: "风险偏好低",
    Tolerance.C1: "风险偏好低",
    Tolerance.C4: "风险偏好中高",
    Tolerance.C5: "风险偏好高",
}
NEED_LABELS = {"养老需求": "pension", "购房需求": "house", "子女教育需求": "child_education"}
FIXED = frozenset({*GRADE_LABELS.values(), "老年客户", "测评过期", "证件将到期", "需要关怀", "两融客户"})
"""Facts of duty: a client cannot delete or claim them."""
UNCLAIMED = FIXED | {"新客户", "高净值", "私行客户"}
"""Facts of the account: a client may hide some of them, and can make none true by saying so."""
PREFERENCES = frozenset({"短期交易型", "长期持有型", "学习能力强", "ETF偏好", "定投型", "打新偏好"})
DENIALS = frozenset({"", "否", "不是", "不对", "错误", "no", "false", "off", "wrong"})
MENTION_DAYS = 30
CONFIRMATIONS = frozenset({"是", "对", "yes", "true", "on"})


@dataclass(frozen=True, slots=True)
class Found:
    """A label before the client's own corrections."""

    name: str
    confidence: str
    """The rule that says how sure such a label is."""
    evidence: tuple[EventRef, ...]


def labels(client: View, repayment: Repayment) -> tuple[Label, ...]:
    """Every label, corrected by the client, in order of the catalogue."""
    found = {one.name: one for make in _MAKERS for one in make(client)}
    found |= {one.name: one for one in _of_debts(client, repayment)}
    return tuple(
        Label(name=one.name, confidence_bp=client.rule(one.confidence), evidence=one.evidence)
        for one in _corrected(client, found)
    )


def _of_grade(client: View) -> Iterator[Found]:
    """What the questionnaire says of the appetite for risk; the middle grades get no label."""
    assessment = client.last("assessment")
    if assessment is None:
        return
    name = GRADE_LABELS.get(Tolerance[str(assessment.value[0])])
    if name is not None:
        yield Found(name, FACT, (assessment.ref,))
    if isinstance(assessment.value[1], int) and assessment.value[1] < client.today:
        yield Found("测评过期", FACT, (assessment.ref,))


def _of_trading(client: View) -> Iterator[Found]:
    turnover = client.features["turnover_annual_bp"]
    if turnover is None:
        return
    confidence = STATED if turnover_stated(client) else RECORD
    if turnover >= client.rule("turnover_short_bp_min"):
        yield Found("短期交易型", confidence, turnover_refs(client))
    elif holds_on(client) and client.figure("value_fen") > 0:
        yield Found("长期持有型", confidence, turnover_refs(client) or client.record_refs)


def _of_debts(client: View, repayment: Repayment) -> Iterator[Found]:
    if repayment.month_fen > 0:
        yield Found("有稳定负债", STATED, repayment.evidence)
    income_fen = repayment.income_month_fen
    if income_fen and repayment.month_fen * BP > client.rule("repayment_pressure_bp") * income_fen:
        income = tiles.last_entry(client.state.slots, "income")
        refs = client.lasts("income_stated") if income is not None else ()
        yield Found("高负债压力", STATED, (*repayment.evidence, *refs))


def _of_learning(client: View) -> Iterator[Found]:
    refs = tuple(
        ref for ref in client.recent("course_passed") if client.permission.own_record(ref.source, ref.kind)
    )
    if refs and client.figure("courses_90d") >= client.rule("courses_90d_min"):
        yield Found("学习能力强", RECORD, refs)


def _of_holdings(client: View) -> Iterator[Found]:
    largest = largest_sector(client.held.sector_ppm, client.book, client.on)
    if largest is not None and largest[1] > client.rule("sector_share_ppm_max"):
        yield Found("行业集中", RECORD, client.record_refs)
    values = client.held.values_fen
    whole = sum(values.values())
    most = client.rule("stock_share_ppm_max")
    if any(value * PPM > most * whole and client.stock(code) for code, value in values.items()):
        yield Found("单票集中", RECORD, client.record_refs)
    etfs = [code for code in client.held.quantities_e4 if client.etf(code)]
    in_etfs = sum(values.get(code, 0) for code in etfs)
    enough = whole > 0 and in_etfs * PPM >= client.rule("etf_share_ppm_min") * whole
    if etfs and (enough or len(etfs) >= client.rule("etf_positions_min")):
        yield Found("ETF偏好", RECORD, client.recent("trade")[-1:] or client.record_refs)


def _of_needs(client: View) -> Iterator[Found]:
    """Repeated, explicit words of the client's own, or a life event the client stated."""
    for label, need in NEED_LABELS.items():
        since = client.as_of - MENTION_DAYS * DAY_SECONDS
        hints = [ref for ref in hints_of(client, need) if ref.ts > since]
        lives = life_hints(client, need)
        if lives or len(hints) >= client.rule("need_mentions_min"):
            yield Found(label, STATED if lives else HINT, (*lives, *hints))


def _of_sleep(client: View) -> Iterator[Found]:
    sleep = asleep(client)
    if sleep is None:
        return
    yield Found("沉睡客户", RECORD, sleep.evidence)
    if sleep.idle_days >= client.rule("dormant_deep_days"):
        yield Found("深度沉睡", RECORD, sleep.evidence)


def _of_plans(client: View) -> Iterator[Found]:
    codes = client.plans()
    if codes:
        yield Found("定投型", FACT, client.lasts(*(f"plan:{code}" for code in codes)))


def _of_person(client: View) -> Iterator[Found]:
    tenure = client.features["tenure_days"]
    if tenure is not None and 0 <= tenure <= client.rule("newcomer_days_max"):
        yield Found("新客户", FACT, client.lasts("opened_on"))
    if client.age is not None and client.age >= client.rule("elderly_age"):
        yield Found("老年客户", FACT, client.lasts("birth"))
    documents = [entry for name, entry in sorted(client.state.last.items()) if name.startswith("document:")]
    latest = client.today + client.rule("id_notice_days")
    ending = [one for one in documents if isinstance(one.value[0], int) and one.value[0] <= latest]
    if ending:
        yield Found("证件将到期", FACT, tuple(one.ref for one in ending))


def _of_tier(client: View) -> Iterator[Found]:
    names = dict(word.split("=", 1) for word in client.words("tier_labels"))
    name = names.get(tier_of(client))
    if name is not None:
        yield Found(name, RECORD, client.record_refs)


def tier_of(client: View) -> str:
    """The service tier by mean assets; the lowest where they are not known."""
    assets = client.figure("mean_assets_20d_fen")
    within = [tier.name for tier in client.book.tiers if tier.assets_from_fen <= assets]
    return within[-1] if within else ""


def _of_care(client: View) -> Iterator[Found]:
    degree, refs = client.distress()
    if degree:
        yield Found("需要关怀", HINT, refs)


def _of_margin(client: View) -> Iterator[Found]:
    if client.figure("margin_debt_fen") > 0:
        yield Found("两融客户", FACT, client.lasts("account_facts"))


def _of_ipos(client: View) -> Iterator[Found]:
    if client.figure("ipos_365d") >= client.rule("ipo_365d_min"):
        yield Found("打新偏好", RECORD, client.recent("subscribed_ipo"))


_MAKERS: tuple[Callable[[View], Iterator[Found]], ...] = (
    _of_grade,
    _of_trading,
    _of_learning,
    _of_holdings,
    _of_needs,
    _of_sleep,
    _of_plans,
    _of_person,
    _of_tier,
    _of_care,
    _of_margin,
    _of_ipos,
)


def _corrected(client: View, found: dict[str, Found]) -> tuple[Found, ...]:
    """The client's word on a label counts: deleted ones stay away until the client consents anew."""
    for name, entry in sorted(client.state.last.items()):
        if not name.startswith("tag:"):
            continue
        label, value = name.partition(":")[2], entry.value[0]
        if label in FIXED:
            continue
        said = None if value is None else str(value).strip()
        if said is None:
            if not _consented_since(client, entry[: tiles.KEY_PARTS]):
                found.pop(label, None)
        elif said.lower() in CONFIRMATIONS:
            if label in UNCLAIMED:
                continue
            found.setdefault(label, Found(label, STATED, (entry.ref,)))
        else:
            found.pop(label, None)
            if said.lower() not in DENIALS and said not in UNCLAIMED:
                found[said] = Found(said, FACT, (entry.ref,))
    return tuple(found[name] for name in sorted(found, key=_catalogue_order))


def _consented_since(client: View, key: tuple[object, ...]) -> bool:
    return any(
        entry.value[0] and entry.value[2] in PROFILING_PURPOSES and tuple(entry[: tiles.KEY_PARTS]) > key
        for name, entry in client.state.last.items()
        if name.startswith("consent\x01")
    )


CATALOGUE = (
    *dict.fromkeys(GRADE_LABELS.values()),
    "短期交易型",
    "长期持有型",
    "有稳定负债",
    "高负债压力",
    "学习能力强",
    "行业集中",
    "单票集中",
    "ETF偏好",
    "养老需求",
    "购房需求",
    "子女教育需求",
    "沉睡客户",
    "深度沉睡",
    "定投型",
    "新客户",
    "老年客户",
    "高净值",
    "私行客户",
    "测评过期",
    "证件将到期",
    "需要关怀",
    "两融客户",
    "打新偏好",
)
"""The order in which labels are shown."""


def _catalogue_order(name: str) -> tuple[int, str]:
    return (CATALOGUE.index(name) if name in CATALOGUE else len(CATALOGUE), name)
